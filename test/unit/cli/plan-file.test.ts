import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FailedError, InvalidError, UsageError } from '../../../src/base/errors.ts';
import { readPlanFile, requirePlanFile, writePlanFile } from '../../../src/cli/plan-file.ts';
import type { SavedPlan } from '../../../src/plan/saved-plan.ts';
import { fingerprintOf } from '../../../src/save-plan.ts';
import { temporaryDirectory } from '../manifest/sample.ts';
import type { Directory } from '../manifest/sample.ts';

const content = {
  root: '/sys/fs/bpf/fentryctl',
  manifest: { file: '/etc/m.yaml', sha256: 'a'.repeat(64) },
  objects: [{ file: '/etc/o.bpf.o', sha256: 'b'.repeat(64) }],
  pins: { '/sys/fs/bpf/fentryctl/m/maps/o/hits': 'map 7' },
  plan: { name: 'm', operations: [{ kind: 'detach', linkId: 12 }], unchanged: 1 },
};
const saved: SavedPlan = { fingerprint: fingerprintOf(content), content };

test('what is written is read back', () => {
  using directory = temporaryDirectory();
  const file = path.join(directory.path, 'any name');

  writePlanFile(file, saved);

  expect(readPlanFile(file)).toEqual(saved);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
    format: 'fentryctl plan',
    version: 1,
    fentryctl: expect.stringMatching(/^\d+\.\d+\.\d+/) as unknown,
    fingerprint: saved.fingerprint,
  });
});

test('however the JSON is laid out', () => {
  using directory = temporaryDirectory();
  const text = written(directory);
  const entries = Object.entries(JSON.parse(text) as object).toReversed(); // what we wrote

  const file = directory.write('turned', ` ${JSON.stringify(Object.fromEntries(entries))}`);

  expect(readPlanFile(file)).toEqual(saved);
});

describe('what is no saved plan', () => {
  test.each([
    ['a manifest', 'version: 1\nobjects: {}\n'],
    ['a manifest in JSON', '{ "version": 1, "objects": {} }'],
    ['nothing', ''],
    ['other JSON', '{ "format": "something else" }'],
  ])('%s', (_, text) => {
    using directory = temporaryDirectory();

    expect(readPlanFile(directory.write('file', text))).toBeUndefined();
  });

  test('a file that is not there', () => {
    expect(readPlanFile('/nonexistent/plan')).toBeUndefined();
  });
});

describe('a plan that is not as it was saved', () => {
  test('cut off anywhere, it is damaged; before its mark it is no plan', () => {
    using directory = temporaryDirectory();
    const text = written(directory).trimEnd();
    const mark = text.indexOf('plan"') + 'plan"'.length;

    for (const length of text.split('').keys()) {
      const file = directory.write('cut', text.slice(0, length));
      if (length < mark) expect(readPlanFile(file)).toBeUndefined();
      else expect(() => readPlanFile(file)).toThrow(/is cut off or damaged/);
    }
  });

  test('no edit of its content passes', () => {
    using directory = temporaryDirectory();
    const text = written(directory);
    const edit = fc.tuple(fc.nat(text.length - 1), fc.constantFrom('0', '9', 'x', ' ', '"', ','));
    fc.assert(
      fc.property(edit, ([at, letter]) => {
        const file = directory.write('edited', text.slice(0, at) + letter + text.slice(at + 1));

        const read = orInvalid(() => readPlanFile(file));

        expect([undefined, 'invalid', saved]).toContainEqual(read);
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ['a key more', { more: 1 }],
    ['another operation', { plan: { ...content.plan, operations: [] } }],
    ['another pin', { pins: {} }],
    ['another fingerprint', { fingerprint: 'c'.repeat(64) }],
  ])('%s', (_, change) => {
    using directory = temporaryDirectory();
    const text = JSON.stringify({ ...(JSON.parse(written(directory)) as object), ...change }); // what we wrote

    const file = directory.write('edited', text);

    expect(() => readPlanFile(file)).toThrow(InvalidError);
    expect(() => readPlanFile(file)).toThrow(/was changed after it was saved/);
  });

  test.each([
    ['no files', { objects: [{ file: 1 }] }],
    ['no pins', { pins: 'none' }],
    ['no plan', { plan: undefined }],
    ['no root', { root: 7 }],
  ])('forged, fingerprint and all, with %s', (_, change) => {
    using directory = temporaryDirectory();
    const forged = { ...content, ...change };
    const head = { format: 'fentryctl plan', version: 1, fingerprint: fingerprintOf(forged) };

    const file = directory.write('forged', JSON.stringify({ ...head, ...forged }));

    expect(() => readPlanFile(file)).toThrow(InvalidError);
  });

  test('of a version to come', () => {
    using directory = temporaryDirectory();
    const file = directory.write(
      'later',
      written(directory).replace('"version": 1', '"version": 2'),
    );

    expect(() => readPlanFile(file)).toThrow(/has version 2, which is not supported/);
  });
});

describe('where a plan may be written', () => {
  test.each([
    ['nothing', undefined],
    ['an empty file', ''],
    ['another saved plan', '{ "format": "fentryctl plan", "cut off'],
  ])('over %s', (_, text) => {
    using directory = temporaryDirectory();
    const file = path.join(directory.path, 'plan');
    if (text !== undefined) directory.write('plan', text);

    requirePlanFile(file);
    writePlanFile(file, saved);

    expect(readPlanFile(file)).toEqual(saved);
    expect(readdirSync(directory.path)).toEqual(['plan']);
  });

  test('not over anything else', () => {
    using directory = temporaryDirectory();
    const file = directory.write('m.yaml', 'version: 1\n');

    expect(() => requirePlanFile(file)).toThrow(UsageError);
    expect(() => requirePlanFile(directory.path)).toThrow(/is a directory, not a regular file/);
    expect(() => requirePlanFile('/dev/null')).toThrow(/is a device, not a regular file/);
    expect(() => requirePlanFile('-')).toThrow(/"--out -" is not a file/);
  });

  test('a failure leaves what was there, and nothing else', () => {
    using directory = temporaryDirectory();
    mkdirSync(path.join(directory.path, 'plan'));

    expect(() => writePlanFile(path.join(directory.path, 'plan'), saved)).toThrow(FailedError);
    expect(() => writePlanFile('/nonexistent/plan', saved)).toThrow(/cannot write .* \(ENOENT\)/);

    expect(readdirSync(directory.path)).toEqual(['plan']);
    expect(statSync(path.join(directory.path, 'plan')).isDirectory()).toBe(true);
  });
});

function written(directory: Directory): string {
  const file = path.join(directory.path, 'written');
  writePlanFile(file, saved);
  return readFileSync(file, 'utf8');
}

function orInvalid(read: () => SavedPlan | undefined): SavedPlan | 'invalid' | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof InvalidError) return 'invalid';
    throw error;
  }
}
