// Rules over the whole statement: what is told twice agrees. PS3.2 Annex A
import { activitiesOf, entitiesOf } from './network.ts';
import type { Rule } from './rule.ts';

export const consistencyRules: readonly Rule[] = [
  {
    id: 'CS-VX-15',
    level: 'E',
    decided: 's',
    section: 'A.4.2.x.3, PS3.8 9.3.2.2',
    text: 'No transfer syntax appears twice in one presentation context.',
    *check(sections) {
      for (const { activity, path } of activitiesOf(sections))
        for (const [index, { transferSyntaxes }] of activity.contexts.entries())
          if (new Set(transferSyntaxes.map(({ uid }) => uid)).size < transferSyntaxes.length)
            yield { path: `${path}/contexts/${index}/transferSyntaxes`, message: 'a transfer syntax appears twice' };
    },
  },
  {
    id: 'CS-VX-17',
    level: 'E',
    decided: 's',
    section: 'A.4.4.1',
    text: 'Each accepting application entity has a TCP port.',
    *check(sections) {
      if (sections.networking?.state !== 'described') return;
      const { localTitles } = sections.networking.configuration;
      for (const { entity } of entitiesOf(sections)) {
        const titles = localTitles.filter(({ ae }) => ae === entity.id);
        if (
          entity.acceptance.state === 'described' &&
          !titles.some((title) => (title.effectivePort ?? title.defaultPort) !== undefined)
        )
          yield { path: '/networking/configuration/localTitles', message: `${entity.id} accepts but has no port` };
      }
    },
  },
  {
    id: 'CS-VX-30',
    level: 'E',
    decided: 'r',
    section: 'Annex A',
    text: 'No prose is older than what it describes: the running system decides.',
  },
];
