import { mkdirSync, rmSync } from 'node:fs';
import { Ebpf } from '../../src/bpf/ebpf.ts';
import { lookUpElement } from '../../src/bpf/libbpf/map-calls.ts';
import { openPin } from '../../src/bpf/libbpf/pin.ts';
import { objectFile } from '../library/support/kernel.ts';
import { callTargets } from './kernel-ids.ts';

const directory = '/sys/fs/bpf/others';

/** A program, a map and a link that are somebody else's, pinned beside ours until the end: the program counts its calls. */
export interface Foreign extends Disposable {
  /** Calls every target once. */
  readonly call: () => void;
  readonly callsMade: () => number;
}

export function makeForeign(): Foreign {
  mkdirSync(directory);
  using ebpf = Ebpf.loadFile(objectFile('counter'), {
    pinnedMaps: { hits: `${directory}/hits` },
    programs: ['count_first'],
  });
  const program = ebpf.program('count_first').asFEntry();
  program.load('bpf_fentry_test1');
  program.takeLink(program.attach()).pin(`${directory}/link`)[Symbol.dispose]();
  program.pin(`${directory}/program`);
  const fd = openPin(`${directory}/program`).number; // open as long as we run
  return {
    call: () => callTargets(fd),
    callsMade: () => counterAt(`${directory}/hits`, 0),
    [Symbol.dispose]: () => rmSync(directory, { recursive: true }),
  };
}

/** A counter in a pinned array of 64-bit numbers. */
export function counterAt(pin: string, slot: number): number {
  using map = openPin(pin);
  const key = Buffer.alloc(4);
  key.writeUInt32LE(slot);
  const value = Buffer.alloc(8);
  if (!lookUpElement(map.number, key, value)) throw new Error(`"${pin}" has no slot ${slot}`);
  return Number(value.readBigUInt64LE());
}
