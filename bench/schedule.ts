import type { Case, Mode, Work } from './sample.ts';

/** How much to measure. */
export interface Extent {
  readonly works: readonly Work[];
  readonly sizes: readonly number[];
  /** Of the ordinary clock; instructions repeat, and are counted once. */
  readonly rounds: number;
}

/** What a mode measures, in this order. */
export function casesOf(mode: Mode, { works, sizes }: Extent): readonly Case[] {
  return works.flatMap((work) => sizesOf(mode, work, sizes).map((size) => ({ work, size })));
}

function sizesOf(mode: Mode, work: Work, sizes: readonly number[]): readonly number[] {
  if (work === 'start') return [1];
  if (work === 'object') return mode === 'I' ? sizes : sizes.filter((size) => size <= 500);
  if (mode === 'W') return [];
  if (work === 'program') return sizes;
  return sizes.filter((size) => size === 100 || (size === 500 && work !== 'remove'));
}

/** Of a large case fewer: after each, every program is detached, which takes the kernel 0.14 s. */
export function roundsOf(mode: Mode, size: number, { rounds }: Extent): number {
  if (mode === 'I') return 1;
  return size > 100 ? Math.ceil(rounds / 2) : rounds;
}

/** Everybody is first in turn, so that none has the best place. */
export function rotated<T>(items: readonly T[], by: number): readonly T[] {
  const start = by % Math.max(items.length, 1);
  return [...items.slice(start), ...items.slice(0, start)];
}
