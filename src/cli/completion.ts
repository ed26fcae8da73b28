import { ExitStatus, UsageError } from '../base/errors.ts';
import { didYouMean } from '../base/suggest.ts';
import { commands } from './commands.ts';
import type { Context } from './context.ts';
import { bashCompletion } from './output/completion/bash.ts';
import { fishCompletion } from './output/completion/fish.ts';
import type { Words } from './output/completion/words.ts';
import { zshCompletion } from './output/completion/zsh.ts';
import type { OptionName, OptionText } from './options.ts';
import { commonOptions, optionTexts } from './options.ts';

const shells: Readonly<Record<string, (words: Words) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

/** `fentryctl completion`: a script that makes a shell complete commands, options and names of what is pinned. */
export function completion({ operands: [shell = ''], options, out }: Context): ExitStatus {
  const write = shells[shell];
  const known = Object.keys(shells);
  if (write === undefined)
    throw new UsageError(`"completion" does not know the shell "${shell}"`, {
      hint: didYouMean(shell, known) ?? `choose one of ${known.join(', ')}`,
    });
  out(write(wordsFor(options.root)));
  return ExitStatus.done;
}

function wordsFor(root: string): Words {
  return {
    root,
    commands: commands.map(({ name, summary, operands, options }) => ({
      name,
      summary,
      takes: operandOf(name, operands),
      options: [...options, ...commonOptions].map(optionWords),
    })),
  };
}

function optionWords(name: OptionName): Words['commands'][number]['options'][number] {
  const { summary, value }: OptionText = optionTexts[name];
  return { name, summary, value };
}

function operandOf(name: string, operands: string): Words['commands'][number]['takes'] {
  if (name === 'completion') return 'shell';
  if (operands.includes('NAME')) return 'name';
  return /MANIFEST|OBJECT|PLAN/.test(operands) ? 'file' : 'nothing';
}
