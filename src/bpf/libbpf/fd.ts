import { readlinkSync } from 'node:fs';
import { closeFd } from '../file-calls.ts';

/** A file descriptor of ours, closed when its scope ends; closing the last reference to a BPF link detaches it. */
export class Fd implements Disposable {
  readonly number: number;
  #open = true;

  constructor(number: number) {
    this.number = number;
  }

  /** What kind of BPF thing it is, as the kernel names its anonymous inode. */
  kind(): 'program' | 'map' | 'link' | 'other' {
    const target = readlinkSync(`/proc/self/fd/${this.number}`);
    if (target.includes('bpf-prog')) return 'program';
    if (target.includes('bpf-map')) return 'map';
    return target.includes('bpf_link') || target.includes('bpf-link') ? 'link' : 'other';
  }

  get isOpen(): boolean {
    return this.#open;
  }

  /** Hands the number over: whoever takes it closes it. */
  release(): number {
    this.#open = false;
    return this.number;
  }

  [Symbol.dispose](): void {
    if (!this.#open) return;
    this.#open = false;
    closeFd(this.number);
  }
}
