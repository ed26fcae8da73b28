import { writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { InvalidError, RefusedError, UsageError } from '../../../src/base/errors.ts';
import { apply } from '../../../src/cli/apply.ts';
import type { Context, Run } from '../../../src/cli/context.ts';
import { destroy } from '../../../src/cli/destroy.ts';
import { plan } from '../../../src/cli/plan.ts';
import { status } from '../../../src/cli/status.ts';
import { validate } from '../../../src/cli/validate.ts';
import { digestObject } from '../../../src/manifest/digest.ts';
import { MemoryKernel } from '../../memory-kernel/memory-kernel.ts';
import { Directory } from '../daemon/directory.ts';
import { functionCatalog, targetObjects } from '../manifest/catalog.ts';
import { bpfObject } from '../manifest/elf-file.ts';
import { inspect, library } from '../manifest/sample.ts';
import { contextOf } from './context.ts';

const object = bpfObject();

let directory: Directory;
let kernel: MemoryKernel;
let asked: string[];
let catalogs: number;
beforeEach(() => {
  directory = new Directory();
  writeFileSync(directory.file('opens.bpf.o'), object);
  const maps = new Map(inspect('opens.bpf.o').maps.map((map) => [map.name, map]));
  const loaded = { maps, rejected: new Map(), untraceable: new Set<never>() };
  kernel = new MemoryKernel(new Map([[digestObject(object), loaded]]));
  [asked, catalogs] = [[], 0];
});
afterEach(() => directory.remove());

/** A manifest whose name is that of its file, unless it is said. */
function write(file: string, targets = 'vfs_read', name = ''): string {
  const programs = `programs: { count_lookup: { targets: [${targets}] } }`;
  const named = name === '' ? '' : `name: ${name}\n`;
  return directory.write(
    file,
    `version: 1\n${named}objects: { o: { file: opens.bpf.o, ${programs} } }\n`,
  );
}

async function run(command: Run, ...line: readonly string[]) {
  const { context, printed } = contextOf(command.name, '--root', '/sys/fs/bpf/several', ...line);
  const ports: Context['ports'] = {
    kernel,
    ...library,
    functions: () => {
      catalogs += 1;
      return functionCatalog();
    },
    links: () => ({ limit: undefined, on: () => undefined }),
    targetObjects: () => targetObjects,
    ownersCheckedFor: undefined,
  };
  const ask = async (question: string): Promise<boolean> => {
    asked.push(question);
    return await Promise.resolve(true);
  };
  const end = await command({ ...context, ports, ask });
  return { status: end, ...printed() };
}

interface Answer {
  readonly manifests: readonly Readonly<Record<string, unknown>>[];
}

function answerOf({ out }: { readonly out: string }): Answer['manifests'] {
  return (JSON.parse(out) as Answer).manifests; // as toJson prints it
}

/** How many programs run. */
function running(): number {
  return kernel.machine.running().length;
}

describe('apply', () => {
  test('of several and of a folder does one after the other, and says which is which', async () => {
    const [a, b] = [write('a.yaml'), write('b.yaml', 'vfs_read, vfs_write')];

    const first = await run(apply, a, b);
    const again = await run(apply, directory.path, '--json');

    expect(first.status).toBe(0);
    expect(first.out).toMatch(
      new RegExp(`^${a}:\\n[^]*Applied: 1 loaded[^]*\\n${b}:\\n[^]*Applied: 2 loaded`),
    );
    expect(running()).toBe(3);
    expect(answerOf(again)).toMatchObject([
      { manifest: a, name: 'a', changed: false },
      { manifest: b, name: 'b', changed: false },
    ]);
    expect(catalogs).toBe(2);
  });

  test('of a folder with one manifest answers with a list, and of one manifest with itself', async () => {
    const a = write('a.yaml');

    const folder = await run(apply, directory.path, '--json');
    const alone = await run(apply, a, '--json');

    expect(answerOf(folder)).toHaveLength(1);
    expect(JSON.parse(alone.out)).toMatchObject({ name: 'a', changed: false });
    expect(alone.out).not.toContain('manifest');
  });

  test('does nothing where one is invalid, and tells all that is wrong with all', async () => {
    const [a, b] = [write('a.yaml', 'vfs_reed'), write('b.yaml')];
    const c = directory.write('c.yaml', 'version: 2\n');

    const wrong = run(apply, a, b, c);

    await expect(wrong).rejects.toBeInstanceOf(InvalidError);
    const error = (await wrong.catch((thrown: unknown) => thrown)) as InvalidError; // as above
    expect(new Set(error.diagnostics.map(({ file }) => file))).toEqual(new Set([a, c]));
    expect(running()).toBe(0);
  });

  test('goes on after one that fails, and ends with its status', async () => {
    const [a, b] = [write('a.yaml'), write('b.yaml')];
    await run(apply, a);
    const skipped = '{ target: none, if_missing: skip }';
    directory.write(
      'a.yaml',
      `version: 1\nobjects: { o: { file: opens.bpf.o, programs: { count_lookup: ${skipped} } } }\n`,
    );

    const text = await run(apply, a, b);
    const json = await run(apply, a, b, '--json');

    expect(text.status).toBe(3);
    expect(text.log).toMatch(new RegExp(`^${a}:\\nerror: it would detach 1 of 1`));
    expect(text.out).toMatch(new RegExp(`^${b}:\\n[^]*Applied: 1 loaded`));
    expect(json.status).toBe(3);
    expect(answerOf(json)).toMatchObject([
      { manifest: a, error: { kind: 'RefusedError', exit_status: 3 } },
      { manifest: b, changed: false },
    ]);
    expect(running()).toBe(2);
  });

  test('of two that claim one name does nothing', async () => {
    write('a.yaml');
    write('b.yaml', 'vfs_write', 'a');

    await expect(run(apply, directory.path)).rejects.toBeInstanceOf(RefusedError);

    expect(running()).toBe(0);
  });

  test('of an empty folder has nothing to do, and says so', async () => {
    const ended = await run(apply, directory.path);

    expect(ended).toMatchObject({ status: 0, out: '' });
    expect(ended.log).toMatch(/^warning: no manifest in ".*"\n {2}hint: /);
  });

  test('of a folder that is not there is wrong', async () => {
    await expect(run(apply, `${directory.path}/none/`)).rejects.toThrow(
      /cannot look into .*ENOENT/,
    );
  });

  test('takes a saved plan alone', async () => {
    const a = write('a.yaml');
    const saved = directory.file('a.plan');
    await run(plan, a, '--out', saved);

    await expect(run(apply, a, saved)).rejects.toBeInstanceOf(UsageError);

    expect(running()).toBe(0);
    await expect(run(apply, saved)).resolves.toMatchObject({ status: 0 });
  });
});

describe('plan', () => {
  test('of several shows each, and changes nothing', async () => {
    const [a, b] = [write('a.yaml'), write('b.yaml')];

    const text = await run(plan, a, b, '--detailed-exitcode');
    const json = await run(plan, directory.path, '--json');

    expect(text.status).toBe(2);
    expect(text.out).toMatch(new RegExp(`^${a}:\\nPins below [^]*\\n${b}:\\nPins below `));
    expect(answerOf(json)).toMatchObject([
      { manifest: a, name: 'a', changes: true },
      { manifest: b, name: 'b', changes: true },
    ]);
    expect(running()).toBe(0);
  });

  test('saves the plan of one only', async () => {
    write('a.yaml');

    await expect(run(plan, directory.path, '--out', directory.file('p'))).rejects.toThrow(
      '"--out" saves the plan of one manifest',
    );
  });
});

describe('status', () => {
  test('of names, manifests and folders, in the order in which they are named', async () => {
    const [a, b] = [write('a.yaml'), write('b.yaml')];
    await run(apply, a, b);

    const both = await run(status, 'b', a, '--json');
    const folder = await run(status, directory.path, '--json');

    expect(answerOf(both).map(({ name }) => name)).toEqual(['b', 'a']);
    expect(answerOf(folder).map(({ name }) => name)).toEqual(['a', 'b']);
    expect([both.status, folder.status]).toEqual([0, 0]);
  });

  test('names what has nothing pinned, and differs', async () => {
    const a = write('a.yaml');
    await run(apply, a);

    const ended = await run(status, 'a', 'none');

    expect(ended.status).toBe(2);
    expect(ended.log).toContain('nothing is pinned under "none"');
    expect(ended.out).toContain('a  (/sys/fs/bpf/several/a)');
  });
});

describe('destroy', () => {
  test('of a folder asks once, and destroys what its manifests have', async () => {
    const [a, b] = [write('a.yaml'), write('b.yaml')];
    await run(apply, a, b);

    const ended = await run(destroy, directory.path, '--json');

    expect(asked).toEqual(['Detach and unpin 2 programs and 4 maps of "a", "b"?']);
    expect(answerOf(ended)).toMatchObject([
      { name: 'a', changed: true },
      { name: 'b', changed: true },
    ]);
    expect(running()).toBe(0);
  });

  test('destroys nothing where one of them is protected', async () => {
    const a = write('a.yaml');
    const b = directory.write(
      'b.yaml',
      'version: 1\nobjects: { o: { file: opens.bpf.o, programs: { count_lookup: { target: vfs_read, protect: true } } } }\n',
    );
    await run(apply, a, b);

    await expect(run(destroy, 'a', 'b')).rejects.toBeInstanceOf(RefusedError);

    expect(running()).toBe(2);
    await expect(run(destroy, 'a', 'b', '--force', '--yes')).resolves.toMatchObject({ status: 0 });
    expect(running()).toBe(0);
  });
});

describe('validate', () => {
  test('takes folders, and finds names that clash in one', async () => {
    const a = write('x/a.yaml');
    const b = write('x/b.yaml', 'vfs_read', 'a');
    const other = write('y/a.yaml');
    for (const folder of ['x', 'y']) writeFileSync(directory.file(`${folder}/opens.bpf.o`), object);

    const ended = await run(validate, directory.file('x'), directory.file('y'), '--json');

    expect(ended.status).toBe(65);
    expect(answerOf(ended)).toMatchObject([
      { manifest: a, valid: false, diagnostics: [{ code: 'name-clash' }] },
      { manifest: b, valid: false, diagnostics: [{ code: 'name-clash' }] },
      { manifest: other, valid: true },
    ]);
    expect(ended.log.match(/the name "a" is claimed by/g)).toHaveLength(1);
    expect(ended.log).toContain(`claimed by "${a}", "${b}": `);
  });
});
