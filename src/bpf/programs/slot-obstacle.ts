import { asksForAddress } from '../libbpf/helper-calls.ts';
import type { ProgramCode } from './program-start.ts';

/**
 * Why a dispatcher would not run it as it runs when it is attached itself. Both would go unnoticed: the kernel takes
 * such a program into a PROG_ARRAY.
 */
export function slotObstacle({ sleepable, linked }: ProgramCode): string | undefined {
  if (sleepable) return 'it is sleepable, and a dispatcher runs where nothing may sleep'; // all of ours, for before Linux 7.0 none may
  if (!asksForAddress(linked.instructions)) return undefined;
  return 'it calls bpf_get_func_ip, for which the kernel has nothing when a dispatcher runs it';
}
