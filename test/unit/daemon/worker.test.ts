import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Ending } from '../../../src/daemon/ending.ts';
import type { Watched } from '../../../src/daemon/watched.ts';
import { converge, startWorker } from '../../../src/daemon/worker.ts';
import { Directory } from './directory.ts';

let directory: Directory;
beforeEach(() => {
  directory = new Directory();
});
afterEach(() => directory.remove());

/** What a process says that has converged. */
const ended: Ending = {
  plan: { name: 'demo', load: 1, unchanged: 0 },
  operations: 1,
  error: undefined,
  out: 'Applied\n',
  err: '',
};

const tellEnded = `process.send({ kind: 'ended', ending: ${JSON.stringify(ended)} }, () => process.exit(0));`;
const rolledBack = `process.send({ kind: 'ended', ending: { operations: 1, error: { message: 'stopped by SIGTERM', status: 1 }, out: '', err: '' } }, () => process.exit(0));`;
const never = 'setInterval(() => {}, 1000);';

const job = { kind: 'converge', manifest: 'm.yaml', others: [], isOneOfMany: false } as const;

interface Limits {
  readonly timeoutMs?: number;
  readonly graceMs?: number;
  readonly signal?: AbortSignal;
}

/** Runs such a process; `followed` are the files that it named. */
async function run(script: string, limits: Limits = {}) {
  const { timeoutMs = 60_000, graceMs = 60_000, signal = new AbortController().signal } = limits;
  directory.write('worker.mjs', script);
  const followed: string[] = [];
  const options = {
    job,
    colour: { out: false, err: true },
    timeoutMs,
    graceMs,
  };
  const follow = async ({ files }: Watched): Promise<void> => {
    await Promise.resolve();
    followed.push(...files);
  };
  const child = startWorker(directory.file('worker.mjs'), ['watch', 'm.yaml']);
  return { ending: await converge(child, options, { signal, follow }), followed };
}

test('it is given its arguments and colours, its files are watched before it goes on, and its ending is passed on', async () => {
  const { ending, followed } = await run(`
    process.once('message', (start) => {
      const files = [...process.argv.slice(2), String(start.colour.err)];
      process.send({ kind: 'watched', watched: { files, modules: [] } });
      process.once('message', ({ kind }) => { if (kind === 'go') { ${tellEnded} } });
    });`);

  expect(ending).toEqual(ended);
  expect(followed).toEqual(['watch', 'm.yaml', 'true']);
});

test.each([
  ['a crash', `process.kill(process.pid, 'SIGSEGV');`, /ended by SIGSEGV; what it left/],
  ['an end without a word', 'process.exit(7);', /ended by exit status 7/],
  ['a bug', 'throw new TypeError("no such thing");', /ended by exit status 1/],
  ['memory that ran out, as Node ends then', 'process.abort();', /ended by SIGABRT/],
])('%s is how it ended, with the last that it said', async (_, script, message) => {
  const { ending } = await run(`console.error('some last words'); ${script}`);

  expect(ending).toMatchObject({
    plan: undefined,
    operations: 0,
    error: { status: 1, fate: 'killed', isPassing: true },
  });
  expect(ending.error?.message).toMatch(message);
  expect(ending.err).toMatch(/^error: the process that converged ended by/);
});

test('what it said last is kept, for the log', async () => {
  const { ending } = await run(`console.error('free(): invalid pointer'); process.exit(134);`);

  expect(ending.err).toContain('\nfree(): invalid pointer\n');
});

test('it cannot be started', async () => {
  const { ending } = await run('import "./nowhere.mjs";');

  expect(ending.error?.message).toMatch(/ended by exit status 1/);
  expect(ending.err).toContain('nowhere.mjs');
});

test('one that takes too long is stopped, and rolls back', async () => {
  const { ending } = await run(`process.on('SIGTERM', () => { ${rolledBack} }); ${never}`, {
    timeoutMs: 3000, // long enough to have been started
  });

  expect(ending.error).toEqual({
    message: 'took longer than 3 s: stopped by SIGTERM',
    status: 1,
    fate: 'timeout',
    isPassing: true,
  });
});

test('one that does not heed that is killed', async () => {
  const { ending } = await run(`process.on('SIGTERM', () => {}); ${never}`, {
    timeoutMs: 3000,
    graceMs: 10,
  });

  expect(ending.error).toEqual({
    message: 'took longer than 3 s, and was killed; what it left is mended by the next one',
    status: 1,
    fate: 'timeout',
    isPassing: true,
  });
});

test('told to stop, it rolls back in its own time', async () => {
  const stop = new AbortController();
  const script = `process.on('SIGTERM', () => { ${rolledBack} }); process.send({ kind: 'watched', watched: { files: [], modules: [] } }); ${never}`;
  directory.write('worker.mjs', script);

  const ending = await converge(
    startWorker(directory.file('worker.mjs'), []),
    {
      job,
      colour: { out: false, err: false },
      timeoutMs: 60_000,
      graceMs: 0,
    },
    {
      signal: stop.signal,
      follow: async () => {
        await Promise.resolve();
        stop.abort();
      },
    },
  );

  expect(ending.error?.message).toBe('stopped by SIGTERM');
});

test('told to stop before it began, it never does', async () => {
  const { ending } = await run(never, { signal: AbortSignal.abort() });

  expect(ending.error?.message).toBe('stopped before it began');
});
