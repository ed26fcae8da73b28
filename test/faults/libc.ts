import koffi from 'koffi';

const library = koffi.load(null);

// one prototype each, and its signature beside it
const functions = {
  fork: library.func('int fork()') as () => number,
  getpid: library.func('int getpid()') as () => number,
  kill: library.func('int kill(int pid, int signal)') as (pid: number, signal: number) => number,
  exit: library.func('void _exit(int status)') as (status: number) => void,
  alarm: library.func('unsigned int alarm(unsigned int seconds)') as (seconds: number) => number,
  waitpid: library.func('int waitpid(int pid, _Out_ int *status, int options)') as (
    pid: number,
    status: [number],
    options: number,
  ) => number,
  prctl: library.func('int prctl(int option, unsigned long a, void *b, long c, long d)') as (
    ...args: readonly [option: number, a: number, b: Buffer | null, c: number, d: number]
  ) => number,
  madvise: library.func('int madvise(unsigned long address, size_t length, int advice)') as (
    address: bigint,
    length: bigint,
    advice: number,
  ) => number,
};

const killSignal = 9;

/** fork(2): 0 in the child, whose only thread is the one that called. */
export const { fork, prctl, madvise } = functions;

/** Ends this process as SIGKILL does: at once, without a handler. Node's own `process.pid` is the parent's in a child. */
export function killSelf(): void {
  functions.kill(functions.getpid(), killSignal);
}

/** Ends this process without running anything of Node's. */
export function exitNow(status: number): void {
  functions.exit(status);
}

/** SIGALRM ends this process unless it ends before. */
export function endIn(seconds: number): void {
  functions.alarm(seconds);
}

/** Waits for the end of a child: by a signal, or with a status. */
export type End = { readonly signal: number } | { readonly status: number };

export function waitFor(pid: number): End {
  const status: [number] = [0];
  if (functions.waitpid(pid, status, 0) !== pid) throw new Error(`waitpid: errno ${koffi.errno()}`);
  const signal = status[0] & 0x7f;
  return signal === 0 ? { status: (status[0] >> 8) & 0xff } : { signal };
}

export function wasKilled(end: End): boolean {
  return 'signal' in end && end.signal === killSignal;
}

export function addressOf(buffer: Buffer): bigint {
  return koffi.address(buffer);
}
