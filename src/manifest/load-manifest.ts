import path from 'node:path';
import type { Diagnostic } from '../base/diagnostic.ts';
import { quoted } from '../base/diagnostic.ts';
import { isName } from '../state/ids.ts';
import { invalid } from './invalid.ts';
import type { Locator } from './locate.ts';
import type { Manifest } from './manifest.ts';
import { normalise } from './normalise.ts';
import type { WrittenManifest } from './normalise.ts';
import type { OwnershipCheck } from './ownership-check.ts';
import { unchecked } from './ownership-check.ts';
import { parseYaml } from './parse-yaml.ts';
import type { ManifestText } from './read-manifest.ts';
import { isWeak } from './public-key.ts';
import { readManifest } from './read-manifest.ts';
import { validate } from './validate.ts';

/** A manifest, and what later stages need to point into its text. */
export interface LoadedManifest {
  /** As the user named it. */
  readonly file: string;
  /** Of its bytes; 64 hex digits. */
  readonly sha256: string;
  readonly manifest: Manifest;
  readonly place: Locator;
}

/**
 * Reads, parses, validates and normalises a manifest; looks at no object file.
 * Throws an `InvalidError` with all that is wrong, or a `PrivilegeError` if the file may not be read.
 * A check that has something against the file refuses it before anything is said about what is in it;
 * if nothing is, the check's `refuse` is left to the caller, who may have other files for it to look at.
 */
export function loadManifest(file: string, owners: OwnershipCheck = unchecked): LoadedManifest {
  try {
    return understand(file, readManifest(file, owners.look));
  } catch (error) {
    owners.refuse();
    throw error;
  }
}

function understand(file: string, { text, sha256 }: ManifestText): LoadedManifest {
  const { value, place } = parseYaml(file, text);
  const diagnostics = value === null ? [empty(file, place)] : validate(file, value, place);
  if (diagnostics.length > 0) throw invalid(file, diagnostics);
  const written = value as WrittenManifest; // the schema says so, and validate found nothing
  const weak = weakKeys(file, written, place);
  if (weak.length > 0) throw invalid(file, weak);
  const name = written.name ?? path.basename(file).replace(/\.ya?ml$/, '');
  if (!isName(name)) throw invalid(file, [unfitFileName(file, name, place)]);
  return { file, sha256, manifest: normalise(written, name), place };
}

function weakKeys(file: string, { trust }: WrittenManifest, place: Locator): Diagnostic[] {
  const message = 'this key is weak: anybody could sign for it';
  const hint = 'is it a placeholder? make a key with "fentryctl sign --generate-key PRIVATE.pem"';
  return (trust?.keys ?? []).flatMap((key, index) => {
    if (!isWeak(key)) return [];
    return [{ file, ...place(['trust', 'keys', index], 'value'), code: 'weak-key', message, hint }];
  });
}

function empty(file: string, place: Locator): Diagnostic {
  const problem = { code: 'empty', message: 'the manifest is empty' };
  return { file, ...place([], 'value'), ...problem, hint: 'begin it with "version: 1"' };
}

function unfitFileName(file: string, name: string, place: Locator): Diagnostic {
  const message = `the file's name, ${quoted(name)}, is not a manifest name`;
  return { file, ...place([], 'value'), code: 'bad-name', message, hint: 'add "name:"' };
}
