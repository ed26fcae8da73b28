import { describe, expect, test } from 'vitest';
import { OptionError, parseOptions } from '../../vm/options.ts';
import { defaultDeadlines, defaultMachine } from '../../vm/run-in-vm.ts';

function parse(...args: readonly string[]) {
  return parseOptions(args, '/here', { SET: 'yes' });
}

describe('options', () => {
  test('a command alone gets the defaults', () => {
    expect(parse('--', 'node', '--version')).toEqual({
      kind: 'run',
      showConsole: false,
      options: {
        argv: ['node', '--version'],
        directory: '/here',
        environment: {},
        shares: [],
        systemd: false,
        suite: undefined,
        kernel: undefined,
        acceleration: undefined,
        machine: defaultMachine,
        deadlines: defaultDeadlines,
      },
    });
  });

  test('all of them', () => {
    const request = parse(
      ...'--kernel 6.1 --smp 2 --memory 1G --icount --parallel --accel emulation --systemd --suite trixie'.split(
        ' ',
      ),
      ...'--share out --share /abs --silence 5 --timeout 60 --console -- true'.split(' '),
    );

    expect(request).toMatchObject({
      showConsole: true,
      options: {
        shares: ['/here/out', '/abs'],
        systemd: true,
        suite: 'trixie',
        kernel: '6.1',
        acceleration: 'emulation',
        machine: { smp: 2, memory: '1G', icount: true, parallel: true },
        deadlines: { silence: 5_000, total: 60_000 },
      },
    });
  });

  test('variables come from here or from the option', () => {
    const request = parse(
      '--env',
      'SET',
      '--env',
      'UNSET',
      '--env',
      'A=b=c',
      '--env',
      'E=',
      '--',
      'true',
    );

    expect(request).toMatchObject({ options: { environment: { SET: 'yes', A: 'b=c', E: '' } } });
  });

  test('what follows "--" is never ours', () => {
    expect(parse('--', 'sh', '--', '--prepare')).toMatchObject({
      options: { argv: ['sh', '--', '--prepare'] },
    });
  });

  test('help and prepare need no command', () => {
    expect(parse('--help')).toEqual({ kind: 'help' });
    expect(parse('--prepare', '--kernel', '6.12')).toEqual({ kind: 'prepare', kernel: '6.12' });
  });

  test.each([
    [[], 'no command'],
    [['--'], 'no command'],
    [['true'], 'true'],
    [['--nope', '--', 'true'], '--nope'],
    [['--smp', '0', '--', 'true'], '--smp takes a number'],
    [['--silence', '1e3', '--', 'true'], '--silence takes a number'],
    [['--accel', 'xen', '--', 'true'], 'kvm or emulation'],
    [['--env', '1=2', '--', 'true'], 'NAME or NAME=VALUE'],
    [['--suite', 'trixie', '--', 'true'], '--suite takes --systemd'],
    [['--systemd', '--suite', '../x', '--', 'true'], '--suite takes a name'],
  ])('%j is refused', (args, message) => {
    expect(() => parse(...args)).toThrow(OptionError);
    expect(() => parse(...args)).toThrow(message);
  });
});
