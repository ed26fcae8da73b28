import { EbpfError } from '../ebpf-error.ts';
import type { Fd } from '../libbpf/fd.ts';
import { closeAsync } from '../libbpf/link.ts';
import { openPinAt, pinAt, unpinAt } from '../pins/pin-path.ts';
import type { LinkInfo } from './link-info.ts';
import { linkInfo } from './link-info.ts';
import { proveDetached, proveDetachedAsync } from './prove-detached.ts';

declare const brand: unique symbol;
/** The kernel's id of a link; unique while the machine runs. */
export type LinkId = number & { readonly [brand]: 'LinkId' };

/**
 * An attached program, owned: it is attached for as long as this is open, or pinned. aya's `FEntryLink`, `FExitLink`, …
 * (aya::programs::links). Every method but `Symbol.dispose` throws an `EbpfError` with code `Closed` afterwards.
 */
export class Link implements Disposable {
  readonly id: LinkId;
  #fd: Fd | undefined;

  /** Takes over the fd. */
  constructor(fd: Fd, { id }: Pick<LinkInfo, 'id'> = linkInfo(fd.number)) {
    this.#fd = fd;
    this.id = id as LinkId; // the kernel says so
  }

  get fd(): number {
    return this.#open().number;
  }

  /** What the kernel tells of it now (Linux 5.8). */
  info(): LinkInfo {
    return linkInfo(this.fd);
  }

  /**
   * Detaches, and returns once the kernel has no such link any more, which takes about 0.1 s and blocks the thread.
   * An `EbpfError` with code `DetachFailed` says that somebody else holds it, who keeps it attached.
   */
  detach(): void {
    this.#take()[Symbol.dispose]();
    proveDetached(this.id);
  }

  /** The same, and the event loop goes on meanwhile. */
  async detachAsync(): Promise<void> {
    await closeAsync(this.#take());
    await proveDetachedAsync(this.id);
  }

  /**
   * Pins it at a path in a BPF file system whose directory exists, and hands it over: what is pinned stays attached
   * when the process ends. This object is closed then. On an error (`InvalidPin`) it stays as it was.
   */
  pin(path: string): PinnedLink {
    pinAt(path, this.#open());
    return new PinnedLink(path, this.#take(), this.id);
  }

  /** Detaches, unless something else holds the link. Does not wait for proof, and never throws. */
  [Symbol.dispose](): void {
    this.#fd?.[Symbol.dispose]();
    this.#fd = undefined;
  }

  #open(): Fd {
    if (this.#fd !== undefined) return this.#fd;
    throw new EbpfError('Closed', `link ${this.id} was detached, pinned or closed already`);
  }

  #take(): Fd {
    const fd = this.#open();
    this.#fd = undefined;
    return fd;
  }
}

/** A link that is pinned (aya::programs::links::PinnedLink): attached until the pin is removed and nobody holds it. */
export class PinnedLink implements Disposable {
  readonly path: string;
  readonly id: LinkId;
  #fd: Fd | undefined;

  /** Takes over the fd. Called by `Link.pin` and `fromPin`. */
  constructor(path: string, fd: Fd, id: LinkId) {
    this.path = path;
    this.id = id;
    this.#fd = fd;
  }

  /** Opens a pinned link. An `EbpfError` with code `InvalidPin` says what is wrong with the path, or that it is no link. */
  static fromPin(path: string): PinnedLink {
    const fd = openPinAt(path);
    try {
      if (fd.kind() !== 'link') {
        throw new EbpfError('InvalidPin', `"${path}" is a ${fd.kind()}, not a link`);
      }
      return new PinnedLink(path, fd, linkInfo(fd.number).id as LinkId); // the kernel says so
    } catch (error) {
      fd[Symbol.dispose]();
      throw error;
    }
  }

  /** What the kernel tells of it now (Linux 5.8). */
  info(): LinkInfo {
    return linkInfo(this.#open().number);
  }

  /** Removes the pin and hands the link over, still attached: dispose or detach it, or pin it elsewhere. */
  unpin(): Link {
    const fd = this.#open();
    unpinAt(this.path);
    this.#fd = undefined;
    return new Link(fd, this); // asks the kernel nothing: the pin is gone, and whoever holds the link must get it
  }

  /** Closes our hold on it. The pin stays, and so it stays attached. */
  [Symbol.dispose](): void {
    this.#fd?.[Symbol.dispose]();
    this.#fd = undefined;
  }

  #open(): Fd {
    if (this.#fd !== undefined) return this.#fd;
    throw new EbpfError('Closed', `the pinned link "${this.path}" was unpinned or closed already`);
  }
}
