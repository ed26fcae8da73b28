import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import os from 'node:os';
import process from 'node:process';
import { libbpfVersion } from '../bpf/libbpf/version.ts';
import { effectiveCapabilities } from '../bpf/privileges.ts';
import { readBpffs } from './read-bpffs.ts';
import type { Contents, Facts } from './facts.ts';

/** Reads all that the checks judge by; changes nothing. */
export function readFacts(root: string): Facts {
  return {
    kernel: { release: os.release(), architecture: process.arch },
    btfSize: sizeOf('/sys/kernel/btf/vmlinux'),
    lockdown: contentsOf('/sys/kernel/security/lockdown'),
    jit: contentsOf('/proc/sys/net/core/bpf_jit_enable'),
    ftrace: contentsOf('/proc/sys/kernel/ftrace_enabled'),
    traceable: readability('/sys/kernel/tracing/available_filter_functions'),
    bpffs: readBpffs(root),
    capabilities: effectiveCapabilities(),
    libbpf: readLibbpf(),
    memlock: readMemlock(),
  };
}

function sizeOf(file: string): Facts['btfSize'] {
  const access = readability(file);
  return access === 'readable' ? statSync(file).size : access;
}

function readability(file: string): Facts['traceable'] {
  try {
    accessSync(file, constants.R_OK);
    return 'readable';
  } catch (error) {
    return isMissing(error) ? 'missing' : 'unreadable';
  }
}

function contentsOf(file: string): Contents {
  try {
    return { text: readFileSync(file, 'utf8') };
  } catch (error) {
    return isMissing(error) ? 'missing' : 'unreadable';
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function readLibbpf(): Facts['libbpf'] {
  try {
    return { version: libbpfVersion() };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

/** The line of proc(5) is `Max locked memory  SOFT  HARD  bytes`. */
function readMemlock(): number {
  const soft = /^Max locked memory\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
  return soft === undefined || soft === 'unlimited' ? Infinity : Number(soft);
}
