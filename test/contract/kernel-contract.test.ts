import { applyCases } from './cases/apply.ts';
import { applyExchangeCases } from './cases/apply-exchange.ts';
import { applyKindCases } from './cases/apply-kinds.ts';
import { attachCases } from './cases/attach.ts';
import { dispatchCases } from './cases/dispatch.ts';
import { exchangeCases } from './cases/exchange.ts';
import { loadCases } from './cases/load.ts';
import { lockCases } from './cases/lock.ts';
import { mapCases } from './cases/maps.ts';
import { readCases } from './cases/read.ts';
import { takeCases } from './cases/take.ts';
import { useScene } from './scene.ts';

// What `Kernel` promises, run against the kernel in memory and against a real one (FENTRYCTL_KERNEL=real).
// One file: under emulation, reading the modules again for each would take longer than the cases.
useScene();
readCases();
loadCases();
attachCases();
dispatchCases();
exchangeCases();
takeCases();
lockCases();
applyCases();
applyExchangeCases();
applyKindCases();
mapCases();
