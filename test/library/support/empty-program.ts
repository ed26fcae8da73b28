import { FEntry } from '../../../src/bpf/programs/fentry.ts';

const none = { bytes: Buffer.alloc(0), count: 0, recordSize: 0 };

/** An fentry program that does nothing: `r0 = 0; exit`. */
export function emptyProgram(): FEntry {
  const instructions = Buffer.from('b7000000000000009500000000000000', 'hex');
  const name = 'nothing';
  const linked = { name, instructions, flags: 0, btfFd: -1, functionInfo: none, lineInfo: none };
  const code = {
    linked,
    gplCompatible: false,
    sleepable: false,
    logLevel: 0,
    isOpen: () => true,
    hold: () => ({ [Symbol.dispose]: () => undefined }),
  };
  return new FEntry({ name, code });
}
