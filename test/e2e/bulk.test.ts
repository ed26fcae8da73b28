import { afterEach, describe, expect, test } from 'vitest';
import { bpfCalls } from './support/bpf-calls.ts';
import type { BpfCalls } from './support/bpf-calls.ts';
import { collect, fentryctl, main, run, startFentryctl } from './support/fentryctl.ts';
import { clean, pins, tracingLinks, tracingPrograms, until } from './support/kernel.ts';
import type { Workspace } from './support/workspace.ts';
import { workspace } from './support/workspace.ts';

// Many programs at once. What they cost is counted in calls: times on an emulated processor tell nothing.

afterEach(clean);

/**
 * What is spent on each program. A load is two, and a BPF_PROG_BIND_MAP: libbpf relocates only what it then loads, a
 * stand-in. What is made is looked at by its fd, is found by its pin when it is attached, and all pins are read at the end.
 */
const spent = {
  overlap: {
    BPF_PROG_LOAD: 2,
    BPF_PROG_BIND_MAP: 1,
    BPF_LINK_CREATE: 1,
    BPF_OBJ_PIN: 2,
    BPF_OBJ_GET: 3,
    BPF_OBJ_GET_INFO_BY_FD: 5,
  },
  exchange: {
    BPF_PROG_LOAD: 3, // one is the dispatcher
    BPF_PROG_BIND_MAP: 1,
    BPF_LINK_CREATE: 1,
    BPF_MAP_CREATE: 1,
    BPF_MAP_UPDATE_ELEM: 1,
    BPF_MAP_LOOKUP_ELEM: 2,
    BPF_OBJ_PIN: 3,
    BPF_OBJ_GET: 4,
    BPF_OBJ_GET_INFO_BY_FD: 8,
    BPF_PROG_GET_FD_BY_ID: 1,
  },
} as const;

/** The same for one that takes another's place: no link is made, and what is there is read twice. */
const exchanged = {
  BPF_PROG_LOAD: 2,
  BPF_PROG_BIND_MAP: 1,
  BPF_MAP_UPDATE_ELEM: 1,
  BPF_MAP_LOOKUP_ELEM: 4,
  BPF_OBJ_PIN: 1,
  BPF_OBJ_GET: 9,
  BPF_OBJ_GET_INFO_BY_FD: 11,
  BPF_PROG_GET_FD_BY_ID: 2,
};

describe('calls of bpf(2) for each program', () => {
  test.each(['overlap', 'exchange'] as const)('that is attached by %s', (replace) => {
    using work = bulk();

    const few = bpfCalls('apply', work.manifest(2, { replace }));
    clean();
    const many = bpfCalls('apply', work.manifest(6, { replace }));

    expect(perProgram(few, many)).toEqual(spent[replace]);
  });

  test('that is exchanged', () => {
    using work = bulk();
    const [few, many] = [2, 6].map((count) => {
      fentryctl('apply', work.manifest(count, { step: 1 }));
      const calls = bpfCalls('apply', work.manifest(count, { step: 2 }));
      clean();
      return calls;
    }) as [BpfCalls, BpfCalls]; // there are two

    expect(perProgram(few, many)).toEqual(exchanged);
  });

  test('that is there already: each pin is opened once', () => {
    using work = bulk();
    const manifest = work.manifest(6, { replace: 'overlap' });
    fentryctl('apply', manifest);
    const opened = pins().filter((pin) => /\/(?:program|link|hits|rodata)$/.test(pin)).length;

    const again = bpfCalls('apply', manifest);

    expect(again.ended.stdout).toContain('No changes: the kernel matches (6 unchanged)');
    expect(opened).toBe(6 + 6 + 2);
    expect(again.of('BPF_OBJ_GET')).toBe(opened);
    expect(again.of('BPF_PROG_LOAD')).toBe(0);
  });
});

describe('file descriptors', () => {
  test('are held for all that is replaced, beyond the soft limit: Node raises it to the hard one', () => {
    using work = bulk();
    fentryctl('apply', work.manifest(36, { step: 1 }));

    const replaced = limited('64:4096', 'apply', work.manifest(36, { step: 2 }));

    expect(replaced).toMatchObject({ status: 0, stderr: '' });
    expect(replaced.stdout).toContain('36 loaded, 0 attached, 36 exchanged');
  });

  test('that are too few: all is rolled back, and runs as it did', () => {
    using work = bulk();
    fentryctl('apply', work.manifest(36, { step: 1 }));
    const before = [tracingLinks(), tracingPrograms()];

    const replaced = limited('64:64', 'apply', work.manifest(36, { step: 2 }));

    expect(replaced.status).toBe(1);
    expect(replaced.stderr).toContain('EMFILE');
    expect(replaced.stdout).toContain('Failed and rolled back: what ran before still runs.');
    expect([tracingLinks(), tracingPrograms()]).toEqual(before);
    expect(fentryctl('status', work.manifest(36, { step: 1 })).status).toBe(0);
  });
});

test('Ctrl-C in the middle rolls back', async () => {
  using work = bulk();
  const child = startFentryctl('apply', work.manifest(36, {}));
  const said = collect(child);
  const ended = new Promise((resolve) => child.once('close', resolve));

  await until('the first is attached', () => tracingLinks().length > 0);
  child.kill('SIGINT');

  expect(await ended).toBe(1);
  expect(said()).toContain('stopped by SIGINT');
  expect(said()).toContain('Failed and rolled back');
  expect([pins(), tracingLinks(), tracingPrograms()]).toEqual([[], [], []]);
});

interface Settings {
  readonly replace?: string;
  /** Another one is another version of the object. */
  readonly step?: number;
}

/** Writes manifests of the first programs of test/objects/five-hundred, all on one function. */
function bulk(): Disposable & {
  readonly manifest: (count: number, settings: Settings) => string;
} {
  const work: Workspace = workspace('bulk');
  work.object('five-hundred');
  return {
    manifest: (count, { replace = 'exchange', step = 1 }) => {
      const programs = Array.from({ length: count }, (_, index) => {
        return `      p${String(index).padStart(3, '0')}: bpf_fentry_test1\n`;
      });
      const object = `    file: it.bpf.o\n    replace: ${replace}\n    globals: { step: ${step} }\n`;
      work.write(`version: 1\nobjects:\n  it:\n${object}    programs:\n${programs.join('')}`);
      return work.manifest;
    },
    [Symbol.dispose]: () => work[Symbol.dispose](),
  };
}

/** What each of 4 programs more takes. */
function perProgram(few: BpfCalls, many: BpfCalls): Readonly<Record<string, number>> {
  expect([few.ended, many.ended]).toMatchObject([{ status: 0 }, { status: 0 }]);
  const names = [...new Set(many.commands)];
  const grown = names.map((name) => [name, (many.of(name) - few.of(name)) / 4] as const);
  return Object.fromEntries(grown.filter(([, count]) => count !== 0));
}

/** Runs the built command with no more file descriptors than `SOFT:HARD` (getrlimit(2)). */
function limited(limit: string, ...args: readonly string[]) {
  return run('prlimit', [`--nofile=${limit}`, process.execPath, main, ...args]);
}
