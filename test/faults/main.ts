import { tryScenario } from './campaign.ts';
import { converge } from './converging.ts';
import { Figures } from './figures.ts';
import { makeForkable } from './forkable.ts';
import { makeForeign } from './foreign.ts';
import { kernelIds } from './kernel-ids.ts';
import { tryOperations } from './operations.ts';
import type { Options } from './options.ts';
import { parseOptions, usage } from './options.ts';
import { readStates } from './states.ts';
import { scenarios } from './transitions.ts';

/** Inside the virtual machine, as root: kills and failures at the points of a convergence. The last line is JSON. */
process.exitCode = await main();

async function main(): Promise<number> {
  const options = optionsOrUsage(process.argv.slice(2));
  if (options === undefined) return 64;
  const figures = new Figures();
  const states = readStates();
  using foreign = makeForeign();
  await converge(states.base); // whatever is made once in a process is made now
  await converge(undefined);
  makeForkable();
  const bystanders = { foreign, ids: kernelIds() };
  await converge(states.base);
  await tryOperations(states['all at once'], options.singles, figures);
  for (const scenario of scenarios.filter(({ title }) => options.scenarios.includes(title))) {
    const start = performance.now();
    await tryScenario(scenario, states, options, bystanders, figures); // oxlint-disable-line eslint/no-await-in-loop -- one after the other
    const seconds = Math.round((performance.now() - start) / 1000);
    process.stdout.write(`${scenario.title}: ${seconds} s\n${figures.toString()}\n`);
  }
  await converge(undefined);
  process.stdout.write(`${JSON.stringify(figures)}\n`);
  return figures.isClean ? 0 : 1;
}

function optionsOrUsage(args: readonly string[]): Options | undefined {
  let problem = '';
  try {
    const options = parseOptions(args);
    if (options !== undefined) return options;
  } catch (error) {
    problem = `${error instanceof Error ? error.message : String(error)}\n\n`;
  }
  process.stderr.write(`${problem}${usage}`);
  return undefined;
}
