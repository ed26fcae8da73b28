import { expect, test } from 'vitest';
import type { Terminal } from '../../../../src/cli/live/screen.ts';
import { Screen } from '../../../../src/cli/live/screen.ts';

const enter = '\u001B[?1049h\u001B[?25l';
const leave = '\u001B[?25h\u001B[?1049l';
const two = '\u001B[H\u001B[2Kone\r\n\u001B[2K';

test('a screen of its own, drawn over and over, and the one before at the end', () => {
  const { terminal, took } = terminalOf();
  const screen = new Screen(terminal);

  screen.show(() => ['one']);
  screen.show(() => ['one']);
  screen[Symbol.dispose]();
  screen[Symbol.dispose]();

  expect(took()).toEqual([enter, two, two, leave]);
});

test('nothing was shown, so nothing is restored', () => {
  const { terminal, took } = terminalOf();

  new Screen(terminal)[Symbol.dispose]();

  expect(took()).toEqual([]);
});

test('stopped by Ctrl+Z, the terminal is as before; going on, it is drawn anew', () => {
  const { terminal, tell, took } = terminalOf();
  using screen = new Screen(terminal);
  screen.show(() => ['one']);

  tell('suspend');

  expect(took()).toEqual([enter, two, leave, 'SIGTSTP', enter, two]);
});

test('in the background it stops before it writes, and writes nothing where the kernel does not stop it', () => {
  const { terminal, took } = terminalOf(() => true);
  using screen = new Screen(terminal);

  screen.show(() => ['one']);

  expect(took()).toEqual(['SIGTTOU']);
});

test('another size is drawn at once', () => {
  const { terminal, tell, took } = terminalOf();
  using screen = new Screen(terminal);
  screen.show(({ width }) => [String(width)]);

  tell('resize');

  expect(took().slice(-1)).toEqual(['\u001B[H\u001B[2K30\r\n\u001B[2K']);
});

test('whatever ends the process, the terminal is as before', () => {
  const { terminal, tell, took } = terminalOf();
  const screen = new Screen(terminal);
  screen.show(() => ['one']);

  tell('exit');

  expect(took().slice(-1)).toEqual([leave]);
});

test('disposed of, it listens to nothing', () => {
  const { terminal, tell, listeners } = terminalOf();

  new Screen(terminal)[Symbol.dispose]();
  tell('resize');

  expect(listeners()).toBe(0);
});

/** A terminal of 30 columns and 2 lines, and all that was done to it. */
function terminalOf(isInBackground = () => false) {
  const taken: string[] = [];
  const listening = new Map<string, () => void>();
  const terminal: Terminal = {
    write: (text) => taken.push(text),
    size: () => ({ width: 30, height: 2 }),
    isInBackground,
    stopBy: (signal) => taken.push(signal),
    on: (event, listener) => {
      listening.set(event, listener);
      return () => listening.delete(event);
    },
  };
  return {
    terminal,
    tell: (event: string) => listening.get(event)?.(),
    took: () => taken,
    listeners: () => listening.size,
  };
}
