import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';

/** The built command. */
export const main = join(import.meta.dirname, '../../../dist/command/main.cjs');

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built command, as a user would, and waits for its end. */
export function fentryctl(...args: readonly string[]): Ended {
  return run(process.execPath, [main, ...args]);
}

/** Runs the built command as a user without any capability. */
export function fentryctlAsNobody(...args: readonly string[]): Ended {
  const options = { encoding: 'utf8', uid: 65534, gid: 65534 } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], options);
  return { status, stdout, stderr };
}

/** Runs the built command as root without a capability, e.g. `sys_admin`. */
export function fentryctlWithout(capability: string, ...args: readonly string[]): Ended {
  return run('setpriv', [`--bounding-set=-${capability}`, process.execPath, main, ...args]);
}

/** The answer of a command that must succeed, read from its JSON. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- each caller names the shape of its answer
export function fentryctlJson<Answer>(...args: readonly string[]): Answer {
  const { status, stdout, stderr } = fentryctl(...args, '--json');
  if (stdout === '')
    throw new Error(`fentryctl ${args.join(' ')} printed nothing, exit ${status}\n${stderr}`);
  return JSON.parse(stdout) as Answer; // the caller names the shape and asserts on what is in it
}

/** Starts the built command and leaves it running; the caller ends it. */
export function startFentryctl(...args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
}

/** What a child has printed so far, to both streams. */
export function collect(child: ChildProcess): () => string {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (part: string) => (text += part));
  }
  return () => text;
}

export function run(command: string, args: readonly string[]): Ended {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    maxBuffer: 2 ** 28, // a journal after a thousand edits is long
  });
  if (error !== undefined) throw error;
  return { status, stdout, stderr };
}
