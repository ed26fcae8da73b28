import { describe, expect, test } from 'vitest';
import { AppError } from '../../../src/base/errors.ts';
import { pinPath } from '../../../src/state/ids.ts';
import type { OneLoad } from '../scene.ts';
import {
  entries,
  entry,
  kernel,
  layout,
  loadOne,
  loadRequest,
  pins,
  programAt,
  told,
  toldId,
  world,
} from '../scene.ts';

export function loadCases(): void {
  describe('load', () => {
    test('pins maps, note and program, and says so in that order', () => {
      const request = loadRequest('counter', 'count_first');

      const { created, program } = loadOne(request);

      const maps = request.maps.map((map) => map.pin);
      expect(created).toEqual([...maps, request.note.pin, request.programPin]);
      expect(pins()).toEqual(created.toSorted());
      expect(entry(request.note.pin)).toMatchObject({ text: request.note.text });
      expect(programAt(request.programPin)).toEqual(program);
      expect(program).toMatchObject({
        kernelName: 'count_first',
        attachBtfId: told(world.tellsTargetOfProgram, request.targetBtfId),
        attachObjectId: toldId(world.tellsTargetOfProgram),
      });
    });

    test('a program tells the maps that it uses', () => {
      const request = loadRequest('counter', 'count_first');

      const { program } = loadOne(request);

      expect(program.mapIds).not.toEqual([]);
      expect(mapIds()).toEqual(expect.arrayContaining([...program.mapIds]));
    });

    test('another program of the same instance shares its maps', () => {
      const first = loadRequest('counter', 'count_first');
      const second = loadRequest('counter', 'count_second', 'vfs_rmdir');
      loadOne(first);
      const before = mapIds();

      const { created } = loadOne(second);

      expect(created).toEqual([second.programPin]);
      expect(mapIds()).toEqual(before);
      expect(before).toHaveLength(4);
    });

    test('another version of the object shares its named maps only', () => {
      const [old, next] = [
        loadRequest('counter', 'count_first'),
        loadRequest('counter-v2', 'count_first'),
      ];
      loadOne(old);
      const hits = entry(hitsOf(old));

      const { created } = loadOne(next);

      expect(created).toHaveLength(5);
      expect(created).not.toContain(hitsOf(next));
      expect(entry(hitsOf(old))).toEqual(hits);
    });

    test('one program for two targets is two programs', () => {
      const requests = ['bpf_fentry_test1', 'vfs_rmdir'].map((target) =>
        loadRequest('counter', 'count_first', target),
      );

      const ids = requests.map((request) => loadOne(request).program.id);

      expect(new Set(ids).size).toBe(2);
      expect(requests.map(({ programPin }) => programAt(programPin).attachBtfId)).toEqual(
        requests.map(({ targetBtfId }) => told(world.tellsTargetOfProgram, targetBtfId)),
      );
    });

    test('names that agree in their first 15 bytes stay apart', () => {
      const names = ['count_calls_of_test_first', 'count_calls_of_test_second'];

      const loaded = names.map((name) => loadOne(loadRequest('long-names', name)));

      expect(loaded.map(({ program }) => program.kernelName)).toEqual(
        Array(2).fill('count_calls_of_'),
      );
      expect(new Set(loaded.map(({ program }) => program.id)).size).toBe(2);
      expect(new Set(mapIds()).size).toBe(2);
    });

    test('a map that asks for a pin of its own is pinned at ours', () => {
      const request = loadRequest('pinned-by-name', 'count_shared');

      loadOne(request);

      expect(pins()).toContain(layout.map(request.object, request.maps[0]?.name ?? missing()));
      expect(world.exists('/sys/fs/bpf/shared_hits')).toBe(false);
    });
  });

  describe('an object that is opened once', () => {
    const programs = ['count_first', 'count_second'].map((name) => loadRequest('counter', name));
    const [first, second] = programs as [OneLoad, OneLoad]; // there are two
    const both = { ...first, programs: programs.map(({ program }) => program) };

    test('its programs share its maps, even one that lost its pin meanwhile', () => {
      using loader = kernel.loader(both);
      loader.load(first);
      const hits = entry(hitsOf(first));
      world.remove(hitsOf(first));

      const { created, programId } = loader.load(second);

      const { id, mapIds: used } = programAt(second.programPin);
      expect(created).toEqual([second.programPin]);
      expect(id).toBe(programId);
      expect(used).toContain(hits.kind === 'map' ? hits.id : 0);
      expect(world.exists(hitsOf(first))).toBe(false);
    });

    test('a program can be loaded for one target after the other', () => {
      using loader = kernel.loader(both);
      const elsewhere = loadRequest('counter', 'count_first', 'vfs_rmdir');

      const ids = [first, elsewhere].map((request) => loader.load(request).programId);

      expect(ids).toEqual([first, elsewhere].map(({ programPin }) => programAt(programPin).id));
      expect(new Set(ids).size).toBe(2);
    });

    test('it is open until it is closed, and each program only while it is loaded', () => {
      using loader = kernel.loader(both);
      loader.load(first);
      const open = world.openFds();

      loader.load(second);

      expect(world.openFds()).toBe(open);
    });

    test('a load that fails leaves what was made before, and only that', () => {
      using loader = kernel.loader(both);
      loader.load(first);
      const before = pins();

      errorOf(() => loader.load(withDot(second)));

      expect(pins()).toEqual(before);
      expect(loader.load(second).created).toEqual([second.programPin]);
    });

    test('after a first load that failed, it is opened again', () => {
      using loader = kernel.loader(both);
      errorOf(() => loader.load(withDot(first)));

      const { created } = loader.load(first);

      const maps = first.maps.map(({ pin }) => pin);
      expect(created).toEqual([...maps, first.note.pin, first.programPin]);
    });
  });

  describe('load that is refused', () => {
    const refusals: readonly (readonly [why: string, request: () => OneLoad, message: RegExp])[] = [
      [
        'a function that is not in BTF',
        () => loadRequest('counter', 'count_first', 'no_such_fn'),
        /btf/i,
      ],
      [
        'a program that the verifier rejects',
        () => loadRequest('rejected', 'bad'),
        /verifier rejected/,
      ],
      ['a dot in a pin', () => withDot(loadRequest('counter', 'count_first')), /EPERM/],
    ];
    test.each(refusals)('%s: nothing but directories stays', (_, request, message) => {
      const error = errorOf(() => loadOne(request()));

      expect(error.message).toMatch(message);
      expect(pins()).toEqual([]);
    });

    test("the verifier's log is whole", () => {
      const { log } = errorOf(() => loadOne(loadRequest('rejected', 'bad')));

      expect(log?.split('\n').at(-1)).toMatch(/^processed \d+ insns/);
      expect(log).toMatch(/^R6 max value is outside/m);
    });

    test('a rejected program does not keep its neighbour out', () => {
      expect(loadOne(loadRequest('rejected', 'good')).created).toHaveLength(3);
    });

    test('a map that does not fit the pinned one', () => {
      loadOne(loadRequest('counter', 'count_first'));
      const before = entries().filter(({ kind }) => kind !== 'directory');

      const error = errorOf(() => loadOne(loadRequest('counter-changed-map', 'count_first')));

      expect(error.message).toMatch(/map "hits" does not fit/);
      expect(entries().filter(({ kind }) => kind !== 'directory')).toEqual(before);
    });

    test('something else where a map belongs', () => {
      const first = loadRequest('counter', 'count_first');
      loadOne(first);
      world.remove(hitsOf(first));
      world.copyPin(first.programPin, hitsOf(first));
      const before = pins();

      const error = errorOf(() => loadOne(loadRequest('counter', 'count_return')));

      expect(error.message).toMatch(/map "hits" does not fit/);
      expect(pins()).toEqual(before);
    });

    test('a program pin that is there already, which stays', () => {
      const request = loadRequest('counter', 'count_first');
      const { program } = loadOne(request);

      errorOf(() => loadOne(request));

      expect(programAt(request.programPin)).toEqual(program);
      expect(pins()).toHaveLength(6);
    });
  });
}

export function errorOf(call: () => unknown): AppError {
  try {
    call();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

function mapIds(): readonly number[] {
  return entries().flatMap((found) => (found.kind === 'map' ? [found.id] : []));
}

function hitsOf({ object, maps }: OneLoad) {
  return layout.map(object, maps.find(({ name }) => name === 'hits')?.name ?? missing());
}

function missing(): never {
  throw new Error('the object has no such map');
}

function withDot(request: OneLoad): OneLoad {
  return { ...request, programPin: pinPath(`${request.programPin}.dot`) };
}
