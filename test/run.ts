import { readdirSync } from 'node:fs';
import { prepareDebianTree } from './vm/debian-tree.ts';
import { prepareBoot } from './vm/run-in-vm.ts';
import { UnavailableError } from './vm/tool.ts';
import { describeStep, type Outcome, type Step, step } from './run/step.ts';
import { check, hostSuites, isCi, vmSuites } from './run/suites.ts';
import { describeTotals, oneFailure, sum } from './run/totals.ts';

const onRealKernel = ['contract', 'library', 'e2e', 'faults', 'vm'];

const controller = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(name, () => controller.abort());

const steps = await runAll(controller.signal);
const totals = sum(steps.map((done) => done.totals));
process.stdout.write(`\n${steps.map(describeStep).join('\n')}\n\n${describeTotals(totals)}\n`);
process.exitCode = totals.failed === 0 ? 0 : 1;

async function runAll(signal: AbortSignal): Promise<readonly Step[]> {
  const absent = await whyNot(() => prepareBoot(undefined));
  const absentTree = absent ?? (await whyNot(prepareDebianTree));
  const onHost = [
    'unit',
    'property',
    'contract',
    'package',
    ...(absent === undefined ? ['vm'] : []),
  ];
  const works: readonly (readonly [string, () => Promise<Outcome>])[] = [
    ['format', () => check('check:format', signal)],
    ['lint', () => check('check:lint', signal)],
    ['types', () => check('check:types', signal)],
    ['dead code', () => check('check:dead', signal)],
    [`host suites (${onHost.join(', ')})`, () => hostSuites(onHost, signal)],
    ...(absentTree === undefined
      ? [['debian package', () => check('build:deb', signal)] as const]
      : []),
    [
      'suites on a real kernel',
      () =>
        absent === undefined
          ? vmSuites(signal, absentTree === undefined)
          : leaveOut(absent, onRealKernel),
    ],
    ...(absentTree === undefined
      ? []
      : [['suite under systemd', () => leaveOut(absentTree, ['service'])] as const]),
  ];
  const done: Step[] = [];
  for (const [name, work] of works) {
    if (!signal.aborted) done.push(await step(name, work)); // one after the other
  }
  if (signal.aborted)
    done.push({ name: 'interrupted', seconds: 0, totals: oneFailure, remark: '' });
  return done;
}

// What this machine lacks; anything else that goes wrong is a failure of the suite itself, which will say so.
async function whyNot(prepare: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await prepare();
    return undefined;
  } catch (error) {
    return error instanceof UnavailableError ? error.message : undefined;
  }
}

/** A machine without what the VM takes: a failure where nobody reads the output, and there each file counts as one. */
async function leaveOut(reason: string, suites: readonly string[]): Promise<Outcome> {
  const files = suites
    .flatMap((name) => readdirSync(`test/${name}`, { recursive: true, encoding: 'utf8' }))
    .filter((path) => path.endsWith('.test.ts')).length;
  const remark = `no virtual machine: ${reason}`;
  const skipped = { passed: 0, failed: 0, skipped: files };
  return await Promise.resolve({ totals: isCi() ? oneFailure : skipped, remark });
}
