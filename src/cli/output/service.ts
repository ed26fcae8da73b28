import type { FileChange } from '../../service/unit-files.ts';
import { printable } from './printable.ts';

interface ServiceFacts {
  readonly dry_run: boolean;
  readonly units: readonly FileChange[];
  /** Units of a package, which stay as they are. */
  readonly packaged: readonly string[];
  readonly daemon_reload: boolean;
}

interface InstalledFacts extends ServiceFacts {
  readonly manifest: string;
}

interface UninstalledFacts extends ServiceFacts {
  /** Units that ran until then. */
  readonly stopped: readonly string[];
  /** Units that a boot would have started until then. */
  readonly disabled: readonly string[];
}

/** What `install` did, for people; what it would do, with the text of each unit as `systemctl cat` shows it. */
export function renderInstalled(facts: InstalledFacts): string {
  if (facts.dry_run)
    return [...facts.units.map(wholeUnit), ...facts.packaged.map(fromPackage)].join('\n');
  const next = 'systemctl enable --now fentryctl.service';
  const packaged = facts.packaged.map(fromPackage).join('');
  return `${packaged}${changesOf(facts)}next: "${next}" follows ${printable(facts.manifest)}, from now on and after each boot\n`;
}

/** What `uninstall` did or would do, for people. */
export function renderUninstalled(facts: UninstalledFacts): string {
  const stopped = [...new Set([...facts.stopped, ...facts.disabled])]
    .map((name) => `${endOf(name, facts)} ${name}\n`)
    .join('');
  const packaged = facts.packaged
    .map((path) => `left to its package: ${printable(path)}\n`)
    .join('');
  return `${stopped}${changesOf(facts)}${packaged}what is attached stays attached: "fentryctl destroy NAME" detaches it\n`;
}

/** Nothing is said to have been stopped that did not run. */
function endOf(name: string, { dry_run: isDry, stopped, disabled }: UninstalledFacts): string {
  const words = [
    ...(stopped.includes(name) ? [isDry ? 'stop' : 'stopped'] : []),
    ...(disabled.includes(name) ? [isDry ? 'disable' : 'disabled'] : []),
  ];
  return `${isDry ? 'would ' : ''}${words.join(' and ')}`;
}

function fromPackage(path: string): string {
  return `there, from a package: ${printable(path)}\n`;
}

const words = { write: ['would write', 'wrote'], remove: ['would remove', 'removed'] } as const;

function changesOf({ dry_run: isDry, units, daemon_reload: reloads }: ServiceFacts): string {
  const lines = units.map(({ path, action, text }) => {
    if (action !== 'none') return `${words[action][isDry ? 0 : 1]} ${printable(path)}\n`;
    return `${text === undefined ? 'not there' : 'unchanged'}: ${printable(path)}\n`;
  });
  const reload = isDry ? 'systemd would read' : 'systemd has read';
  return `${lines.join('')}${reloads ? `${reload} its units again\n` : ''}`;
}

function wholeUnit({ path, text, action }: FileChange): string {
  const state = action === 'none' ? ' (unchanged)' : '';
  return `# ${printable(path)}${state}\n${text ?? ''}`;
}
