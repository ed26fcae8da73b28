import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { isCi } from '../run/suites.ts';
import { prepareDebianTree } from '../vm/debian-tree.ts';
import { defaultDeadlines, defaultMachine, runInVm } from '../vm/run-in-vm.ts';
import { UnavailableError } from '../vm/tool.ts';

const disk = mkdtempSync(join(tmpdir(), 'fentryctl-disk-'));
afterAll(() => rmSync(disk, { recursive: true }));

const install = `
set -e
program=/opt/fentryctl
mkdir -p $program/dist $program/node_modules /etc/fentryctl
cp -r dist/command $program/dist/
cp package.json $program/
cp -r node_modules/koffi node_modules/@koromix $program/node_modules/
cp test/objects/counter.bpf.o /etc/fentryctl/it.bpf.o
cat >/etc/fentryctl/manifest.yaml <<END
version: 1
name: service
objects:
  it:
    file: it.bpf.o
    programs: { count_first: vfs_link }
END
node $program/dist/command/main.cjs install >/dev/null
systemctl enable fentryctl.service fentryctl-apply.service 2>/dev/null
mkdir -p "$1/opt" "$1/etc/systemd"
cp -a $program "$1/opt/"
cp -a /etc/fentryctl "$1/etc/"
cp -a /etc/systemd/system "$1/etc/systemd/"
rm "$1"/etc/systemd/system/fentryctl-vm.service
systemctl is-enabled fentryctl.service fentryctl-apply.service
bpftool link list
`;

const look = `
systemctl is-system-running --wait
systemctl is-active fentryctl.service fentryctl-apply.service
systemctl show --property StatusText --value fentryctl.service
systemd-analyze critical-chain --no-pager basic.target
bpftool link list | grep -c ': tracing '
`;

const absent = await whyNoTree();

test.skipIf(absent !== undefined)(
  `after a reboot the programs are attached before ordinary services start, and stay${absent ?? ''}`,
  async () => {
    const first = await boot(['bash', '-c', install, 'bash', disk]);
    const second = await boot(['bash', '-c', look], disk);

    expect(first).toBe('enabled\nenabled\n');
    expect(second).toContain('running\nactive\nactive\n');
    expect(second).toMatch(/^service: as its manifest says \(load=0 attach=0 .*unchanged=1\)$/m);
    expect(second).toMatch(/fentryctl-apply\.service/);
    expect(second).toMatch(/\n1\n$/);
  },
  300_000,
);

/** What this machine lacks; a failure where nobody reads the output. */
async function whyNoTree(): Promise<string | undefined> {
  try {
    await prepareDebianTree();
    return undefined;
  } catch (error) {
    if (error instanceof UnavailableError && !isCi()) return ` (${error.message})`;
    throw error;
  }
}

/** What the command prints in a Debian of its own, which must succeed. */
async function boot(argv: readonly string[], earlier?: string): Promise<string> {
  let output = '';
  const result = await runInVm(
    {
      argv,
      directory: process.cwd(),
      environment: {},
      shares: [disk],
      systemd: true,
      ...(earlier === undefined ? {} : { disk: earlier }),
      kernel: undefined,
      acceleration: undefined,
      machine: { ...defaultMachine, memory: '2G' },
      deadlines: defaultDeadlines,
    },
    { onNote: () => undefined, onOutput: (bytes) => (output += Buffer.from(bytes).toString()) },
  );
  expect(result, `${output}\n${result.console}`).toMatchObject({ kind: 'exited', status: 0 });
  return output;
}
