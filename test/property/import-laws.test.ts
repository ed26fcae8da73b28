import fc from 'fast-check';
import { expect, test } from 'vitest';
import { draftOfFound } from '../../src/cli/import/from-found.ts';
import { draftManifest, renderDraft } from '../../src/cli/output/draft.ts';
import { loadManifest } from '../../src/manifest/load-manifest.ts';
import type { FoundProgram } from '../../src/state/found-program.ts';
import { pinPath } from '../../src/state/ids.ts';
import { temporaryDirectory } from '../unit/manifest/sample.ts';

const word = fc.string({ unit: fc.constantFrom('a', 'B', '_', '7'), minLength: 1, maxLength: 5 });
const identifier = word.map((text) => `f${text}`);
const pin = fc
  .array(fc.string({ unit: 'grapheme', minLength: 1 }), { minLength: 1, maxLength: 3 })
  .map((parts) => pinPath(`/${parts.join('/')}`));

const program: fc.Arbitrary<FoundProgram> = fc.record({
  id: fc.nat(),
  name: fc.oneof(identifier, fc.constantFrom('null', 'true', 'y'), fc.string()),
  isNameWhole: fc.boolean(),
  tag: fc.constant('0123456789abcdef'),
  attachType: fc.constantFrom('fentry', 'fexit', undefined),
  target: fc.oneof(
    identifier,
    fc.tuple(word, identifier).map((parts) => parts.join(':')),
  ),
  btfId: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
  maps: fc.array(fc.string(), { maxLength: 2 }),
  pins: fc.array(pin, { maxLength: 2 }),
  links: fc.array(fc.record({ id: fc.nat(), pin }), { maxLength: 2 }),
});

test('whatever is pinned, and wherever, what is made of it is a manifest, as YAML and as JSON', () => {
  using directory = temporaryDirectory();
  fc.assert(
    fc.property(fc.array(program, { minLength: 1, maxLength: 5 }), pin, (programs, place) => {
      const others = [{ path: place, what: 'a map' }];
      const draft = draftOfFound(place, { programs, others });
      fc.pre(draft.objects.length > 0);

      const [yaml, json] = [renderDraft(draft), JSON.stringify(draftManifest(draft))].map((text) =>
        byName(loadManifest(directory.write('m.yaml', text)).manifest.objects),
      );

      expect(yaml).toEqual(json);
      expect(yaml).toHaveLength(draft.objects.length);
    }),
  );
});

/** Objects of JavaScript have keys that are numbers first. */
function byName<Named extends { readonly name: string }>(all: readonly Named[]): readonly Named[] {
  return all.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
