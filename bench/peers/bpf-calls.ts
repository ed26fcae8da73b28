// The calls of floor.c, one by one, with koffi between Node and the kernel: what no runner in Node can do without.
import { closeSync, readdirSync } from 'node:fs';
import path from 'node:path';
import koffi from 'koffi';

const bpfNumber = 321; // of x86-64
const commands = {
  createMap: 0,
  load: 5,
  pin: 6,
  open: 7,
  info: 15,
  link: 28,
  openLink: 30,
} as const;
const types = { array: 2, tracing: 26, fentry: 24 } as const;
const programInfoBytes = 232;

const syscall = koffi
  .load(null)
  .func('long syscall(long number, long command, void *attributes, long size)') as (
  ...args: readonly [number: number, command: number, attributes: Buffer, size: number]
) => number;
const attributes = Buffer.alloc(144); // sizeof(union bpf_attr) of Linux 6.1
const information = Buffer.alloc(programInfoBytes);
const license = Buffer.from('GPL\0');

/** As floor.c has it: adds 1 to the map's value. */
const code = Buffer.from(
  [
    '1821000000000000', // r1 = the value of the map whose fd goes here
    '0000000000000000',
    'b702000001000000', // r2 = 1
    'db21000000000000', // lock *r1 += r2
    'b700000000000000', // r0 = 0
    '9500000000000000', // exit
  ].join(''),
  'hex',
);

/** All loads, all links, all pins. */
export function make(ids: readonly number[], directory: string): readonly string[] {
  code.writeInt32LE(createMap(), 4);
  const programs = ids.map(load);
  const links = programs.map(attach);
  return programs.flatMap((program, index) => [
    pin(program, path.join(directory, `p${String(index)}-program`)),
    pin(links[index] ?? -1, path.join(directory, `p${String(index)}-link`)),
  ]);
}

/** Where the objects have their .bss. */
function createMap(): number {
  return bpf(commands.createMap, () => {
    attributes.writeUInt32LE(types.array, 0);
    attributes.writeUInt32LE(4, 4);
    attributes.writeUInt32LE(8, 8);
    attributes.writeUInt32LE(1, 12);
  });
}

function load(btfId: number): number {
  return bpf(commands.load, () => {
    attributes.writeUInt32LE(types.tracing, 0);
    attributes.writeUInt32LE(code.length / 8, 4);
    attributes.writeBigUInt64LE(koffi.address(code), 8);
    attributes.writeBigUInt64LE(koffi.address(license), 16);
    attributes.writeUInt32LE(types.fentry, 68);
    attributes.writeUInt32LE(btfId, 108);
  });
}

function attach(program: number): number {
  return bpf(commands.link, () => {
    attributes.writeUInt32LE(program, 0);
    attributes.writeUInt32LE(types.fentry, 8);
  });
}

function pin(fd: number, file: string): string {
  const name = Buffer.from(`${file}\0`);
  bpf(commands.pin, () => {
    attributes.writeBigUInt64LE(koffi.address(name), 0);
    attributes.writeUInt32LE(fd, 8);
  });
  return file;
}

export function pinsIn(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}

/** Opens each and asks what it is; the ids, in their order. */
export function readBack(pins: readonly string[]): readonly number[] {
  return pins.map((file) => {
    const name = Buffer.from(`${file}\0`);
    const fd = bpf(commands.open, () => attributes.writeBigUInt64LE(koffi.address(name), 0));
    bpf(commands.info, () => {
      attributes.writeUInt32LE(fd, 0);
      attributes.writeUInt32LE(programInfoBytes, 4);
      attributes.writeBigUInt64LE(koffi.address(information.fill(0)), 8);
    });
    closeSync(fd);
    const id = information.readUInt32LE(4);
    if (id === 0) throw new Error(`${file} has no id`);
    return id;
  });
}

/** Whether the kernel has a link of that id. */
export function hasLink(id: number): boolean {
  attributes.fill(0);
  attributes.writeUInt32LE(id, 0);
  const fd = syscall(bpfNumber, commands.openLink, attributes, attributes.length);
  if (fd >= 0) closeSync(fd);
  return fd >= 0;
}

function bpf(command: number, fill: () => void): number {
  attributes.fill(0);
  fill();
  const result = syscall(bpfNumber, command, attributes, attributes.length);
  if (result < 0) throw new Error(`bpf(${String(command)}): errno ${String(koffi.errno())}`);
  return result;
}
