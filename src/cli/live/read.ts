import { observe } from '../../apply/observe.ts';
import { AppError } from '../../base/errors.ts';
import type { Wanted } from '../../converge.ts';
import { want } from '../../converge.ts';
import { unchecked } from '../../manifest/ownership-check.ts';
import { diff } from '../../plan/diff.ts';
import { haveMoved } from '../../save-plan.ts';
import { sharedPinsOf } from '../../state/desired.ts';
import type { Context } from '../context.ts';
import { manifestsUnder } from '../manifests-under.ts';
import { isManifestFile, nameOf } from '../name-or-manifest.ts';
import type { ManifestStatus } from '../output/status.ts';
import { statusIn, statusOf } from '../read-status.ts';
import type { Sampled } from './sample.ts';
import { sampled } from './sample.ts';

/** What is read again and again, and what went wrong with its manifest last; the kernel's refusals are thrown. */
export interface Reader {
  readonly read: () => readonly Sampled[];
  readonly problem: () => string | undefined;
}

/** For what `status` is given: all that is pinned, what is pinned under a name, or what a manifest wants. */
export function readerFor(context: Context): Reader {
  const { operands, options, ports } = context;
  const [operand] = operands;
  if (operand !== undefined && isManifestFile(operand)) return new ManifestReader(context, operand);
  const name = operand === undefined ? undefined : nameOf(operand, unchecked);
  const names = () => (name === undefined ? manifestsUnder(ports.kernel, options.root) : [name]);
  return {
    read: () => names().flatMap((one) => samplesOf(statusOf(context, one))),
    problem: () => undefined,
  };
}

function samplesOf({ observed, rows }: ManifestStatus): readonly Sampled[] {
  return rows.map((row) => sampled(observed.name, row));
}

/**
 * Looking functions up takes longer than all else, so the manifest is read again only when it or an object is another file, or
 * something else is pinned: functions of a module come with it. One that is wrong by now does not end the watch.
 */
class ManifestReader implements Reader {
  readonly #context: Context;
  readonly #file: string;
  #wanted: Wanted;
  #problem: string | undefined;
  #pins = '';

  constructor(context: Context, file: string) {
    this.#context = context;
    this.#file = file;
    this.#wanted = this.#want();
  }

  problem(): string | undefined {
    return this.#problem;
  }

  read(): readonly Sampled[] {
    const { ports } = this.#context;
    const { layout, desired } = this.#wanted;
    const observed = observe(ports.kernel, layout, desired.name, sharedPinsOf(desired));
    const before = this.#pins;
    this.#pins = JSON.stringify(
      observed.instances.map(({ digest, slots }) => [digest, slots.map(({ target }) => target)]),
    );
    const isOther = before !== '' && before !== this.#pins;
    if (isOther || haveMoved(this.#wanted)) this.#wantAgain();
    const plan = diff(layout, this.#wanted.desired, observed);
    return samplesOf(statusIn(this.#context, observed, plan));
  }

  #want(): Wanted {
    const { options, ports } = this.#context;
    return want(ports, options.root, this.#file);
  }

  #wantAgain(): void {
    try {
      this.#wanted = this.#want();
      this.#problem = undefined;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      this.#problem = `${error.message}: shown is what it said before`;
    }
  }
}
