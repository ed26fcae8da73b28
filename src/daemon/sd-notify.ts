/** systemd takes 4,096 bytes in one message, and drops a longer one whole (`NOTIFY_BUFFER_MAX` in src/core/manager.c). */
const longestStatus = 900;

/** sd_notify(3): it has started, or what it was asked to do is done. */
export function readyMessage(status: string): string {
  return `READY=1\n${statusMessage(status)}`;
}

/** How it stands now, for `systemctl status`. */
export function statusMessage(status: string): string {
  return `STATUS=${oneLine(status)}`;
}

/** It was asked to converge and has not yet; the time is that of CLOCK_MONOTONIC, in microseconds. */
export function reloadingMessage(monotonicUsec: bigint): string {
  return `RELOADING=1\nMONOTONIC_USEC=${monotonicUsec}`;
}

/** One of several convergences begins that starting, or a reload, takes: it may take so long, whatever was taken before (from systemd 236 on). */
export function extendMessage(ms: number): string {
  return `EXTEND_TIMEOUT_USEC=${Math.ceil(ms * 1000)}`;
}

export const stoppingMessage = 'STOPPING=1\nSTATUS=stopping; what is attached stays attached';
export const aliveMessage = 'WATCHDOG=1';

function oneLine(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  return line.length <= longestStatus ? line : `${line.slice(0, longestStatus)} …`;
}
