import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '../../e2e/support/fentryctl.ts';
import { pins, root, tracingLinks, until } from '../../e2e/support/kernel.ts';
import { pause, randomNumbers } from '../../e2e/together/random.ts';
import {
  cleanUp,
  dropIn,
  fentryctl,
  manifest,
  property,
  putInPlace,
  removeUnits,
  systemctl,
  untilProperty,
  watchUnit,
} from '../support/service.ts';
import type { Good } from './edits.ts';
import { anyGood, home, mistakes, pick, write } from './edits.ts';
import { holdings, openFiles, Tally } from './figures.ts';
import { Life } from './life.ts';

/** `npm run test:service` makes a thousand. */
const edits = Number(process.env['FENTRYCTL_EDITS'] ?? '6');
/** The last of them are the life of one and the same watch, which nobody kills: its memory is looked at. */
const lived = Math.ceil(edits / 3);
/** After so many, the kernel is looked at; and in that life, to have some forty samples. */
const lookEvery = 25;
const sampleEvery = Math.max(2, Math.ceil(lived / 40));
/** What V8 leaves of its breathing in a mean of ten samples; a leak that is worth the name is more. */
const mostGrowth = 0.05;

const random = randomNumbers(2026);
const tally = new Tally();

beforeAll(() => {
  putInPlace();
  fentryctl('install');
  // It is killed more often than systemd would start it again.
  dropIn(watchUnit, '[Unit]\nStartLimitIntervalSec=0\n');
});
afterAll(() => {
  cleanUp();
  removeUnits();
});

test(
  `${edits} edits, good and bad, and kills: in the end all is as the last good manifest says, and nothing is left over`,
  { timeout: 7_200_000 },
  async () => {
    write(home);
    const started = systemctl('start', watchUnit);
    await settled(home);
    const before = { ...holdings(), files: openFiles(property('MainPID')) };

    await editAndDisturb(edits - lived);
    const life = await liveThrough(lived);
    write(home);
    await settled(home);
    const pid = property('MainPID');
    const after = { ...holdings(), files: openFiles(pid) };

    process.stdout.write(`${tally.text()}\n${JSON.stringify(after)}\n${life.text()}\n`);
    expect(started).toMatchObject({ status: 0, stderr: '' });
    expect(after).toEqual(before);
    expect(run('pgrep', ['-P', pid]).stdout).toBe('');
    expect(pid).toBe(life.pid);
    expect(life.growth() ?? 0).toBeLessThan(mostGrowth);
  },
);

async function editAndDisturb(count: number): Promise<void> {
  let good = home;
  for (let edit = 1; edit <= count; edit += 1) {
    good = change(good);
    disturb(true);
    await aWhile(); // oxlint-disable-line eslint/no-await-in-loop -- one after the other
    if (edit % lookEvery === 0) await settled(rewritten((good = anyGood(random)))); // oxlint-disable-line eslint/no-await-in-loop -- one after the other
  }
}

/** The same with a watch that was just started and is spared; its convergences are not. */
async function liveThrough(count: number): Promise<Life> {
  let good = rewritten(anyGood(random));
  systemctl('restart', watchUnit);
  await settled(good);
  const life = new Life(property('MainPID'));
  for (let edit = 1; edit <= count; edit += 1) {
    good = change(good);
    disturb(false);
    await aWhile(); // oxlint-disable-line eslint/no-await-in-loop -- one after the other
    if (edit % sampleEvery !== 0) continue;
    await settled(rewritten((good = anyGood(random)))); // oxlint-disable-line eslint/no-await-in-loop -- one after the other
    life.look(edit + edit / sampleEvery); // the last one too
  }
  return life;
}

/** Often so short that two edits are one for the watch. */
async function aWhile(): Promise<void> {
  await pause(random(2) === 0 ? random(60) : random(3000));
}

/** Returns what is to be attached after it. */
function change(good: Good): Good {
  if (random(3) > 0) {
    tally.add('a good edit');
    return rewritten(anyGood(random));
  }
  const name = pick(Object.keys(mistakes), random);
  tally.add(name);
  write(good);
  mistakes[name]?.(good.text, random);
  return good;
}

function rewritten(good: Good): Good {
  write(good);
  return good;
}

/** Each of these now and then. */
function disturb(mayKill: boolean): void {
  const pid = property('MainPID');
  if (pid === '0') return; // it is about to be started again; and 0 would mean ourselves (kill(2))
  const what = random(8);
  if (what === 0 && mayKill) does('the watch is killed', run('kill', ['-KILL', pid]));
  if (what === 1) does('a convergence is killed', run('pkill', ['-KILL', '-P', pid]));
  if (what === 2) does('the watch is reloaded', run('kill', ['-HUP', pid]));
  if (what === 3 && pins().length > 0) removePin();
}

function does(what: string, { status }: { readonly status: number | null }): void {
  if (status === 0) tally.add(what);
}

function removePin(): void {
  does(
    'a pin, or a directory of them, is removed',
    run('rm', ['-r', join(root, pick(pins(), random))]),
  );
}

/** All is as it says, whatever was in the way; the command itself finds nothing that differs. */
async function settled(good: Good): Promise<void> {
  try {
    await until(`${good.links} links`, () => tracingLinks().length === good.links);
    await untilProperty('ActiveState', /^active$/);
    await until('nothing differs', () => fentryctl('status', manifest.file).status === 0);
  } catch (error) {
    throw new Error(storyOf(good), { cause: error });
  }
  tally.add('all was as the manifest says');
  if (edits > 100) process.stdout.write(`${tally.text()}\n\n`); // for those who wait
}

/** What is to be known of one that did not settle. */
function storyOf({ text }: Good): string {
  const { stdout, stderr } = fentryctl('status', manifest.file);
  const log = run('journalctl', [
    '--unit',
    watchUnit,
    '--lines',
    '60',
    '--output',
    'short-precise',
  ]);
  return [text, stdout, stderr, pins().join('\n'), log.stdout].join('\n');
}
