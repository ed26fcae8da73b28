import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { isManifestPath, manifestEntries } from '../manifest/manifest-folder.ts';

/** A manifest, and the folder that it is followed for, if it was not named itself. */
export interface ManifestFile {
  readonly file: string;
  readonly folder: string | undefined;
}

/** Which manifests there are. */
export interface Listing {
  /** Each once, in a stable order. */
  readonly manifests: readonly ManifestFile[];
  readonly folders: readonly string[];
  /** Folders that cannot be looked into; what was in them before counts as there. */
  readonly problems: ReadonlyMap<string, string>;
}

/**
 * What a watch was told to follow: manifests, and folders of them. What is a folder stays one when it vanishes, and what is in it is then
 * not known, rather than nothing.
 */
export class Sources {
  readonly #operands: readonly string[];
  readonly #kinds = new Map<string, 'file' | 'folder'>();
  readonly #entries = new Map<string, readonly string[]>();

  constructor(operands: readonly string[]) {
    this.#operands = operands;
  }

  /** What may be a folder, or become one: its entries are to be watched. */
  get folders(): readonly string[] {
    return this.#operands.filter((operand) => !this.#isFile(operand));
  }

  /** Looks without blocking: a folder may be on a server that does not answer. */
  async list(): Promise<Listing> {
    const problems = new Map<string, string>();
    await Promise.all(this.#operands.map(async (operand) => await this.#look(operand, problems)));
    const manifests = this.#operands.flatMap((operand) => this.#manifestsOf(operand));
    const folders = this.#operands.filter((operand) => this.#kinds.get(operand) === 'folder');
    return { manifests: distinct(manifests), folders, problems };
  }

  async #look(operand: string, problems: Map<string, string>): Promise<void> {
    if (this.#isFile(operand)) return;
    try {
      this.#entries.set(operand, manifestEntries(operand, await readdir(operand)));
      this.#kinds.set(operand, 'folder');
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
      const isFolder = this.#kinds.get(operand) === 'folder' || operand.endsWith('/');
      if (isFolder) {
        this.#kinds.set(operand, 'folder');
        problems.set(operand, code);
      } else if (code !== 'ENOENT') {
        this.#kinds.set(operand, 'file');
      }
    }
  }

  #isFile(operand: string): boolean {
    return isManifestPath(operand) || this.#kinds.get(operand) === 'file';
  }

  #manifestsOf(operand: string): readonly ManifestFile[] {
    if (this.#kinds.get(operand) !== 'folder') return [{ file: operand, folder: undefined }];
    return (this.#entries.get(operand) ?? []).map((file) => ({ file, folder: operand }));
  }
}

/** One that is named and in a folder too is the one that was named. */
function distinct(manifests: readonly ManifestFile[]): readonly ManifestFile[] {
  const byPath = new Map<string, ManifestFile>();
  for (const manifest of manifests) {
    const key = path.resolve(manifest.file);
    if (byPath.get(key)?.folder === undefined && byPath.has(key)) continue;
    if (manifest.folder === undefined || !byPath.has(key)) byPath.set(key, manifest);
  }
  return [...byPath.values()];
}
