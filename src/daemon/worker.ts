import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { ExitStatus } from '../base/errors.ts';
import type { Ending } from './ending.ts';
import { failedEnding } from './ending.ts';
import type { FoundNames, FromWorker, Job, ToWorker } from './messages.ts';
import type { Watched } from './watched.ts';

export interface WorkerOptions {
  readonly job: Job;
  /** Whether what it prints is to have colours. */
  readonly colour: { readonly out: boolean; readonly err: boolean };
  /** It is stopped after so many milliseconds, and killed when it does not heed that. */
  readonly timeoutMs: number;
  /** How long one whose time is over may roll back. */
  readonly graceMs: number;
}

export interface Task {
  /** Aborts when it is to end early, rolled back. */
  readonly signal: AbortSignal;
  /** Watches all that; what changes afterwards will be noticed. */
  readonly follow: (watched: Watched) => Promise<void>;
  /** Takes notice of the names of manifests; returns those that have the same name as this one. Without it, none has. */
  readonly claim?: ((names: FoundNames) => readonly string[]) | undefined;
}

/** The last of what it said, when it did not live to tell how it ended. */
const mostStderr = 4096;

/** Starts a process that waits for a job: what it runs, and the arguments of that. */
export function startWorker(script: string, args: readonly string[]): ChildProcess {
  return fork(script, args, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], execArgv: [] });
}

/**
 * Converges in such a process, which has done nothing yet: whatever becomes of that, a crash of libbpf, memory that runs out, a program that the
 * verifier takes minutes for, it is how this convergence ended, and nothing else.
 */
export async function converge(
  child: ChildProcess,
  options: WorkerOptions,
  task: Task,
): Promise<Ending> {
  const { job, colour } = options;
  const said = collect(child);
  const heard = listen(child, task);
  const limits = limit(child, options, task.signal);
  send(child, { kind: 'start', job, colour });
  try {
    const exit = await exitOf(child);
    const ending = heard() ?? unheard(exit, task.signal, said());
    return limits.isOver() ? tooLong(ending, heard() === undefined, options.timeoutMs) : ending;
  } finally {
    limits.lift();
  }
}

interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly error?: Error;
}

/** Also when it could not be started. */
async function exitOf(child: ChildProcess): Promise<Exit> {
  try {
    const [code, signal] = (await once(child, 'close')) as [Exit['code'], Exit['signal']]; // see ChildProcess 'close'
    return { code, signal };
  } catch (error) {
    return {
      code: null,
      signal: null,
      error: error instanceof Error ? error : new Error(String(error)),
    };
  }
}

/** One that was stopped before it could say anything has done nothing. */
function unheard(exit: Exit, signal: AbortSignal, said: string): Ending {
  const wasStopped = signal.aborted && exit.signal === 'SIGTERM';
  const status = ExitStatus.failed;
  if (wasStopped) return failedEnding({ message: 'stopped before it began', status });
  return failedEnding({ message: describe(exit), status, fate: 'killed', isPassing: true }, said);
}

function describe({ code, signal, error }: Exit): string {
  if (error !== undefined) return `cannot start a process to converge in: ${error.message}`;
  return `the process that converged ended by ${signal ?? `exit status ${code}`}; what it left is mended by the next one`;
}

function tooLong(ending: Ending, wasKilled: boolean, timeoutMs: number): Ending {
  const limitText = `took longer than ${timeoutMs / 1000} s`;
  if (ending.error === undefined) return ending; // it was done just before it was told to stop
  const { message, status } = ending.error;
  const fate = 'timeout';
  const isPassing = true; // the machine may have been busy
  if (!wasKilled)
    return { ...ending, error: { message: `${limitText}: ${message}`, status, fate, isPassing } };
  const text = `${limitText}, and was killed; what it left is mended by the next one`;
  return failedEnding({ message: text, status: ExitStatus.failed, fate, isPassing });
}

/** Answers its messages; returns how it said that it ended. */
function listen(child: ChildProcess, task: Task): () => Ending | undefined {
  let ending: Ending | undefined;
  child.on('message', (message: FromWorker) => {
    if (message.kind === 'ended') ending = message.ending;
    else void answer(message, task).then((go) => send(child, go));
  });
  return () => ending;
}

async function answer(
  { watched, names }: Extract<FromWorker, { kind: 'watched' }>,
  { follow, claim }: Task,
): Promise<ToWorker> {
  await follow(watched);
  return { kind: 'go', rivals: claim?.(names) ?? [] };
}

/** One that is gone hears nothing, which its exit tells. */
function send(child: ChildProcess, message: ToWorker): void {
  if (child.connected) child.send(message, () => undefined);
}

function collect(child: ChildProcess): () => string {
  let text = '';
  child.stderr?.setEncoding('utf8').on('data', (part: string) => {
    text = `${text}${part}`.slice(-mostStderr);
  });
  return () => text;
}

/** Stops it when it is told to, or when its time is over; kills it when it does not heed that. */
function limit(child: ChildProcess, { timeoutMs, graceMs }: WorkerOptions, signal: AbortSignal) {
  let isOver = false;
  let killer: NodeJS.Timeout | undefined;
  const timer = setTimeout(() => {
    isOver = true;
    child.kill('SIGTERM');
    killer = setTimeout(() => child.kill('SIGKILL'), graceMs);
  }, timeoutMs);
  const told = (): void => {
    child.kill('SIGTERM'); // and takes the time it needs, within its limit
  };
  signal.addEventListener('abort', told);
  if (signal.aborted) told();
  return {
    isOver: () => isOver,
    lift: () => {
      clearTimeout(timer);
      clearTimeout(killer);
      signal.removeEventListener('abort', told);
    },
  };
}
