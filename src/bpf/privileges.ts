import { readFileSync } from 'node:fs';
import process from 'node:process';

/** Numbers of capabilities (include/uapi/linux/capability.h). */
const needed = { CAP_PERFMON: 38, CAP_BPF: 39 } as const;
const sysAdmin = 21;

/** Which of the capabilities that tracing needs this process lacks; CAP_SYS_ADMIN stands in for both (capabilities(7)). */
export function missingCapabilities(): readonly string[] {
  const effective = effectiveCapabilities();
  const has = (bit: number): boolean => ((effective >> BigInt(bit)) & 1n) === 1n;
  if (has(sysAdmin)) return [];
  return Object.entries(needed).flatMap(([name, bit]) => (has(bit) ? [] : [name]));
}

/** How a process of a user gets them. Root that lacks one runs in a unit or a container that keeps it from it. */
export function capabilityHint(names: readonly string[], user = process.geteuid?.()): string {
  if (user !== 0) return 'run it as root';
  return `let it have that: "CapabilityBoundingSet=${names.join(' ')}" in a drop-in of its unit, or what its container takes`;
}

/** True where the kernel was locked down to confidentiality, which forbids reading kernel memory and so all tracing (kernel_lockdown(7)). */
export function isLockedDown(): boolean {
  try {
    return readFileSync('/sys/kernel/security/lockdown', 'utf8').includes('[confidentiality]');
  } catch {
    return false; // no securityfs, or not ours to read: the kernel's own answer has to do
  }
}

/** As bits, numbered as in include/uapi/linux/capability.h. */
export function effectiveCapabilities(): bigint {
  const line = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'));
  return BigInt(`0x${line?.[1] ?? '0'}`);
}
