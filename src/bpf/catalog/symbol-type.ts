/** Whether a symbol's type is one of code, weak or not: `t`, `T`, `w` or `W` (nm(1)). */
export function isCode(type: number | undefined): boolean {
  return type !== undefined && ((type | 0x20) === 0x74 || (type | 0x20) === 0x77);
}
