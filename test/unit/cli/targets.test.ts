import { describe, expect, test } from 'vitest';
import type { AppError } from '../../../src/base/errors.ts';
import { ExitStatus, InvalidError, UsageError } from '../../../src/base/errors.ts';
import { globTest } from '../../../src/base/glob.ts';
import type { Context } from '../../../src/cli/context.ts';
import { parseCommandLine } from '../../../src/cli/options.ts';
import { targets } from '../../../src/cli/targets.ts';
import type {
  CatalogFunction,
  FunctionCatalog,
  Obstacle,
} from '../../../src/state/function-catalog.ts';
import { kernelFunction } from '../../../src/state/ids.ts';
import { MemoryKernel } from '../../memory-kernel/memory-kernel.ts';

const onlyAsPart = { code: 'no-symbol', text: 'the compiler made it "vfs_part.isra.0"' } as const;
const inlined: Obstacle = { code: 'no-symbol', text: 'it was inlined into its callers' };

describe('in a pipe: a line each, nothing cut', () => {
  test.each([
    [['vfs_*'], ['vfs_open', 'vfs_read', 'vfs_write']],
    [['vfs_read'], ['vfs_read']],
    [
      ['vfs_*', '!vfs_r*'],
      ['vfs_open', 'vfs_write'],
    ],
    [
      ['!vfs_read', 'vfs_*'],
      ['vfs_open', 'vfs_write'],
    ],
    [
      ['vfs_read', 'vfs_*'],
      ['vfs_read', 'vfs_open', 'vfs_write'],
    ],
    [
      ['vfs_*', '--attachable'],
      ['vfs_read', 'vfs_write'],
    ],
    [['dummy:*'], ['dummy:xmit', 'dummy:open']],
    [
      ['dummy:*', '!open'],
      ['dummy:xmit', 'dummy:open'],
    ],
    [['dummy:*', '!dummy:o*'], ['dummy:xmit']],
  ])('%j', (args, names) => {
    const { out, status } = run(args);

    expect(linesOf(out).map((line) => line.split('\t')[0])).toEqual(names);
    expect(status).toBe(ExitStatus.done);
  });

  test('with what is attached, the prototype, and why not', () => {
    expect(linesOf(run(['vfs_*']).out)).toEqual([
      'vfs_open\tno-symbol\t-\tvoid vfs_open(void)\tit was inlined into its callers',
      'vfs_read\tyes\t2/38\tvoid vfs_read(void)',
      'vfs_write\tyes\t-\tvoid vfs_write(void)',
    ]);
  });

  test('links that cannot be seen are not none, and that is said', () => {
    const { out, log } = run(['vfs_read'], { links: false });

    expect(linesOf(out)).toEqual(['vfs_read\tyes\t?\tvoid vfs_read(void)']);
    expect(log).toContain('note: links cannot be counted');
  });

  test('so are sources that could not be read', () => {
    expect(run(['vfs_read'], { unseen: ['tracefs'] }).log).toContain(
      'note: tracefs cannot be read',
    );
    expect(run(['vfs_read']).log).toBe('');
  });
});

describe('on a terminal', () => {
  test('a table, with the reason below', () => {
    expect(run(['vfs_*'], { width: 80 }).out).toBe(`\
FUNCTION   ATTACHABLE  LINKS  PROTOTYPE
vfs_open   no-symbol   -      void vfs_open(void)
  cannot be attached to: it was inlined into its callers
vfs_read   yes         2/38   void vfs_read(void)
vfs_write  yes         -      void vfs_write(void)
`);
  });

  test('no line is longer than it is wide, but for a reason', () => {
    const lines = linesOf(run(['vfs_*', 'dummy:*'], { width: 40 }).out);

    const tooLong = lines.filter((line) => line.length > 40 && !line.startsWith('  '));
    expect(tooLong).toEqual([]);
    expect(lines).toContain('dummy:xmit  yes         -      void dum…');
  });
});

test('as JSON, under the names of bpftool', () => {
  const facts = JSON.parse(run(['vfs_open', 'vfs_read', 'dummy:xmit', '--json']).out) as unknown;

  expect(facts).toEqual({
    functions: [
      {
        name: 'vfs_open',
        module: 'vmlinux',
        btf_id: 1,
        prototype: 'void vfs_open(void)',
        attachable: false,
        obstacle: inlined,
        link_ids: [],
        pinned_by: [],
      },
      {
        name: 'vfs_read',
        module: 'vmlinux',
        btf_id: 2,
        prototype: 'void vfs_read(void)',
        attachable: true,
        link_ids: [7, 8],
        pinned_by: [],
      },
      {
        name: 'dummy:xmit',
        module: 'dummy',
        btf_id: 4,
        prototype: 'void dummy:xmit(void)',
        attachable: true,
        link_ids: [],
        pinned_by: [],
      },
    ],
    link_limit: 38,
    unseen: [],
  });
});

describe('nothing to list', () => {
  test.each([
    [['vfs_raed'], 'this kernel has no function "vfs_raed"', 'did you mean "vfs_read"?'],
    [['xmit'], 'this kernel has no function "xmit"', 'did you mean "dummy:xmit"?'],
    [['dummy:xmitt'], 'this kernel has no function "dummy:xmitt"', 'did you mean "dummy:xmit"?'],
    [['nothing_near'], 'this kernel has no function "nothing_near"', /inlined/],
    [['nf_*'], 'this kernel has no function like "nf_*"', /'\*:nf_\*'/],
    [
      ['vfs_part'],
      '"vfs_part" cannot be attached to: the compiler made it "vfs_part.isra.0"',
      /that calls it/,
    ],
    [[''], 'this kernel has no function ""', /inlined/],
    [['dumy:xmit'], 'this kernel has no BTF of a module "dumy"', /modprobe dumy/],
    [['vfs_*', '!vfs_*'], 'the patterns with "!" leave no function', undefined],
    [['vfs_open', '--attachable'], 'the function cannot be attached to', /--attachable/],
  ])('%j', (args, message, hint) => {
    const error = failureOf(args);

    expect(error).toBeInstanceOf(InvalidError);
    expect(error.message).toBe(message);
    if (hint === undefined) expect(error.hint).toBeUndefined();
    else expect(error.hint).toMatch(hint);
  });

  test('only exclusions are no question', () => {
    expect(failureOf(['!vfs_*'])).toBeInstanceOf(UsageError);
  });

  test('one of several patterns: a note', () => {
    const { out, log, status } = run(['vfs_read', 'vfs_raed']);

    expect(linesOf(out)).toHaveLength(1);
    expect(log).toContain('note: this kernel has no function "vfs_raed"\n  hint: did you mean');
    expect(status).toBe(ExitStatus.done);
  });
});

interface World {
  readonly width?: number;
  readonly links?: boolean;
  readonly unseen?: ReturnType<FunctionCatalog['unseen']>;
}

function run(args: readonly string[], { width, links = true, unseen = [] }: World = {}) {
  const parsed = parseCommandLine(['targets', ...args]);
  if (parsed.kind !== 'command') throw new Error('not a command');
  let [out, log] = ['', ''];
  const on = ({ btfId }: CatalogFunction) => (btfId === 2 ? [7, 8] : []);
  const ports: Partial<Context['ports']> = {
    kernel: new MemoryKernel(new Map()),
    functions: () => catalog(unseen),
    links: () => ({ limit: 38, on: links ? on : () => undefined }),
  };
  const status = targets({
    operands: parsed.operands,
    options: parsed.options,
    ports: ports as Context['ports'], // the others are never looked at
    out: (text) => (out += text),
    log: (text) => (log += text),
    style: { colour: false },
    width,
    progress: undefined,
    ask: undefined,
  });
  return { status, out, log };
}

/** A kernel with three functions, and a module with two. */
function catalog(unseen: ReturnType<FunctionCatalog['unseen']>): FunctionCatalog {
  const names = ['vfs_open', 'vfs_read', 'vfs_write', 'dummy:xmit', 'dummy:open'];
  const all = names.map((name, index) => ({ name: kernelFunction(name), btfId: index + 1 }));
  const isOfModule = (name: string): boolean => name.includes(':');
  return {
    find: (name) => all.filter((one) => one.name === name),
    names: () => names.filter((name) => !isOfModule(name)),
    matching: (glob) =>
      all.filter(({ name }) => isOfModule(name) === isOfModule(glob) && globTest(glob)(name)),
    obstacle: ({ btfId }) => (btfId === 1 ? inlined : undefined),
    prototype: ({ name }) => `void ${name}(void)`,
    hasModule: (name) => name === 'dummy',
    withoutBtf: (name) => (name === 'vfs_part' ? onlyAsPart : undefined),
    unseen: () => unseen,
  };
}

function linesOf(text: string): readonly string[] {
  return text.trimEnd().split('\n');
}

function failureOf(args: readonly string[]): AppError {
  try {
    run(args);
  } catch (error) {
    if (error instanceof InvalidError || error instanceof UsageError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}
