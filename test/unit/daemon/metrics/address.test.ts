import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../../src/base/errors.ts';
import { metricsUrl, parseMetricsAddress } from '../../../../src/daemon/metrics/address.ts';

describe('an address', () => {
  test.each([
    ['127.0.0.1:9435', 'http://127.0.0.1:9435/metrics'],
    ['0.0.0.0:80', 'http://0.0.0.0:80/metrics'],
    ['[::1]:9435', 'http://[::1]:9435/metrics'],
    ['[::]:9435', 'http://[::]:9435/metrics'],
    ['[fe80::1%eth0]:9435', 'http://[fe80::1%eth0]:9435/metrics'],
    ['localhost:9435', 'http://localhost:9435/metrics'],
    ['host-1.example:65535', 'http://host-1.example:65535/metrics'],
    ['127.0.0.1:0', 'http://127.0.0.1:0/metrics'],
    ['unix:/run/fentryctl/metrics.sock', 'unix:/run/fentryctl/metrics.sock'],
    ['/run/fentryctl/metrics.sock', 'unix:/run/fentryctl/metrics.sock'],
    ['/run//fentryctl/../metrics:1', 'unix:/run/metrics:1'],
    [`/${'a'.repeat(106)}`, `unix:/${'a'.repeat(106)}`],
  ])('%s', (text, url) => {
    expect(metricsUrl(parseMetricsAddress(text))).toBe(url);
  });
});

describe('no address', () => {
  test.each([
    ['', 'is not an address'],
    ['9435', 'is not an address'],
    ['localhost', 'is not an address'],
    ['http://localhost:9435', 'is not an address'],
    [':9435', 'names no host'],
    ['*:9435', 'has neither an IPv4 address nor a name for its host'],
    ['127.0.0:9435', 'has neither an IPv4 address nor a name for its host'],
    ['256.0.0.1:9435', 'has neither an IPv4 address nor a name for its host'],
    ['-host:9435', 'has neither an IPv4 address nor a name for its host'],
    ['my host:9435', 'has neither an IPv4 address nor a name for its host'],
    ['::1:9435', 'has an IPv6 address without brackets'],
    ['::1', 'has an IPv6 address without brackets'],
    ['[::g]:9435', 'has no IPv6 address in its brackets'],
    ['[127.0.0.1]:9435', 'has no IPv6 address in its brackets'],
    ['localhost:', 'has no port'],
    ['localhost:65536', 'has no port'],
    ['localhost:http', 'has no port'],
    ['localhost:-1', 'has no port'],
    ['[::1]', 'is not an address'],
    ['unix:', 'names no socket'],
    ['unix:metrics.sock', 'names no socket'],
    ['unix:@fentryctl', 'names no socket'],
    ['/run/fentryctl/', 'names no socket'],
    [`/${'a'.repeat(107)}`, 'has too long a path'],
  ])('%s', (text, problem) => {
    const parse = (): unknown => parseMetricsAddress(text);

    expect(parse).toThrow(UsageError);
    expect(parse).toThrow(`"--metrics ${text}" ${problem}`);
  });
});
