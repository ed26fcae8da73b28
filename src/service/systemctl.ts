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

/** What systemd has been told of a unit. */
export interface UnitStanding {
  readonly name: string;
  readonly isEnabled: boolean;
  /** It runs, is about to, or has run and stays. */
  readonly isActive: boolean;
}

/** How units stand; where systemd does not run, as in an image, none is active. */
export function standingOf(names: readonly string[]): readonly UnitStanding[] {
  const [enabled, active] = ['is-enabled', 'is-active'].map((verb) => answersTo(verb, names));
  return names.map((name, index) => ({
    name,
    isEnabled: enabled?.[index]?.startsWith('enabled') ?? false,
    isActive: !inactive.includes(active?.[index] ?? ''),
  }));
}

/** `unknown` is what old ones say of a unit that they do not know; without systemd there is no answer. */
const inactive = ['inactive', 'failed', 'unknown', 'offline', ''];

/** A line for each, in their order; the exit status says only whether any of them is so. */
function answersTo(verb: string, names: readonly string[]): readonly string[] {
  const { stdout } = spawnSync('systemctl', [verb, ...names], { encoding: 'utf8' });
  return stdout.trim().split('\n');
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
