import { existsSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { ExitStatus, RefusedError, UnsupportedError } from '../base/errors.ts';
import { manifestsIn } from '../manifest/manifest-folder.ts';
import { isSystemdRunning, systemctl, systemdVersion } from '../service/systemctl.ts';
import { isPackaged, packagedUnit } from '../service/packaged-units.ts';
import type { FileChange } from '../service/unit-files.ts';
import { carryOut, installing } from '../service/unit-files.ts';
import type { Unit } from '../service/units.ts';
import { defaultManifest, serviceType, unitsFor } from '../service/units.ts';
import type { Context } from './context.ts';
import { toJson } from './output/json.ts';
import { renderInstalled } from './output/service.ts';
import { warningText } from './output/sign.ts';

/** Where an administrator's units are (systemd.unit(5)). */
export const unitDirectory = '/etc/systemd/system';

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
  const { changes, packaged } = besidePackage(
    unitsFor({ command, manifest, isFolder, systemd }),
    options.force,
  );
  for (const change of changes) warnOfPackage(change, log);
  const reloads = changes.some(({ action }) => action !== 'none') && isSystemdRunning();
  if (!options.dryRun) {
    carryOut(changes);
    if (reloads) systemctl('daemon-reload');
  }
  const type = serviceType(systemd);
  const facts = {
    dry_run: options.dryRun,
    manifest,
    type,
    units: changes,
    packaged,
    daemon_reload: reloads,
  };
  out(options.json ? toJson(facts) : renderInstalled(facts));
  return ExitStatus.done;
}

/** Units that a package brought, and that run the same, need none of ours: its upgrades would not reach those any more. */
function besidePackage(units: readonly Unit[], force: boolean) {
  const theirs = units.filter(
    (unit) => isPackaged(unit) && !existsSync(path.join(unitDirectory, unit.name)),
  );
  const ours = units.filter((unit) => !theirs.includes(unit));
  return {
    changes: installing(unitDirectory, ours, force),
    packaged: theirs.flatMap(({ name }) => packagedUnit(name) ?? []),
  };
}

/** Of ours, that a package's does not count as long as they are there. */
function warnOfPackage({ path: file }: FileChange, log: Context['log']): void {
  const packaged = packagedUnit(path.basename(file));
  if (packaged === undefined) return;
  const cure = 'fentryctl uninstall takes it away, and leaves the one of the package';
  log(warningText(`"${file}" stands before "${packaged}", which a package brought`, cure));
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
