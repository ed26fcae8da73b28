import type { DesiredProgram } from '../../../src/state/desired.ts';
import { kernelFunction } from '../../../src/state/ids.ts';
import type { ObservedLink, ObservedProgram, ObservedState } from '../../../src/state/observed.ts';
import type { TargetHome } from '../../../src/state/target-home.ts';
import type { Fact } from './diff-facts.ts';
import {
  applied,
  attachment,
  instance,
  link,
  loaded,
  object,
  program,
  slot,
  wanted,
} from './sample.ts';

const pins = 'objects/opens/a/programs/on_read/nf%3Ahook';
const place = 'attachments/opens/on_read/nf%3Ahook/fentry';

const xdp: TargetHome = {
  kind: 'program',
  id: 71,
  btfObjectId: 9,
  pin: undefined,
  function: 'f',
};

/** What the diff does about functions of modules and BPF programs, which are other ones when the module is loaded again. */
export const moduleFacts: readonly Fact[] = [
  {
    name: 'a function of a module: all as wanted',
    desired: wanted(onHook({ kind: 'module', btfObjectId: 70 })),
    observed: byItself({ attachObjectId: 70 }, { targetObjectId: 70 }),
    operations: [],
    unchanged: 1,
  },
  {
    name: 'target-replaced: the module was loaded again',
    desired: wanted(onHook({ kind: 'module', btfObjectId: 71 })),
    observed: byItself({ attachObjectId: 70 }, { targetObjectId: 70 }),
    operations: replaced(`${pins}/link`),
  },
  {
    name: 'target-replaced: it is another one by now, and so is the id of its function',
    desired: wanted(onHook({ kind: 'module', btfObjectId: undefined })),
    observed: byItself({ attachBtfId: 12, attachObjectId: undefined }, { targetBtfId: 12 }),
    operations: replaced(`${pins}/link`),
  },
  {
    name: 'target-replaced: what is only loaded is for a module that was unloaded, as Linux 6.1 tells it',
    desired: wanted(onHook({ kind: 'module', btfObjectId: 71 }, { state: 'loaded' })),
    observed: byItself({ attachObjectId: undefined }, undefined),
    operations: [`unpin target-replaced ${pins}/program`, `load target-replaced ${pins}/program`],
  },
  {
    name: 'target-replaced: only the link tells',
    desired: wanted(onHook(xdp)),
    observed: byItself({ attachObjectId: undefined }, { targetObjectId: 70 }),
    operations: replaced(`${pins}/link`),
  },
  {
    name: 'target-replaced: what is only loaded is loaded again',
    desired: wanted(onHook({ kind: 'module', btfObjectId: 71 }, { state: 'loaded' })),
    observed: byItself({ attachObjectId: 70 }, undefined),
    operations: [`unpin target-replaced ${pins}/program`, `load target-replaced ${pins}/program`],
  },
  {
    name: 'target-replaced: the dispatcher makes way for another, too',
    desired: wanted(onHook({ kind: 'module', btfObjectId: 71 }, { replace: 'exchange' })),
    observed: applied({
      instances: [instance({ slots: [onHookSlot({ attachObjectId: 70 }, undefined)] })],
      attachments: [
        attachment({ target: hook(), link: link({ id: 201, programId: 101, targetObjectId: 70 }) }),
      ],
    }),
    operations: [
      `detach target-replaced ${place}/link`,
      `unpin target-replaced ${place}/slot`,
      `unpin target-replaced ${pins}/program`,
      `load target-replaced ${pins}/program`,
      `attach target-replaced ${place}/link`,
    ],
  },
  {
    name: 'not-attached: what was attached to a BPF program is loaded again, as it attaches once',
    desired: wanted(onHook(xdp)),
    observed: byItself({ attachObjectId: undefined }, undefined),
    operations: [
      `unpin not-attached ${pins}/program`,
      `load not-attached ${pins}/program`,
      `attach not-attached ${pins}/link`,
    ],
  },
  {
    name: 'not-attached: what was never attached to a BPF program is attached',
    desired: wanted(onHook(xdp)),
    observed: byItself({ attachObjectId: 9 }, undefined),
    operations: [`attach not-attached ${pins}/link`],
  },
  {
    name: 'state-loaded: what was attached to a BPF program stays, attached no longer',
    desired: wanted(onHook(xdp, { state: 'loaded' })),
    observed: byItself({ attachObjectId: undefined }, undefined),
    operations: [],
    unchanged: 1,
  },
  {
    name: 'a function of a module: no evidence either way from a kernel that does not tell',
    desired: wanted(onHook({ kind: 'module', btfObjectId: 71 })),
    observed: byItself(
      { attachBtfId: undefined, attachObjectId: undefined },
      { targetBtfId: undefined, targetObjectId: undefined },
    ),
    operations: [],
    unchanged: 1,
  },
];

function replaced(linkPin: string): readonly string[] {
  return [
    `detach target-replaced ${linkPin}`,
    `unpin target-replaced ${pins}/program`,
    `load target-replaced ${pins}/program`,
    `attach target-replaced ${linkPin}`,
  ];
}

function onHook(home: TargetHome, given: Partial<DesiredProgram> = {}) {
  return object({
    programs: [{ ...program('on_read', 'nf:hook'), targetBtfId: 11, home, ...given }],
  });
}

function byItself(
  itsProgram: Partial<ObservedProgram>,
  itsLink: Partial<ObservedLink> | undefined,
): ObservedState {
  return applied({ instances: [instance({ slots: [onHookSlot(itsProgram, itsLink)] })] });
}

function onHookSlot(
  itsProgram: Partial<ObservedProgram>,
  itsLink: Partial<ObservedLink> | undefined,
) {
  return slot({
    target: hook(),
    loaded: loaded(itsProgram),
    link: itsLink === undefined ? undefined : link(itsLink),
  });
}

function hook() {
  return kernelFunction('nf:hook');
}
