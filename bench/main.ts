import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { UnavailableError } from '../test/vm/tool.ts';
import { build } from './build.ts';
import type { Order } from './guest/main.ts';
import { bringLaterBpftool } from './later-bpftool.ts';
import { inGuest } from './machine.ts';
import { compileObjects } from './objects.ts';
import { OptionError, type Options, parseOptions, usage } from './options.ts';
import { results } from './report/results.ts';
import type { Line, Mode } from './sample.ts';
import type { Target } from './targets.ts';

process.exitCode = await main();

async function main(): Promise<number> {
  try {
    const options = parseOptions(process.argv.slice(2));
    if (options === undefined) process.stdout.write(usage);
    else await run(options);
    return 0;
  } catch (error) {
    if (!(error instanceof OptionError || error instanceof UnavailableError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return error instanceof OptionError ? 64 : 69;
  }
}

async function run(options: Options): Promise<void> {
  spawnSync('bash', ['bench/setup.sh'], { stdio: ['ignore', 'inherit', 'inherit'] });
  await bringLaterBpftool();
  const targets = join(build, 'targets.json');
  await inGuest('list-targets.ts', targets, { kernel: options.kernel, icount: false });
  compileObjects(
    readTargets(targets).map(({ name }) => name),
    options.sizes,
  );
  const lines: Line[] = [];
  for (const mode of options.modes) lines.push(...(await measured(mode, targets, options)));
  const page = results(lines);
  process.stdout.write(`\n${page}`);
  writeFileSync(options.out, page);
}

async function measured(
  mode: Mode,
  targets: string,
  { works, sizes, rounds, kernel, add }: Options,
): Promise<readonly Line[]> {
  const report = join(build, `report-${mode}.ndjson`);
  if (!add) rmSync(report, { force: true });
  const order: Order = { mode, works, sizes, rounds, report, targets };
  await inGuest('main.ts', JSON.stringify(order), { kernel, icount: mode === 'I' });
  return existsSync(report) ? readReport(report) : [];
}

function readTargets(file: string): readonly Target[] {
  return JSON.parse(readFileSync(file, 'utf8')) as readonly Target[]; // written by list-targets.ts
}

function readReport(file: string): readonly Line[] {
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line); // written by guest/main.ts
}
