import type { Obstacle, UnseenSource } from '../../state/function-catalog.ts';
import type { Btf } from '../btf/btf.ts';
import { dangerOf } from './dangerous.ts';
import { isDenied } from './denied.ts';
import type { KernelSymbols } from './kernel-symbols.ts';
import { kernelSymbols } from './kernel-symbols.ts';
import type { TrampolineLimits } from './signature-obstacle.ts';
import { signatureObstacle, trampolineLimits } from './signature-obstacle.ts';
import type { TraceableFunctions } from './traceable-functions.ts';
import { readTraceable } from './traceable-functions.ts';

/** A function in question. */
export interface Questioned {
  readonly name: string;
  readonly module: string | undefined;
  readonly btf: Btf;
  readonly btfId: number;
  /** All functions of that name in that BTF. */
  readonly ids: readonly number[];
}

/** What stands against attaching to functions of a kernel; what it tells of itself is read when it is needed, once. */
export class Obstacles {
  readonly #kernel: Btf;
  #limits: TrampolineLimits | undefined;
  #symbols: { readonly all: KernelSymbols | undefined } | undefined;
  #traceable: { readonly functions: TraceableFunctions | undefined } | undefined;

  constructor(kernel: Btf) {
    this.#kernel = kernel;
  }

  /** The most telling first; `undefined`: nothing is known to stand against it. */
  of(questioned: Questioned): Obstacle | undefined {
    const { btf, btfId } = questioned;
    this.#limits ??= trampolineLimits(this.#kernel);
    return (
      dangerous(questioned) ??
      ambiguous(questioned, this.#symbolsRead()) ??
      noSymbol(questioned, this.#symbolsRead()) ??
      this.#notTraceable(questioned) ??
      denied(questioned) ??
      signatureObstacle(btf, btfId, this.#limits)
    );
  }

  /** What was needed so far, and could not be read. */
  unseen(): readonly UnseenSource[] {
    const isUnseen = {
      symbols: this.#symbols !== undefined && this.#symbols.all === undefined,
      tracefs: this.#traceable !== undefined && this.#traceable.functions === undefined,
    };
    return (['symbols', 'tracefs'] as const).filter((source) => isUnseen[source]);
  }

  #symbolsRead(): KernelSymbols | undefined {
    this.#symbols ??= { all: kernelSymbols() };
    return this.#symbols.all;
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

/** The kernel would attach to the first symbol of that name, whichever that is (kallsyms_lookup_name in kernel/kallsyms.c). */
function ambiguous(
  { name, module, btf, ids }: Questioned,
  symbols: KernelSymbols | undefined,
): Obstacle | undefined {
  if (ids.length > 1) {
    const candidates = [...new Set(ids.map((id) => `"${btf.prototype(id)}"`))].join(' and ');
    return { code: 'ambiguous', text: `there are ${ids.length} of that name: ${candidates}` };
  }
  const count = symbols?.count(name, module) ?? 0;
  if (count <= 1) return undefined;
  const text = `there are ${count} of that name, and a program would watch one of them only`;
  return { code: 'ambiguous', text };
}

function noSymbol(
  { name, module }: Questioned,
  symbols: KernelSymbols | undefined,
): Obstacle | undefined {
  if (symbols === undefined || symbols.count(name, module) > 0) return undefined;
  const variants = symbols.variants(name, module).slice(0, 3);
  const text =
    variants.length === 0
      ? 'it was inlined into its callers'
      : `the compiler made it ${variants.map((variant) => `"${variant}"`).join(' and ')}`;
  return { code: 'no-symbol', text };
}

function denied({ name, module }: Questioned): Obstacle | undefined {
  if (module !== undefined || !isDenied(name)) return undefined;
  return { code: 'denied', text: 'the kernel keeps programs off it by its own list' };
}
