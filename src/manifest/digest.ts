import { createHash } from 'node:crypto';
import { canonicalJson } from '../base/canonical-json.ts';
import { objectDigest } from '../state/ids.ts';
import type { ObjectDigest } from '../state/ids.ts';

/** Whatever the manifest says that changes what an object does once it is loaded: globals and map settings, to come. */
export type ObjectSettings = { readonly [name: string]: SettingValue };
type SettingValue = string | number | boolean | null | readonly SettingValue[] | ObjectSettings;

/** Counts up whenever the same bytes and settings come to mean another instance. */
const format = 1;

/** The identity of a loaded instance: equal for equal bytes and settings, whatever the order of the settings' keys. */
export function digestObject(bytes: Uint8Array, settings: ObjectSettings = {}): ObjectDigest {
  const hash = createHash('sha256');
  // The length keeps an object's last bytes from passing for settings.
  hash.update(`fentryctl object ${format}\n${bytes.length}\n`);
  hash.update(bytes);
  hash.update(canonicalJson(settings));
  return objectDigest(hash.digest('hex').slice(0, 32));
}

/** The digest that sha256sum prints. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
