import { setTimeout } from 'node:timers/promises';
import { EbpfError } from '../ebpf-error.ts';
import { linkExists } from '../libbpf/link.ts';

/** Milliseconds that a link may take to go after its last reference went, and between looks. */
const patience = 2000;
const pause = 2;

/**
 * Returns once a link is gone from the kernel: it has no id any more. Needs CAP_SYS_ADMIN to ask; without it the close
 * has to do, which frees a link before it returns when it was the last reference (kernel/bpf/syscall.c, bpf_link_put).
 */
export function proveDetached(linkId: number): void {
  let deadline: number | undefined; // Node's clock is loaded where a link is not gone at once
  while (linkExists(linkId) === true) {
    deadline ??= performance.now() + patience;
    if (performance.now() > deadline) throw stillAttached(linkId);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pause);
  }
}

/** The same, and the event loop goes on meanwhile. */
export async function proveDetachedAsync(linkId: number): Promise<void> {
  let deadline: number | undefined; // Node's clock is loaded where a link is not gone at once
  while (linkExists(linkId) === true) {
    deadline ??= performance.now() + patience;
    if (performance.now() > deadline) throw stillAttached(linkId);
    await setTimeout(pause); // oxlint-disable-line eslint/no-await-in-loop -- waiting is what this loop is for
  }
}

function stillAttached(linkId: number): EbpfError {
  const message = `link ${linkId} is still attached: somebody else holds it`;
  return new EbpfError('DetachFailed', message, {
    hint: `find the holder: a process with the link open, or a pin of it ("bpftool -f link show id ${linkId}")`,
  });
}
