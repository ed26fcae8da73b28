/** What one check found. */
export interface Finding {
  /** What was looked at, in one word. */
  readonly check: string;
  /** `warning`: fentryctl works, but not all of it, or not as it should. */
  readonly level: 'ok' | 'warning' | 'error';
  /** What is there. */
  readonly text: string;
  /** One line that cures it. */
  readonly fix?: string | undefined;
  /** Of an error: whether it is the machine that cannot, or the caller who may not. */
  readonly kind?: 'unsupported' | 'privilege' | undefined;
}

/** The same before it is known which check it is of. */
export type Found = Omit<Finding, 'check'>;

export function ok(text: string): Found {
  return { level: 'ok', text };
}

export function warning(text: string, fix: string): Found {
  return { level: 'warning', text, fix };
}

export function unsupported(text: string, fix: string): Found {
  return { level: 'error', text, fix, kind: 'unsupported' };
}

export function notAllowed(text: string, fix: string): Found {
  return { level: 'error', text, fix, kind: 'privilege' };
}
