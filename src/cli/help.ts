import type { Command } from './commands.ts';
import { commands } from './commands.ts';
import type { OptionName } from './options.ts';
import { commonOptions, optionTexts } from './options.ts';

/** The help text of one command, or of all. */
export function helpText(command: Command | undefined): string {
  return command === undefined ? generalHelp() : commandHelp(command);
}

function generalHelp(): string {
  const rows = commands.map(
    (command) => [`${command.name} ${command.operands}`, command.summary] as const,
  );
  return `fentryctl: declare which eBPF fentry programs watch which kernel functions

usage: fentryctl COMMAND [OPTION...] [ARGUMENT...]

commands:
${columns(rows)}

options:
${optionRows(commonOptions)}

exit status: 0 done, 1 failed and rolled back, 2 differences exist, 3 refused, 64 usage,
  65 manifest, object or saved plan invalid, 69 this kernel cannot, 70 a bug, 75 locked by another run, 77 no privilege
`;
}

function commandHelp(command: Command): string {
  return `fentryctl ${command.name}: ${command.summary}

usage: fentryctl ${command.name} [OPTION...] ${command.operands}

options:
${optionRows([...command.options, ...commonOptions])}
`;
}

function optionRows(names: readonly OptionName[]): string {
  return columns(
    names.map((name) => {
      const text = optionTexts[name];
      const short = 'short' in text ? `-${text.short}, ` : '';
      const value = 'value' in text ? ` ${text.value}` : '';
      return [`${short}--${name}${value}`, text.summary] as const;
    }),
  );
}

function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n');
}
