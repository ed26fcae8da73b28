import { expect, test } from 'vitest';
import { exposition } from '../../../../src/daemon/metrics/exposition.ts';
import { metrics } from '../../../../src/daemon/metrics/metrics.ts';
import { exposed, programFigures } from './sample.ts';

/** The lines of the text format that are no comment. */
async function linesOf(given: Parameters<typeof exposed>[0] = {}): Promise<readonly string[]> {
  const { text } = await exposition(exposed(given), false);
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

const program = 'manifest="audit",object="opens",program="count_open",target="vfs_open"';

test('all that there is to tell', async () => {
  const lines = await linesOf();

  expect(lines.filter((line) => !line.startsWith('fentryctl_convergence_failures'))).toEqual([
    'fentryctl_build_info{version="1.2.3"} 1',
    'fentryctl_convergences_total{manifest="audit",result="changed"} 1',
    'fentryctl_convergences_total{manifest="audit",result="unchanged"} 0',
    'fentryctl_convergences_total{manifest="audit",result="failed"} 1',
    'fentryctl_drift_repaired_total{manifest="audit"} 0',
    'fentryctl_in_step{manifest="audit"} 0',
    'fentryctl_last_success_timestamp_seconds{manifest="audit"} 1000',
    'fentryctl_last_convergence_duration_seconds{manifest="audit"} 0.02',
    `fentryctl_program_attached{${program}} 1`,
    `fentryctl_program_runs_total{${program}} 12`,
    `fentryctl_program_run_seconds_total{${program}} 0.5`,
    `fentryctl_program_recursion_misses_total{${program}} 3`,
    'fentryctl_run_statistics_enabled 1',
    'fentryctl_scrape_success 1',
    'fentryctl_scrape_duration_seconds 0.25',
    'process_start_time_seconds 100',
    'process_cpu_seconds_total 1.5',
    'process_resident_memory_bytes 4096',
  ]);
});

test('each cause has its count from the start, so that the first one is an increase', async () => {
  const failures = (await linesOf()).filter((line) => line.includes('failures_total'));

  expect(failures).toHaveLength(9);
  expect(failures).toContain(
    'fentryctl_convergence_failures_total{manifest="audit",cause="invalid"} 1',
  );
  expect(failures).toContain(
    'fentryctl_convergence_failures_total{manifest="audit",cause="bug"} 0',
  );
});

test('without figures the watch still tells of itself', async () => {
  const lines = await linesOf({ figures: undefined });

  expect(lines).toContain('fentryctl_scrape_success 0');
  expect(lines).toContain('fentryctl_in_step{manifest="audit"} 0');
  expect(lines.filter((line) => /program_|run_statistics/.test(line))).toEqual([]);
});

test('runs that nobody counts are not told as none', async () => {
  const uncounted = programFigures({ runs: undefined, runSeconds: undefined });

  const lines = await linesOf({ figures: { programs: [uncounted], uncounted: 'EPERM' } });

  expect(lines).toContain('fentryctl_run_statistics_enabled 0');
  expect(lines).toContain(`fentryctl_program_recursion_misses_total{${program}} 3`);
  expect(lines.filter((line) => /runs_total|run_seconds/.test(line))).toEqual([]);
});

test('what would end a label does not', async () => {
  const odd = programFigures({ target: 'a"b\\c\nd' });

  const lines = await linesOf({ figures: { programs: [odd], uncounted: undefined } });

  expect(lines.find((line) => line.startsWith('fentryctl_program_attached'))).toContain(
    String.raw`target="a\"b\\c\nd"`,
  );
});

test('each has a help and a type, in both formats', async () => {
  for (const isOpenMetrics of [false, true]) {
    const { text } = await exposition(exposed(), isOpenMetrics);
    for (const { name, kind, help } of metrics) {
      const told = isOpenMetrics ? name.replace(/_total$/, '') : name;
      expect(text).toContain(`# HELP ${told} ${help}\n# TYPE ${told} ${kind}\n`);
    }
  }
});

test('OpenMetrics names counters its own way, and has an end', async () => {
  const { text, type } = await exposition(exposed(), true);

  expect(type).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
  expect(text).toContain(`# TYPE fentryctl_program_runs counter\nfentryctl_program_runs_total{`);
  expect(text).toMatch(/\n# EOF\n$/);
});

test('one format leaves the other as it was', async () => {
  const before = await exposition(exposed(), false);
  await exposition(exposed(), true);

  expect(await exposition(exposed(), false)).toEqual(before);
  expect(before.type).toBe('text/plain; version=0.0.4; charset=utf-8');
});

test('names follow the conventions', () => {
  for (const { name, kind, help, labels } of metrics) {
    expect(name).toMatch(/^(?:fentryctl|process)_[a-z_]+$/);
    expect(name.endsWith('_total')).toBe(kind === 'counter');
    expect(help).toMatch(/^[A-Z].*\.$/);
    expect(labels.every((label) => /^[a-z]+$/.test(label))).toBe(true);
  }
});
