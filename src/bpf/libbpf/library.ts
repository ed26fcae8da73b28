import koffi from 'koffi';
import { UnsupportedError } from '../../base/errors.ts';

/** Shared libraries are looked for under these names by dlopen(3); `FENTRYCTL_LIBBPF` puts one in front. */
const libbpfNames = ['libbpf.so.1', 'libbpf.so'];

type Library = ReturnType<typeof koffi.load>;

const libraries = new Map<string, Library>();

/** libbpf, loaded on first use. Throws an `UnsupportedError` with all that was tried. */
export function libbpf(): Library {
  return once('libbpf', loadLibbpf);
}

/** The C library this process already uses. */
export function libc(): Library {
  return once('libc', () => koffi.load(null));
}

function once(key: string, make: () => Library): Library {
  const known = libraries.get(key);
  if (known !== undefined) return known;
  const library = make();
  libraries.set(key, library);
  return library;
}

function loadLibbpf(): Library {
  const override = process.env['FENTRYCTL_LIBBPF'];
  const names = override === undefined || override === '' ? libbpfNames : [override];
  const failures: string[] = [];
  for (const name of names) {
    try {
      return koffi.load(name);
    } catch (error) {
      failures.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new UnsupportedError(
    `cannot find libbpf; tried ${names.map((name) => `"${name}"`).join(', ')}`,
    {
      hint: 'install libbpf 1.0 or later ("apt-get install libbpf1", "dnf install libbpf"), or set FENTRYCTL_LIBBPF to its path',
      log: failures.join('\n'),
    },
  );
}
