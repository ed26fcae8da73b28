import type { Fact } from './diff-facts.ts';
import { read } from './diff-facts.ts';
import { byExchange, exchange, place, replacedBy, unpinOld } from './exchange-facts.ts';
import { applied, digests, instance, object, slot, wanted } from './sample.ts';

/** What the diff does when another way of replacing is wanted, and about gaps. */
export const replaceFacts: readonly Fact[] = [
  {
    name: 'replace: what was attached by itself goes once the dispatcher runs it',
    desired: wanted(exchange),
    observed: applied(),
    operations: [`attach replace ${place}/link`, `detach replace objects/opens/a/${read}/link`],
  },
  {
    name: 'replace: a new version at the same time',
    desired: wanted({ ...exchange, digest: digests.b }),
    observed: applied(),
    operations: [
      `load object-changed objects/opens/b/${read}/program`,
      `attach object-changed ${place}/link`,
      `detach object-changed objects/opens/a/${read}/link`,
      ...unpinOld,
    ],
  },
  {
    name: 'replace: back to overlap, the dispatcher goes last',
    desired: wanted(object()),
    observed: byExchange(),
    operations: [
      `attach replace objects/opens/a/${read}/link`,
      `detach replace ${place}/link`,
      `unpin replace ${place}/slot`,
    ],
  },
  {
    name: 'replace: to gap, the slot is emptied first',
    desired: wanted(replacedBy('gap')),
    observed: byExchange(),
    operations: [
      `pause replace ${place}/slot`,
      `attach replace objects/opens/a/${read}/link`,
      `detach replace ${place}/link`,
      `unpin replace ${place}/slot`,
    ],
  },
  {
    name: 'replace: from overlap to gap is nothing to do',
    desired: wanted(replacedBy('gap')),
    observed: applied(),
    operations: [],
    unchanged: 1,
  },
  {
    name: 'gap: the old one is detached once the new one is loaded, before that is attached',
    desired: wanted({ ...replacedBy('gap'), digest: digests.b }),
    observed: applied(),
    operations: [
      `load object-changed objects/opens/b/${read}/program`,
      `detach object-changed objects/opens/a/${read}/link`,
      `attach object-changed objects/opens/b/${read}/link`,
      ...unpinOld,
    ],
  },
  {
    name: 'gap: a repair too',
    desired: wanted(replacedBy('gap')),
    observed: applied({ instances: [instance({ slots: [slot({ loaded: undefined })] })] }),
    operations: [
      `load program-missing objects/opens/a/${read}/program`,
      `detach program-missing objects/opens/a/${read}/link`,
      `attach program-missing objects/opens/a/${read}/link`,
    ],
  },
];
