import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { validate } from '../../../src/manifest/validate.ts';

interface Schema {
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly type?: unknown;
  readonly additionalProperties?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly $defs?: Readonly<Record<string, Schema>>;
}

const file = new URL('../../../schemas/manifest.schema.json', import.meta.url);
const schema = JSON.parse(readFileSync(file, 'utf8')) as Schema; // what we wrote
const described = collect('manifest', schema);

test.each(described)('%s: says what it is and gives an example', (_name, part) => {
  expect(part.description).toBeTruthy();
  expect(part.examples?.length).toBeGreaterThan(0);
});

test.each(described)('%s: takes no unknown keys', (_name, part) => {
  expect(part.properties === undefined || part.additionalProperties === false).toBe(true);
});

test('its example is valid', () => {
  const nowhere = () => ({ line: 1, column: 1, length: 1 });

  expect(validate('a.yaml', schema.examples?.[0], nowhere)).toEqual([]);
});

/** A schema and all that it defines or contains as properties, by name. */
function collect(name: string, part: Schema): [name: string, part: Schema][] {
  const inner = Object.entries({ ...part.properties, ...part.$defs });
  return [[name, part], ...inner.flatMap(([key, child]) => collect(`${name}/${key}`, child))];
}
