import { expect, test } from 'vitest';
import type { MapShape } from '../../../src/state/map-shape.ts';
import { isResized, isSameShape, shapeText } from '../../../src/state/map-shape.ts';

const hash: MapShape = { type: 'hash', keySize: 4, valueSize: 8, maxEntries: 16, flags: 0 };

test.each<readonly [other: Partial<MapShape>, isSame: boolean, isResize: boolean]>([
  [{}, true, false],
  [{ type: 'lru_hash' }, false, false],
  [{ keySize: 5 }, false, false],
  [{ valueSize: 5 }, false, false],
  [{ flags: 1 }, false, false],
  [{ maxEntries: 17 }, false, true],
  [{ maxEntries: 17, flags: 1 }, false, false],
])('%j: the same %s, resized %s', (other, isSame, isResize) => {
  expect(isSameShape(hash, { ...hash, ...other })).toBe(isSame);
  expect(isResized(hash, { ...hash, ...other })).toBe(isResize);
});

test.each<readonly [shape: Partial<MapShape>, text: string]>([
  [{}, 'hash (key 4 B, value 8 B, 16 entries)'],
  [{ flags: 0x81 }, 'hash (key 4 B, value 8 B, 16 entries, flags 0x81)'],
  [{ type: 'queue', keySize: 0 }, 'queue (value 8 B, 16 entries)'],
  [{ type: 'ringbuf', keySize: 0, valueSize: 0, maxEntries: 4096 }, 'ringbuf (4096 B)'],
])('%j reads %s', (shape, text) => {
  expect(shapeText({ ...hash, ...shape })).toBe(text);
});
