import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type * as CheckGlobals from '../../../src/bpf/check-globals.ts';
import type * as Catalog from '../../../src/bpf/catalog/kernel-catalog.ts';
import type * as Inspect from '../../../src/bpf/inspect.ts';
import type * as Kernel from '../../../src/bpf/kernel/libbpf-kernel.ts';
import type { Convergence, ConvergeOptions, Ports } from '../../../src/converge.ts';
import type * as Converge from '../../../src/converge.ts';
import { pinPath } from '../../../src/state/ids.ts';
import { pins, root, until } from '../support/kernel.ts';
import { workspace } from '../support/workspace.ts';
import type { Workspace } from '../support/workspace.ts';
import { pause, randomNumbers } from './random.ts';
import {
  anyCli,
  countsOnce,
  isLong,
  kernelIds,
  nothingPinned,
  patience,
  programs,
  rounds,
  runOf,
  settled,
  untilOnly,
} from './scene.ts';
import { tally } from './tally.ts';

export function operatorCases(): void {
  test('pins removed by hand between two operations: told or repaired', between, patience);
  test('pins removed by hand at any instant: never a corrupt end', anytime, patience);
}

/** What is built, as the processes run it: TypeScript would take a minute to read in the virtual machine. */
async function built<Module>(file: string): Promise<Module> {
  return (await import(join(import.meta.dirname, '../../../dist', file))) as Module; // the caller names the module
}

const { converge, survey, want } = await built<typeof Converge>('converge.js');
const { LibbpfKernel } = await built<typeof Kernel>('bpf/kernel/libbpf-kernel.js');
const { KernelCatalog } = await built<typeof Catalog>('bpf/catalog/kernel-catalog.js');
const { inspect } = await built<typeof Inspect>('bpf/inspect.js');
const { checkGlobals } = await built<typeof CheckGlobals>('bpf/check-globals.js');
const kernel = new LibbpfKernel();
const functions = new KernelCatalog();
const ports: Ports = {
  kernel,
  inspect,
  checkGlobals,
  functions: () => functions,
  links: () => ({ limit: undefined, on: () => undefined }),
  targetObjects: () => ({ moduleBtfId: () => undefined, program: () => ({ none: true }) }),
  ownersCheckedFor: undefined,
};

/** What is removed, and before which operation. */
interface Harm {
  readonly before: number;
  readonly path: string;
}

/** Two states of one manifest; from one to the other a bit of everything is done. */
const states = [
  { object: 'counter', step: 1, first: 'exchange', return: 'overlap' },
  { object: 'counter-v2', step: 1000, first: 'exchange', return: 'exchange' },
] as const;

type State = (typeof states)[number];

/** Each path, a directory with all below it, before each operation of an upgrade and of the way back. */
async function between(): Promise<void> {
  using work = workspace('operator');
  const before = kernelIds();
  const [one, two] = states;
  await change(work, one);
  const counts = [countIds(), 0];
  const harms = [await harmsOf(work, two), []];
  counts[1] = countIds();
  harms[1] = await harmsOf(work, one);
  const most = Math.max(...harms.map(({ length }) => length));
  const every = isLong ? 1 : Math.ceil(most / (rounds * 4));
  for (let index = 0; index < most; index += every) {
    for (const [side, to] of [two, one].entries()) {
      const of = harms[side] ?? [];
      const harm = of[index % of.length];
      if (harm !== undefined) await harmed(work, to, harm);
      await until('nothing is left over', () => countIds() === counts[1 - side]);
    }
  }
  const cli = await anyCli();
  await cli.run('destroy', work.manifest, '--yes');
  nothingPinned();
  await untilOnly(before);
}

async function harmed(work: Workspace, to: State, { before, path }: Harm): Promise<void> {
  const onStart = (_: unknown, index: number): void => {
    if (index === before) rmSync(join(root, path), { recursive: true });
  };
  const what = `${path} before operation ${before}, to ${to.object}`;
  const { report } = await change(work, to, { onStart });
  const { error } = report;
  tally('what was removed between operations', error === undefined ? 'repaired' : 'told');
  if (error !== undefined) {
    expect(error, what).toMatchObject({
      exitStatus: 1,
      message: expect.stringContaining(`"${root}`) as unknown,
    });
  } else expect(left(work), what).toEqual([]);

  const next = await change(work, to);

  expect(next.report.error, what).toBeUndefined();
  expect(left(work), what).toEqual([]);
  countsOnce('operator', to.step);
}

/** The operator is this process, and the run another: what is removed after its last look, it cannot tell. */
async function anytime(): Promise<void> {
  using work = workspace('anytime');
  const before = kernelIds();
  const random = randomNumbers(4);
  const cli = await anyCli();
  work.programs(...programs);
  for (let round = 0; round < rounds; round += 1) {
    const { object, step } = states[round % 2 === 0 ? 0 : 1];
    work.object(object);
    const running = runOf(cli, 'apply', work.manifest);
    for (let removed = 0; removed < 1 + random(3); removed += 1) {
      await pause(random(500));
      removeOne(random);
    }
    const { exit, error } = await running;
    tally('while pins were removed at any instant', exit);
    expect([0, 1], error?.message).toContain(exit);
    if (exit === 1) expect(error?.message).toContain(root);

    expect(await runOf(cli, 'apply', work.manifest)).toMatchObject({ exit: 0 });
    await settled(cli, work.manifest, 'anytime');
    countsOnce('anytime', step);
  }
  await cli.run('destroy', work.manifest, '--yes');
  nothingPinned();
  await untilOnly(before);
}

/** Pin, note or directory with all below it; what is gone by then is gone. */
function removeOne(random: (below: number) => number): void {
  const all = pins();
  const path = all[random(all.length)];
  if (path !== undefined) rmSync(join(root, path), { recursive: true, force: true });
}

async function change(
  work: Workspace,
  to: State,
  options: Partial<ConvergeOptions> = {},
): Promise<Convergence> {
  work.object(to.object);
  work.programs(
    `count_first: { target: vfs_link, replace: ${to.first} }`,
    `count_return: { target: vfs_link, replace: ${to.return} }`,
  );
  return await converge(ports, pinPath(root), work.manifest, { lockTimeoutMs: 0, ...options });
}

/** All that could be removed before each operation; makes the change. */
async function harmsOf(work: Workspace, to: State): Promise<readonly Harm[]> {
  const harms: Harm[] = [];
  const { report } = await change(work, to, {
    onStart: (_, before) => harms.push(...['', ...pins()].map((path) => ({ before, path }))),
  });
  expect(report.error).toBeUndefined();
  return harms;
}

/** What a plan made now would do. */
function left(work: Workspace): readonly unknown[] {
  return survey(ports.kernel, want(ports, pinPath(root), work.manifest)).plan.operations;
}

function countIds(): number {
  const ids = kernelIds();
  return ids.programs.length * 10_000 + ids.links.length * 100 + ids.maps.length;
}
