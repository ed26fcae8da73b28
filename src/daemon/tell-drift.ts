import type { Logger } from '../base/logger.ts';
import type { Drift } from './pin-tree.ts';

/** More than these are only counted: of an unmount, each pin is one. */
const mostNamed = 5;

/** Logs what others did to the pins. */
export function tellDrift(log: Logger, { gone, added, replaced }: Drift): void {
  tell(log, 'pin gone', gone);
  tell(log, 'pin added', added);
  tell(log, 'pin replaced', replaced);
}

function tell(log: Logger, message: string, pins: readonly string[]): void {
  for (const pin of pins.slice(0, mostNamed)) log.warn(message, { pin });
  if (pins.length > mostNamed) log.warn(`${message}, and more`, { pins: pins.length });
}
