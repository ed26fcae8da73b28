import { afterEach, beforeEach, expect, test } from 'vitest';
import { FiguresReader } from '../../../../src/daemon/metrics/figures-reader.ts';
import { manifestName, pinPath } from '../../../../src/state/ids.ts';
import { Directory } from '../directory.ts';

let directory: Directory;
beforeEach(() => {
  directory = new Directory();
});
afterEach(() => directory.remove());

const request = { root: pinPath('/sys/fs/bpf/root'), names: [manifestName('audit')] };
const never = 'setInterval(() => {}, 1000);';

/** Answers with its process id, and how often it was asked, in place of what would be wrong. */
const answers = `
  let asked = 0;
  process.on('message', () => {
    asked += 1;
    process.send({ kind: 'figures', figures: { programs: [], uncounted: process.pid + ' ' + asked } });
  });`;

function reader(script: string, timeoutMs = 60_000): FiguresReader {
  directory.write('worker.mjs', script);
  return new FiguresReader({ script: directory.file('worker.mjs'), timeoutMs });
}

test('it is asked by root and names, and its answer is passed on', async () => {
  using figures = reader(`
    process.on('message', ({ root, names }) => {
      process.send({ kind: 'figures', figures: { programs: [], uncounted: root + ' ' + names } });
    });`);

  expect(await figures.read(request)).toEqual({
    programs: [],
    uncounted: '/sys/fs/bpf/root audit',
  });
});

test('whoever asks meanwhile shares the answer; later it is the same process', async () => {
  using figures = reader(answers);

  const [first, second] = await Promise.all([figures.read(request), figures.read(request)]);
  const third = await figures.read(request);

  expect(second).toBe(first);
  expect(first.uncounted).toMatch(/ 1$/);
  expect(third.uncounted).toBe(first.uncounted?.replace(/ 1$/, ' 2'));
});

test('what it says is wrong is the error, and it stays', async () => {
  using figures = reader(`
    let asked = 0;
    process.on('message', () => {
      asked += 1;
      process.send({ kind: 'failed', message: 'no BPF file system ' + asked });
    });`);

  await expect(figures.read(request)).rejects.toThrow('no BPF file system 1');
  await expect(figures.read(request)).rejects.toThrow('no BPF file system 2');
});

test.each([
  [
    'a crash',
    `process.on('message', () => process.kill(process.pid, 'SIGSEGV'));`,
    /^ended by SIGSEGV$/,
  ],
  [
    'its last words',
    `console.error('free(): bad'); process.exit(7);`,
    /^ended by exit status 7: free\(\): bad$/,
  ],
  ['a file that is not there', `import './nowhere.mjs';`, /^ended by exit status 1/],
])('%s is the error', async (_, script, message) => {
  using figures = reader(script);

  await expect(figures.read(request)).rejects.toThrow(message);
});

test('one that does not answer is killed, and another one is started', async () => {
  using figures = reader(`process.on('message', () => {}); ${never}`, 2000);

  await expect(figures.read(request)).rejects.toThrow('took longer than 2 s, and was killed');
  directory.write('worker.mjs', answers);

  expect((await figures.read(request)).uncounted).toMatch(/ 1$/);
});

test('one that ended by itself is started again', async () => {
  using figures = reader(`${answers} process.on('message', () => process.disconnect());`);

  const first = await figures.read(request);
  const second = await figures.read(request);

  expect(second.uncounted).toMatch(/ 1$/);
  expect(second).not.toEqual(first);
});

test('after the end none is started any more', async () => {
  const figures = reader(`process.on('message', () => {}); ${never}`);
  const reading = figures.read(request).catch((error: unknown) => String(error));

  figures[Symbol.dispose]();

  expect(await reading).toBe('Error: ended by SIGKILL');
});
