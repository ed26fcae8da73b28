import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { metrics } from '../../../../src/daemon/metrics/metrics.ts';

const examples = join(import.meta.dirname, '../../../../examples/monitoring');
const names = metrics.map(({ name }) => name);

function read(file: string): string {
  return readFileSync(join(examples, file), 'utf8');
}

interface Dashboard {
  readonly schemaVersion: number;
  readonly panels: readonly {
    readonly id: number;
    readonly title: string;
    readonly datasource?: { readonly uid: string };
    readonly targets?: readonly {
      readonly expr: string;
      readonly datasource: { readonly uid: string };
    }[];
  }[];
  readonly templating: { readonly list: readonly { readonly name: string }[] };
}

const dashboard = JSON.parse(read('dashboard.json')) as Dashboard; // the parts that are looked at below
const expressions = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));

interface Rules {
  readonly groups: readonly { readonly rules: readonly { readonly expr: string }[] }[];
}

const rules = parse(read('fentryctl.rules.yml')) as Rules; // promtool knows the rest

/** What is between braces or brackets, and what is no name of ours. */
function namesIn(expression: string): readonly string[] {
  return [...expression.matchAll(/\b(?:fentryctl|process)_[a-z_]+/g)].map(([name]) => name);
}

test.each(expressions)('the dashboard asks for what there is: %s', (expression) => {
  expect(namesIn(expression).length).toBeGreaterThan(0);
  expect(names).toEqual(expect.arrayContaining([...namesIn(expression)]));
});

test.each(rules.groups.flatMap((group) => group.rules.map(({ expr }) => expr)))(
  'and the rules: %s',
  (expression) => {
    expect(names).toEqual(expect.arrayContaining([...namesIn(expression)]));
  },
);

test.each(['README.md', '../../README.md'])('%s names no other', (file) => {
  const told = namesIn(read(file)).filter((name) => !name.endsWith('_'));

  expect(told.length).toBeGreaterThan(0);
  expect(names).toEqual(expect.arrayContaining(told));
});

test('the README of the example names them all', () => {
  for (const name of names) expect(read('README.md')).toContain(name);
});

describe('the dashboard', () => {
  test('takes its data source from a variable, in each panel', () => {
    const sources = dashboard.panels.flatMap(({ datasource, targets = [] }) =>
      [datasource, ...targets.map((target) => target.datasource)].map((one) => one?.uid),
    );

    expect(dashboard.templating.list.map(({ name }) => name)).toContain('datasource');
    expect(new Set(sources.filter((uid) => uid !== undefined))).toEqual(new Set(['${datasource}']));
  });

  test('has panels with titles, and no id twice', () => {
    const ids = dashboard.panels.map(({ id }) => id);

    expect(new Set(ids).size).toBe(ids.length);
    expect(dashboard.panels.every(({ title }) => title !== '')).toBe(true);
    expect(dashboard.schemaVersion).toBeGreaterThanOrEqual(39);
  });

  test('shows each metric of fentryctl that is no mere label', () => {
    const shown = new Set(expressions.flatMap(namesIn));

    for (const name of names.filter((one) => one.startsWith('fentryctl_')))
      expect(shown).toContain(name);
  });
});
