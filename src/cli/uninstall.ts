import path from 'node:path';
import { ExitStatus } from '../base/errors.ts';
import { isSystemdRunning, systemctl, systemdVersion } from '../service/systemctl.ts';
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
  const disabled = gone.map(({ path: file }) => path.basename(file));
  const reloads = gone.length > 0 && isSystemdRunning();
  if (!options.dryRun && gone.length > 0) {
    requireWritable(unitDirectory);
    systemctl('disable', ...(reloads ? ['--now'] : []), ...disabled);
    carryOut(changes);
    if (reloads) systemctl('daemon-reload');
  }
  const packaged = unitNames.flatMap((name) => packagedUnit(name) ?? []);
  const facts = {
    dry_run: options.dryRun,
    disabled,
    units: changes,
    packaged,
    daemon_reload: reloads,
  };
  out(options.json ? toJson(facts) : renderUninstalled(facts));
  return ExitStatus.done;
}
