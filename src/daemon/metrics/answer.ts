import type { Health } from './health.ts';

/** What a client asked. */
export interface Question {
  readonly method: string;
  /** With its query, if it has one. */
  readonly url: string;
  readonly accept: string | undefined;
}

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the answers are made of. */
export interface AnswerPorts {
  readonly health: () => Health;
  readonly metrics: (
    isOpenMetrics: boolean,
  ) => Promise<{ readonly type: string; readonly text: string }>;
}

/** Says what is to be answered. */
export async function answer(
  { method, url, accept }: Question,
  ports: AnswerPorts,
): Promise<Answer> {
  const [path = ''] = url.split('?');
  if (!['/', '/healthz', '/metrics'].includes(path)) return plain(404, `nothing is at this path`);
  if (method !== 'GET' && method !== 'HEAD')
    return { ...plain(405, 'only GET and HEAD are answered'), headers: { Allow: 'GET, HEAD' } };
  if (path === '/')
    return plain(200, 'fentryctl watch\n/metrics  for Prometheus\n/healthz  200 or 503');
  if (path === '/metrics')
    return { status: 200, ...(await ports.metrics(wantsOpenMetrics(accept))) };
  const { isHealthy, line } = ports.health();
  return plain(isHealthy ? 200 : 503, line);
}

function plain(status: number, text: string): Answer {
  return { status, type: 'text/plain; charset=utf-8', text: `${text}\n` };
}

/** Version 1.0.0, and not less than the text format, which all understand (RFC 9110, 12.5.1). */
export function wantsOpenMetrics(accept = ''): boolean {
  const ranges = accept.split(',').map(rangeOf);
  const best = (isWanted: (range: Range) => boolean): number =>
    Math.max(0, ...ranges.filter(isWanted).map(({ quality }) => quality));
  const open = best(
    ({ type, version }) => type === 'application/openmetrics-text' && version === '1.0.0',
  );
  return open > 0 && open >= best(({ type }) => type === 'text/plain');
}

interface Range {
  readonly type: string;
  readonly version: string | undefined;
  readonly quality: number;
}

function rangeOf(text: string): Range {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const valueOf = (name: string): string | undefined =>
    parameters.find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1);
  const quality = Number(valueOf('q') ?? 1);
  return { type, version: valueOf('version'), quality: Number.isNaN(quality) ? 0 : quality };
}
