import { enterScreen, leaveScreen, screenText } from '../output/live/screen-text.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The terminal, and what the system tells of it. */
export interface Terminal {
  readonly write: (text: string) => void;
  readonly size: () => Size;
  /** Whether another job has the terminal. */
  readonly isInBackground: () => boolean;
  /** Stops this process as that signal does by default; returns when it goes on. The kernel stops none that nobody could have go on. */
  readonly stopBy: (signal: 'SIGTSTP' | 'SIGTTOU') => void;
  /** `suspend`: Ctrl+Z; `resume`: after whatever stopped it; `exit`: whatever ends the process. Returns what takes the listener off. */
  readonly on: (
    event: 'suspend' | 'resume' | 'resize' | 'exit',
    listener: () => void,
  ) => () => void;
}

/**
 * A screen of its own on a terminal, drawn over and over; the one before is back when it is disposed of, when the process is
 * stopped, and when it ends in any other way that it is told of. What is drawn is asked for again when the size changes.
 */
export class Screen implements Disposable {
  readonly #terminal: Terminal;
  readonly #off: readonly (() => void)[];
  #lines: ((size: Size) => readonly string[]) | undefined;
  #isEntered = false;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
    this.#off = [
      terminal.on('suspend', () => this.#suspend()),
      terminal.on('resume', () => this.#draw()),
      terminal.on('resize', () => this.#draw()),
      terminal.on('exit', () => this.#leave()),
    ];
  }

  show(lines: (size: Size) => readonly string[]): void {
    this.#lines = lines;
    this.#draw();
  }

  [Symbol.dispose](): void {
    for (const off of this.#off) off();
    this.#leave();
  }

  #suspend(): void {
    this.#leave();
    this.#terminal.stopBy('SIGTSTP');
    this.#draw();
  }

  /** As programs that set up a terminal are stopped when they do that in the background (tty_check_change in drivers/tty). */
  #draw(): void {
    if (this.#lines === undefined) return;
    if (this.#terminal.isInBackground()) this.#terminal.stopBy('SIGTTOU');
    if (this.#terminal.isInBackground()) return;
    if (!this.#isEntered) this.#terminal.write(enterScreen);
    this.#isEntered = true;
    const size = this.#terminal.size();
    this.#terminal.write(screenText(this.#lines(size), size.height));
  }

  #leave(): void {
    if (this.#isEntered) this.#terminal.write(leaveScreen);
    this.#isEntered = false;
  }
}
