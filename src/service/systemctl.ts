import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { FailedError } from '../base/errors.ts';

/** The version of systemd that is installed, e.g. 252; `undefined` where none is. */
export function systemdVersion(): number | undefined {
  const { status, stdout } = spawnSync('systemctl', ['--version'], { encoding: 'utf8' });
  const [, version] = /^systemd (\d+)/.exec(status === 0 ? stdout : '') ?? [];
  return version === undefined ? undefined : Number(version);
}

/** Whether it runs this machine, as opposed to being installed in an image or a container (sd_booted(3)). */
export function isSystemdRunning(): boolean {
  return existsSync('/run/systemd/system');
}

/** Runs systemctl; throws a `FailedError` with what it said. */
export function systemctl(...args: readonly string[]): void {
  const { status, stderr, error } = spawnSync('systemctl', args, { encoding: 'utf8' });
  if (error === undefined && status === 0) return;
  throw new FailedError(`"systemctl ${args.join(' ')}" failed`, {
    hint: stderr?.trim().split('\n')[0],
    log: stderr,
    cause: error,
  });
}
