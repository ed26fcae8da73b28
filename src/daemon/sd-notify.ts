import { ExitStatus } from '../base/errors.ts';
import type { Ending } from './ending.ts';

/** systemd takes 4,096 bytes in one message, and drops a longer one whole (`NOTIFY_BUFFER_MAX` in src/core/manager.c). */
const longestStatus = 900;

/** sd_notify(3): it has started, or what it was asked to do is done. */
export function readyMessage(ending: Ending): string {
  return `READY=1\n${statusMessage(ending)}`;
}

/** How it stands now, for `systemctl status`. */
export function statusMessage(ending: Ending): string {
  return `STATUS=${oneLine(statusOf(ending))}`;
}

/** It was asked to converge and has not yet; the time is that of CLOCK_MONOTONIC, in microseconds. */
export function reloadingMessage(monotonicUsec: bigint): string {
  return `RELOADING=1\nMONOTONIC_USEC=${monotonicUsec}`;
}

export const stoppingMessage = 'STOPPING=1\nSTATUS=stopping; what is attached stays attached';
export const aliveMessage = 'WATCHDOG=1';

function statusOf({ plan, error }: Ending): string {
  const { name, ...counts } = plan ?? {};
  const who = name === undefined ? '' : `${String(name)}: `;
  if (error === undefined) {
    const pairs = Object.entries(counts).filter(([, count]) => count !== undefined);
    return `${who}as its manifest says (${pairs.map(([key, count]) => `${key}=${String(count)}`).join(' ')})`;
  }
  if (error.status === ExitStatus.locked) return `${who}trying again: ${error.message}`;
  return `${who}failed (exit status ${error.status}): ${error.message}`;
}

function oneLine(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  return line.length <= longestStatus ? line : `${line.slice(0, longestStatus)} …`;
}
