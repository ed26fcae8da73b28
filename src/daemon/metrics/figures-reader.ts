import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import type { Figures, FiguresAnswer, FiguresRequest } from './figures.ts';

export interface FiguresReaderOptions {
  /** What the process runs. */
  readonly script: string;
  /** It is killed when it has not answered for so many milliseconds. */
  readonly timeoutMs: number;
}

/** The last of what it said, when it did not live to answer. */
const mostStderr = 4096;

/**
 * Reads figures from the kernel in a process of its own, started when it is asked for the first time, and again when it has
 * ended, as it does by itself when nobody asks for long. Whatever becomes of it, who asks is told in time.
 */
export class FiguresReader implements Disposable {
  readonly #options: FiguresReaderOptions;
  #child: Child | undefined;
  #reading: Promise<Figures> | undefined;
  #isClosed = false;

  constructor(options: FiguresReaderOptions) {
    this.#options = options;
  }

  /** Whoever asks while it is being read gets the same. Rejects where it cannot be read. */
  async read(request: FiguresRequest): Promise<Figures> {
    this.#reading ??= this.#read(request).finally(() => (this.#reading = undefined));
    return await this.#reading;
  }

  /** Ends the process, and with it the run statistics. */
  [Symbol.dispose](): void {
    this.#isClosed = true;
    this.#child?.end();
  }

  async #read(request: FiguresRequest): Promise<Figures> {
    const known = this.#child?.isAlive === true ? this.#child : undefined;
    const child = known ?? new Child(this.#options);
    this.#child = child;
    const answer = await child.ask(request);
    if (answer?.kind === 'figures') return answer.figures;
    if (answer?.kind === 'failed') throw new Error(answer.message);
    const endedAlready = known !== undefined && !child.isOver && !this.#isClosed;
    if (endedAlready) return await this.#read(request); // by itself, just before it was asked
    throw new Error(child.lastWords());
  }
}

class Child {
  readonly #process: ChildProcess;
  readonly #timeoutMs: number;
  /** It took too long. */
  isOver = false;
  #said = '';
  #end = '';
  #settle: (answer?: FiguresAnswer) => void = nothing;

  constructor({ script, timeoutMs }: FiguresReaderOptions) {
    this.#timeoutMs = timeoutMs;
    this.#process = fork(script, [], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], execArgv: [] });
    this.#process.stderr?.setEncoding('utf8').on('data', (part: string) => {
      this.#said = `${this.#said}${part}`.slice(-mostStderr);
    });
    this.#process.on('message', (answer: FiguresAnswer) => this.#settle(answer));
    this.#process.on('error', ({ message }) => this.#ended(`cannot be started: ${message}`));
    this.#process.on('close', (code: number | null, signal: NodeJS.Signals | null) =>
      this.#ended(`ended by ${signal ?? `exit status ${code}`}`),
    );
  }

  get isAlive(): boolean {
    return this.#process.connected;
  }

  /** `undefined` if it ended, or had to be. */
  async ask(request: FiguresRequest): Promise<FiguresAnswer | undefined> {
    const timer = setTimeout(() => {
      this.isOver = true;
      this.end();
    }, this.#timeoutMs);
    try {
      return await new Promise<FiguresAnswer | undefined>((resolve) => {
        this.#settle = resolve;
        this.#process.send(request, () => undefined); // one that is gone hears nothing, which its end tells
      });
    } finally {
      clearTimeout(timer);
      this.#settle = nothing;
    }
  }

  lastWords(): string {
    if (this.isOver) return `took longer than ${this.#timeoutMs / 1000} s, and was killed`;
    const [line = ''] = this.#said.trim().split('\n').slice(-1);
    return line === '' ? this.#end : `${this.#end}: ${line}`;
  }

  end(): void {
    this.#process.kill('SIGKILL');
  }

  #ended(how: string): void {
    this.#end = how;
    this.#settle();
  }
}

function nothing(): void {}
