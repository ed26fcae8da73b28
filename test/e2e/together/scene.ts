import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { cliProcesses } from '../support/cli-process.ts';
import type { CliProcess } from '../support/cli-process.ts';
import { run } from '../support/fentryctl.ts';
import { bpftool, counters, linkFiles, root, tracingLinks, until } from '../support/kernel.ts';

/** How often each case is played; `npm run test:together` plays more. */
export const rounds = Number(process.env['FENTRYCTL_ROUNDS'] ?? '1');

/** Whether this is the long form. */
export const isLong = rounds >= 10;

/** How many processes there are: the first run of each is slow. */
export const crowd = isLong ? 8 : 4;

/** Milliseconds that a case may take: the first runs of processes are slow. */
export const patience = 300_000 + rounds * 60_000;

/** Nobody gives up before its turn. */
export const waits = ['--lock-timeout', '10m'] as const;

/** What the tests wrap each manifest's two programs in; each has its counter in the map `hits`. */
export const programs = ['count_first: vfs_link', 'count_return: vfs_link'] as const;

export function hitsOf(name: string): string {
  return join(root, name, 'maps/it/hits');
}

/** The report of `apply` and `destroy`, as far as the tests look. */
export interface Report {
  readonly changed?: boolean;
  readonly operations?: readonly Operation[];
  readonly error?: { readonly kind: string; readonly message: string };
}

interface Operation {
  readonly action: string;
  readonly status: string;
  readonly prog_id?: number;
  readonly link_id?: number;
}

interface Status {
  readonly manifests: readonly {
    readonly programs: readonly {
      readonly state: string;
      readonly problem?: string;
      readonly id: number;
      readonly link: { readonly id: number; readonly prog_id: number };
      readonly slot: { readonly map_id: number; readonly prog_id: number };
    }[];
    readonly maps: readonly { readonly id: number }[];
  }[];
}

/** How a run ended, with its report. */
export interface Run extends Report {
  readonly exit: number | null;
}

export async function runOf(cli: CliProcess, ...args: readonly string[]): Promise<Run> {
  const { status, stdout, stderr } = await cli.run(...args, '--json');
  if (stdout === '') throw new Error(`fentryctl ${args.join(' ')} printed nothing: ${stderr}`);
  const report = JSON.parse(stdout) as Report; // what --json prints; asserted on by who asked
  for (const { status: end } of report.operations ?? []) {
    if (status === 0) expect(end, stdout).toBe('done');
  }
  return { exit: status, ...report };
}

/** The first of the processes, for all that is done by one. */
export async function anyCli(): Promise<CliProcess> {
  const [cli] = await cliProcesses(1);
  if (cli === undefined) throw new Error('no process');
  return cli;
}

/** Ids of all programs, links and maps of the machine, whoever made them. */
export interface KernelIds {
  readonly programs: readonly number[];
  readonly links: readonly number[];
  readonly maps: readonly number[];
}

export function kernelIds(): KernelIds {
  const ids = (kind: string): readonly number[] =>
    bpftool<readonly { readonly id: number }[]>(kind, 'list').map(({ id }) => id);
  return { programs: ids('prog'), links: ids('link'), maps: ids('map') };
}

/** The kernel frees what nobody holds any more after a grace period. */
export async function untilOnly(before: KernelIds): Promise<void> {
  const isBack = (): boolean => JSON.stringify(kernelIds()) === JSON.stringify(before);
  await until('nothing is left in the kernel', isBack).catch(() =>
    expect(kernelIds()).toEqual(before),
  );
}

/** Ids of what runs for a manifest. */
export interface Running {
  readonly programs: readonly (readonly [program: number, link: number, slot: number])[];
  readonly maps: readonly number[];
}

/** Asserts that the kernel is exactly as a manifest says, that another apply changes nothing, and tells the ids. */
export async function settled(cli: CliProcess, manifest: string, name: string): Promise<Running> {
  const before = await running(cli, name);
  const again = await runOf(cli, 'apply', manifest, ...waits);
  expect(again).toMatchObject({ exit: 0, changed: false, operations: [] });
  expect(await running(cli, name)).toEqual(before);
  return before;
}

async function running(cli: CliProcess, name: string): Promise<Running> {
  const { manifests } = await cli.json<Status>('status', name);
  const [found] = manifests;
  expect(found?.programs.map(({ state, problem }) => ({ state, problem }))).toEqual(
    programs.map(() => ({ state: 'attached', problem: undefined })),
  );
  const links = tracingLinks().map(({ id, prog_id: program }) => [id, program]);
  for (const { id, link, slot } of found?.programs ?? []) {
    expect(slot.prog_id).toBe(id);
    expect(links).toContainEqual([link.id, link.prog_id]);
  }
  return {
    programs: found?.programs.map(({ id, link, slot }) => [id, link.id, slot.map_id]) ?? [],
    maps: found?.maps.map(({ id }) => id) ?? [],
  };
}

/** Asserts that each program counts each call once. */
export function countsOnce(name: string, step: number): void {
  const before = counters(hitsOf(name));
  linkFiles(3);
  const after = counters(hitsOf(name));
  expect(after.map((count, index) => count - (before[index] ?? 0))).toEqual([
    3 * step,
    3 * step,
    0,
    0,
  ]);
}

const foreign = '/sys/fs/bpf/foreign';

/** Pins that are none of ours, outside of the root. */
export function pinForeignThings(): void {
  mkdirSync(foreign, { recursive: true });
  symlinkSync('somebody', `${foreign}/note`);
  run('bpftool', [
    'map',
    'create',
    `${foreign}/map`,
    ...'type array key 4 value 4 entries 1 name foreign'.split(' '),
  ]);
}

/** Asserts that they are there. */
export function removeForeignThings(): void {
  expect(readdirSync(foreign).toSorted()).toEqual(['map', 'note']);
  rmSync(foreign, { recursive: true });
}

/** Asserts that nothing of ours is pinned, not even a directory. */
export function nothingPinned(): void {
  expect(existsSync(root)).toBe(false);
}
