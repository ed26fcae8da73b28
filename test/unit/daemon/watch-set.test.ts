import { unlinkSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ExitStatus } from '../../../src/base/errors.ts';
import { Directory } from './directory.ts';
import type { SetOptions } from './start-set.ts';
import { manifest, startSet } from './start-set.ts';

let directory: Directory;
let started: ReturnType<typeof startSet>;
beforeEach(() => {
  directory = new Directory();
});
afterEach(async () => {
  started.set.stop('the end of the test');
  await started.set.end();
  directory.remove();
});

function start(options?: SetOptions, ...operands: readonly string[]): typeof started {
  const paths = (operands.length === 0 ? ['f'] : operands).map((name) => directory.file(name));
  started = startSet(paths, options);
  return started;
}

/** Three manifests of a folder, two attachments each. */
function three(): void {
  for (const name of ['a', 'b', 'c']) directory.write(`f/${name}.yaml`, manifest(name, 2));
}

describe('what is converged', () => {
  test('is each manifest of a folder, one after the other, in order; and nothing else in it', async () => {
    three();
    directory.write('f/.#a.yaml', manifest('dot'));
    directory.write('f/.a.yaml.swp', manifest('swap'));
    directory.write('f/a.yaml~', manifest('backup'));
    directory.write('f/d.yml', manifest('d'));
    directory.write('f/o.o', 'an object');
    directory.write('f/sub/x.yaml', manifest('below'));

    const { jobs, until, has, mostAtOnce } = start();

    await until(() => has('a', 'b', 'c', 'd'));
    expect(jobs).toEqual(['a.yaml', 'b.yaml', 'c.yaml', 'd.yml'].map((file) => `converge ${file}`));
    expect(mostAtOnce()).toBe(1);
  });

  test('is what is named, and each once', async () => {
    three();
    directory.write('m.yaml', manifest('m'));

    const { jobs, until, has } = start({}, 'm.yaml', 'f', 'f/a.yaml', 'm.yaml');

    await until(() => has('a', 'b', 'c', 'm'));
    expect(jobs).toHaveLength(4);
  });

  test('a wrong one hinders no other, and its correction converges', async () => {
    three();
    directory.write('f/a.yaml', 'objects: [');
    const { until, has, ended } = start();
    await until(() => has('b', 'c'));

    directory.replace('f/a.yaml', manifest('a'));

    await until(() => has('a', 'b', 'c'));
    expect(ended[0]).toMatch(/^a\.yaml: .* is wrong$/);
  });

  test('when asked for, all are, and changes of one concern no other', async () => {
    three();
    const { set, jobs, until, ended } = start();
    await until(() => ended.length === 3);

    directory.replace('f/b.yaml', manifest('b', 3));
    await until(() => ended.length >= 4);
    set.converge('SIGHUP');

    await until(() => ended.length >= 7);
    expect(jobs.slice(3).toSorted()).toEqual(
      ['a', 'b', 'b', 'c'].map((name) => `converge ${name}.yaml`),
    );
  });

  test('an empty folder is followed, and what comes to it converges', async () => {
    directory.write('f/o.o', '');
    const { until, has, followed } = start();
    await until(() => started.told('watching').length > 0);

    directory.write('f/a.yaml', manifest('a'));

    await until(() => has('a'));
    expect(followed[0]).toMatchObject({ manifests: [], isSet: true });
  });

  test('a folder that was missing is followed from when it is there', async () => {
    const { until, has } = start();
    await until(() => started.told('waiting for a change').length > 0);

    three();

    await until(() => has('a', 'b', 'c'));
  });
});

describe('two manifests of one name', () => {
  test('are both refused from the start, and nothing of that name is touched', async () => {
    three();
    directory.write('f/z.yaml', manifest('a', 5));
    const { until, ended, has } = start();

    await until(() => ended.length >= 4 && has('b', 'c'));

    expect(ended).toContain('a.yaml: rivals: z.yaml');
    expect(ended).toContain('z.yaml: rivals: a.yaml');
  });

  test('are both refused when the second comes later, and what is pinned stays', async () => {
    three();
    const { until, ended, kernel } = start();
    await until(() => ended.length === 3);

    directory.write('f/z.yaml', manifest('a', 5));

    await until(() => ended.includes('a.yaml: rivals: z.yaml'));
    expect(ended).toContain('z.yaml: rivals: a.yaml');
    expect(kernel.get('a')).toBe(2);
  });

  test('are at peace when one gets another name, or goes', async () => {
    three();
    directory.write('f/y.yaml', manifest('a', 5));
    directory.write('f/z.yaml', manifest('b', 5));
    const { until, ended, has, kernel } = start();
    await until(() => new Set(ended.filter((one) => one.includes('rivals'))).size === 4);

    directory.replace('f/y.yaml', manifest('y', 5));
    unlinkSync(directory.file('f/z.yaml'));

    await until(() => has('a', 'b', 'c', 'y'));
    expect(kernel.get('b')).toBe(2);
  });
});

test('by looking, where nothing is told', async () => {
  three();
  const { until, ended, has } = start({ pollMs: 20 });
  await until(() => ended.length === 3);

  directory.write('f/d.yaml', manifest('d', 2));
  await until(() => has('a', 'b', 'c', 'd'));
});

describe('what no edit can cure', () => {
  test('ends all, if it is so for all from the start', async () => {
    directory.write('f/a.yaml', manifest('a', 1, 'fails 77'));
    directory.write('f/b.yaml', manifest('b', 1, 'fails 77'));

    const { set, ended } = start();

    await expect(set.end()).resolves.toBe(ExitStatus.noPrivilege);
    expect(ended).toEqual(['a.yaml: as asked', 'b.yaml: as asked, the end']);
  });

  test.each([
    ['works', ''],
    ['waits for an edit', 'fails 65'],
  ])('ends nothing, if another one %s', async (_, fails) => {
    directory.write('f/a.yaml', manifest('a', 1, 'fails 69'));
    directory.write('f/b.yaml', manifest('b', 1, fails));
    const { until, ended, has } = start();
    await until(() => ended.length === 2);

    directory.replace('f/a.yaml', manifest('a', 1));

    await until(() => has(...(fails === '' ? ['a', 'b'] : ['a'])));
    expect(ended.some((one) => one.includes('the end'))).toBe(false);
  });
});

test('one manifest that is all is told as ever, and a set says of which each line is', async () => {
  directory.write('m.yaml', manifest('m'));
  const alone = start({}, 'm.yaml');
  await alone.until(() => alone.ended.length === 1);
  expect(alone.followed[0]?.isSet).toBe(false);
  expect(alone.told('converged')[0]).not.toHaveProperty('manifest');
  alone.set.stop('x');
  await alone.set.end();

  const set = start({}, '.');
  await set.until(() => set.ended.length === 1);
  expect(set.told('converged')[0]).toHaveProperty('manifest', directory.file('m.yaml'));
});

test('stopping waits for the convergence in flight, and begins no other', async () => {
  three();
  let go = (): void => {};
  const { set, until, jobs, ended } = start({
    during: async () =>
      await new Promise<void>((resolve) => {
        go = resolve;
        set.stop('SIGTERM');
      }),
  });
  await until(() => jobs.length === 1);
  go();

  await expect(set.end()).resolves.toBe(ExitStatus.done);
  expect(ended).toEqual(['a.yaml: stopped, the end']);
});
