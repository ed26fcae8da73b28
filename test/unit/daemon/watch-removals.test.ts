import { renameSync, symlinkSync, unlinkSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
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

const refused = 'refused: kept what is pinned';

describe('a manifest that is removed', () => {
  test.each<[string, () => void]>([
    ['deleted', () => unlinkSync(directory.file('f/b.yaml'))],
    ['moved out', () => renameSync(directory.file('f/b.yaml'), directory.file('b.yaml'))],
    ['disabled', () => renameSync(directory.file('f/b.yaml'), directory.file('f/b.yaml.off'))],
    ['called otherwise inside', () => directory.replace('f/b.yaml', manifest('d'))],
  ])('%s, is destroyed', async (_, remove) => {
    three();
    const { until, kernel, ended, told } = start();
    await until(() => ended.length === 3);

    remove();

    await until(() => told('destroyed').length === 1);
    expect(told('destroyed')[0]).toMatchObject({ name: 'b' });
    expect(told('failed')).toEqual([]); // to remove one is no failure
    expect([...kernel.keys()]).not.toContain('b');
    expect([...kernel.keys()]).toEqual(expect.arrayContaining(['a', 'c']));
  });

  test('renamed, keeps what is pinned under the same name', async () => {
    three();
    const { until, jobs, ended, set } = start();
    await until(() => ended.length === 3);

    renameSync(directory.file('f/b.yaml'), directory.file('f/z.yaml'));
    await until(() => ended.length >= 4);
    unlinkSync(directory.file('f/c.yaml')); // so that there is something to wait for
    await until(() => started.has('a', 'b'));

    set.stop('x');
    expect(jobs.filter((job) => job.startsWith('destroy'))).toEqual(['destroy c']);
  });

  test('and put back at once is not destroyed', async () => {
    three();
    const { until, jobs, ended, told } = start();
    await until(() => ended.length === 3);

    renameSync(directory.file('f/b.yaml'), directory.file('aside'));
    await until(() => told('manifest gone').length === 1);
    renameSync(directory.file('aside'), directory.file('f/b.yaml'));
    await until(() => ended.length >= 4);
    unlinkSync(directory.file('f/c.yaml'));
    await until(() => started.has('a', 'b'));

    expect(jobs.filter((job) => job.startsWith('destroy'))).toEqual(['destroy c']);
  });

  test('waits until what may take its place works', async () => {
    three();
    const { until, has, ended, kernel, told } = start();
    await until(() => ended.length === 3);

    unlinkSync(directory.file('f/b.yaml'));
    directory.write('f/d.yaml', 'name: ['); // its successor, with a mistake
    const waits = 'not destroyed yet: its place may be taken by what does not work';
    await until(() => told(waits).length === 1);
    const meanwhile = [...kernel.keys()];
    directory.write('f/d.yaml', manifest('d'));

    await until(() => has('a', 'c', 'd'));
    expect(meanwhile).toContain('b');
    expect(told(waits)[0]).toMatchObject({
      name: 'b',
      hint: expect.stringContaining('destroy b') as unknown,
    });
  });

  test('while it converges, is rolled back', async () => {
    three();
    let isHeld = true;
    let go = (): void => {};
    const { until, ended, jobs, told } = start({
      during: async (file) => {
        if (file !== 'd.yaml' || !isHeld) return;
        await new Promise<void>((resolve) => {
          go = resolve;
        });
      },
    });
    await until(() => ended.length === 3);
    directory.write('f/d.yaml', manifest('d'));
    await until(() => jobs.includes('converge d.yaml') || told('manifest found').length === 4);

    unlinkSync(directory.file('f/d.yaml'));
    await until(() => told('manifest gone').length === 1);
    isHeld = false;
    go();
    unlinkSync(directory.file('f/c.yaml'));
    await until(() => told('destroyed').length === 1);

    expect(started.has('a', 'b')).toBe(true);
  });

  test('and protected, is kept, and told', async () => {
    three();
    const { until, ended, has, told } = start({ isProtected: ['b'] });
    await until(() => ended.length === 3);

    unlinkSync(directory.file('f/b.yaml'));

    await until(() => told('not destroyed').length === 1);
    expect(has('a', 'b', 'c')).toBe(true);
  });

  test('while nobody watched, is told and left alone', async () => {
    three();
    const { until, ended, told } = start({ pinned: ['a', 'b', 'c', 'old'] });
    await until(() => ended.length === 3);

    expect(told('pinned, and of no manifest here: left alone')).toMatchObject([{ name: 'old' }]);
  });

  test('that was named, and not found in a folder, is never destroyed', async () => {
    three();
    const { until, jobs, ended } = start({}, 'f/a.yaml', 'f/b.yaml');
    await until(() => ended.length === 2);

    unlinkSync(directory.file('f/b.yaml'));

    await until(() => ended.length === 3);
    expect(ended[2]).toContain('is wrong');
    expect(jobs.some((job) => job.startsWith('destroy'))).toBe(false);
  });
});

describe('an accident destroys nothing', () => {
  test.each<[string, () => void]>([
    [
      'a folder that is emptied',
      () => ['a', 'b', 'c'].forEach((n) => directory.remove(`f/${n}.yaml`)),
    ],
    ['most of it gone', () => ['a', 'b'].forEach((n) => directory.remove(`f/${n}.yaml`))],
    [
      'a folder replaced by an empty one',
      () => {
        renameSync(directory.file('f'), directory.file('old'));
        directory.write('f/o.o', '');
      },
    ],
  ])('%s', async (_, change) => {
    three();
    const { until, ended, has, told } = start();
    await until(() => ended.length === 3);

    change();

    await until(() => told(refused).length === 1);
    expect(told(refused)[0]).toMatchObject({
      hint: expect.stringContaining('fentryctl destroy') as unknown,
    });
    expect(has('a', 'b', 'c')).toBe(true);
  });

  test.each<[string, () => void]>([
    ['a folder that is deleted', () => directory.remove('f')],
    ['a folder that is moved away', () => renameSync(directory.file('f'), directory.file('old'))],
  ])('%s; and once it is back, all goes on', async (_, change) => {
    three();
    const { until, ended, has, told } = start();
    await until(() => ended.length === 3);

    change();
    await until(
      () => told('cannot look into the folder: what was in it stays as it is').length === 1,
    );
    three();
    await until(() => told('the folder is there again').length === 1);
    unlinkSync(directory.file('f/c.yaml'));

    await until(() => has('a', 'b'));
    expect(told(refused)).toEqual([]);
  });

  test('what was kept stays kept when others come back, and counts no more', async () => {
    three();
    const { until, jobs, ended, told } = start();
    await until(() => ended.length === 3);
    for (const name of ['a', 'b', 'c']) directory.remove(`f/${name}.yaml`);
    await until(() => told(refused).length === 1);

    directory.write('f/a.yaml', manifest('a', 2));
    directory.write('f/d.yaml', manifest('d', 1));
    await until(() => started.has('a', 'b', 'c', 'd'));
    unlinkSync(directory.file('f/d.yaml'));
    await until(() => started.told('destroyed').length === 1);

    expect(jobs.filter((job) => job.startsWith('destroy'))).toEqual(['destroy d']);
  });

  test('unless it is forced', async () => {
    three();
    const { until, ended, has } = start({ isForced: true });
    await until(() => ended.length === 3);

    for (const name of ['a', 'b', 'c']) directory.remove(`f/${name}.yaml`);

    await until(() => has());
  });
});

describe('a volume of Kubernetes', () => {
  /** As the kubelet does it: a new folder, `..data` exchanged, links for new keys, and those of old keys removed. */
  function publish(
    version: number,
    names: readonly string[],
    before: readonly string[] = [],
  ): void {
    for (const name of names)
      directory.write(`f/..${version}/${name}.yaml`, manifest(name, version + 1));
    directory.link(`..${version}`, 'f/..data');
    for (const name of names)
      if (!before.includes(name))
        symlinkSync(`..data/${name}.yaml`, directory.file(`f/${name}.yaml`));
    for (const name of before)
      if (!names.includes(name)) unlinkSync(directory.file(`f/${name}.yaml`));
    if (before.length > 0) directory.remove(`f/..${version - 1}`);
  }

  test('is followed when it is written again, with a key more and one less', async () => {
    publish(1, ['a', 'b', 'c']);
    const { until, ended, kernel, has } = start();
    await until(() => ended.length === 3);

    publish(2, ['a', 'b', 'd'], ['a', 'b', 'c']);

    await until(() => has('a', 'b', 'd') && kernel.get('a') === 3 && kernel.get('b') === 3);
  });

  test('and a folder behind a link that is exchanged', async () => {
    three();
    directory.write('g/a.yaml', manifest('a', 7));
    directory.write('g/b.yaml', manifest('b', 2));
    directory.link('f', 'current');
    const { until, ended, kernel, has } = start({}, 'current');
    await until(() => ended.length === 3);

    directory.link('g', 'current');

    await until(() => has('a', 'b') && kernel.get('a') === 7);
  });
});
