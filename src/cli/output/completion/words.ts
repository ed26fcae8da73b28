/** All that can stand on a command line. */
export interface Words {
  /** Its directories are the names that are pinned. */
  readonly root: string;
  readonly commands: readonly CommandWords[];
}

interface CommandWords {
  readonly name: string;
  readonly summary: string;
  /** `name`: of a manifest that is pinned, or a file. */
  readonly takes: 'file' | 'name' | 'shell' | 'nothing';
  readonly options: readonly OptionWords[];
}

interface OptionWords {
  readonly name: string;
  readonly summary: string;
  /** What its argument is, `FILE` or `DIR` for one that can be completed. */
  readonly value: string | undefined;
}

export const shellNames = 'bash zsh fish';

/** Whether what an argument is can be completed as a file. */
export function isFile(value: string): boolean {
  return value === 'FILE' || value === 'DIR';
}

/** For a shell's single quotes. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
