/** `module:function`, or a function of the kernel itself, in two. */
export function splitModule(name: string): readonly [module: string | undefined, name: string] {
  const colon = name.indexOf(':');
  if (colon === -1) return [undefined, name];
  return [name.slice(0, colon), name.slice(colon + 1)];
}
