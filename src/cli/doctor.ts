import { ExitStatus } from '../base/errors.ts';
import { examine } from '../doctor/examine.ts';
import type { Finding } from '../doctor/finding.ts';
import type { Context } from './context.ts';
import { renderFindings } from './output/doctor.ts';
import { toJson } from './output/json.ts';

/** `fentryctl doctor`: what this machine lacks to run fentry programs, each with its cure. */
export function doctor({ options, out, style }: Context): ExitStatus {
  const findings = examine(options.root);
  const isFit = !findings.some(({ level }) => level === 'error');
  out(options.json ? toJson({ ok: isFit, checks: findings }) : renderFindings(findings, style));
  return statusOf(findings);
}

/** What no privilege cures goes before what one might. */
function statusOf(findings: readonly Finding[]): ExitStatus {
  const kinds = findings.map(({ kind }) => kind);
  if (kinds.includes('unsupported')) return ExitStatus.unsupported;
  return kinds.includes('privilege') ? ExitStatus.noPrivilege : ExitStatus.done;
}
