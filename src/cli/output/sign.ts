import { printable } from './printable.ts';
import type { Style } from './style.ts';
import { paint } from './style.ts';

interface KeyFacts {
  readonly private_key: string;
  readonly public_key: string;
}

interface SignedFacts {
  readonly public_key: string;
  readonly signed: readonly { readonly object: string; readonly signature: string }[];
}

/** A new key for people: where its private half is, and what its public half means in a manifest. */
export function renderKey({ private_key: file, public_key: line }: KeyFacts, style: Style): string {
  return `${printable(file)}: the private key; keep it where nobody else can read it\n${renderTrust(line, style)}`;
}

/** What was signed for people, and the key that a manifest must trust. */
export function renderSigned({ public_key: line, signed }: SignedFacts, style: Style): string {
  const lines = signed.map(
    ({ object, signature }) => `${printable(signature)}: signs ${printable(object)}\n`,
  );
  return `${lines.join('')}${renderTrust(line, style)}`;
}

/** A warning for people, with its cure. */
export function warningText(message: string, hint = ''): string {
  const cure = hint === '' ? '' : `  hint: ${printable(hint)}\n`;
  return `warning: ${printable(message)}\n${cure}`;
}

function renderTrust(line: string, style: Style): string {
  return `\n${paint(style, 'dim', '# in the manifest')}\ntrust:\n  keys:\n    - ${line}\n`;
}
