import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

const copies = '/run/bench-copies';
const trace = '/run/bench-trace';
const local = new Set<string>();

/**
 * Copies all files that a command opens into memory, and mounts each over its original: files of the host take a time to
 * open that is the host's, and that a clock that counts instructions runs through in leaps.
 */
export function localise(command: readonly string[]): void {
  for (const file of filesOpenedBy(command)) {
    if (local.has(file) || !isOfHost(file)) continue;
    local.add(file);
    const copy = copies + file;
    mkdirSync(dirname(copy), { recursive: true });
    copyFileSync(file, copy);
    spawnSync('mount', ['--bind', copy, file]);
  }
}

/** By their own names: a mount follows symbolic links. */
function filesOpenedBy(command: readonly string[]): readonly string[] {
  const calls = 'trace=execve,open,openat';
  spawnSync('strace', ['-f', '-y', '-z', '-qq', '-e', calls, '-o', trace, ...command], {
    stdio: 'ignore',
  });
  const text = readFileSync(trace, 'utf8');
  const opened = [...text.matchAll(/ = \d+<([^>]+)>$/gm)].map(([, file = '']) => file);
  const executed = [...text.matchAll(/execve\("([^"]+)"/g)].map(([, file = '']) => file);
  return [...new Set([...opened, ...executed])];
}

function isOfHost(file: string): boolean {
  if (/^\/(?:proc|sys|dev|run|tmp)\//.test(file) && !file.startsWith(process.cwd())) return false;
  return existsSync(file) && statSync(file).isFile();
}
