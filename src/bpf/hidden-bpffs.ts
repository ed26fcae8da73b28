import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { coveredBpffs, deviceText, parseMounts } from './mounts.ts';

/** The mount point of a BPF file system over which something else is mounted, so that a directory is not in it. */
export function hiddenBpffs(directory: string): string | undefined {
  const mounts = parseMounts(readFileSync('/proc/self/mountinfo', 'utf8'));
  return coveredBpffs(mounts, directory, deviceText(nearestDevice(directory)));
}

function nearestDevice(directory: string): number {
  const found = statSync(directory, { throwIfNoEntry: false });
  return found?.dev ?? nearestDevice(path.dirname(directory));
}
