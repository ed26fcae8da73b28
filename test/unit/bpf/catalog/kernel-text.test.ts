import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { kernelText, stateOf } from '../../../../src/bpf/catalog/kernel-text.ts';
import { keepTexts } from '../../../../src/bpf/keeping.ts';

const text = Buffer.from('all of it');
let kept: Map<string, Buffer>;
let reads: number;

beforeEach(() => {
  kept = new Map();
  reads = 0;
  keepTexts({
    read: (name) => kept.get(name),
    keep: (name, contents) => kept.set(name, contents),
  });
});

afterEach(() => keepTexts(undefined));

function read(): Buffer {
  reads += 1;
  return text;
}

describe('what the kernel tells', () => {
  test('is read once, and condensed, as long as it is the same kernel with the same modules', () => {
    const condense = (all: Buffer): Buffer => all.subarray(0, 3);

    const twice = [kernelText('names', read, condense), kernelText('names', read, condense)];

    expect(twice.map((one) => String(one?.bytes))).toEqual(['all', 'all']);
    expect(reads).toBe(1);
  });

  test('is read again where what was kept is of another boot, or cut', () => {
    kernelText('names', read);
    const [contents = Buffer.alloc(0)] = kept.values();
    for (const other of [Buffer.from(`0${String(contents)}`), contents.subarray(0, 9)]) {
      kept.set('names', other);
      expect(kernelText('names', read)?.bytes).toEqual(text);
    }

    expect(reads).toBe(3);
  });

  test('has a table once that is left, until it is read again', () => {
    const table = Buffer.from('a table');
    const first = kernelText('names', read);
    expect(first?.readTable?.()).toBeUndefined();

    first?.keepTable?.(table);

    expect(first?.readTable?.()).toEqual(table);
    expect(kernelText('names', read)?.readTable?.()).toEqual(table);
    expect(reads).toBe(1);
    kept.delete('names');
    expect(kernelText('names', read)?.readTable?.()).toBeUndefined();
    first?.keepTable?.(table); // a run that had read the text before leaves its table late
    expect(kernelText('names', read)?.readTable?.()).toBeUndefined();
  });

  test('is not kept where it cannot be read', () => {
    expect(kernelText('names', () => undefined)).toBeUndefined();
    expect(kept.size).toBe(0);
  });

  test('is read each time, and whole, where nobody keeps it', () => {
    keepTexts(undefined);

    const condense = (): Buffer => Buffer.alloc(0);
    const twice = [kernelText('names', read, condense), kernelText('names', read, condense)];

    expect(twice).toEqual([{ bytes: text }, { bytes: text }]);
    expect(reads).toBe(2);
  });
});

describe('the state of a kernel', () => {
  const boot = '5ab0cbdd-1f2f-4bd7-8b8e-5a3d8f3e0f05';
  const dummy = 'dummy 16384 0 - Live 0xffffffffc0000000';
  const loop = 'loop 45056 2 dummy, Live 0xffffffffc0010000';
  const directories: ReadonlyMap<string, number> = new Map([
    ['dummy', 12_597],
    ['loop', 12_717],
  ]);
  const state = (modules: string, others = new Map<string, number>(), ofBoot = boot) =>
    stateOf(ofBoot, modules, (name) => others.get(name) ?? directories.get(name) ?? 0);
  const both = state(`${dummy}\n${loop}\n`);

  test.each([
    ['it boots again', state(`${dummy}\n${loop}\n`, new Map(), `6${boot.slice(1)}`)],
    ['a module goes', state(`${dummy}\n`)],
    ['a module is loaded again', state(`${dummy}\n${loop}\n`, new Map([['loop', 12_837]]))],
    ['a module is another one', state(`${dummy}\n${loop.replace('45056', '45057')}\n`)],
  ])('is another one when %s', (_, other) => {
    expect(other).toBeDefined();
    expect(other).not.toBe(both);
  });

  test('is the same when more use a module', () => {
    expect(state(`${dummy.replace(' 0 - ', ' 1 loop, ')}\n${loop}\n`)).toBe(both);
  });

  test.each(['Loading', 'Unloading'])('is none while a module is %s', (now) => {
    expect(state(`${dummy.replace('Live', now)}\n`)).toBeUndefined();
  });

  test('has an end, so that no other begins with it', () => {
    expect(both?.startsWith(state(`${dummy}\n`) ?? '')).toBe(false);
  });
});
