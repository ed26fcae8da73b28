const exitLine = /^fentryctl-vm-exit (\d{1,3})\r?$/m;

// "watchdog: BUG: soft lockup" and RCU stalls are switched off on the kernel's command line: under emulation they
// tell how busy the host is. A guest that really hangs is caught by its silence.
const troubles = [
  /Kernel panic - not syncing/,
  /\bOops\b/,
  /\bBUG: /,
  /general protection fault/,
  /\bRIP: /,
  /\bCall Trace:/,
];

/** The status that the guest reported, `undefined` before it has (or when it never does). */
export function exitStatusIn(console: string): number | undefined {
  const status = exitLine.exec(console)?.[1];
  return status === undefined ? undefined : Number(status);
}

/** The first line that shows that the guest's kernel is broken. */
export function troubleIn(console: string): string | undefined {
  return console
    .split('\n')
    .find((line) => troubles.some((trouble) => trouble.test(line)))
    ?.trim();
}

/** The end of the console for people: no carriage returns, none of the BIOS's escape sequences. */
export function readable(console: string, lines = 60): string {
  // oxlint-disable-next-line no-control-regex -- the escape character is what has to go
  const plain = console.replaceAll(/\u001B(?:\[[0-9;?=]*[A-Za-z]|c)/g, '').replaceAll('\r', '');
  return plain.trim().split('\n').slice(-lines).join('\n');
}
