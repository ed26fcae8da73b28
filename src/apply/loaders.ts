import type { LoadOperation, Operation } from '../plan/operation.ts';
import type { ObjectDigest, ProgramName } from '../state/ids.ts';
import type { ObjectImage } from '../state/object-image.ts';
import type { Kernel, Loaded, Loader } from './kernel.ts';

/** The bytes of the objects that a plan may load. */
export type Images = ReadonlyMap<ObjectDigest, ObjectImage>;

/** The loads of a plan that are of one object: it is opened once for all of them, and closed after the last. */
interface Batch {
  readonly operations: LoadOperation[];
  loader: Loader | undefined;
  done: number;
}

/** What the loads of a run share: each object is opened once, however many programs and targets it is for. */
export class Loaders implements Disposable {
  readonly #kernel: Kernel;
  readonly #images: Images;
  readonly #batches = new Map<string, Batch>();

  constructor(kernel: Kernel, images: Images, operations: readonly Operation[]) {
    this.#kernel = kernel;
    this.#images = images;
    for (const operation of operations) {
      if (operation.kind === 'load') this.#batchOf(operation).operations.push(operation);
    }
  }

  /** Carries out one of the loads. */
  load(operation: LoadOperation): Loaded {
    const batch = this.#batchOf(operation);
    batch.loader ??= this.#open(batch.operations, operation);
    const loaded = batch.loader.load({ ...operation, programPin: operation.pin });
    batch.done += 1;
    if (batch.done === batch.operations.length) close(batch);
    return loaded;
  }

  [Symbol.dispose](): void {
    for (const batch of this.#batches.values()) close(batch);
  }

  #batchOf({ object, digest }: LoadOperation): Batch {
    const key = `${object} ${digest}`;
    const batch = this.#batches.get(key) ?? { operations: [], loader: undefined, done: 0 };
    this.#batches.set(key, batch);
    return batch;
  }

  #open(
    operations: readonly LoadOperation[],
    { object, digest, maps, note }: LoadOperation,
  ): Loader {
    const image = this.#images.get(digest);
    if (image === undefined) throw new Error(`no object with digest ${digest} was read`);
    const programs: readonly ProgramName[] = operations.map(({ program }) => program);
    return this.#kernel.loader({ object, image, maps, note, programs: [...new Set(programs)] });
  }
}

function close(batch: Batch): void {
  batch.loader?.[Symbol.dispose]();
  batch.loader = undefined;
}
