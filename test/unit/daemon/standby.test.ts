import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Standby } from '../../../src/daemon/standby.ts';

let started: ChildProcess[];
let standby: Standby;
beforeEach(() => {
  started = [];
  standby = new Standby(() => start('cat'));
});
afterEach(() => {
  for (const child of started) child.kill('SIGKILL');
});

function start(program: string): ChildProcess {
  const child = spawn(program);
  started.push(child);
  return child;
}

test('one is prepared, however often it is asked for, and taken once', () => {
  standby.prepare();
  standby.prepare();

  const [first, second] = [standby.take(), standby.take()];

  expect(started).toEqual([first, second]);
});

test('without being prepared, one is started when it is needed', () => {
  expect(started).toEqual([]);

  expect(standby.take()).toBe(started[0]);
});

test('one that did not live is not taken', async () => {
  standby.prepare();
  started[0]?.kill('SIGKILL');
  await once(started[0] as ChildProcess, 'exit'); // it was prepared

  expect(standby.take()).toBe(started[1]);
});

test('one that could not be started is not taken, and does no harm', () => {
  using broken = new Standby(() => start('/nowhere/at/all'));

  broken.prepare();
  const taken = broken.take();
  taken.on('error', () => undefined);

  expect(taken).toBe(started[1]);
});

test('the one that waits ends with it, one that was taken does not', async () => {
  standby.prepare();
  const taken = standby.take();
  standby.prepare();
  const waiting = once(started[1] as ChildProcess, 'exit'); // it was prepared

  standby[Symbol.dispose]();

  expect(await waiting).toEqual([null, 'SIGKILL']);
  expect(taken.signalCode).toBeNull();
});
