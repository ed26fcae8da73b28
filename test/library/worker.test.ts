import { once } from 'node:events';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { Ebpf } from '../../src/bpf/ebpf.ts';
import { errorOf } from './support/errors.ts';
import { objectFile, pinDirectory, renameFiles } from './support/kernel.ts';
import { openObject } from './support/lifecycle.ts';

// Worker threads, which share libbpf with the main thread: they run the built library, since they have no loader for TypeScript.

const library = path.join(import.meta.dirname, '../../dist/bpf/index.js');

test('a worker may not open an object, and the main thread goes on when it has ended', async () => {
  const code = `Ebpf.loadFile(${JSON.stringify(objectFile('lifecycle'))})`;

  const answer = await inWorker(code);

  expect(answer).toMatch(/^UnsupportedError: objects can be opened by the main thread only/);
  using ebpf = openObject();
  ebpf.program('entered').asFEntry().load('vfs_rename');
});

test('a worker reads and counts by pinned maps and programs', async () => {
  using pins = pinDirectory();
  using ebpf = openObject({ pinnedMaps: { runs: `${pins.path}/runs` } });
  const program = ebpf.program('entered').asFEntry();
  program.load('vfs_rename');
  program.pin(`${pins.path}/program`);
  program.attach();
  renameFiles(3);

  const answer = await inWorker(`[
    EbpfMap.fromPin('${pins.path}/runs').get(0),
    FEntry.fromPin('${pins.path}/program').info().name,
  ].join()`);

  expect(answer).toBe('3,entered');
});

test('a worker that reads a ring buffer leaves the main thread its messages', async () => {
  using pins = pinDirectory();
  const pinnedMaps = { events: `${pins.path}/events` };
  using ring = Ebpf.loadFile(objectFile('ring'), { pinnedMaps });

  const answer = await inWorker(
    `String(new RingBuffer(EbpfMap.fromPin('${pins.path}/events')).close())`,
  );

  expect(answer).toBe('undefined');
  expect(ring.map('events').info().type).toBe('ringbuf');
  const error = errorOf(() => Ebpf.load(Buffer.from('text')));
  expect(error.log).toContain('libbpf');
});

/** What some JavaScript gives in a worker, as text, once that has ended. */
async function inWorker(code: string): Promise<unknown> {
  const worker = new Worker(
    `import('${library}').then(({ Ebpf, EbpfMap, FEntry, RingBuffer }) => ${code}).catch(String).then((answer) =>
       require('node:worker_threads').parentPort.postMessage(answer))`,
    { eval: true },
  );
  const exited = once(worker, 'exit');
  const [answer] = (await once(worker, 'message')) as readonly unknown[]; // what it was sent
  await exited;
  return answer;
}
