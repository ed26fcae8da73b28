import { checkResult } from './errno.ts';
import { Fd } from './fd.ts';
import { lookUpElement } from './map-calls.ts';
import { libbpfSymbol } from './symbols.ts';

/** BPF_MAP_TYPE_ARRAY (include/uapi/linux/bpf.h). */
const array = 2;
const first = Buffer.alloc(4);

/** A map of one 64-bit number, which starts as 0. */
export function createSingleValue(name: string): Fd {
  const result = libbpfSymbol('bpf_map_create')(array, name, 4, 8, 1, null);
  return new Fd(checkResult('bpf_map_create', result));
}

export function singleValue(map: Fd): bigint {
  const value = Buffer.alloc(8);
  lookUpElement(map.number, first, value);
  return value.readBigUInt64LE();
}
