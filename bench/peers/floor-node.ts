// What nobody can do without in Node: the floor's calls, with all ids known.
//   floor-node make IDS DIRECTORY           all loads, all links, all pins
//   floor-node make-and-read IDS DIRECTORY  and opens each pin afterwards, to ask what it is
//   floor-node read DIRECTORY               that alone, of any pins: the least that tells that there is nothing to do
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { make, pinsIn, readBack } from './bpf-calls.ts';

main(process.argv.slice(2));

function main([mode = '', first = '', second = '']: readonly string[]): void {
  if (mode === 'read') {
    readBack(pinsIn(first));
    return;
  }
  const made = make(readFileSync(first, 'utf8').trim().split('\n').map(Number), second);
  if (mode === 'make-and-read') readBack(made);
}
