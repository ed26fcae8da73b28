import process from 'node:process';
import { setTimeout } from 'node:timers/promises';
import { ExitStatus } from '../base/errors.ts';
import { chooseRunStatistics } from './choose-ports.ts';
import type { Context } from './context.ts';
import { watchLive } from './live/loop.ts';
import { notesOf } from './live/notes.ts';
import { readerFor } from './live/read.ts';
import { Screen } from './live/screen.ts';
import { terminalOf } from './live/terminal.ts';
import type { View } from './live/view.ts';
import { frameLines } from './output/live/frame.ts';
import { liveJson, liveLines } from './output/live/live-lines.ts';
import { nothingText } from './nothing-pinned.ts';

const defaultEveryMs = 1000;

/**
 * `fentryctl status --watch`: what runs how often, as a table on a terminal, as lines elsewhere. SIGINT, SIGTERM and SIGHUP end it,
 * and so does a reader that goes away; that is no failure. The kernel counts runs as long, where we may have it do so.
 */
export async function watchStatus(context: Context): Promise<ExitStatus> {
  const { signal } = untilToldToEnd();
  const reader = readerFor(context);
  const { statistics: held } = await chooseRunStatistics();
  using statistics = held;
  using shower = showerFor(context, () => reader.problem());
  const ports = {
    read: () => reader.read(),
    show: shower.show,
    isOn: () => statistics.state.isEnabled,
    now: () => performance.now(),
    time: () => new Date(),
    wait,
  };
  await watchLive(ports, context.options.everyMs ?? defaultEveryMs, signal);
  return ExitStatus.done;
}

function untilToldToEnd(): AbortController {
  const ending = new AbortController();
  const end = (): void => ending.abort();
  // Never taken off again: a second signal while it ends must not leave the terminal as it is.
  process.on('SIGINT', end).on('SIGTERM', end).on('SIGHUP', end).on('SIGQUIT', end);
  process.stdout.on('error', end); // EPIPE; of others, `writeOut` makes an exception
  return ending;
}

async function wait(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await setTimeout(ms, undefined, { signal });
  } catch {
    // aborted: the wait is over
  }
}

interface Shower extends Disposable {
  readonly show: (view: View) => void;
}

function showerFor(context: Context, problem: () => string | undefined): Shower {
  const { options, ports, out } = context;
  const notes = (view: View): readonly string[] =>
    notesOf(view, { hidden: ports.kernel.hidden(options.root), problem: problem() });
  const terminal = options.json ? undefined : terminalOf(out);
  return terminal === undefined
    ? lineShower(context, notes)
    : screenShower(context, new Screen(terminal), notes);
}

function screenShower(
  { operands, options, style }: Context,
  screen: Screen,
  notes: (view: View) => readonly string[],
): Shower {
  const [operand] = operands;
  const page = { style, title: operand ?? options.root, withNames: operand === undefined };
  return {
    show: (view) => screen.show((size) => frameLines(view, { ...page, ...size }, notes(view))),
    [Symbol.dispose]: () => screen[Symbol.dispose](),
  };
}

/** Notes go to the log, each once. Nothing is known of the first moment yet. */
function lineShower(
  { operands, options, out, log }: Context,
  notes: (view: View) => readonly string[],
): Shower {
  const said = new Set<string>();
  const say = (text: string): void => {
    if (!said.has(text)) log(text);
    said.add(text);
  };
  return {
    show: (view) => {
      if (view.programs.length === 0) say(nothingText(operands[0] ?? options.root, []));
      if (view.seconds === undefined) return;
      for (const note of notes(view)) say(`${note}\n`);
      out(options.json ? liveJson(view) : liveLines(view));
    },
    [Symbol.dispose]: () => undefined,
  };
}
