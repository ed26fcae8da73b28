import { libbpf } from '../../src/bpf/libbpf/library.ts';

/** What the kernel has, by id. */
export interface KernelIds {
  readonly programs: readonly number[];
  readonly maps: readonly number[];
  readonly links: readonly number[];
}

type Next = (start: number, next: [number]) => number;

const next = {
  programs: bind('bpf_prog_get_next_id'),
  maps: bind('bpf_map_get_next_id'),
  links: bind('bpf_link_get_next_id'),
};

/** All there is on this machine, in the order of the ids. */
export function kernelIds(): KernelIds {
  return { programs: all(next.programs), maps: all(next.maps), links: all(next.links) };
}

const testRun = libbpf().func('int bpf_prog_test_run_opts(int fd, void *options)') as (
  fd: number,
  options: null,
) => number;

/** BPF_PROG_TEST_RUN of a tracing program calls bpf_fentry_test1 to 8, once each (net/bpf/test_run.c). */
export function callTargets(programFd: number): void {
  const result = testRun(programFd, null);
  if (result !== 0) throw new Error(`bpf_prog_test_run_opts: ${result}`);
}

function all(nextId: Next): readonly number[] {
  const ids: number[] = [];
  for (const found: [number] = [0]; nextId(found[0], found) === 0;) ids.push(found[0]);
  return ids;
}

function bind(name: string): Next {
  const type = `int ${name}(uint32_t start, _Out_ uint32_t *next)`;
  return libbpf().func(type) as Next; // its prototype is the line above
}
