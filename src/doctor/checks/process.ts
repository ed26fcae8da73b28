import type { Facts } from '../facts.ts';
import type { Found } from '../finding.ts';
import { notAllowed, ok, unsupported, warning } from '../finding.ts';

/** Numbers of capabilities (include/uapi/linux/capability.h). */
const capabilities = { CAP_SYS_ADMIN: 21, CAP_PERFMON: 38, CAP_BPF: 39 } as const;

/** CAP_SYS_ADMIN stands in for the two others (capabilities(7)), and alone opens things by id. */
export function checkCapabilities({ capabilities: effective }: Facts): Found {
  const missing = Object.entries(capabilities).flatMap(([name, bit]) =>
    ((effective >> BigInt(bit)) & 1n) === 1n ? [] : [name],
  );
  if (!missing.includes('CAP_SYS_ADMIN')) return ok('CAP_SYS_ADMIN');
  const needed = missing.filter((name) => name !== 'CAP_SYS_ADMIN');
  if (needed.length > 0)
    return notAllowed(
      `missing ${needed.join(' and ')}`,
      'run it as root, or with AmbientCapabilities=CAP_BPF CAP_PERFMON of systemd',
    );
  return warning(
    'CAP_BPF and CAP_PERFMON, without CAP_SYS_ADMIN: no functions of modules, no program ids as targets, no run statistics',
    'run it as root if you need these',
  );
}

export function checkLibbpf({ libbpf }: Facts): Found {
  const fix = 'install libbpf 1.0 or later: "apt-get install libbpf1", "dnf install libbpf"';
  if ('error' in libbpf) return unsupported(libbpf.error, fix);
  const [major = 0] = libbpf.version.split('.').map(Number);
  return major < 1
    ? unsupported(`libbpf ${libbpf.version} is too old`, fix)
    : ok(`libbpf ${libbpf.version}`);
}

const mayRaise = 1n << 24n; // CAP_SYS_RESOURCE

/** Before 5.11, maps and programs count as locked memory (kernel/bpf/syscall.c); libbpf raises the limit where it may. */
export function checkMemlock({ kernel, memlock, capabilities: effective }: Facts): Found {
  const [major = 0, minor = 0] = kernel.release.split('.').map((part) => Number.parseInt(part, 10));
  if (major * 1000 + minor >= 5011) return ok('does not limit BPF on this kernel');
  if ((effective & mayRaise) !== 0n) return ok('raised when needed');
  const megabytes = Math.floor(memlock / 2 ** 20);
  if (megabytes >= 64) return ok(memlock === Infinity ? 'no limit' : `${megabytes} MiB`);
  return warning(
    `${megabytes} MiB, which maps and programs count against before Linux 5.11`,
    'ulimit -l unlimited, or LimitMEMLOCK=infinity of systemd',
  );
}
