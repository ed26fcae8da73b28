/** The names that manifests claim, as far as they are known: each owns what is pinned under its own. */
export class Names {
  readonly #byFile = new Map<string, string | undefined>();

  /** `undefined` is the name of one that cannot be understood: what it claimed before it claims still. */
  learn(file: string, name: string | undefined): void {
    if (name !== undefined || !this.#byFile.has(file)) this.#byFile.set(file, name);
  }

  forget(file: string): void {
    this.#byFile.delete(file);
  }

  /** Whether it was looked at; its name may be unknown all the same. */
  hasLookedAt(file: string): boolean {
    return this.#byFile.has(file);
  }

  /** Whether the name of each of them is known. */
  knowsAll(files: readonly string[]): boolean {
    return files.every((file) => this.#byFile.get(file) !== undefined);
  }

  isClaimed(name: string): boolean {
    return [...this.#byFile.values()].includes(name);
  }

  /** The other manifests that claim the same name, in a stable order. */
  rivalsOf(file: string): readonly string[] {
    const name = this.#byFile.get(file);
    if (name === undefined) return [];
    const same = [...this.#byFile].filter(([other, its]) => other !== file && its === name);
    return same.map(([other]) => other).toSorted();
  }
}
