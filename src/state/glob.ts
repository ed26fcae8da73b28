import type { NameTest } from '../base/glob.ts';
import { globTest } from '../base/glob.ts';

/**
 * A glob as a test of whole names of functions. What is before a colon stands for modules: so a glob without one means
 * functions of the kernel itself.
 */
export function functionTest(glob: string): NameTest {
  const tests = glob.split(':').map(globTest);
  return (name) => {
    const parts = name.split(':');
    return tests.length === parts.length && tests.every((test, at) => test(parts[at] ?? ''));
  };
}
