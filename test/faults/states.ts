import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { choosePorts } from '../../src/cli/choose-ports.ts';
import type { Wanted } from '../../src/converge.ts';
import { want } from '../../src/converge.ts';
import { pinPath } from '../../src/state/ids.ts';
import { objectFile } from '../library/support/kernel.ts';

/** The manifest's name, and where its pins are. */
export const name = 'faults';
export const root = pinPath('/sys/fs/bpf/fentryctl');

/** A manifest to converge to; `undefined`: none, all that is pinned under its name goes. */
export type State = Wanted | undefined;

const ports = await choosePorts(true);

/** The one that the command uses. */
export const { kernel } = ports;

const targets = ['bpf_fentry_test5', 'bpf_fentry_test6'] as const;

/** What the manifests differ in. */
interface Difference {
  readonly objectA?: 'faults-a' | 'faults-a-v2';
  readonly withA4?: boolean;
  /** Of b1, by exchange, and of b3, by overlap. */
  readonly targetsOfB?: readonly [string, string];
  readonly otherOfB?: 'b2' | 'b4';
  readonly stepOfC?: number;
  readonly withC?: boolean;
  readonly stateOfC?: 'attached' | 'paused';
}

const differences = {
  base: {},
  'object changed': { objectA: 'faults-a-v2' },
  'target changed': { targetsOfB: [targets[1], targets[0]] },
  'globals changed': { stepOfC: 2 },
  'some paused': { stateOfC: 'paused' },
  'some removed': { withA4: false, withC: false },
  'all at once': {
    objectA: 'faults-a-v2',
    withA4: false,
    targetsOfB: [targets[1], targets[0]],
    otherOfB: 'b4',
    stepOfC: 2,
  },
} as const satisfies Record<string, Difference>;

export type StateName = 'nothing' | keyof typeof differences;

/** Each by its name. */
export type States = { readonly nothing: undefined } & Readonly<
  Record<keyof typeof differences, Wanted>
>;

/** All of them, read, validated and resolved: what follows is the kernel's part. */
export function readStates(): States {
  const directory = mkdtempSync('/tmp/faults-');
  const names = Object.keys(differences) as (keyof typeof differences)[]; // its own keys
  const wanted = names.map((state) => [state, read(directory, state)] as const);
  const states = Object.fromEntries(wanted) as Record<keyof typeof differences, Wanted>; // one each
  return { nothing: undefined, ...states };
}

function read(directory: string, state: keyof typeof differences): Wanted {
  const file = join(directory, `${state.replaceAll(' ', '-')}.yaml`);
  writeFileSync(file, manifest(differences[state]));
  return want(ports, root, file);
}

/** Three objects, ten programs, four named maps; most by exchange, one of each object by overlap. */
function manifest({
  objectA = 'faults-a',
  withA4 = true,
  targetsOfB: [b1, b3] = targets,
  otherOfB = 'b2',
  stepOfC = 1,
  withC = true,
  stateOfC = 'attached',
}: Difference): string {
  const a4 = withA4 ? '      a4: { target: bpf_fentry_test4, replace: overlap }\n' : '';
  const other = otherOfB === 'b2' ? 'b2: bpf_fentry_test5' : 'b4: bpf_fentry_test2';
  const c = `  c:
    file: ${objectFile('faults-c')}
    globals: { step: ${stepOfC} }
    programs:
      c1: { target: bpf_fentry_test7, state: ${stateOfC} }
      c2: { target: bpf_fentry_test8, state: ${stateOfC} }
      c3: { target: bpf_fentry_test1, replace: overlap }
`;
  return `version: 1
name: ${name}
objects:
  a:
    file: ${objectFile(objectA)}
    programs:
      a1: bpf_fentry_test1
      a2: bpf_fentry_test2
      a3: bpf_fentry_test3
${a4}  b:
    file: ${objectFile('faults-b')}
    programs:
      b1: ${b1}
      ${other}
      b3: { target: ${b3}, replace: overlap }
${withC ? c : ''}`;
}
