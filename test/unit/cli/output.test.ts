import { afterEach, describe, expect, test, vi } from 'vitest';
import { FailedError, InvalidError, RefusedError } from '../../../src/base/errors.ts';
import { errorJson, renderError } from '../../../src/cli/output/error.ts';
import { toJson } from '../../../src/cli/output/json.ts';
import { renderObject } from '../../../src/cli/output/object.ts';
import { reasonText } from '../../../src/cli/output/reason.ts';
import { paint, style } from '../../../src/cli/output/style.ts';
import { table } from '../../../src/cli/output/table.ts';
import type { Reason } from '../../../src/plan/operation.ts';
import { mapName, pinPath, programName } from '../../../src/state/ids.ts';
import type { ObjectInfo } from '../../../src/state/object-info.ts';
import { digests } from '../plan/sample.ts';

const plain = { colour: false, verbose: false };

describe('reasons', () => {
  test.each<readonly [text: string, reason: Reason]>([
    ['new in the manifest', { code: 'added' }],
    [
      'object changed aaaaaaaa -> bbbbbbbb',
      { code: 'object-changed', from: digests.a, to: digests.b },
    ],
    ['loaded, but not attached', { code: 'not-attached' }],
    ['its program pin is missing', { code: 'program-missing' }],
    ['its function is of a module or program that was loaded again', { code: 'target-replaced' }],
    ['its map "hits" lost its pin', { code: 'map-missing', map: mapName('hits') }],
    ['it uses map 7, which is not pinned', { code: 'map-differs', mapId: 7 }],
    [
      'the manifest pins it at /sys/fs/bpf/shared/hits',
      { code: 'map-shared', at: pinPath('/sys/fs/bpf/shared/hits') },
    ],
    ['link runs program 3, not 4', { code: 'link-differs', linkProgramId: 3, programId: 4 }],
    ['replaced by gap from now on', { code: 'replace', by: 'gap' }],
    [
      'kind changed fentry -> fexit, both see calls meanwhile',
      { code: 'kind-changed', from: 'fentry', to: 'fexit', overlap: true },
    ],
    [
      'kind changed fexit -> fentry',
      { code: 'kind-changed', from: 'fexit', to: 'fentry', overlap: false },
    ],
    ['its slot is missing', { code: 'slot-missing' }],
    ['paused: its slot is empty', { code: 'slot-empty' }],
    ['slot holds program 3, not 4', { code: 'slot-differs', slotProgramId: 3, programId: 4 }],
    ['its dispatcher is not attached', { code: 'dispatcher-missing' }],
    [
      'its dispatcher is attached in another way, or runs another slot',
      { code: 'dispatcher-differs' },
    ],
    ['the manifest says "state: paused"', { code: 'state-paused' }],
    ['the manifest says "state: loaded"', { code: 'state-loaded' }],
    ['the manifest says "protect: true"', { code: 'protect-set' }],
    ['the manifest no longer says "protect: true"', { code: 'protect-unset' }],
    ['no longer in the manifest', { code: 'removed' }],
    ['its function is gone', { code: 'target-gone' }],
    ['object is no longer in the manifest', { code: 'object-removed' }],
    ['object no longer has this map', { code: 'map-removed' }],
    ['destroy', { code: 'destroyed' }],
  ])('%s', (text, reason) => {
    expect(reasonText(reason)).toBe(text);
  });
});

describe('tables', () => {
  test.each([
    [['A', 'B'], [], 'A  B\n'],
    [
      ['A', 'B'],
      [
        ['long', 'x'],
        ['s', ''],
      ],
      'A     B\nlong  x\ns\n',
    ],
    [['HEADING'], [['x']], 'HEADING\nx\n'],
  ])('%j %j', (heading, rows, text) => {
    expect(table(heading, rows)).toBe(text);
  });
});

describe('errors', () => {
  test('files at fault come after what is refused and why, and are in the JSON', () => {
    const fault = { file: '/a\u001b[2J', line: 0, column: 0, length: 1, code: 'insecure-file' };
    const diagnostics = [{ ...fault, message: 'everyone could change it', hint: 'chmod go-w /a' }];
    const refused = new RefusedError('refused: 1 file', { hint: 'cure it', diagnostics });

    expect(renderError(refused, plain)).toBe(
      'error: refused: 1 file\n  hint: cure it\n/a\\x1b[2J: everyone could change it\n  hint: chmod go-w /a\n',
    );
    expect(JSON.parse(errorJson(refused))).toMatchObject({
      error: { exit_status: 3, diagnostics },
    });
    expect(JSON.parse(errorJson(new RefusedError('a pin')))).not.toHaveProperty(
      'error.diagnostics',
    );
  });

  const failed = new FailedError('cannot do it\u001b[2J', {
    hint: 'try this',
    log: 'first\nsecond\n',
  });

  test('one line and a hint', () => {
    expect(renderError(failed, plain)).toBe('error: cannot do it\\x1b[2J\n  hint: try this\n');
    expect(renderError(new FailedError('no hint'), { ...plain, verbose: true })).toBe(
      'error: no hint\n',
    );
  });

  test('the whole log on demand', () => {
    expect(renderError(failed, { ...plain, verbose: true })).toMatch(
      /\n {2}\| first\n {2}\| second\n$/,
    );
  });

  test('in colour', () => {
    expect(renderError(failed, { ...plain, colour: true })).toContain(
      '\u001b[31merror:\u001b[39m ',
    );
  });

  test('what a person wrote: each place', () => {
    const place = { line: 2, column: 3, length: 4, sourceLine: '  key: value' };
    const diagnostic = {
      file: 'm.yaml',
      ...place,
      code: 'unknown-key',
      message: 'unknown key "key"',
    };

    expect(renderError(new InvalidError('m.yaml', [diagnostic]), plain)).toContain(
      'm.yaml:2:3: unknown key "key"\n',
    );
  });

  test('a bug with its stack, whatever was thrown', () => {
    expect(renderError(new Error('what'), plain)).toMatch(/bug in fentryctl.*\nError: what\n +at /);
    expect(renderError('text', plain)).toBe(
      'error: this is a bug in fentryctl, please report it\ntext\n',
    );
  });

  test.each([
    [
      failed,
      {
        kind: 'FailedError',
        message: failed.message,
        hint: 'try this',
        exit_status: 1,
        log: 'first\nsecond\n',
      },
    ],
    [
      new RefusedError('no', { refusals: [{ code: 'protected' }], hint: 'force' }),
      {
        kind: 'RefusedError',
        message: 'no',
        hint: 'force',
        exit_status: 3,
        refusals: [{ code: 'protected' }],
      },
    ],
    [
      new InvalidError('x'),
      { kind: 'InvalidError', message: 'x', exit_status: 65, diagnostics: [] },
    ],
    [new Error('what'), { kind: 'bug', message: 'what', exit_status: 70 }],
    ['text', { kind: 'bug', message: 'text', exit_status: 70 }],
  ])('the same facts for programs: %s', (error, facts) => {
    expect(JSON.parse(errorJson(error))).toEqual({ error: facts });
  });
});

test('64-bit counters are numbers while they fit', () => {
  expect(toJson({ a: 5n, b: 2n ** 64n - 1n })).toBe(
    '{\n  "a": 5,\n  "b": "18446744073709551615"\n}\n',
  );
});

describe('colour', () => {
  afterEach(() => vi.unstubAllEnvs());

  test.each([
    [true, '', 'xterm', true],
    [true, undefined, 'xterm', true],
    [true, '1', 'xterm', false],
    [true, '', 'dumb', false],
    [false, '', 'xterm', false],
    [undefined, '', 'xterm', false],
  ])('terminal %s, NO_COLOR %s, TERM %s: %s', (isTTY, noColor, term, colour) => {
    vi.stubEnv('NO_COLOR', noColor);
    vi.stubEnv('TERM', term);

    expect(style(isTTY === undefined ? {} : { isTTY })).toEqual({ colour });
  });

  test('is not there when it is off', () => {
    expect(paint({ colour: false }, 'red', 'x')).toBe('x');
    expect(paint({ colour: true }, 'red', 'x')).toBe('\u001b[31mx\u001b[39m');
  });
});

describe('an object file', () => {
  const map = {
    name: mapName('hits'),
    type: 'array',
    keySize: 4,
    valueSize: 8,
    maxEntries: 4,
    flags: 0,
    shape: { type: 'array', keySize: 4, valueSize: 8, maxEntries: 4, flags: 0 },
    internal: false,
  };
  const info: ObjectInfo = {
    programs: [
      {
        name: programName('p'),
        section: 'fentry.s/f',
        attachType: 'fentry',
        sectionTarget: 'f',
        sleepable: true,
        asksForAddress: false,
        instructions: 9,
      },
      {
        name: programName('k'),
        section: 'kprobe/f',
        attachType: undefined,
        sectionTarget: 'f',
        sleepable: false,
        asksForAddress: false,
        instructions: 2,
      },
    ],
    maps: [
      { ...map, keyType: '__u32', valueType: undefined },
      {
        ...map,
        name: mapName('events'),
        type: 'ringbuf',
        keySize: 0,
        valueSize: 0,
        keyType: undefined,
        valueType: undefined,
      },
    ],
    globals: [{ name: 'step', section: '.rodata', type: 'const volatile __u32', size: 4 }],
  };

  test('three tables', () => {
    expect(renderObject('x.bpf.o', info, plain)).toBe(`x.bpf.o

programs
  NAME  SECTION     TYPE               INSTRUCTIONS
  p     fentry.s/f  fentry, sleepable  9
  k     kprobe/f    other              2

maps
  NAME    TYPE     KEY          VALUE  MAX ENTRIES
  hits    array    __u32 (4 B)  8 B    4
  events  ringbuf  -            -      4

globals
  NAME  SECTION  TYPE                  BYTES
  step  .rodata  const volatile __u32  4
`);
  });

  test('of nothing', () => {
    expect(renderObject('x', { programs: [], maps: [], globals: [] }, plain)).toBe(
      'x\n\nprograms\n  none\n\nmaps\n  none\n\nglobals\n  none\n',
    );
  });
});
