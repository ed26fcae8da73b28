import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';

/** Node has no datagrams between processes of a machine, so who receives some is written in Python. */
const receive = `
import json, socket, sys
listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
address = sys.argv[1]
listener.bind('\\0' + address[1:] if address.startswith('@') else address)
print('ready', flush=True)
while True:
    print(json.dumps(listener.recv(65536).decode()), flush=True)
`;

export function hasPython(): boolean {
  return spawnSync('python3', ['--version']).status === 0;
}

/** A socket of datagrams at a path, or at `@` and an abstract name, and what has come in so far. */
export class DatagramListener implements AsyncDisposable {
  readonly address: string;
  readonly #child: ChildProcessByStdio<null, Readable, null>;
  #output = '';

  private constructor(address: string) {
    this.address = address;
    this.#child = spawn('python3', ['-c', receive, address], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => (this.#output += text));
  }

  static async start(address: string): Promise<DatagramListener> {
    const listener = new DatagramListener(address);
    await listener.#until(() => listener.#lines().length > 0);
    return listener;
  }

  received(): readonly string[] {
    return this.#lines()
      .slice(1)
      .map((line) => JSON.parse(line) as string); // as the script above prints it
  }

  /** Waits as long as a test may. */
  async until(isSo: (received: readonly string[]) => boolean): Promise<readonly string[]> {
    await this.#until(() => isSo(this.received()));
    return this.received();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const gone = once(this.#child, 'close');
    this.#child.kill('SIGKILL');
    await gone;
  }

  async #until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await once(this.#child.stdout, 'data'); // oxlint-disable-line eslint/no-await-in-loop -- one after the other
  }

  #lines(): readonly string[] {
    return this.#output.split('\n').slice(0, -1);
  }
}
