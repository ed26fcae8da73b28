import type { Words } from './words.ts';
import { quote, shellNames } from './words.ts';

/** For bash 4 and later; needs no bash-completion package. */
export function bashCompletion({ root, commands }: Words): string {
  const cases = commands.map(({ name, takes, options }) => {
    const flags = options.map((option) => `--${option.name}`).join(' ');
    return `    ${name}) flags=${quote(flags)} takes=${takes} ;;\n`;
  });
  const withFile = commands
    .flatMap(({ options }) => options)
    .filter(({ value }) => value !== undefined)
    .map(({ name }) => `--${name}`);
  return `# fentryctl completion for bash: source it, or put it into
# ~/.local/share/bash-completion/completions/fentryctl
_fentryctl() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]}
  local command='' flags='' takes=nothing word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    [[ $word == -* ]] || { command=$word; break; }
  done
  COMPREPLY=()
  case $previous in
    ${[...new Set(withFile)].join('|')})
      mapfile -t COMPREPLY < <(compgen -f -- "$current")
      return ;;
  esac
  case $command in
${cases.join('')}    *) flags='--help --version' takes=command ;;
  esac
  if [[ $current == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$flags" -- "$current")
    return
  fi
  case $takes in
    command) mapfile -t COMPREPLY < <(compgen -W ${quote(commands.map(({ name }) => name).join(' '))} -- "$current") ;;
    shell) mapfile -t COMPREPLY < <(compgen -W ${quote(shellNames)} -- "$current") ;;
    name) mapfile -t COMPREPLY < <(compgen -W "$(ls ${quote(root)} 2>/dev/null)" -- "$current"; compgen -f -- "$current") ;;
    file) mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
  esac
}
complete -o filenames -F _fentryctl fentryctl
`;
}
