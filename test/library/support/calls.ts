import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';

/** Renames one directory to and fro as fast as it can, from the word "go" until the end of its input; then says how often. */
const rename = `
  const { mkdirSync, mkdtempSync, renameSync, rmSync } = require('node:fs');
  const directory = mkdtempSync('/tmp/renaming-');
  const places = [directory + '/there', directory + '/back'];
  mkdirSync(places[1]);
  let made = 0;
  let isOver = false;
  const renameSome = () => {
    for (let turn = 0; turn < 10; turn += 1, made += 1) {
      renameSync(places[(made + 1) % 2], places[made % 2]);
    }
    if (!isOver) return void setImmediate(renameSome);
    rmSync(directory, { recursive: true });
    process.stdout.write(String(made));
  };
  process.stdin.once('data', renameSome);
  process.stdin.once('end', () => (isOver = true));
  process.stdout.write('ready\\n');
`;

/** Calls of vfs_rename by another process, which counts them itself. */
export class Calls implements Disposable {
  readonly #child: ChildProcess & { readonly stdin: NodeJS.WritableStream };
  readonly #said: AsyncIterator<string>;

  private constructor() {
    const child = spawn(process.execPath, ['-e', rename], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child = child;
    this.#said = child.stdout.setEncoding('utf8')[Symbol.asyncIterator]() as AsyncIterator<string>; // text, by setEncoding
  }

  /** A process that is ready, and has made no call yet. */
  static async prepare(): Promise<Calls> {
    const calls = new Calls();
    await calls.#said.next();
    return calls;
  }

  begin(): void {
    this.#child.stdin.write('go');
  }

  /** How many calls were made, once the last is over. */
  async end(): Promise<number> {
    this.#child.stdin.end();
    const said = await this.#said.next();
    return said.done === true ? Number.NaN : Number(said.value);
  }

  [Symbol.dispose](): void {
    this.#child.kill('SIGKILL');
  }
}
