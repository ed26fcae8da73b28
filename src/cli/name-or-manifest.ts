import { existsSync } from 'node:fs';
import { UsageError } from '../base/errors.ts';
import { loadManifest } from '../manifest/load-manifest.ts';
import type { OwnershipCheck } from '../manifest/ownership-check.ts';
import type { ManifestName } from '../state/ids.ts';
import { isName, manifestName } from '../state/ids.ts';

/** True for an operand that names a file rather than what is pinned. */
export function isManifestFile(operand: string): boolean {
  return /[./]/.test(operand) || (!isName(operand) && existsSync(operand));
}

/** The name an operand stands for: itself, or that of the manifest it is the file of, which `owners` must not refuse. */
export function nameOf(operand: string, owners: OwnershipCheck): ManifestName {
  if (isManifestFile(operand)) {
    const { manifest } = loadManifest(operand, owners);
    owners.refuse();
    return manifest.name;
  }
  if (isName(operand)) return manifestName(operand);
  throw new UsageError(`"${operand}" is neither a name nor a manifest`, {
    hint: 'a name is made of letters, digits, "_" and "-"',
  });
}
