import { describe, expect, test } from 'vitest';
import { answer, wantsOpenMetrics } from '../../../../src/daemon/metrics/answer.ts';

const ports = {
  health: () => ({ isHealthy: false, line: 'starting' }),
  metrics: async (isOpenMetrics: boolean) => {
    await Promise.resolve();
    return { type: 'text/plain', text: `open ${isOpenMetrics}` };
  },
};

describe('a question', () => {
  test.each([
    ['GET', '/metrics', 200, 'open false'],
    ['GET', '/metrics?name=x', 200, 'open false'],
    ['HEAD', '/metrics', 200, 'open false'],
    ['GET', '/healthz', 503, 'starting\n'],
    ['GET', '/', 200, 'fentryctl watch\n/metrics  for Prometheus\n/healthz  200 or 503\n'],
    ['GET', '/metrics/', 404, 'nothing is at this path\n'],
    ['GET', '/favicon.ico', 404, 'nothing is at this path\n'],
    ['POST', '/favicon.ico', 404, 'nothing is at this path\n'],
    ['POST', '/metrics', 405, 'only GET and HEAD are answered\n'],
    ['DELETE', '/healthz', 405, 'only GET and HEAD are answered\n'],
  ])('%s %s: %i', async (method, url, status, text) => {
    expect(await answer({ method, url, accept: undefined }, ports)).toMatchObject({ status, text });
  });

  test('another method is told which there are', async () => {
    const { headers } = await answer({ method: 'PUT', url: '/', accept: undefined }, ports);

    expect(headers).toEqual({ Allow: 'GET, HEAD' });
  });

  test('all in step is 200', async () => {
    const health = () => ({ isHealthy: true, line: 'ok' });

    const answered = await answer(
      { method: 'GET', url: '/healthz', accept: undefined },
      { ...ports, health },
    );

    expect(answered).toMatchObject({ status: 200, text: 'ok\n' });
  });
});

describe('OpenMetrics', () => {
  const open = 'application/openmetrics-text';

  test.each([
    [
      `${open};version=1.0.0,${open};version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1`,
      true,
    ],
    [
      `${open};version=1.0.0;escaping=allow-utf-8;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.2`,
      true,
    ],
    [`${open}; version=1.0.0; q=0.5, text/plain; q=0.5`, true],
    [`${open};version=1.0.0;q=0.4,text/plain;q=0.5`, false],
    [`${open};version=0.0.1`, false],
    [`${open};version=1.0.0;q=0`, false],
    [`${open};version=1.0.0;q=much`, false],
    ['text/plain', false],
    ['*/*', false],
    ['', false],
    [undefined, false],
  ])('%s: %s', (accept, isWanted) => {
    expect(wantsOpenMetrics(accept)).toBe(isWanted);
  });
});
