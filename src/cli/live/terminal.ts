import { fstatSync, readFileSync } from 'node:fs';
import process from 'node:process';
import type { Terminal } from './screen.ts';

/** The terminal that the answer goes to; `undefined` where it goes elsewhere, or the terminal can only write line after line. */
export function terminalOf(write: (text: string) => void): Terminal | undefined {
  const { stdout, env } = process;
  if (!stdout.isTTY || ['', 'dumb'].includes(env['TERM'] ?? '')) return undefined;
  let suspend: (() => void) | undefined;
  return {
    write,
    size: () => ({ width: stdout.columns || 80, height: stdout.rows || 24 }), // 0: it does not know
    isInBackground,
    stopBy: (signal) => {
      // Without a listener the kernel does what it does by default, and knows better than we when not to.
      if (suspend !== undefined) process.off('SIGTSTP', suspend);
      process.kill(process.pid, signal);
      if (suspend !== undefined) process.on('SIGTSTP', suspend);
    },
    on: (event, listener) => {
      if (event === 'suspend') suspend = listener;
      const off = listen(event, listener);
      return () => {
        if (event === 'suspend') suspend = undefined;
        off();
      };
    },
  };
}

const names = { suspend: 'SIGTSTP', resume: 'SIGCONT', exit: 'exit' } as const;

function listen(event: keyof typeof names | 'resize', listener: () => void): () => void {
  if (event === 'resize') {
    process.stdout.on('resize', listener);
    return () => process.stdout.off('resize', listener);
  }
  process.on(names[event], listener);
  return () => process.off(names[event], listener);
}

/** Whether stdout is our terminal, and another process group has it (proc(5), /proc/pid/stat: pgrp, tty_nr and tpgid). */
function isInBackground(): boolean {
  const stat = readFileSync('/proc/self/stat', 'utf8');
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number); // the name before may hold anything
  const [, , group, , terminal, foreground] = fields;
  return terminal === fstatSync(process.stdout.fd).rdev && foreground !== group;
}
