/**
 * An object in C with a program for each function: counts calls, in one variable. The version changes the object's
 * bytes, and nothing of what it costs.
 */
export function sourceOf(functions: readonly string[], version: number): string {
  const programs = functions.map(
    (name, index) => `PROGRAM(${programName(index)}, "fentry/${name}")`,
  );
  return [
    '#include <linux/bpf.h>',
    '#include <bpf/bpf_helpers.h>',
    '',
    'static volatile __u64 calls;',
    '',
    '#define PROGRAM(name, section)\t\t\t\\',
    '\tSEC(section)\t\t\t\t\\',
    '\tint name(void *ctx)\t\t\t\\',
    '\t{\t\t\t\t\t\\',
    `\t\t__sync_fetch_and_add(&calls, ${String(version)});\t\\`,
    '\t\treturn 0;\t\t\t\\',
    '\t}',
    '',
    ...programs,
    '',
    'char LICENSE[] SEC("license") = "GPL";',
    '',
  ].join('\n');
}

export function programName(index: number): string {
  return `p${String(index)}`;
}
