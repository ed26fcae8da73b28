import type { Fd } from '../libbpf/fd.ts';
import { openPinAt, pinAt, unpinAt } from './pin-path.ts';

/** A program or map whose pin was removed, and which lives on while this is open. */
export class HeldPin implements Disposable {
  readonly #fd: Fd;

  private constructor(fd: Fd) {
    this.#fd = fd;
  }

  /** Removes a pin and holds what it stood for. `InvalidPin` says what is wrong with the path; it stays then. */
  static take(path: string): HeldPin {
    const fd = openPinAt(path);
    try {
      unpinAt(path);
      return new HeldPin(fd);
    } catch (error) {
      fd[Symbol.dispose]();
      throw error;
    }
  }

  /** Pins it again, there or elsewhere. */
  pin(path: string): void {
    pinAt(path, this.#fd);
  }

  [Symbol.dispose](): void {
    this.#fd[Symbol.dispose]();
  }
}
