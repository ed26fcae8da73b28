import { expect, test } from 'vitest';
import { kindOfMap, noKeys } from '../../../../src/bpf/maps/map-kinds.ts';

test.each([
  ['hash', 'single'],
  ['array', 'single'],
  ['lpm_trie', 'single'],
  ['percpu_array', 'per-cpu'],
  ['lru_percpu_hash', 'per-cpu'],
  ['ringbuf', undefined],
  ['prog_array', undefined],
  ['queue', undefined],
  ['hash_of_maps', undefined],
  ['99', undefined],
])('%s: %s', (type, kind) => {
  expect(kindOfMap(type)).toBe(kind);
});

test('a map without keys says what it is, and what helps', () => {
  expect(noKeys('events', 'ringbuf')).toMatchObject({
    code: 'MapFailed',
    message: 'map "events" is of type ringbuf: it is not read by key',
    hint: 'read it with "new RingBuffer(map)"',
  });
  expect(noKeys('calls', 'prog_array').hint).toBeUndefined();
});
