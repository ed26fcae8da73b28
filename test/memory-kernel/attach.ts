import type {
  AttachRequest,
  DetachRequest,
  DispatchRequest,
  Exchanged,
  ExchangeRequest,
  Taken,
} from '../../src/apply/kernel.ts';
import { FailedError } from '../../src/base/errors.ts';
import type { PinPath } from '../../src/state/ids.ts';
import type { AttachType } from '../../src/state/object-info.ts';
import { parentOf, thingAt } from './bpf-filesystem.ts';
import type { Machine } from './machine.ts';
import type { Link, Program, Slot } from './things.ts';
import { drop, hold, putInto } from './things.ts';

export function attach(
  machine: Machine,
  { programPin, linkPin, attachType }: AttachRequest,
): number {
  machine.makeDirectories(parentOf(linkPin));
  const program = programAt(machine, programPin);
  return pinNewLink(machine, { program, attachType, linkPin });
}

/** A slot, a dispatcher that runs what is in it, and that one's link. */
export function dispatch(machine: Machine, request: DispatchRequest): number {
  const { slotPin, linkPin, attachType, state } = request;
  machine.makeDirectories(parentOf(slotPin));
  const program = programAt(machine, request.programPin);
  return machine.withOwn((own) => {
    const slot = own(newSlot(machine));
    if (state === 'attached') machine.step('fill the slot', () => putInto(slot, program));
    const dispatcher = own(newDispatcher(machine, program, slot));
    const link = own(machine.step('attach', () => newLink(machine, dispatcher, attachType)));
    machine.pin(slot, slotPin);
    try {
      machine.pin(link, linkPin);
    } catch (error) {
      if (!machine.faults.hasCrashed) machine.unpin(slotPin);
      throw error;
    }
    return link.id;
  });
}

/** The program that was in the slot is held until it is put back or let go. */
export function exchange(machine: Machine, { slotPin, from, to }: ExchangeRequest): Exchanged {
  const slot = slotAt(machine, slotPin);
  const program = to === undefined ? undefined : programAt(machine, to.programPin);
  const before = slot.holds;
  if (before?.id !== from?.id) {
    throw new FailedError(`the slot holds program ${before?.id ?? 'none'}`);
  }
  const change = (): void => {
    if (before !== undefined) machine.state.held.push(hold(before));
    putInto(slot, program);
  };
  machine.step('exchange', change);
  const letGo = (): void => {
    if (before !== undefined) machine.close(before);
  };
  return {
    programId: slot.holds?.id,
    restore: () =>
      machine.step('exchange back', () => {
        putInto(slot, before);
        letGo();
      }),
    release: () => machine.step('close the program', letGo, false),
  };
}

/** Here a link goes at once, and only its program is held. */
export function detach(machine: Machine, { linkPin }: DetachRequest): Taken {
  const link = thingAt(machine.state.tree, linkPin);
  if (link.kind !== 'link') throw new FailedError(`"${linkPin}" is a ${link.kind}`);
  const { program, attachType } = link;
  machine.step(`detach "${linkPin}"`, () => {
    machine.state.held.push(hold(program));
    machine.state.tree.delete(linkPin);
    drop(link);
  });
  if (link.references > 0) {
    machine.close(program);
    throw new FailedError(`link ${link.id} is still attached: somebody else holds it`);
  }
  return {
    restore: () => {
      pinNewLink(machine, { program, attachType, linkPin });
      machine.close(program);
    },
    release: () => machine.step('close the program', () => machine.close(program), false),
  };
}

interface NewLink {
  readonly program: Program;
  readonly attachType: AttachType;
  readonly linkPin: PinPath;
}

function pinNewLink(machine: Machine, { program, attachType, linkPin }: NewLink): number {
  return machine.withOwn((own) => {
    const link = own(machine.step('attach', () => newLink(machine, program, attachType)));
    machine.pin(link, linkPin);
    return link.id;
  });
}

function newLink({ state }: Machine, program: Program, attachType: AttachType): Link {
  if (program.attached || program.untraceable) throw new FailedError('EBUSY');
  program.attached = true;
  const id = state.nextId++;
  const link: Link = { kind: 'link', id, references: 0, attachType, program: hold(program) };
  state.links.add(link);
  return link;
}

function newSlot({ state }: Machine): Slot {
  return { kind: 'slot', id: state.nextId++, references: 0, holds: undefined };
}

function newDispatcher({ state }: Machine, { of, untraceable }: Program, slot: Slot): Program {
  const id = state.nextId++;
  const start = { references: 0, maps: [], runCount: 0n, attached: false };
  return { kind: 'program', id, of, untraceable, slot, ...start };
}

function programAt({ state }: Machine, path: PinPath): Program {
  const program = thingAt(state.tree, path);
  if (program.kind !== 'program') throw new FailedError(`"${path}" is a ${program.kind}`);
  return program;
}

function slotAt({ state }: Machine, path: PinPath): Slot {
  const slot = thingAt(state.tree, path);
  if (slot.kind !== 'slot') throw new FailedError(`"${path}" is a ${slot.kind}`);
  return slot;
}
