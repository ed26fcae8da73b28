import path from 'node:path';
import { ExitStatus } from '../base/errors.ts';
import { isSystemdRunning, standingOf, systemctl, systemdVersion } from '../service/systemctl.ts';
import { packagedUnit } from '../service/packaged-units.ts';
import { carryOut, requireWritable, uninstalling } from '../service/unit-files.ts';
import { unitNames } from '../service/units.ts';
import type { Context } from './context.ts';
import { noSystemd, unitDirectory } from './install.ts';
import { toJson } from './output/json.ts';
import { renderUninstalled } from './output/service.ts';

/**
 * `fentryctl uninstall`: stops and disables what `install` put in place, and takes that away. Programs stay attached, and
 * manifests where they are.
 */
export function uninstall({ options, out }: Context): ExitStatus {
  const changes = uninstalling(unitDirectory, unitNames, options.force);
  if (systemdVersion() === undefined) throw noSystemd();
  const gone = changes.filter(({ action }) => action === 'remove');
  const names = gone.map(({ path: file }) => path.basename(file));
  const reloads = gone.length > 0 && isSystemdRunning();
  const before = names.length > 0 ? standingOf(names) : [];
  if (!options.dryRun && gone.length > 0) {
    requireWritable(unitDirectory);
    systemctl('disable', ...(reloads ? ['--now'] : []), ...names);
    carryOut(changes);
    if (reloads) systemctl('daemon-reload');
  }
  const packaged = unitNames.flatMap((name) => packagedUnit(name) ?? []);
  const facts = {
    dry_run: options.dryRun,
    stopped: before.flatMap(({ name, isActive }) => (isActive ? [name] : [])),
    disabled: before.flatMap(({ name, isEnabled }) => (isEnabled ? [name] : [])),
    units: changes,
    packaged,
    daemon_reload: reloads,
  };
  out(options.json ? toJson(facts) : renderUninstalled(facts));
  return ExitStatus.done;
}
