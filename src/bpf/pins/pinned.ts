import type { Fd } from '../libbpf/fd.ts';
import { programIn } from '../libbpf/program-array.ts';
import type { LinkInfo } from '../links/link-info.ts';
import { linkInfo } from '../links/link-info.ts';
import type { MapInfo } from '../maps/map-info.ts';
import { mapInfo } from '../maps/map-info.ts';
import type { ProgramFactsWithMaps } from '../programs/program-info.ts';
import { programFactsWithMaps } from '../programs/program-info.ts';
import { openPinAt } from './pin-path.ts';

/** What is pinned at a path, as the kernel tells it. */
export type Pinned =
  | { readonly kind: 'program'; readonly info: ProgramFactsWithMaps }
  | { readonly kind: 'link'; readonly info: LinkInfo }
  | { readonly kind: 'map'; readonly info: PinnedMapInfo }
  | { readonly kind: 'other' };

export interface PinnedMapInfo extends MapInfo {
  /** Of an array of one program: the program's id, or `empty`; `undefined` for other maps. */
  readonly holds: number | 'empty' | undefined;
}

/** Looks at what is pinned at a path. `InvalidPin` says what is wrong with the path. */
export function readPinned(path: string): Pinned {
  using fd = openPinAt(path);
  return describe(fd);
}

function describe(fd: Fd): Pinned {
  const kind = fd.kind();
  switch (kind) {
    case 'program':
      return { kind, info: programFactsWithMaps(fd.number) };
    case 'link':
      return { kind, info: linkInfo(fd.number) };
    case 'map':
      return { kind, info: pinnedMapInfo(fd) };
    case 'other':
      return { kind };
  }
}

function pinnedMapInfo(fd: Fd): PinnedMapInfo {
  const info = mapInfo(fd.number);
  const isSlot = info.type === 'prog_array' && info.maxEntries === 1;
  return { ...info, holds: isSlot ? (programIn(fd) ?? 'empty') : undefined };
}
