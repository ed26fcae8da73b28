/**
 * Told of every call that can change what the kernel has, or that a change depends on: bpf(2), mkdir(2), symlink(2),
 * unlink(2), rmdir(2) and close(2). A test's, to end the process around a call or to fail it.
 */
export interface CallWitness {
  /** Before a call; a number of errno(3) is what it then fails with. It is not made, unless it is one that closes. */
  before(call: string): number | undefined;
  /** After it, whether or not it failed. */
  after(call: string): void;
  /** In the midst of one: libbpf makes an object's maps in a single function, and tells of each. */
  within(message: () => string): void;
}

let witness: CallWitness | undefined;

/** There is one at most. Nothing that is shipped sets any, and without one a call costs a comparison more. */
export function setCallWitness(next: CallWitness | undefined): void {
  witness = next;
}

/** The one place that makes such calls: each is a point where the kernel may refuse, and where we may be killed. */
export function makeCall<Result>(
  name: string,
  make: () => Result,
  refuse: (errno: number) => Result,
): Result {
  if (witness === undefined) return make();
  const errno = witness.before(name);
  try {
    return errno === undefined ? make() : refuse(errno);
  } finally {
    witness.after(name);
  }
}

/** What libbpf tells while it works on a call. */
export function tellWitness(message: () => string): void {
  witness?.within(message);
}
