/** The bits from `bitOffset` on as a number without sign, little endian, so that bit 0 is the lowest of the first byte. */
export function readBits(bytes: Uint8Array, bitOffset: number, bits: number): bigint {
  const first = bitOffset >>> 3;
  const last = (bitOffset + bits - 1) >>> 3;
  let value = 0n;
  for (let at = last; at >= first; at -= 1) value = (value << 8n) | BigInt(bytes[at] ?? 0);
  return BigInt.asUintN(bits, value >> BigInt(bitOffset & 7));
}

/** Writes the low bits of a number of either sign; all other bits stay. */
export function writeBits(bytes: Uint8Array, bitOffset: number, bits: number, value: bigint): void {
  let rest = BigInt.asUintN(bits, value);
  let left = bits;
  let at = bitOffset >>> 3;
  let shift = bitOffset & 7;
  while (left > 0) {
    const taken = Math.min(8 - shift, left);
    const mask = ((1 << taken) - 1) << shift;
    const part = Number(BigInt.asUintN(taken, rest)) << shift;
    bytes[at] = ((bytes[at] ?? 0) & ~mask) | part;
    rest >>= BigInt(taken);
    left -= taken;
    at += 1;
    shift = 0;
  }
}

/** The smallest and the largest integer of so many bits. */
export function boundsOf(bits: number, isSigned: boolean): readonly [min: bigint, max: bigint] {
  if (!isSigned) return [0n, (1n << BigInt(bits)) - 1n];
  const half = 1n << BigInt(bits - 1);
  return [-half, half - 1n];
}
