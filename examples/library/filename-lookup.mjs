// Prints every path that the kernel looks up, until Ctrl-C: sudo node examples/library/filename-lookup.mjs
import { Btf, Ebpf } from 'fentryctl';

const object = new URL('filename-lookup.bpf.o', import.meta.url).pathname;
const stop = new AbortController();
process.once('SIGINT', () => stop.abort()).once('SIGTERM', () => stop.abort());

const ebpf = Ebpf.loadFile(object);
try {
  const program = ebpf.program('filename_lookup').asFEntry();
  program.load('filename_lookup', Btf.fromSysFs());
  program.attach();
  console.error('watching; Ctrl-C ends it');
  for await (const { pid, comm, path } of ebpf.ringBuffer('events', {
    type: 'event',
    signal: stop.signal,
  })) {
    console.log(pid, comm, path);
  }
} catch (error) {
  if (!stop.signal.aborted) throw error;
} finally {
  ebpf[Symbol.dispose]();
}
