import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Ended } from './fentryctl.ts';

/** What the command is bundled from. */
const main = join(import.meta.dirname, '../../../dist/cli/main.js');

/** Runs main.js once for each message. With another query it is another module to Node, and runs again. */
const runForever = `
  let runs = 0;
  process.on('message', async (args) => {
    const output = { stdout: '', stderr: '' };
    for (const name of Object.keys(output)) {
      process[name].write = (text) => {
        output[name] += text;
        return true;
      };
    }
    process.argv = [process.execPath, '${main}', ...args];
    process.exitCode = undefined;
    const { end } = await import('${pathToFileURL(main).href}?run=' + runs++);
    await end;
    const status = process.exitCode ?? null;
    process.exitCode = 0;
    process.send({ status, ...output });
  });
  process.send('ready');
`;

/**
 * A process of its own that runs what was built again and again, one run after the other. What is left out of a run
 * is the start of Node and the reading of modules and BTF, which takes most of its time in the virtual machine; between
 * two runs it holds no lock.
 */
export class CliProcess implements Disposable {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  static async start(): Promise<CliProcess> {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', runForever], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    await once(child, 'message'); // it is ready
    return new CliProcess(child);
  }

  /** What one run of `fentryctl` with these arguments prints, and its exit status; rejects if it was killed. */
  async run(...args: readonly string[]): Promise<Ended> {
    const over = new AbortController();
    try {
      const answer = once(this.#child, 'message', { signal: over.signal });
      const end = once(this.#child, 'exit', { signal: over.signal }).then(killed);
      this.#child.send(args);
      const [ended] = (await Promise.race([answer, end])) as readonly unknown[];
      return ended as Ended; // as it sends it
    } finally {
      over.abort();
    }
  }

  /** Its answer, read from JSON, whatever the exit status. */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- each caller names the shape of its answer
  async json<Answer>(...args: readonly string[]): Promise<Answer> {
    const { status, stdout, stderr } = await this.run(...args, '--json');
    if (stdout !== '') return JSON.parse(stdout) as Answer; // the caller names the shape and asserts on what is in it
    throw new Error(`fentryctl ${args.join(' ')} printed nothing, exit ${status}\n${stderr}`);
  }

  /** At once, with whatever it holds. */
  async kill(): Promise<void> {
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }

  [Symbol.dispose](): void {
    this.#child.kill('SIGKILL');
  }
}

function killed(): never {
  throw new Error('killed in the middle of a run');
}

const pool: CliProcess[] = [];

/** So many processes, which every test of a file shares; their first run is slow. */
export async function cliProcesses(count: number): Promise<readonly CliProcess[]> {
  while (pool.length < count) pool.push(await CliProcess.start()); // oxlint-disable-line eslint/no-await-in-loop -- one processor
  return pool.slice(0, count);
}

/** One of them that is not shared any more: the caller ends it. The first one stays. */
export async function takeCliProcess(): Promise<CliProcess> {
  return (pool.length > 1 ? pool.pop() : undefined) ?? (await CliProcess.start());
}

export function endCliProcesses(): void {
  for (const process of pool.splice(0)) process[Symbol.dispose]();
}
