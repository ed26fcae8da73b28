import { appendFileSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FailedError, PrivilegeError, RefusedError } from '../../../src/base/errors.ts';
import { carryOut, installing, uninstalling } from '../../../src/service/unit-files.ts';
import type { Directory } from '../manifest/sample.ts';
import { temporaryDirectory, withoutPrivileges } from '../manifest/sample.ts';

const units = [
  { name: 'a.service', text: '[Service]\nExecStart=/bin/a\n' },
  { name: 'b.service', text: '[Service]\nExecStart=/bin/b\n' },
];
const names = units.map(({ name }) => name);

let directory: Directory;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => directory[Symbol.dispose]());

function install(texts = units, force = false): readonly string[] {
  const changes = installing(directory.path, texts, force);
  carryOut(changes);
  return changes.map(({ action }) => action);
}

function uninstall(force = false): readonly string[] {
  const changes = uninstalling(directory.path, names, force);
  carryOut(changes);
  return changes.map(({ action }) => action);
}

function file(name: string): string {
  return path.join(directory.path, name);
}

test('units are put in place, below a line that says who wrote them', () => {
  expect(install()).toEqual(['write', 'write']);

  const [line, ...rest] = readFileSync(file('a.service'), 'utf8').split('\n');
  expect(line).toMatch(
    /^# Written by "fentryctl install" \([0-9a-f]{64}\); to change it: systemctl/,
  );
  expect(rest.join('\n')).toBe(units[0]?.text);
});

test('what is as it should be is left alone', () => {
  install();

  expect(install()).toEqual(['none', 'none']);
});

test('what another version wrote is written over', () => {
  install();

  expect(install(units.map(({ name, text }) => ({ name, text: `${text}Nice=1\n` })))).toEqual([
    'write',
    'write',
  ]);
});

test('what was put in place is taken away, and nothing else', () => {
  install();
  directory.write('c.service', 'other');

  expect(uninstall()).toEqual(['remove', 'remove']);
  expect(readdirSync(directory.path)).toEqual(['c.service']);
  expect(uninstall()).toEqual(['none', 'none']);
});

describe('what somebody else wrote or edited', () => {
  test.each<readonly [string, (path: string) => void]>([
    ['an edited unit', (unit) => appendFileSync(unit, 'Nice=1\n')],
    ['a unit without our line', (unit) => writeFileSync(unit, units[1]?.text ?? '')],
    ['an empty file', (unit) => writeFileSync(unit, '')],
  ])('%s is refused before anything is done, unless forced', (_, edit) => {
    install();
    edit(file('b.service'));
    const before = readFileSync(file('b.service'), 'utf8');

    expect(() => install(units.map((unit) => ({ ...unit, text: 'new\n' })))).toThrow(RefusedError);
    expect(() => uninstall()).toThrow(`"${file('b.service')}" would be removed`);
    expect(readFileSync(file('b.service'), 'utf8')).toBe(before);
    expect(readFileSync(file('a.service'), 'utf8')).toContain('/bin/a');

    expect(install(units, true)).toEqual(['none', 'write']);
    expect(uninstall(true)).toEqual(['remove', 'remove']);
  });

  test('a mask is one, too', () => {
    symlinkSync('/dev/null', file('b.service'));

    expect(() => install()).toThrow(RefusedError);
    expect(readdirSync(directory.path)).toEqual(['b.service']);
  });
});

test('a missing privilege says so', () => {
  expect(() => withoutPrivileges(() => install())).toThrow(PrivilegeError);
  install();
  expect(() => withoutPrivileges(() => uninstall())).toThrow(PrivilegeError);
  expect(readdirSync(directory.path)).toEqual(names);
});

test('a directory that is not there says so', () => {
  expect(() => carryOut(installing(file('nowhere'), units, false))).toThrow(
    new FailedError(`cannot write "${file('nowhere/a.service')}": ENOENT`),
  );
});
