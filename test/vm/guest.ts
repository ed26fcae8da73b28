import { type ChildProcess, spawn } from 'node:child_process';
import { Readable } from 'node:stream';
import { exitStatusIn, readable, troubleIn } from './console.ts';
import { consoleFd, outputFd } from './qemu-arguments.ts';
import { toolPath } from './tool.ts';

/** When to give up on a guest, in milliseconds. */
export interface Deadlines {
  /** Without a byte from the guest. */
  readonly silence: number;
  /** For all of it. */
  readonly total: number;
}

/** How a guest ended: with its command's own status, or in one of the ways that are never a success. */
export type VmResult =
  | { readonly kind: 'exited'; readonly status: number; readonly console: string }
  | {
      readonly kind: 'failed';
      readonly reason: VmFailure;
      readonly message: string;
      readonly console: string;
    };

export type VmFailure = 'kernel' | 'silence' | 'timeout' | 'no-exit-line' | 'interrupted';

/** What a guest says while it runs. */
export interface GuestEvents {
  readonly onOutput: (bytes: Uint8Array) => void;
  /** All of the kernel's console so far. */
  readonly onConsole?: (console: string) => void;
}

/** Runs QEMU until it ends or has to be ended, and judges what it said on its console. */
export async function runGuest(
  argv: readonly string[],
  deadlines: Deadlines,
  events: GuestEvents,
  signal?: AbortSignal,
): Promise<VmResult> {
  // QEMU must not outlive us, however we end.
  const command = ['--pdeathsig', 'KILL', '--', toolPath('qemu-system-x86_64'), ...argv];
  const qemu = spawn(toolPath('setpriv'), command, {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
  });
  const watch = watchGuest(qemu, deadlines, events);
  signal?.addEventListener('abort', () => watch.stop('interrupted'), { once: true });
  if (signal?.aborted === true) watch.stop('interrupted');
  const status = await ended(qemu);
  watch.close();
  return verdict(watch, `QEMU ended with ${status}`);
}

interface Watch {
  /** What was said on the console, QEMU's own complaints included. */
  readonly console: () => string;
  readonly stopped: () => VmFailure | undefined;
  readonly stop: (reason: VmFailure) => void;
  readonly close: () => void;
}

function watchGuest(qemu: ChildProcess, deadlines: Deadlines, events: GuestEvents): Watch {
  let console = '';
  let stopped: VmFailure | undefined;
  function stop(reason: VmFailure): void {
    stopped ??= reason;
    qemu.kill('SIGKILL');
  }
  const silence = setTimeout(() => stop('silence'), deadlines.silence);
  const total = setTimeout(() => stop('timeout'), deadlines.total);
  let dying: NodeJS.Timeout | undefined;
  function hear(text: string): void {
    silence.refresh();
    console += text;
    events.onConsole?.(console);
    // A broken kernel gets a moment to say why; one that has told its exit status, a moment to switch off.
    if (troubleIn(console) !== undefined) dying ??= setTimeout(() => stop('kernel'), 5_000);
    if (exitStatusIn(console) !== undefined)
      dying ??= setTimeout(() => qemu.kill('SIGKILL'), 10_000);
  }
  for (const fd of [1, 2, consoleFd]) listen(qemu, fd, (bytes) => hear(bytes.toString('latin1')));
  listen(qemu, outputFd, (bytes) => {
    silence.refresh();
    events.onOutput(bytes);
  });
  function close(): void {
    for (const timer of [silence, total, dying]) clearTimeout(timer);
  }
  return { console: () => console, stopped: () => stopped, stop, close };
}

function listen(qemu: ChildProcess, fd: number, hear: (bytes: Buffer) => void): void {
  const stream = qemu.stdio[fd];
  if (stream instanceof Readable) stream.on('data', hear);
}

async function ended(qemu: ChildProcess): Promise<string> {
  return await new Promise((resolve, reject) => {
    qemu.once('error', reject);
    // `close`, not `exit`: the last output is still in the sockets when the process is gone.
    qemu.once('close', (code, signal) =>
      resolve(code === null ? String(signal) : `status ${String(code)}`),
    );
  });
}

function verdict(watch: Watch, end: string): VmResult {
  const console = readable(watch.console());
  const trouble = troubleIn(console);
  const stopped = watch.stopped();
  const status = exitStatusIn(watch.console());
  if (trouble !== undefined)
    return failed('kernel', `the guest's kernel broke: ${trouble}`, console);
  if (stopped === 'silence') return failed('silence', 'the guest was silent for too long', console);
  if (stopped === 'timeout') return failed('timeout', 'the guest took too long', console);
  if (stopped !== undefined) return failed(stopped, 'the guest was stopped', console);
  if (status === undefined)
    return failed('no-exit-line', `the guest ended without an exit status; ${end}`, console);
  return { kind: 'exited', status, console };
}

function failed(reason: VmFailure, message: string, console: string): VmResult {
  return { kind: 'failed', reason, message, console };
}
