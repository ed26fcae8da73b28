/** What this watch has converged under a name. */
export interface Held {
  readonly name: string;
  readonly file: string;
  readonly folder: string;
  /** How many attachments it has. */
  readonly attached: number;
  /**
   * `here`: its manifest is there. `gone`: it is there no more. `kept`: so too, and it was refused to destroy what is pinned, which
   * stays refused when others go or come back.
   */
  readonly state: 'here' | 'gone' | 'kept';
}

/**
 * Names that manifests of folders had when they worked, while this watch runs. Only of these it knows that nobody else
 * made what is pinned, and that a manifest which was there has gone.
 */
export class Holdings {
  readonly #byName = new Map<string, Held>();

  /** A manifest worked. Whatever name it had before has gone with its last text. */
  worked(facts: Omit<Held, 'state'>): void {
    for (const held of this.#of(facts.file, 'here')) this.#mark(held, 'gone');
    this.#byName.set(facts.name, { ...facts, state: 'here' });
  }

  /** A manifest has gone from its folder. */
  left(file: string): void {
    for (const held of this.#of(file, 'here')) this.#mark(held, 'gone');
  }

  /** It stays pinned, whatever comes. */
  keep(held: Held): void {
    this.#mark(held, 'kept');
  }

  /** Nothing of it is pinned any more, or it is somebody else's now. */
  forget({ name }: Held): void {
    this.#byName.delete(name);
  }

  all(): readonly Held[] {
    return [...this.#byName.values()];
  }

  gone(): readonly Held[] {
    return this.all().filter(({ state }) => state === 'gone');
  }

  #of(file: string, state: Held['state']): readonly Held[] {
    return this.all().filter((held) => held.file === file && held.state === state);
  }

  #mark(held: Held, state: Held['state']): void {
    this.#byName.set(held.name, { ...held, state });
  }
}
