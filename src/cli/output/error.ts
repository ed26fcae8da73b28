import type { Diagnostic } from '../../base/diagnostic.ts';
import { AppError, ExitStatus, InvalidError, RefusedError } from '../../base/errors.ts';
import { renderDiagnostics } from './diagnostics.ts';
import { toJson } from './json.ts';
import { printable } from './printable.ts';
import { paint } from './style.ts';

interface ErrorStyle {
  readonly colour: boolean;
  readonly verbose: boolean;
}

/** An error for people: diagnostics with their places, or one line, a hint and the files at fault; a bug with its stack. */
export function renderError(error: unknown, { colour, verbose }: ErrorStyle): string {
  if (!(error instanceof AppError)) return renderBug(error);
  if (error instanceof InvalidError && error.diagnostics.length > 0) {
    return renderDiagnostics(error.diagnostics, { colour, verbose });
  }
  const hint =
    error.hint === undefined
      ? ''
      : `  ${paint({ colour }, 'cyan', 'hint:')} ${printable(error.hint)}\n`;
  const files =
    error instanceof RefusedError ? renderDiagnostics(error.diagnostics, { colour, verbose }) : '';
  return `${paint({ colour }, 'red', 'error:')} ${printable(error.message)}\n${hint}${files}${verbose ? logOf(error) : ''}`;
}

/** The same facts for programs. */
export function errorJson(error: unknown): string {
  return toJson({ error: errorFacts(error) });
}

export function errorFacts(error: unknown): object {
  if (!(error instanceof AppError))
    return { kind: 'bug', message: messageOf(error), exit_status: ExitStatus.bug };
  return {
    kind: error.name,
    message: error.message,
    hint: error.hint,
    exit_status: error.exitStatus,
    log: error.log,
    diagnostics: diagnosticsOf(error),
    refusals: error instanceof RefusedError ? error.refusals : undefined,
  };
}

/** For an invalid manifest always a list; for a refusal only where files are why. */
function diagnosticsOf(error: AppError): readonly Diagnostic[] | undefined {
  if (error instanceof InvalidError) return error.diagnostics;
  if (!(error instanceof RefusedError) || error.diagnostics.length === 0) return undefined;
  return error.diagnostics;
}

function renderBug(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `error: this is a bug in fentryctl, please report it\n${stack}\n`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function logOf(error: AppError): string {
  if (error.log === undefined) return '';
  return error.log
    .trimEnd()
    .split('\n')
    .map((line) => `  | ${printable(line)}\n`)
    .join('');
}
