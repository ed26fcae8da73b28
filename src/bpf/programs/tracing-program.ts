import type { Btf } from '../btf/btf.ts';
import { kernelBtf } from '../btf/kernel-btf.ts';
import { EbpfError } from '../ebpf-error.ts';
import { explain } from '../explain.ts';
import { requireFtrace } from '../ftrace.ts';
import type { Fd } from '../libbpf/fd.ts';
import { createLink, createLinkAsync } from '../libbpf/link.ts';
import type { LoadFor, LoadResult } from '../libbpf/load-program.ts';
import { loadProgram, loadProgramAsync } from '../libbpf/load-program.ts';
import type { LinkId } from '../links/link.ts';
import { Link } from '../links/link.ts';
import { pinAt, unpinAt } from '../pins/pin-path.ts';
import { checkAttached, checkCookie, checkLoaded } from './check-read-back.ts';
import { loadForOf } from './load-for.ts';
import type { ProgramFacts, ProgramInfo } from './program-info.ts';
import { programFacts, programInfo } from './program-info.ts';
import type { ProgramKind } from './program-kind.ts';
import { programKinds } from './program-kind.ts';
import type { ProgramCode, ProgramIdentity, ProgramStart } from './program-start.ts';
import { slotObstacle } from './slot-obstacle.ts';
import type { ResolvedTarget, Target } from './target.ts';
import { resolveTarget } from './target.ts';
import { requireTurn, takeTurn } from './turn.ts';

export interface AttachOptions {
  /** What `bpf_get_attach_cookie` gives the program; takes Linux 5.19. 0, the default, is none. */
  readonly cookie?: bigint | undefined;
}

/**
 * A program that a trampoline calls (Linux 5.5): what `FEntry`, `FExit`, `FModRet` and `Lsm` have in common. It is
 * loaded for one function, then attached there, as often as it is detached; closing it unloads it unless it is pinned,
 * and detaches it unless its link was taken. Methods throw an `EbpfError` whose `code` says what was wrong; a
 * `PrivilegeError` where a capability is missing (CAP_BPF and CAP_PERFMON load and attach, Linux 5.8).
 */
export abstract class TracingProgram implements Disposable {
  /** Whole; the kernel's own copy is cut at 15 bytes. */
  readonly name: string;
  /** How the section of its object, or the caller, says that it is attached. */
  abstract readonly kind: ProgramKind;
  readonly #code: ProgramCode | undefined;
  readonly #links = new Map<LinkId, Link>();
  readonly #turn = { isTaken: false, wasClosed: false };
  #fd: Fd | undefined;
  readonly #sectionTarget: string | undefined;
  #identity: ProgramIdentity | undefined;
  #target: string | undefined;
  #pinnedAt: string | undefined;
  #verifierLog = '';

  /** Called by `Program.asFEntry` and its like, `fromPin` and `fromProgramInfo`. Takes over the fd. */
  constructor({ name, code, fd, identity, target, pinnedAt }: ProgramStart) {
    this.name = name;
    this.#code = code;
    this.#fd = fd;
    this.#sectionTarget = target;
    this.#identity = identity;
    this.#target = target;
    this.#pinnedAt = pinnedAt;
  }

  /** The program's file descriptor; ours to close. Not loaded: `NotLoaded`. */
  get fd(): number {
    return this.#loaded().number;
  }

  /** The kernel's id of it, unique while the machine runs. Not loaded: `NotLoaded`. */
  get id(): number {
    return this.#known().id;
  }

  /** The BTF id of the function that the kernel has it for; `undefined` before Linux 6.0. Not loaded: `NotLoaded`. */
  get attachBtfId(): number | undefined {
    return this.#known().attachBtfId;
  }

  /** How and for what it was loaded, in words; `undefined` if not, or if it was opened by its pin or id. */
  get loadedFor(): string | undefined {
    return this.#code && this.#fd && `${this.kind} of ${this.#target}`;
  }

  /** What keeps it out of a `ProgramSlot`, in words. `undefined`: nothing, or it was opened by its pin or id, when it is not known. */
  get slotObstacle(): string | undefined {
    return this.#code && slotObstacle(this.#code);
  }

  /** What the verifier wrote at the last load; empty unless the object was opened with a `verifierLogLevel`. */
  get verifierLog(): string {
    return this.#verifierLog;
  }

  /**
   * Loads it for a function: `vfs_open`, `module:function`, or a function of another BPF program; without one, for that
   * which its section names. Verification blocks; see `loadAsync`. `AlreadyLoaded`, `UnknownType` (no such function), `AmbiguousType` (several of that name),
   * `VerifierRejected` (with the whole log), `LoadFailed`. `btf` is the running kernel's, read once by default.
   */
  load(target?: Target, btf?: Btf): void {
    using resolved = this.#resolve(target, btf);
    try {
      const { code, loadFor } = this.#prepare(resolved);
      this.#adopt(loadProgram(code.linked, loadFor), resolved);
    } catch (error) {
      throw explain(error, 'load', `load program "${this.name}" for "${resolved.text}"`);
    }
  }

  /**
   * The same, verified on a thread of the pool: the event loop goes on. Until it is over, another load or attach is
   * `Busy`; when the program or its object is closed meanwhile, nothing stays loaded, and this fails with `Closed`.
   */
  async loadAsync(target?: Target, btf?: Btf): Promise<void> {
    using resolved = this.#resolve(target, btf);
    try {
      const { code, loadFor } = this.#prepare(resolved);
      using _held = code.hold();
      const load = async () => await loadProgramAsync(code.linked, loadFor);
      this.#adopt(await takeTurn(this.#turn, this.#closing(), load), resolved);
    } catch (error) {
      throw explain(error, 'load', `load program "${this.name}" for "${resolved.text}"`);
    }
  }

  /**
   * Attaches it to the function it was loaded for, and returns the link's id once the kernel shows that link.
   * `NotLoaded`, `AlreadyAttached`, `AttachFailed` (with the likely cause), `UnexpectedProgramType` (a pinned program
   * that turns out to be of another kind). Before Linux 5.13 a program can be attached only once in its life.
   */
  attach(options: AttachOptions = {}): LinkId {
    const fd = this.#attachable(options);
    try {
      return this.#track(createLink(fd, this.#attachType(), options.cookie ?? 0n));
    } catch (error) {
      throw explain(error, 'attach', this.#attaching());
    }
  }

  /** The same on a thread of the pool; `Busy` and `Closed` as those of `loadAsync`. */
  async attachAsync(options: AttachOptions = {}): Promise<LinkId> {
    const fd = this.#attachable(options);
    try {
      const cookie = options.cookie ?? 0n;
      const link = async () => ({ fd: await createLinkAsync(fd, this.#attachType(), cookie) });
      const made = await takeTurn(this.#turn, this.#closing(), link);
      return this.#track(made.fd);
    } catch (error) {
      throw explain(error, 'attach', this.#attaching());
    }
  }

  /** Detaches, and returns once the kernel has no such link any more (see `Link.detach`). `NotAttached`, `DetachFailed`. */
  detach(linkId: LinkId): void {
    this.takeLink(linkId).detach();
  }

  /** The same, and the event loop goes on: a detach waits about 0.1 s for all processors. */
  async detachAsync(linkId: LinkId): Promise<void> {
    await this.takeLink(linkId).detachAsync();
  }

  /** Hands a link over: whoever has it decides how long it stays attached. `NotAttached` when there is none of that id. */
  takeLink(linkId: LinkId): Link {
    const link = this.#links.get(linkId);
    if (link === undefined) {
      const message = `program "${this.name}" has no link ${linkId}: detached, or taken already`;
      throw new EbpfError('NotAttached', message);
    }
    this.#links.delete(linkId);
    return link;
  }

  /** Detaches the links that were not taken, then lets go of the program, which can be loaded again. `NotLoaded`, `Busy`. */
  unload(): void {
    const fd = this.#loaded();
    requireTurn(this.#turn, this.name);
    for (const linkId of this.#links.keys()) this.detach(linkId);
    fd[Symbol.dispose]();
    this.#fd = undefined;
    this.#identity = undefined;
    this.#pinnedAt = undefined;
  }

  /** Pins it: it stays loaded when the process ends. `NotLoaded`; `InvalidPin` says what is wrong with the path. */
  pin(path: string): void {
    const fd = this.#loaded();
    if (this.#pinnedAt !== undefined) {
      const message = `program "${this.name}" is pinned at "${this.#pinnedAt}" already`;
      throw new EbpfError('InvalidPin', message);
    }
    pinAt(path, fd);
    this.#pinnedAt = path;
  }

  /** Removes the pin that `pin` made, or that it was opened from. `InvalidPin` when there is none. */
  unpin(): void {
    if (this.#pinnedAt === undefined) {
      throw new EbpfError('InvalidPin', `program "${this.name}" is not pinned`);
    }
    unpinAt(this.#pinnedAt);
    this.#pinnedAt = undefined;
  }

  /** All that the kernel tells of it now. `NotLoaded`. */
  info(): ProgramInfo {
    return programInfo(this.fd);
  }

  /** The part of `info()` that takes one system call. */
  facts(): ProgramFacts {
    return programFacts(this.fd);
  }

  /**
   * Unloads it unless it is pinned, and detaches what was not taken. Does not wait for proof, and never throws.
   * While an async call is under way, it happens when that is over.
   */
  [Symbol.dispose](): void {
    if (this.#turn.isTaken) this.#turn.wasClosed = true;
    else this.#close();
  }

  #close(): void {
    for (const link of this.#links.values()) link[Symbol.dispose]();
    this.#links.clear();
    this.#fd?.[Symbol.dispose]();
    this.#fd = undefined;
    this.#identity = undefined;
  }

  #closing(): { readonly name: string; readonly close: () => void } {
    return { name: this.name, close: () => this.#close() };
  }

  #loaded(): Fd {
    if (this.#fd !== undefined) return this.#fd;
    throw new EbpfError('NotLoaded', `program "${this.name}" is not loaded`);
  }

  #known(): ProgramIdentity {
    const { number } = this.#loaded();
    this.#identity ??= programFacts(number);
    return this.#identity;
  }

  #resolve(target: Target | undefined, btf: Btf | undefined): ResolvedTarget {
    requireTurn(this.#turn, this.name);
    if (this.#fd !== undefined) {
      const hint = 'unload it first, or load a "duplicate()" of it';
      throw new EbpfError('AlreadyLoaded', `program "${this.name}" is loaded already`, { hint });
    }
    return resolveTarget(target ?? this.#sectionTarget, this.kind, () => btf ?? kernelBtf());
  }

  #prepare(target: ResolvedTarget): { readonly code: ProgramCode; readonly loadFor: LoadFor } {
    const code = this.#code;
    if (code?.isOpen() !== true) {
      const why =
        code === undefined ? 'was not opened from an object' : 'is of an object that was closed';
      throw new EbpfError('Closed', `program "${this.name}" ${why}`);
    }
    return { code, loadFor: loadForOf(code, this.kind, target) };
  }

  #adopt({ fd, log }: LoadResult, target: ResolvedTarget): void {
    this.#identity = checkLoaded(fd, this.kind, target);
    this.#fd = fd;
    this.#target = target.text;
    this.#pinnedAt = undefined; // a pin that was made before is of the program that was loaded before
    this.#verifierLog = log;
  }

  #attachable({ cookie }: AttachOptions): number {
    const fd = this.#loaded();
    requireTurn(this.#turn, this.name);
    const [link] = this.#links.keys();
    if (link !== undefined) {
      const message = `program "${this.name}" is attached already, as link ${link}`;
      throw new EbpfError('AlreadyAttached', message);
    }
    if (cookie !== undefined) checkCookie(cookie);
    requireFtrace(this.#attaching());
    return fd.number;
  }

  #attachType(): number {
    return programKinds[this.kind].attachType;
  }

  #attaching(): string {
    const to = this.#target === undefined ? '' : ` to "${this.#target}"`;
    return `attach program "${this.name}"${to}`;
  }

  #track(fd: Fd): LinkId {
    const info = checkAttached(fd, this.kind, this.id);
    const link = new Link(fd, info);
    this.#links.set(link.id, link);
    return link.id;
  }
}
