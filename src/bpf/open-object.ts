import { EbpfError } from './ebpf-error.ts';
import { CallError } from './libbpf/errno.ts';
import type { OpenSettings } from './libbpf/object-file.ts';
import { ObjectFile } from './libbpf/object-file.ts';
import { reasonFromMessages } from './messages.ts';

/** Parses an object file; needs no privilege. An `InvalidObject` has libbpf's own words. */
export function openObject(bytes: Uint8Array, settings: OpenSettings): ObjectFile {
  try {
    return new ObjectFile(settings, bytes);
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    const reason = reasonFromMessages(error.log) ?? error.errnoName;
    const message = `libbpf cannot read the object "${settings.name}": ${reason}`;
    throw new EbpfError('InvalidObject', message, { cause: error, log: error.log });
  }
}
