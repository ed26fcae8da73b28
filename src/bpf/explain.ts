import type { AppError } from '../base/errors.ts';
import { PrivilegeError, UnsupportedError } from '../base/errors.ts';
import type { EbpfErrorCode } from './ebpf-error.ts';
import { EbpfError } from './ebpf-error.ts';
import { CallError } from './libbpf/errno.ts';
import type { VerifierSummary } from './messages.ts';
import { reasonFromMessages, summariseVerifierLog } from './messages.ts';
import { capabilityHint, isLockedDown, missingCapabilities } from './privileges.ts';

/** Making an object's maps, loading a program, attaching it. */
type Step = 'create' | 'load' | 'attach';

const codes: Readonly<Record<Step, EbpfErrorCode>> = {
  create: 'MapFailed',
  load: 'LoadFailed',
  attach: 'AttachFailed',
};

interface Cause {
  readonly cause: string;
  readonly hint?: string;
}

/** What an errno means at each step; measured, since the number is seldom the reason by itself (DESIGN of the kernel: kernel/bpf/trampoline.c, verifier.c). */
const causes: Readonly<Record<Step, Readonly<Record<string, Cause>>>> = {
  create: {
    EPERM: { cause: 'the kernel does not permit it' },
    ENOMEM: { cause: 'the kernel is out of memory' },
    EMFILE: {
      cause: 'this process has too many files open',
      hint: 'raise its limit ("ulimit -n", LimitNOFILE= of systemd)',
    },
  },
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
    ENOSPC: {
      cause: 'the log that was asked for is longer than 16 MiB, whether or not the program is fine',
      hint: 'choose a lower "verifierLogLevel"; at 0 a program that is rejected says why all the same',
    },
  },
  attach: {
    ENOENT: {
      cause: 'it was attached before, which Linux before 5.13 cannot repeat',
      hint: 'load it anew: unload it first, or remove its pin and apply again',
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
  if (error.errnoName === 'EPERM') return explainPermission(error, step, doing);
  const { log } = error;
  const isVerdict = step === 'load' && error.errnoName !== 'ENOSPC'; // of a log that was cut off
  const summary = isVerdict ? summariseVerifierLog(log ?? '') : undefined;
  if (summary !== undefined) return explainRejection(error, summary, doing);
  const said = step === 'create' ? reasonFromMessages(log) : undefined;
  const { cause, hint } = causes[step][error.errnoName] ?? { cause: said ?? 'no reason given' };
  const message = `cannot ${doing}: ${cause} (${error.errnoName})`;
  return new EbpfError(codes[step], message, { hint, cause: error, log });
}

/**
 * EPERM has three causes: privileges, lockdown, and kernels or sandboxes that refuse tracing programs altogether. An
 * object's maps have a fourth: places that bpffs refuses, of which libbpf's words are the better ones.
 */
function explainPermission(error: CallError, step: Step, doing: string): AppError {
  const context = { cause: error, log: error.log };
  const missing = missingCapabilities();
  if (missing.length > 0) {
    const names = missing.join(' and ');
    return new PrivilegeError(`cannot ${doing}: missing ${names}`, {
      ...context,
      hint: capabilityHint(missing),
    });
  }
  const said = step === 'create' ? reasonFromMessages(error.log) : undefined;
  if (said !== undefined)
    return new EbpfError('MapFailed', `cannot ${doing}: ${said} (EPERM)`, context);
  const why = isLockedDown()
    ? 'the kernel is locked down (confidentiality)'
    : 'this kernel refuses tracing programs';
  return new UnsupportedError(`cannot ${doing}: ${why} (EPERM)`, {
    ...context,
    hint: 'containers, lockdown and security modules can forbid it; fentryctl cannot change that',
  });
}

/** What libbpf leaves in place of an instruction whose CO-RE relocation found nothing (bpf_core_poison_insn in relo_core.c). */
const poisoned = 'unknown#195896080';

function explainRejection(
  error: CallError,
  { telling, omitted }: VerifierSummary,
  doing: string,
): AppError {
  const { log } = error;
  const why =
    log?.includes(poisoned) === true
      ? 'it reads a type or field that this kernel does not have (CO-RE)'
      : `the verifier rejected it: ${telling}`;
  return new EbpfError('VerifierRejected', `cannot ${doing}: ${why} (${omitted} lines omitted)`, {
    hint: 'the whole verifier log is in "log" of the error; the command shows it with --verbose',
    cause: error,
    log,
  });
}
