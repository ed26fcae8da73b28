import { tryTrampoline } from '../bpf/try-trampoline.ts';
import { checkBpffs } from './checks/bpffs.ts';
import {
  checkBtf,
  checkFtrace,
  checkJit,
  checkLockdown,
  checkTracefs,
  checkVersion,
} from './checks/kernel.ts';
import { checkCapabilities, checkLibbpf, checkMemlock } from './checks/process.ts';
import { checkTrampoline } from './checks/trampoline.ts';
import type { Facts } from './facts.ts';
import type { Finding, Found } from './finding.ts';
import { readFacts } from './read-facts.ts';

/** In the order in which a person would mend them. */
const checks: Readonly<Record<string, (facts: Facts) => Found>> = {
  kernel: checkVersion,
  btf: checkBtf,
  lockdown: checkLockdown,
  jit: checkJit,
  ftrace: checkFtrace,
  tracefs: checkTracefs,
  bpffs: checkBpffs,
  capabilities: checkCapabilities,
  libbpf: checkLibbpf,
  memlock: checkMemlock,
};

/** Looks at all that the kernel and the host must offer, and tries at last what it is all for. */
export function examine(root: string): readonly Finding[] {
  const findings = judge(readFacts(root));
  const tried = checkTrampoline(tryTrampoline, findings);
  return [...findings, { check: 'trampoline', ...tried }];
}

/** What facts mean. */
export function judge(facts: Facts): readonly Finding[] {
  return Object.entries(checks).map(([check, find]) => ({ check, ...find(facts) }));
}
