import { stat } from 'node:fs/promises';

export interface FilePollOptions {
  readonly onChange: (file: string) => void;
  /** Between the end of a look and the next. */
  readonly pauseMs: number;
}

/**
 * Looks at files again and again, for where inotify is silent: what another machine does on NFS, or somebody below an
 * overlay. A look never blocks: a server that does not answer only delays the next one.
 */
export class FilePoll {
  readonly #options: FilePollOptions;
  #seen = new Map<string, string>();
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: FilePollOptions) {
    this.#options = options;
    this.#pause();
  }

  /** From now on these files and no others, missing ones too. What changed before it resolves is not told. */
  async follow(files: readonly string[]): Promise<void> {
    const states = files.map(async (file) => [file, await stateOf(file)] as const);
    this.#seen = new Map(await Promise.all(states));
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  #pause(): void {
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => {
      void this.#look().then(() => this.#pause());
    }, this.#options.pauseMs);
  }

  async #look(): Promise<void> {
    await Promise.all(
      [...this.#seen].map(async ([file, before]) => await this.#compare(file, before)),
    );
  }

  async #compare(file: string, before: string): Promise<void> {
    const now = await stateOf(file);
    if (this.#isClosed || now === before || this.#seen.get(file) !== before) return;
    this.#seen.set(file, now);
    this.#options.onChange(file);
  }
}

/** Another one whenever another file is there, however it came there, or it was written. Symlinks are followed. */
async function stateOf(file: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  }
}
