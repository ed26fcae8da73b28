import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { Ended } from './fentryctl.ts';
import { main, run } from './fentryctl.ts';

/** How often the command calls bpf(2), by what for: `BPF_PROG_LOAD`, … */
export interface BpfCalls {
  readonly ended: Ended;
  readonly commands: readonly string[];
  of(command: string): number;
}

/** Runs the built command, and has strace count. */
export function bpfCalls(...args: readonly string[]): BpfCalls {
  const directory = mkdtempSync('/tmp/calls-');
  try {
    const trace = ['-f', '--seccomp-bpf', '-e', 'trace=bpf', '-e', 'signal=none'];
    const ended = run('strace', [
      ...trace,
      '-o',
      `${directory}/calls`,
      process.execPath,
      main,
      ...args,
    ]);
    const lines = readFileSync(`${directory}/calls`, 'utf8').split('\n');
    const commands = lines.flatMap((line) => /\bbpf\((\w+)/.exec(line)?.[1] ?? []);
    const of = (command: string): number => commands.filter((name) => name === command).length;
    return { ended, commands, of };
  } finally {
    rmSync(directory, { recursive: true });
  }
}
