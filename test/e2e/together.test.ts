import { afterAll, afterEach, beforeAll } from 'vitest';
import { endCliProcesses } from './support/cli-process.ts';
import { clean } from './support/kernel.ts';
import { applyCases } from './together/applies.ts';
import { destroyCases } from './together/destroys.ts';
import { killCases } from './together/kills.ts';
import { operatorCases } from './together/operators.ts';
import { savedPlanCases } from './together/saved-plans.ts';
import { watchCases } from './together/watches.ts';
import { pinForeignThings, removeForeignThings } from './together/scene.ts';
import { printTallies } from './together/tally.ts';

// Several runs at once, each in a process of its own, on one real kernel: they take turns, or say that they could not.
// One file, since the processes that they share are slow to start.
beforeAll(pinForeignThings);
afterEach(() => {
  clean();
  printTallies();
});
afterAll(() => {
  endCliProcesses();
  removeForeignThings();
});

applyCases();
watchCases();
destroyCases();
savedPlanCases();
operatorCases();
killCases(); // last: it takes processes away
