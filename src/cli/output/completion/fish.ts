import type { Words } from './words.ts';
import { isFile, quote, shellNames } from './words.ts';

/** For fish 3. */
export function fishCompletion({ root, commands }: Words): string {
  const first = '__fish_use_subcommand';
  const lines = commands.flatMap(({ name, summary, takes, options }) => {
    const after = `'__fish_seen_subcommand_from ${name}'`;
    const operands = operandsOf(takes, root);
    return [
      `-n ${first} -a ${name} -d ${quote(summary)}`,
      ...options.map(
        (option) =>
          `-n ${after} -l ${option.name} -d ${quote(option.summary)}${argumentOf(option.value)}`,
      ),
      ...(operands === undefined ? [] : [`-n ${after} ${operands}`]),
    ];
  });
  return `# fentryctl completion for fish: put it into ~/.config/fish/completions/fentryctl.fish
complete -c fentryctl -f
${lines.map((line) => `complete -c fentryctl ${line}\n`).join('')}`;
}

function argumentOf(value: string | undefined): string {
  if (value === undefined) return '';
  return isFile(value) ? ' -r -F' : ' -x';
}

function operandsOf(takes: Words['commands'][number]['takes'], root: string): string | undefined {
  const operands = {
    file: '-F',
    name: `-F -a "(command ls ${root} 2>/dev/null)"`,
    shell: `-a '${shellNames}'`,
    nothing: undefined,
  };
  return operands[takes];
}
