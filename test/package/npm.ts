import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Runs npm in a directory that is no project, and returns what it printed; throws with its complaint. */
export async function npm(directory: string, ...args: readonly string[]): Promise<string> {
  const quiet = ['--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'];
  const { stdout } = await promisify(execFile)('npm', [...args, ...quiet], { cwd: directory });
  return stdout;
}
