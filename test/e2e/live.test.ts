import { once } from 'node:events';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { hasPython } from './support/datagrams.ts';
import { collect, fentryctl, main, run, startFentryctl } from './support/fentryctl.ts';
import { clean, countNoRuns, linkFiles, until } from './support/kernel.ts';
import { onTerminal } from './support/terminal.ts';
import { workspace } from './support/workspace.ts';

beforeAll(countNoRuns);
afterEach(clean);

const ctrlC = '\u0003';
const ctrlZ = '\u001A';

/** Another screen without a cursor, and back. */
const turn = ['?1049h', '?25l', '?25h', '?1049l'];

const watching = ['status', 'live', '--watch', '--every', '200ms'] as const;

test('in a pipe: lines with what runs how often, though nobody had runs counted; a reader that goes ends it', async () => {
  using work = attached();
  const child = startFentryctl(...watching);
  const printed = collect(child);
  let lines: readonly string[] = [];

  await until('a rate above zero', () => {
    linkFiles(20);
    lines = printed().split('\n').slice(0, -1);
    return lines.some((line) => Number(line.split('\t')[5]) > 0);
  });
  const gone = once(child, 'close');
  child.stdout?.destroy();
  const [status] = (await gone) as readonly unknown[];

  expect(work.directory).toBeDefined();
  expect(status).toBe(0);
  for (const line of lines) {
    expect(line).toMatch(
      /^[\d-]+T[\d:.]+Z\tlive\tit\/count_first\tvfs_link\tattached\t(\d+\.\d|-)\t(\d+|-)\t-$/,
    );
  }
});

test('without CAP_SYS_ADMIN it says why there are no rates, and goes on', () => {
  using work = attached();
  const node = `setpriv --bounding-set=-sys_admin ${process.execPath} ${main}`;
  const { stdout, stderr } = run('sh', ['-c', `${node} ${watching.join(' ')} --json | head -n 1`]);

  expect(work.directory).toBeDefined();
  expect(JSON.parse(stdout)).toMatchObject({
    run_statistics: false,
    programs: [{ name: 'live', program: 'count_first', state: 'attached' }],
  });
  expect(stdout).not.toContain('runs_per_second');
  expect(stderr.split('\n')).toEqual([
    expect.stringContaining('"sysctl kernel.bpf_stats_enabled=1"'),
    expect.stringContaining('takes CAP_SYS_ADMIN to read'),
    '',
  ]);
});

test.skipIf(!hasPython())(
  'on a terminal: a screen of its own that is gone at Ctrl+Z and at Ctrl+C, and follows the window (needs python3)',
  () => {
    using work = attached();
    const steps = [
      { until: 'attached +0 ', type: ctrlZ },
      { until: String.raw`stopped by 20[\s\S]*attached`, size: [3, 50] as const },
      { until: 'RUNS/S {2}LATELY', type: ctrlC },
    ];
    const { output, status } = onTerminal(steps, [
      'env',
      'TERM=xterm',
      process.execPath,
      main,
      ...watching,
    ]);
    const leave = '\u001B[?25h\u001B[?1049l';
    const turns = output.match(/\?(?:1049|25)[hl]|\[stopped by \d+\]/g);
    const last = output.slice(output.lastIndexOf('\u001B[H') + 3).split(leave)[0] ?? '';
    const shown = stripVTControlCharacters(last).replace('^C', '').split(/\r+\n/); // the terminal adds a CR to each line break

    expect(work.directory).toBeDefined();
    expect(status).toBe(0);
    expect(turns).toEqual([...turn, '[stopped by 20]', ...turn]);
    expect(output.endsWith(leave)).toBe(true);
    expect(shown).toEqual([
      expect.stringMatching(/^live {2}1 program, 1 attached {2}.{0,22}…$/),
      expect.stringMatching(/^PROGRAM .* RUNS\/S {2}LATELY$/),
      expect.stringMatching(/^it\/count_fi… {2}vfs_link {2}attached {7}0 +▁+$/),
    ]);
  },
);

/** One program on `vfs_link`, by exchange. */
function attached() {
  const work = workspace('live');
  work.object('counter');
  work.programs('count_first: vfs_link');
  expect(fentryctl('apply', work.manifest)).toMatchObject({ status: 0 });
  return work;
}
