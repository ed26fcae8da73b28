import { createHash } from 'node:crypto';
import { canonicalJson } from '../base/canonical-json.ts';
import { objectDigest } from '../state/ids.ts';
import type { ObjectDigest } from '../state/ids.ts';
import type { SettingValue } from '../state/object-settings.ts';

/** Whatever the manifest says that changes what an object does once it is loaded. */
type DigestedSettings = { readonly [name: string]: SettingValue };

/** Counts up whenever the same bytes and settings come to mean another instance. */
const format = 1;

/** The identity of a loaded instance: equal for equal bytes and settings, whatever the order of the settings' keys. */
export function digestObject(bytes: Uint8Array, settings: DigestedSettings = {}): ObjectDigest {
  const hash = createHash('sha256');
  // The length keeps an object's last bytes from passing for settings.
  hash.update(`fentryctl object ${format}\n${bytes.length}\n`);
  hash.update(bytes);
  hash.update(canonicalJson(inJson(settings)));
  return objectDigest(hash.digest('hex').slice(0, 32));
}

/** Numbers that JSON does not have become text: what a value is for, and so whether it is text, is in the object's bytes. */
function inJson(value: SettingValue): unknown {
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))) {
    return Object.is(value, -0) ? '-0' : String(value);
  }
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) return value.map(inJson);
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, inJson(part)]));
}

/** `Array.isArray` does not know lists that are readonly. */
function isList(value: SettingValue): value is readonly SettingValue[] {
  return Array.isArray(value);
}

/** The digest that sha256sum prints. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
