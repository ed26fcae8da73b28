import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Work } from '../sample.ts';
import { bpftool } from '../later-bpftool.ts';
import { helper, type Task } from './task.ts';

/** Somebody who does some kinds of work. */
export interface Peer {
  readonly name: string;
  readonly work: Work;
  /** Done first, and not measured. */
  readonly before?: (task: Task) => readonly string[];
  readonly command: (task: Task) => readonly string[];
  /** Where a command ends by itself only if it is asked to: for the counting of its calls. */
  readonly commandThatEnds?: (task: Task) => readonly string[];
  /** Measured until it says this. */
  readonly until?: string;
  /** How many pins it leaves for each function, at least: whether it has done it. */
  readonly pinsEach?: number;
}

const cli = 'dist/command/main.cjs';
const floorNode = 'bench/build/floor-node.cjs';
const leastRunner = 'bench/build/least/main.cjs';
const bpftraceLimit = 'BPFTRACE_MAX_PROBES=4096';

/** What tells that a function can be attached to; the kernel writes both anew for each reader. */
const symbolFiles = ['/proc/kallsyms', '/sys/kernel/tracing/available_filter_functions'];

function nodeWith(...packages: readonly string[]): readonly string[] {
  const code = packages.map((name) => `require('${name}')`).join('; ');
  return [process.execPath, '-e', code];
}

function apply({ directory, pins }: Task, manifest: string): readonly string[] {
  return [process.execPath, cli, 'apply', '--root', pins, `${directory}/${manifest}.yaml`];
}

function fentryctl(work: Work, replace: 'overlap' | 'exchange'): Peer {
  return {
    name: `fentryctl, ${replace}`,
    work,
    pinsEach: 2,
    command: (task) => apply(task, replace),
  };
}

function again(replace: 'overlap' | 'exchange'): Peer {
  return { ...fentryctl('no-op', replace), before: (task) => apply(task, replace) };
}

function bpftrace(work: Work): Peer {
  const run = ({ directory }: Task, ...options: readonly string[]): readonly string[] => [
    'env',
    bpftraceLimit,
    'bpftrace',
    '-B',
    'none',
    ...options,
    `${directory}/many.bt`,
  ];
  return {
    name: 'bpftrace',
    work,
    until: 'attached\n',
    command: (task) => run(task),
    commandThatEnds: (task) => ['timeout', '--signal', 'INT', '120', ...run(task)],
  };
}

function floor(work: Work): Peer {
  const command = ({ directory, pins }: Task): readonly string[] => [
    helper('floor'),
    `${directory}/ids`,
    pins,
  ];
  return { name: 'floor', work, pinsEach: 2, command };
}

/** The same calls in Node, and the opening of each pin: what no program in Node can do without. */
function floorInNode(mode: 'make' | 'make-and-read'): Peer {
  return {
    name: mode === 'make' ? 'floor in Node' : 'floor in Node, read back',
    work: 'object',
    pinsEach: 2,
    command: ({ directory, pins }) => [process.execPath, floorNode, mode, `${directory}/ids`, pins],
  };
}

/** That, and the reading of manifest and object by fentryctl's own packages. */
function least(work: Work, before?: Peer['before']): Peer {
  const command = ({ directory, pins }: Task): readonly string[] => {
    const files = [`${directory}/overlap.yaml`, `${directory}/many.bpf.o`];
    return [process.execPath, leastRunner, 'apply', ...files, pins, `${directory}/ids`];
  };
  return {
    name: 'least runner in Node',
    work,
    pinsEach: 2,
    command,
    ...(before === undefined ? {} : { before }),
  };
}

function onTargets(name: string, program: string): Peer {
  const command = ({ directory, pins }: Task): readonly string[] => [
    helper(program),
    `${directory}/many.bpf.o`,
    `${directory}/targets`,
    pins,
  ];
  return { name, work: 'program', pinsEach: 2, command };
}

/** Who is measured at which work; the first of each is what it is about. */
export const peers: readonly Peer[] = [
  { name: 'node', work: 'start', command: () => [process.execPath, '-e', '0'] },
  { name: 'node with koffi and yaml', work: 'start', command: () => nodeWith('koffi', 'yaml') },
  {
    name: 'fentryctl --version',
    work: 'start',
    command: () => [process.execPath, cli, '--version'],
  },
  { name: 'reading the symbols', work: 'start', command: () => ['cat', ...symbolFiles] },
  fentryctl('object', 'overlap'),
  fentryctl('object', 'exchange'),
  {
    name: 'libbpf C',
    work: 'object',
    pinsEach: 2,
    command: ({ directory, pins }) => [helper('load-object'), `${directory}/many.bpf.o`, pins],
  },
  {
    name: 'bpftool',
    work: 'object',
    pinsEach: 1,
    command: ({ directory, pins }) => [
      ...bpftool,
      'prog',
      'loadall',
      `${directory}/many.bpf.o`,
      `${pins}/all`,
      'autoattach',
    ],
  },
  bpftrace('object'),
  floor('object'),
  floorInNode('make'),
  floorInNode('make-and-read'),
  least('object'),
  fentryctl('program', 'overlap'),
  fentryctl('program', 'exchange'),
  onTargets('libbpf C, opened anew', 'open-anew'),
  onTargets('libbpf C, cloned', 'clone'),
  bpftrace('program'),
  floor('program'),
  least('program'),
  again('overlap'),
  again('exchange'),
  least('no-op', (task) => apply(task, 'overlap')),
  {
    ...again('overlap'),
    name: 'the pins alone, in Node',
    command: ({ pins }) => [process.execPath, floorNode, 'read', pins],
  },
  {
    name: 'fentryctl, exchange',
    work: 'replace',
    before: (task) => apply(task, 'exchange'),
    command: (task) => apply(task, 'next'),
  },
  { name: 'fentryctl, load alone', work: 'replace', command: (task) => apply(task, 'loaded') },
  {
    name: 'fentryctl destroy',
    work: 'remove',
    before: (task) => apply(task, 'overlap'),
    command: ({ pins }) => [process.execPath, cli, 'destroy', '--yes', '--root', pins, 'bench'],
  },
  {
    name: 'fentryctl destroy, nothing there',
    work: 'remove',
    command: ({ pins }) => [process.execPath, cli, 'destroy', '--yes', '--root', pins, 'bench'],
  },
  {
    name: 'rm',
    work: 'remove',
    before: (task) => apply(task, 'overlap'),
    command: ({ pins }) => ['rm', '-r', `${pins}/bench`],
  },
  {
    name: 'least runner in Node',
    work: 'remove',
    before: (task) => apply(task, 'overlap'),
    command: ({ pins }) => [process.execPath, leastRunner, 'destroy', `${pins}/bench`],
  },
];

/** Why somebody cannot take part here. */
export function whyAbsent({ name }: Peer): string | undefined {
  if (name.startsWith('libbpf C') && !existsSync(helper('load-object')))
    return 'it was not compiled';
  if (name === 'floor' && !existsSync(helper('floor'))) return 'it was not compiled';
  if (name === 'least runner in Node')
    return existsSync(leastRunner) ? undefined : 'it was not compiled';
  if (name.endsWith('in Node') || name.endsWith('read back'))
    return existsSync(floorNode) ? undefined : 'it was not compiled';
  if (name === 'bpftrace' && outputOf(['bpftrace', '--version']) === '')
    return 'it is not installed';
  if (name === 'bpftool' && !outputOf([...bpftool, 'prog', 'help']).includes('autoattach'))
    return 'it is not installed, or too old for "autoattach"';
  return undefined;
}

/** In their own words. */
export function versions(): readonly (readonly [peer: string, version: string])[] {
  const asked: readonly (readonly [string, readonly string[]])[] = [
    ['linux', ['uname', '-r']],
    ['node', [process.execPath, '--version']],
    ['libbpf', ['dpkg-query', '--show', '--showformat', '${Version}', 'libbpf1']],
    ['bpftool', [...bpftool, 'version']],
    ['bpftrace', ['bpftrace', '--version']],
  ];
  return asked.map(([name, command]) => [name, outputOf(command).split('\n')[0] ?? '']);
}

function outputOf([program = '', ...argv]: readonly string[]): string {
  const { stdout, stderr } = spawnSync(program, argv, { encoding: 'utf8' });
  return `${stdout ?? ''}${stderr ?? ''}`.trim();
}
