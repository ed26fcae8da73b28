import { release } from 'node:os';
import { describe, expect, test } from 'vitest';
import { Btf } from '../../src/bpf/btf/btf.ts';

const kernel = Btf.fromSysFs();

describe("the kernel's BTF", () => {
  test('functions by name, a few times and many times', () => {
    const [id] = kernel.find('bpf_fentry_test1');

    expect(kernel.prototype('bpf_fentry_test1')).toBe('int bpf_fentry_test1(int a)');
    for (let look = 0; look < 200; look += 1) {
      expect(kernel.find('bpf_fentry_test1')).toEqual([id]);
    }
    expect(kernel.find('bpf_fentry_test')).toEqual([]);
  });

  test('a function that takes a function', () => {
    expect(kernel.prototype('kthread_create_on_node')).toBe(
      'struct task_struct *kthread_create_on_node(int (*threadfn)(void *), void *data, int node, const char *namefmt, ...)',
    );
  });

  test('a near name is suggested', () => {
    expect(() => kernel.idOf('kthread_craete_on_node')).toThrow(
      expect.objectContaining({
        code: 'UnknownType',
        hint: expect.stringContaining('"kthread_create_on_node"') as string,
      }),
    );
  });

  test('names that several static functions have', () => {
    const names = [...kernel.names()];
    const twice = names.find((name, index) => names.indexOf(name) < index);

    expect(twice).toBeDefined();
    expect(() => kernel.idOf(twice ?? '')).toThrow(
      expect.objectContaining({ code: 'AmbiguousType' }),
    );
  });
});

// the root file system of the virtual machine is an overlay; before Linux 6.1 Debian's modules have no BTF
const [major = 0, minor = 0] = release().split('.').map(Number);
describe.skipIf(major < 6 || (major === 6 && minor < 1))("a module's BTF", () => {
  test('its functions, whose types are the kernel’s', () => {
    const overlay = Btf.forModule('overlay', kernel);

    expect(overlay.prototype('ovl_open')).toBe(
      'int ovl_open(struct inode *inode, struct file *file)',
    );
    expect(overlay.idOf('ovl_open')).toBeGreaterThan(kernel.length);
    expect(overlay.find('vfs_open')).toEqual([]);
    expect(overlay.idOf('task_struct', 'struct')).toBe(kernel.idOf('task_struct', 'struct'));
    expect(kernel.find('ovl_open')).toEqual([]);
  });

  test('a near name is suggested', () => {
    expect(() => Btf.forModule('overly', kernel)).toThrow(
      expect.objectContaining({ code: 'UnknownModule', hint: 'did you mean "overlay"?' }),
    );
  });
});
