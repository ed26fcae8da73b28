import { expect, test } from 'vitest';
import { results } from '../../../bench/report/results.ts';
import type { Line, Sample } from '../../../bench/sample.ts';

const base: Sample = {
  mode: 'I',
  work: 'object',
  size: 100,
  peer: 'fentryctl, overlap',
  round: 0,
  status: 0,
  wall: 800e6,
  cpu: 700e6,
  rss: 50e6,
  calls: 405,
};

function page(...samples: readonly Partial<Sample>[]): string {
  const lines = samples.map((one): Line => ({ kind: 'sample', sample: { ...base, ...one } }));
  return results([{ kind: 'version', peer: 'linux', version: '6.1' }, ...lines]);
}

test('a ratio against its bar', () => {
  expect(page({}, { peer: 'libbpf C', wall: 1000e6 })).toContain(
    '| one object with 100, to libbpf C | I | wall | 0.85 | 0.80 | reached | 1.00 |',
  );
  expect(page({}, { peer: 'floor', wall: 600e6 })).toContain(
    '| one object with 100, to floor | I | wall | 1.25 | 1.33 | **not reached** |',
  );
});

test('a figure against its bar', () => {
  expect(page({})).toContain('| bpf() calls for 100 | I | calls | 410 | 405 | reached |');
});

test('what was not measured is not reached either', () => {
  expect(page({})).toContain(
    '| one object with 100, to libbpf C | I | wall | 0.85 |  | not measured |',
  );
});

test('a run that failed counts for nothing, and is told', () => {
  const text = page({}, { peer: 'libbpf C', wall: 1e6, status: 1, remark: 'too many open files' });

  expect(text).toContain(
    '| one object with 100, to libbpf C | I | wall | 0.85 |  | not measured |',
  );
  expect(text).toContain('- libbpf C, object 100 (I): too many open files');
});

test('the median of the rounds, with least and most', () => {
  const rounds = [900e6, 700e6, 1100e6].map((wall, round) => ({ mode: 'W' as const, wall, round }));

  expect(page(...rounds)).toContain('| fentryctl, overlap | 0.900 (0.700–1.100) |');
});

test('versions, and who is absent', () => {
  const text = results([
    { kind: 'version', peer: 'linux', version: '6.1' },
    { kind: 'absent', peer: 'bpftrace', reason: 'it is not installed' },
  ]);

  expect(text).toContain('Versions: linux 6.1.');
  expect(text).toContain('Not measured: bpftrace, it is not installed.');
});
