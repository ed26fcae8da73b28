import type { Fd } from '../libbpf/fd.ts';
import { openPinAt, pinAt, unpinAt } from './pin-path.ts';

/** A program or map whose pin was removed, and which lives on while this is open. */
export class HeldPin implements Disposable {
  readonly #fd: Fd;

  private constructor(fd: Fd) {
    this.#fd = fd;
  }

  /**
   * Removes a pin and holds what it stood for; `undefined` for a link, which stays pinned: `PinnedLink` takes those.
   * `InvalidPin` says what is wrong with the path; it stays then.
   */
  static take(path: string): HeldPin | undefined {
    const fd = openPinAt(path);
    try {
      if (fd.kind() === 'link') {
        fd[Symbol.dispose]();
        return undefined;
      }
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
