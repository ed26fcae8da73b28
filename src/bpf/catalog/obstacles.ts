import type {
  CatalogFunction,
  Obstacle,
  UnseenSource,
  WithoutBtf,
} from '../../state/function-catalog.ts';
import type { Btf } from '../btf/btf.ts';
import { dangerOf } from './dangerous.ts';
import { isDenied } from './denied.ts';
import type { KernelSymbols } from './kernel-symbols.ts';
import { kernelSymbols } from './kernel-symbols.ts';
import { SignatureCheck } from './signature-check.ts';
import type { TrampolineLimits } from './trampoline-limits.ts';
import { trampolineLimits } from './trampoline-limits.ts';
import type { TraceableFunctions } from './traceable-functions.ts';
import { readTraceable } from './traceable-functions.ts';

/** A function in question. */
export interface Questioned {
  readonly name: string;
  readonly module: string | undefined;
  readonly btf: Btf;
  readonly btfId: number;
  /** All functions of that name in that BTF. */
  readonly same: readonly CatalogFunction[];
}

/** What stands against attaching to functions of a kernel; what it tells of itself is read when it is needed, once. */
export class Obstacles {
  readonly #kernel: Btf;
  #expected = 0;
  readonly #checks = new Map<Btf, SignatureCheck>();
  #limits: TrampolineLimits | undefined;
  #symbols: { readonly all: KernelSymbols | undefined } | undefined;
  #traceable: { readonly functions: TraceableFunctions | undefined } | undefined;

  constructor(kernel: Btf) {
    this.#kernel = kernel;
  }

  /** That so many functions will be asked about. */
  expect(functions: number): void {
    this.#expected = functions;
    this.#symbols?.all?.expect(functions);
  }

  /** The most telling first, and last what only we refuse, and people may allow; `undefined`: nothing is known to stand against it. */
  of(questioned: Questioned): Obstacle | undefined {
    return (
      this.#nameObstacle(questioned) ??
      this.#notTraceable(questioned) ??
      denied(questioned) ??
      this.#signatures(questioned.btf).obstacle(questioned.btfId) ??
      dangerous(questioned)
    );
  }

  /** What the symbols have of a function that no BTF tells of. */
  withoutBtf(name: string, module: string | undefined): WithoutBtf | undefined {
    const symbols = this.#readSymbols();
    if (symbols === undefined) return undefined;
    if (symbols.count(name, module) > 0) {
      return { code: 'no-btf', text: 'the kernel has it, but no BTF that tells its type' };
    }
    const variants = symbols.variants(name, module);
    return variants.length === 0 ? undefined : { code: 'no-symbol', text: madeOf(variants) };
  }

  #nameObstacle(questioned: Questioned): Obstacle | undefined {
    const { name, module, same } = questioned;
    if (same.length > 1) return ambiguous(questioned);
    const symbols = this.#readSymbols();
    const count = symbols?.count(name, module) ?? 1; // where there are no symbols, nothing is known
    if (count === 0) return noSymbol(symbols?.variants(name, module) ?? []);
    return count === 1 ? undefined : ambiguousSymbol(count);
  }

  #readSymbols(): KernelSymbols | undefined {
    if (this.#symbols === undefined) {
      this.#symbols = { all: kernelSymbols() };
      this.#symbols.all?.expect(this.#expected);
    }
    return this.#symbols.all;
  }

  /** What was needed so far, and could not be read. */
  unseen(): readonly UnseenSource[] {
    const isUnseen = {
      symbols: this.#symbols !== undefined && this.#symbols.all === undefined,
      tracefs: this.#traceable !== undefined && this.#traceable.functions === undefined,
    };
    return (['symbols', 'tracefs'] as const).filter((source) => isUnseen[source]);
  }

  #signatures(btf: Btf): SignatureCheck {
    this.#limits ??= trampolineLimits(this.#kernel);
    const known = this.#checks.get(btf);
    if (known !== undefined) return known;
    const check = new SignatureCheck(btf, this.#limits);
    this.#checks.set(btf, check);
    return check;
  }

  #notTraceable({ name, module }: Questioned): Obstacle | undefined {
    this.#traceable ??= { functions: readTraceable() };
    if (this.#traceable.functions?.has(name, module) !== false) return undefined;
    const text = 'ftrace cannot patch it: it is marked "notrace", or was only there to boot';
    return { code: 'not-traceable', text };
  }
}

function dangerous({ name, module }: Questioned): Obstacle | undefined {
  const reason = module === undefined ? dangerOf(name) : undefined;
  return reason === undefined ? undefined : { code: 'dangerous', text: reason };
}

function ambiguous({ btf, same }: Questioned): Obstacle {
  const prototypes = new Set(same.map(({ btfId }) => `"${btf.prototype(btfId)}"`));
  const candidates = [...prototypes].join(' and ');
  return { code: 'ambiguous', text: `there are ${same.length} of that name: ${candidates}` };
}

/** The kernel would attach to the first symbol of that name, whichever that is (kallsyms_lookup_name in kernel/kallsyms.c). */
function ambiguousSymbol(count: number): Obstacle {
  const text = `there are ${count} of that name, and a program would watch one of them only`;
  return { code: 'ambiguous', text };
}

function noSymbol(variants: readonly string[]): Obstacle {
  const text = variants.length === 0 ? 'it was inlined into its callers' : madeOf(variants);
  return { code: 'no-symbol', text };
}

function madeOf(variants: readonly string[]): string {
  const names = variants.slice(0, 3).map((variant) => `"${variant}"`);
  return `the compiler made it ${names.join(' and ')}`;
}

function denied({ name, module }: Questioned): Obstacle | undefined {
  if (module !== undefined || !isDenied(name)) return undefined;
  return { code: 'denied', text: 'the kernel keeps programs off it by its own list' };
}
