import {
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A directory of its own for one test. */
export class Directory {
  readonly path = realpathSync(mkdtempSync(path.join(tmpdir(), 'fentryctl-watch-')));

  file(name: string): string {
    return path.join(this.path, name);
  }

  /** In place, as `echo > file` does. */
  write(name: string, text: string): string {
    const file = this.file(name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  }

  /** As editors do it: under another name, and then over the old file. */
  replace(name: string, text: string): string {
    renameSync(this.write(`.${name}.swp~`, text), this.file(name));
    return this.file(name);
  }

  /** A symlink in place of whatever is there, in one step. */
  link(target: string, name: string): void {
    symlinkSync(target, this.file(`${name}.tmp`));
    renameSync(this.file(`${name}.tmp`), this.file(name));
  }

  remove(name = '.'): void {
    rmSync(this.file(name), { recursive: true });
  }
}
