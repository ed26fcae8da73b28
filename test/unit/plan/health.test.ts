import { expect, test } from 'vitest';
import type { Health } from '../../../src/plan/health.ts';
import { healthOf } from '../../../src/plan/health.ts';
import type { ObservedAttachment, ObservedSlot } from '../../../src/state/observed.ts';
import { attachment, link, slot } from './sample.ts';

const alone = slot({ link: undefined });

test.each<readonly [Health, ObservedSlot, ObservedAttachment | undefined]>([
  ['attached', slot(), undefined],
  ['loaded', alone, undefined],
  ['program-missing', slot({ loaded: undefined }), undefined],
  ['program-missing', slot({ loaded: undefined, link: undefined }), undefined],
  ['link-differs', slot({ link: link({ programId: 1 }) }), undefined],
  ['attached', alone, attachment()],
  ['paused', alone, attachment({ slot: { id: 400, programId: undefined } })],
  ['slot-differs', alone, attachment({ slot: { id: 400, programId: 1 } })],
  ['slot-missing', alone, attachment({ slot: undefined })],
  ['dispatcher-differs', alone, attachment({ usesSlot: false })],
  ['attached', alone, attachment({ usesSlot: undefined })],
  ['dispatcher-missing', alone, attachment({ link: undefined })],
  ['program-missing', slot({ loaded: undefined, link: undefined }), attachment()],
  ['attached', slot(), attachment({ link: undefined })],
])('%s', (health, observed, byExchange) => {
  expect(healthOf(observed, byExchange)).toBe(health);
});
