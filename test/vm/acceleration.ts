import {
  accessSync,
  constants,
  existsSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import { cacheDirectory } from './cache.ts';
import type { Acceleration, Machine } from './qemu-arguments.ts';

const probeLimit = 15_000;

/**
 * KVM only where a guest was seen to come up and go down under it: there are hosts that have `/dev/kvm` and whose
 * guests hang. The verdict is kept for each release of the host's kernel.
 */
export async function chooseAcceleration(
  machine: Machine,
  boots: (limit: number) => Promise<boolean>,
): Promise<Acceleration> {
  // Counting instructions is what emulation can and KVM cannot.
  if (machine.icount || !kvmIsOpen()) return 'emulation';
  const path = verdictPath();
  if (!existsSync(path)) keep(path, (await boots(probeLimit)) ? 'kvm' : 'emulation');
  return readFileSync(path, 'utf8').trim() === 'kvm' ? 'kvm' : 'emulation';
}

/** Where the verdict is kept; to ask again, remove it. */
function verdictPath(): string {
  return join(cacheDirectory(), `acceleration-${release()}`);
}

function kvmIsOpen(): boolean {
  try {
    accessSync('/dev/kvm', constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function keep(path: string, verdict: Acceleration): void {
  const unfinished = `${path}.${String(process.pid)}`;
  writeFileSync(unfinished, `${verdict}\n`);
  renameSync(unfinished, path);
}
