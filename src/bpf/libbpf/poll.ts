import koffi from 'koffi';

type PollHandle = ReturnType<typeof koffi.node.poll>;

/**
 * Waits for an fd to have something to read, on the event loop itself (a `uv_poll_t`): no thread, no timer. It keeps
 * the process alive only while somebody waits. Must be closed before its fd is.
 */
export class ReadableWatch implements Disposable {
  readonly #fd: number;
  #handle: PollHandle | undefined;
  #waiting: Promise<void> | undefined;
  #resolve: (() => void) | undefined;
  #open = true;

  constructor(fd: number) {
    this.#fd = fd;
  }

  /** Resolves when there is something to read, at once if there is already, or when this is closed. Any number may wait. */
  async readable(): Promise<void> {
    if (!this.#open) return;
    this.#waiting ??= new Promise((resolve) => {
      this.#resolve = resolve;
      this.#start();
    });
    await this.#waiting;
  }

  /** Whoever waits is let go. */
  [Symbol.dispose](): void {
    if (!this.#open) return;
    this.#open = false;
    this.#handle?.close();
    this.#handle = undefined; // koffi crashes on any call of a closed handle (3.3, src/koffi/src/uv.cc)
    this.#settle();
  }

  #start(): void {
    const onReadable = (): void => this.#wake();
    if (this.#handle === undefined) this.#handle = koffi.node.poll(this.#fd, onReadable);
    else this.#handle.start(onReadable);
  }

  /** Level-triggered: without a stop it would be called in every turn of the loop until all is read. */
  #wake(): void {
    this.#handle?.stop();
    // koffi calls us outside of Node's callback scope, where errors are lost and nothing promises to carry on promises
    setImmediate(() => this.#settle());
  }

  #settle(): void {
    const resolve = this.#resolve;
    this.#waiting = undefined;
    this.#resolve = undefined;
    resolve?.();
  }
}
