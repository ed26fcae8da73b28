import type { Cache } from '../cache/kept-file.ts';
import { keep, readKept } from '../cache/kept-file.ts';
import { isStale } from './cache-name.ts';

/** Where the code of a program is kept. */
export interface Place {
  readonly cache: Cache;
  readonly file: string;
}

/** Code that V8 compiled, and how much of it there was then, Node's own included. */
export interface Code {
  readonly data: Uint8Array;
  readonly compiledBytes: number;
}

const headBytes = 4;

/**
 * `undefined` where there is none of this source, or none to be trusted. V8 looks at its version, its flags and the length of the
 * source only (seen with Node 20, 22 and 24), runs what it is given, and crashes on a bit that has flipped.
 */
export function readCode({ cache, file }: Place, source: Uint8Array): Code | undefined {
  const contents = readKept(cache, file, source);
  if (contents === undefined || contents.length < headBytes) return undefined;
  return { data: contents.subarray(headBytes), compiledBytes: contents.readUInt32LE() };
}

/** Leaves code for later runs. Where that cannot be, those do without, and nobody is told. */
export function keepCode({ cache, file }: Place, code: () => Code, source: Uint8Array): void {
  const contents = (): Uint8Array => {
    const { data, compiledBytes } = code();
    const bytes = Buffer.alloc(headBytes + data.length);
    bytes.writeUInt32LE(compiledBytes);
    bytes.set(data, headBytes);
    return bytes;
  };
  keep(cache, file, { contents, purpose: source, isStale });
}
