import type { Diagnostic } from '../base/diagnostic.ts';
import { nowhere } from '../base/diagnostic.ts';
import {
  ExitStatus,
  FailedError,
  InvalidError,
  PrivilegeError,
  RefusedError,
  UsageError,
} from '../base/errors.ts';
import { createFile, replaceFile } from '../base/replace-file.ts';
import { inShell } from '../base/shell.ts';
import { makePrivateKey, readPrivateKey } from '../manifest/private-key.ts';
import { lineOf } from '../manifest/public-key.ts';
import { objectBytes } from '../manifest/read-object.ts';
import { signatureFileOf, signatureOf } from '../manifest/signature.ts';
import type { Context } from './context.ts';
import { toJson } from './output/json.ts';
import { renderKey, renderSigned, warningText } from './output/sign.ts';

/** `fentryctl sign`: writes the signature of each object beside it, all or none; or makes a key to sign with. */
export function sign(context: Context): ExitStatus {
  const { operands, options } = context;
  const { key, generateKey } = options;
  if (key !== undefined && generateKey !== undefined)
    throw new UsageError('"--key" and "--generate-key" exclude each other');
  if (generateKey !== undefined) return generate(context, generateKey);
  if (key === undefined)
    throw new UsageError('"sign" needs a private key', {
      hint: 'give --key PRIVATE.pem, or make one with --generate-key PRIVATE.pem',
    });
  if (operands.length > 0) return signWith(context, key);
  throw new UsageError('"sign" is missing an argument', {
    hint: 'usage: fentryctl sign --key PRIVATE.pem OBJECT...',
  });
}

function generate({ operands: [first], options, out, style }: Context, file: string): ExitStatus {
  if (first !== undefined)
    throw new UsageError(`"--generate-key" does not take "${first}"`, {
      hint: 'make the key, then sign with --key',
    });
  const { key, pem } = makePrivateKey();
  writing(file, () => createFile(file, pem, 0o600));
  const facts = { private_key: file, public_key: lineOf(key) };
  out(options.json ? toJson(facts) : renderKey(facts, style));
  return ExitStatus.done;
}

function signWith({ operands, options, out, log, style }: Context, keyFile: string): ExitStatus {
  const { key, mode } = readPrivateKey(keyFile);
  if ((mode & 0o077) !== 0)
    log(
      warningText(`others can use the private key "${keyFile}"`, `chmod 600 ${inShell(keyFile)}`),
    );
  const signed = readAll(operands).map(({ file, bytes }) => {
    return { object: file, signature: signatureFileOf(file), contents: signatureOf(bytes, key) };
  });
  for (const { signature, contents } of signed)
    writing(signature, () => replaceFile(signature, contents));
  const facts = {
    public_key: lineOf(key),
    signed: signed.map(({ object, signature }) => ({ object, signature })),
  };
  out(options.json ? toJson(facts) : renderSigned(facts, style));
  return ExitStatus.done;
}

interface ObjectBytes {
  readonly file: string;
  readonly bytes: Uint8Array;
}

/** Only BPF objects: what a key has signed otherwise, by mistake, would be signed for good. */
function readAll(files: readonly string[]): readonly ObjectBytes[] {
  const read = files.map((file) => ({ file, contents: objectBytes(file) }));
  const diagnostics = read.flatMap(({ file, contents }): Diagnostic[] =>
    'problem' in contents ? [{ file, ...nowhere, ...contents.problem }] : [],
  );
  if (diagnostics.length > 0) throw new InvalidError('nothing was signed', diagnostics);
  return read.flatMap(({ file, contents }) =>
    'problem' in contents ? [] : [{ file, bytes: contents.bytes }],
  );
}

/** Says of an error of the file system what it kept us from. */
function writing(file: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
    if (code === undefined) throw error;
    if (code === 'EEXIST')
      throw new RefusedError(`"${file}" is there already, and no key is ever overwritten`, {
        hint: 'give another name, or remove it if nobody needs that key',
      });
    const Kind = code === 'EACCES' || code === 'EPERM' ? PrivilegeError : FailedError;
    throw new Kind(`cannot write "${file}": ${code}`, { cause: error });
  }
}
