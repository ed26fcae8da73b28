import path from 'node:path';
import process from 'node:process';
import { ExitStatus, RefusedError, UnsupportedError } from '../base/errors.ts';
import { manifestsIn } from '../manifest/manifest-folder.ts';
import { isSystemdRunning, systemctl, systemdVersion } from '../service/systemctl.ts';
import { carryOut, installing } from '../service/unit-files.ts';
import { serviceType, unitsFor } from '../service/units.ts';
import type { Context } from './context.ts';
import { toJson } from './output/json.ts';
import { renderInstalled } from './output/service.ts';
import { warningText } from './output/sign.ts';

/** Where an administrator's units are (systemd.unit(5)). */
export const unitDirectory = '/etc/systemd/system';

const defaultManifest = '/etc/fentryctl/manifest.yaml';

/** `fentryctl install`: puts units for systemd in place, which run this very program; enables and starts nothing. */
export function install({ operands, options, out, log }: Context): ExitStatus {
  const [operand = defaultManifest] = operands;
  const manifest = path.resolve(operand);
  const command = [
    process.execPath,
    path.join(import.meta.dirname, '../command/main.cjs'),
  ] as const;
  const hidden = hiddenOf([...command, manifest]);
  if (hidden !== undefined && !options.dryRun) throw hidden;
  if (hidden !== undefined) log(warningText(hidden.message, hidden.hint));
  const systemd = systemdVersion();
  if (systemd === undefined && !options.dryRun) throw noSystemd();
  const isFolder = manifestsIn(operand) !== undefined;
  const units = unitsFor({ command, manifest, isFolder, systemd });
  const changes = installing(unitDirectory, units, options.force);
  const reloads = changes.some(({ action }) => action !== 'none') && isSystemdRunning();
  if (!options.dryRun) {
    carryOut(changes);
    if (reloads) systemctl('daemon-reload');
  }
  const type = serviceType(systemd);
  const facts = { dry_run: options.dryRun, manifest, type, units: changes, daemon_reload: reloads };
  out(options.json ? toJson(facts) : renderInstalled(facts));
  return ExitStatus.done;
}

/** The units have a /tmp of their own, so that nothing that others leave there concerns them. */
function hiddenOf(files: readonly string[]): RefusedError | undefined {
  const hidden = files.find((file) => /^\/(?:var\/)?tmp\//.test(file));
  if (hidden === undefined) return undefined;
  return new RefusedError(`the units could not see "${hidden}": their /tmp is their own`, {
    hint: 'put it elsewhere, e.g. below /opt or /etc',
    refusals: [{ code: 'hidden-file' }],
  });
}

export function noSystemd(): UnsupportedError {
  return new UnsupportedError('this machine has no systemd', {
    hint: '"--dry-run" shows the units; other service managers can run "fentryctl watch" as it is',
  });
}
