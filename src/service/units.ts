import path from 'node:path';
import { hardening } from './hardening.ts';
import { commandWord, unitWord } from './unit-syntax.ts';

/** What the units are made of. */
export interface UnitFacts {
  /** Program, and what stands before the name of our command, e.g. `/usr/bin/node …/main.cjs`; absolute. */
  readonly command: readonly [program: string, ...first: readonly string[]];
  /** Absolute; a manifest, or a folder of them. */
  readonly manifest: string;
  readonly isFolder: boolean;
  /** Of systemd, e.g. 252; `undefined` where it is not known. */
  readonly systemd: number | undefined;
}

/** Its name, and what is in it. */
export interface Unit {
  readonly name: string;
  readonly text: string;
}

/** What is followed unless another is named. */
export const defaultManifest = '/etc/fentryctl/manifest.yaml';

export const watchUnitName = 'fentryctl.service';
export const applyUnitName = 'fentryctl-apply.service';
export const unitNames = [watchUnitName, applyUnitName] as const;

/** Both services of a manifest, or a folder of them. */
export function unitsFor(facts: UnitFacts): readonly Unit[] {
  return [
    { name: watchUnitName, text: watchUnit(facts) },
    { name: applyUnitName, text: applyUnit(facts) },
  ];
}

/** `Type=notify-reload` came with systemd 253: `systemctl reload` then ends when the convergence has. */
export function serviceType(systemd: number | undefined): 'notify' | 'notify-reload' {
  return systemd !== undefined && systemd >= 253 ? 'notify-reload' : 'notify';
}

function watchUnit(facts: UnitFacts): string {
  const type = serviceType(facts.systemd);
  return `\
[Unit]
Description=eBPF programs, attached as a manifest says (fentryctl watch)
${mounts(facts)}
After=sys-kernel-tracing.mount
StartLimitIntervalSec=60
StartLimitBurst=5

[Service]
Type=${type}
NotifyAccess=main
ExecStart=${commandLine(facts, 'watch')}
${type === 'notify' ? 'ExecReload=kill -HUP $MAINPID\n' : ''}\
# The first convergence has 60 s, and 5 s more to roll back.
TimeoutStartSec=120
WatchdogSec=60
Restart=on-failure
RestartSec=1
# Wrong usage, a kernel or host that cannot, a missing privilege: starting again cures none of them.
RestartPreventExitStatus=64 69 77
# Convergences are processes of their own, and the watch outlives them.
OOMPolicy=continue

${hardening}

[Install]
WantedBy=multi-user.target
`;
}

/** Early: after the file systems are there, and before any service that does not say otherwise. */
function applyUnit(facts: UnitFacts): string {
  return `\
[Unit]
Description=eBPF programs, attached once as a manifest says (fentryctl apply)
DefaultDependencies=no
${mounts(facts)}
After=local-fs.target sys-kernel-tracing.mount systemd-modules-load.service
Before=sysinit.target shutdown.target ${watchUnitName}
Conflicts=shutdown.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=${commandLine(facts, 'apply')}
ExecReload=${commandLine(facts, 'apply')}
TimeoutStartSec=120

${hardening}

[Install]
WantedBy=sysinit.target
`;
}

/** A folder may be a mount itself, and would be empty without it. */
function mounts({ manifest, isFolder }: UnitFacts): string {
  const folder = isFolder ? manifest : path.posix.dirname(manifest);
  return `RequiresMountsFor=/sys/fs/bpf ${unitWord(folder)}`;
}

function commandLine({ command: [program, ...first], manifest }: UnitFacts, verb: string): string {
  return [unitWord(program), ...[...first, verb, manifest].map(commandWord)].join(' ');
}
