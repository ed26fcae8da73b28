import type { AppError } from '../base/errors.ts';
import { FailedError, PrivilegeError, UnsupportedError } from '../base/errors.ts';
import { CallError } from './libbpf/errno.ts';
import { reasonFromMessages, summariseVerifierLog, verifierLog } from './messages.ts';
import { isLockedDown, missingCapabilities } from './privileges.ts';

type Step = 'load' | 'attach';

interface Cause {
  readonly cause: string;
  readonly hint?: string;
}

/** What an errno means at each step; measured, since the number is seldom the reason by itself (DESIGN of the kernel: kernel/bpf/trampoline.c, verifier.c). */
const causes: Readonly<Record<Step, Readonly<Record<string, Cause>>>> = {
  load: {
    ESRCH: { cause: "the function is not in the kernel's BTF" },
    ENOENT: {
      cause:
        'BTF has the function, but the kernel only has a specialised copy of it (".isra", ".constprop")',
      hint: 'choose a function that "grep -w NAME /proc/kallsyms" shows under that very name',
    },
    ENOTSUPP: {
      cause:
        'the kernel cannot trace this function: too many or struct arguments, or no trampolines on this machine',
      hint: 'before about Linux 6.6 a function may have at most 6 arguments',
    },
    EINVAL: {
      cause: 'the kernel does not let programs attach to this function, or refuses its signature',
      hint: 'variadic functions, structs by value and a deny list are refused; choose another function',
    },
    EPERM: { cause: 'the kernel does not permit it' },
    E2BIG: { cause: 'the program is too large or too complex for the verifier' },
    ENOMEM: { cause: 'the kernel is out of memory' },
  },
  attach: {
    ENOENT: {
      cause:
        'its program pin is gone, or it was attached before, which Linux before 5.13 cannot repeat',
      hint: 'remove the program pin if it is there, and apply again: the program is then loaded anew',
    },
    EBUSY: {
      cause:
        'the function is not traceable, or the program is attached to it already, or ftrace is switched off',
      hint: 'see /sys/kernel/tracing/available_filter_functions and /proc/sys/kernel/ftrace_enabled',
    },
    E2BIG: {
      cause: 'the function has as many programs attached as the kernel allows (36 to 40)',
      hint: 'detach another program from it, see "bpftool link list"',
    },
    ENOTSUPP: { cause: 'the kernel cannot put a trampoline on this function' },
    EPERM: { cause: 'the kernel does not permit it' },
    ENOMEM: { cause: 'the kernel is out of memory' },
  },
};

/** Turns what a call said into what a person needs: what we were doing, why it failed, what helps. Other errors pass as they are. */
export function explain(error: unknown, step: Step, doing: string): unknown {
  if (!(error instanceof CallError)) return error;
  const log = verifierLog(error.log);
  if (error.errnoName === 'EPERM') return explainPermission(error, doing);
  if (log !== undefined) return explainRejection(error, log, doing);
  const { cause, hint } = causes[step][error.errnoName] ?? {
    cause: reasonFromMessages(error.log) ?? 'no reason given',
  };
  return new FailedError(`cannot ${doing}: ${cause} (${error.errnoName})`, {
    hint,
    cause: error,
    log: error.log,
  });
}

/** EPERM has three causes: privileges, lockdown, and kernels or sandboxes that refuse tracing programs altogether. */
function explainPermission(error: CallError, doing: string): AppError {
  const context = { cause: error, log: error.log };
  const missing = missingCapabilities();
  if (missing.length > 0) {
    const names = missing.join(' and ');
    return new PrivilegeError(`cannot ${doing}: missing ${names}`, {
      ...context,
      hint: 'run it as root',
    });
  }
  const why = isLockedDown()
    ? 'the kernel is locked down (confidentiality)'
    : 'this kernel refuses tracing programs';
  return new UnsupportedError(`cannot ${doing}: ${why} (EPERM)`, {
    ...context,
    hint: 'containers, lockdown and security modules can forbid it; fentryctl cannot change that',
  });
}

function explainRejection(error: CallError, log: string, doing: string): AppError {
  const { telling, omitted } = summariseVerifierLog(log);
  return new FailedError(
    `cannot ${doing}: the verifier rejected it: ${telling} (${omitted} lines omitted)`,
    {
      hint: 'use --verbose to see the whole verifier log',
      cause: error,
      log,
    },
  );
}
