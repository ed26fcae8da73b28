const units = ['', 'k', 'M', 'G', 'T', 'P'];

/** A number of at most 6 characters, for people: `0.3`, `42`, `1234`, `12.3k`, `120M`; `-` for what is not known. */
export function amount(value: number | undefined): string {
  if (value === undefined) return '-';
  if (value < 10) return trimmed(value);
  const exponent = value < 9999.5 ? 0 : Math.min(units.length - 1, exponentOf(value));
  const scaled = value / 1000 ** exponent;
  const text = exponent === 0 || scaled >= 99.95 ? scaled.toFixed(0) : trimmed(scaled);
  return `${text}${units[exponent] ?? ''}`;
}

/** As it is when rounded: 999,999 is 1 M. */
function exponentOf(value: number): number {
  return Math.floor(Math.log10(Number(value.toPrecision(3))) / 3);
}

/** One digit after the point, unless it is 0. */
function trimmed(value: number): string {
  return value.toFixed(1).replace(/\.0$/, '');
}
