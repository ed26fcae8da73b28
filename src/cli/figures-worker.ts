import process from 'node:process';
import type { Kernel } from '../apply/kernel.ts';
import { look } from '../converge.ts';
import type { Figures, FiguresAnswer, FiguresRequest } from '../daemon/metrics/figures.ts';
import { pinLayout } from '../state/pin-layout.ts';
import { chooseRunStatistics } from './choose-ports.ts';
import { programFigures } from './program-figures.ts';

/**
 * Reads the figures of programs for a watch, which started it: what crashes in libbpf ends this process alone. It has the
 * kernel count runs for as long as it lives, and ends when it is not asked for a while.
 */
const patienceMs = 5 * 60_000;

for (const signal of ['SIGINT', 'SIGHUP']) process.on(signal, () => undefined); // the watch decides what they mean

const figures = start();
let patience: NodeJS.Timeout | undefined;
wait();

process.on('message', (request: FiguresRequest) => {
  wait();
  void figures
    .then((read): FiguresAnswer => ({ kind: 'figures', figures: read(request) }))
    .catch((error: unknown): FiguresAnswer => ({ kind: 'failed', message: messageOf(error) }))
    .then((answer) => process.send?.(answer, () => undefined)); // a watch that is gone hears nothing
});
process.on('disconnect', () => clearTimeout(patience)); // nothing keeps it any more

function wait(): void {
  clearTimeout(patience);
  patience = setTimeout(() => process.disconnect(), patienceMs);
}

async function start(): Promise<(request: FiguresRequest) => Figures> {
  const { kernel, statistics } = await chooseRunStatistics();
  return (request) => {
    const { state } = statistics;
    return {
      programs: request.names.flatMap((name) =>
        readFigures(kernel, request, name, state.isEnabled),
      ),
      uncounted: state.isEnabled ? undefined : state.why,
    };
  };
}

type Name = FiguresRequest['names'][number];

function readFigures(kernel: Kernel, { root }: FiguresRequest, name: Name, isCounted: boolean) {
  const layout = pinLayout(root, name);
  return programFigures(kernel, layout, look(kernel, layout, name), isCounted);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
