import type { Contents, Facts } from '../facts.ts';
import type { Found } from '../finding.ts';
import { notAllowed, ok, unsupported, warning } from '../finding.ts';

/** BPF trampolines came with 5.5 on x86-64, and with 6.0 on arm64; older than 5.10 is tried by nobody here. */
export function checkVersion({ kernel }: Facts): Found {
  const { release, architecture } = kernel;
  const text = `Linux ${release} on ${architecture}`;
  const [major = 0, minor = 0] = release.split('.').map((part) => Number.parseInt(part, 10));
  const version = major * 1000 + minor;
  const least = architecture === 'arm64' ? 6000 : 5005;
  if (version < least)
    return unsupported(
      `${text} has no trampolines for BPF programs`,
      `use Linux ${least === 6000 ? '6.0' : '5.5'} or later`,
    );
  if (version < 5010) return warning(`${text} is older than any tested`, 'use Linux 5.10 or later');
  return ok(text);
}

/** What attach targets are looked up in; CONFIG_DEBUG_INFO_BTF (lib/Kconfig.debug). */
export function checkBtf({ btfSize }: Facts): Found {
  if (btfSize === 'missing')
    return unsupported(
      'the kernel has no BTF: "/sys/kernel/btf/vmlinux" is not there',
      'use a kernel with CONFIG_DEBUG_INFO_BTF=y, as distributions build them, and mount sysfs',
    );
  if (btfSize === 'unreadable')
    return notAllowed(
      '"/sys/kernel/btf/vmlinux" cannot be read',
      'let the sandbox of this process show /sys/kernel',
    );
  return ok(`/sys/kernel/btf/vmlinux, ${(btfSize / 1e6).toFixed(1)} MB`);
}

/** `none [integrity] confidentiality`: the last forbids programs to read kernel memory (kernel_lockdown(7)). */
export function checkLockdown({ lockdown }: Facts): Found {
  if (lockdown === 'unreadable')
    return warning('cannot be told: "/sys/kernel/security/lockdown" is not ours to read', asRoot);
  const mode = textOf(lockdown).match(/\[(\w+)\]/)?.[1];
  if (mode === 'confidentiality')
    return unsupported(
      'confidentiality: the kernel refuses tracing programs',
      'boot with "lockdown=integrity" or without lockdown; secure boot may switch it on',
    );
  return ok(mode ?? 'not in this kernel');
}

/** Trampolines are machine code: without the JIT there are none (kernel/bpf/trampoline.c). */
export function checkJit({ jit }: Facts): Found {
  if (jit === 'unreadable')
    return warning(
      'cannot be told: "/proc/sys/net/core/bpf_jit_enable" is not ours to read',
      asRoot,
    );
  if (textOf(jit) === '0')
    return unsupported('the JIT compiler is off', 'sysctl -w net.core.bpf_jit_enable=1');
  return ok(jit === 'missing' ? 'always on, or not in this namespace' : 'on');
}

/** Functions are entered through ftrace: while it is off, attaching fails with EBUSY (kernel/trace/ftrace.c). */
export function checkFtrace({ ftrace }: Facts): Found {
  if (ftrace === 'unreadable')
    return warning('cannot be told: "/proc/sys/kernel/ftrace_enabled" is not ours to read', asRoot);
  if (textOf(ftrace) === '0')
    return unsupported('ftrace is off', 'sysctl -w kernel.ftrace_enabled=1');
  if (ftrace === 'missing')
    return warning(
      'the kernel has no switch for ftrace, maybe no ftrace',
      'use a kernel with CONFIG_FUNCTION_TRACER=y',
    );
  return ok('on');
}

/** Tells before a load which functions can be attached to; nothing else needs it. */
export function checkTracefs({ traceable }: Facts): Found {
  if (traceable === 'readable') return ok('lists the functions that can be traced');
  const what =
    traceable === 'missing'
      ? 'is not mounted: functions that cannot be traced are only found out by the attach'
      : 'is not ours to read: functions that cannot be traced are only found out by the attach';
  return warning(
    `tracefs ${what}`,
    traceable === 'missing' ? 'mount -t tracefs tracefs /sys/kernel/tracing' : asRoot,
  );
}

export const asRoot = 'run it as root';

function textOf(contents: Contents): string {
  return typeof contents === 'string' ? '' : contents.text.trim();
}
