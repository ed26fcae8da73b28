import type { Words } from './words.ts';
import { isFile, quote, shellNames } from './words.ts';

/** For zsh 5: a function for its completion system. */
export function zshCompletion({ root, commands }: Words): string {
  const names = commands.map(({ name, summary }) => `    ${quote(`${name}:${summary}`)}\n`);
  const cases = commands.map(({ name, takes, options }) => {
    const flags = options.map((option) => `        ${quote(flagOf(option))} \\\n`);
    return `    ${name})\n      _arguments \\\n${flags.join('')}        ${quote(operandOf(takes))} ;;\n`;
  });
  return `#compdef fentryctl
# fentryctl completion for zsh: put it into a directory of $fpath, as _fentryctl
_fentryctl_names() {
  local -a names=(${quote(root)}/*(N/:t))
  _alternative "names:what is pinned:($names)" 'files:manifest:_files'
}
_fentryctl() {
  local -a commands=(
${names.join('')}  )
  if (( CURRENT == 2 )); then
    _describe -t commands command commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${cases.join('')}  esac
}
if [[ $funcstack[1] == _fentryctl ]]; then _fentryctl "$@"; else compdef _fentryctl fentryctl; fi
`;
}

function flagOf({ name, summary, value }: Words['commands'][number]['options'][number]): string {
  const text = summary.replaceAll(/([[\]:\\])/g, String.raw`\$1`);
  const argument = value === undefined ? '' : `:${value}:${isFile(value) ? '_files' : ''}`;
  return `--${name}[${text}]${argument}`;
}

function operandOf(takes: Words['commands'][number]['takes']): string {
  const operands = {
    file: '*:file:_files',
    name: '*:name:_fentryctl_names',
    shell: `1:shell:(${shellNames})`,
    nothing: '*::nothing more:',
  };
  return operands[takes];
}
