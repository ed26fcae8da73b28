import { libbpfSymbol } from './symbols.ts';

/** Version of the libbpf that was found, e.g. `1.1`. Throws an `UnsupportedError` where there is none. */
export function libbpfVersion(): string {
  return libbpfSymbol('libbpf_version_string')().replace(/^v/, '');
}
