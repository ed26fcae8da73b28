import { accessSync, constants, existsSync, readFileSync, readlinkSync, statfsSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { isBpffs } from '../bpf/bpffs.ts';
import type { BpffsFacts } from './facts.ts';
import { parseMounts } from '../bpf/mounts.ts';

/** What there is of bpffs for pins below `root`. */
export function readBpffs(root: string): BpffsFacts {
  const nearest = nearestExisting(root);
  return {
    root,
    mounts: parseMounts(readFileSync('/proc/self/mountinfo', 'utf8')),
    isBpffs: isBpffs(statfsSync(nearest).type),
    nearest,
    isWritable: mayWrite(nearest),
    sandbox: sandboxOf(process.env),
  };
}

/** A path that may not even be looked at is taken as not there: its parent then says why. */
function nearestExisting(directory: string): string {
  return existsSync(directory) ? directory : nearestExisting(path.dirname(directory));
}

function mayWrite(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** What put this process into a mount namespace of its own, as far as it shows. */
function sandboxOf(environment: NodeJS.ProcessEnv): string | undefined {
  if (environment['KUBERNETES_SERVICE_HOST'] !== undefined) return 'a Kubernetes pod';
  if (existsSync('/.dockerenv')) return 'a Docker container';
  if (existsSync('/run/.containerenv')) return 'a Podman container';
  if (environment['container'] !== undefined) return `a container (${environment['container']})`;
  const isService = environment['INVOCATION_ID'] !== undefined;
  return isService && !isInFirstNamespace() ? "a systemd unit's sandbox" : undefined;
}

/** `true` too where it cannot be told, which takes ptrace access to process 1. */
function isInFirstNamespace(): boolean {
  try {
    return readlinkSync('/proc/self/ns/mnt') === readlinkSync('/proc/1/ns/mnt');
  } catch {
    return true;
  }
}
