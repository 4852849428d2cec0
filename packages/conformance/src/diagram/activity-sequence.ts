// The sequence of one activity of an application entity, drawn from its operations: association, requests and answers, release. PS3.2 A.4.2.x.3.1.1
import type { Diagram } from '../document/document.ts';
import type { AcceptedActivity, InitiatedActivity } from '../model/activity.ts';
import { sequenceDiagram } from './sequence.ts';

const manyAnswers = /^C-(?:FIND|MOVE|GET)$/;

export interface SequencePlaces {
  readonly anchor: string;
  readonly entity: string;
  /** The real-world activity on the other side. */
  readonly remote: string;
  readonly weOpen: boolean;
}

/** Each operation once in each direction, in the order of the statement; none for an activity that states no operation. */
export function activitySequence(
  { name, sopConformance }: AcceptedActivity | InitiatedActivity,
  { anchor, entity, remote, weOpen }: SequencePlaces,
): readonly Diagram[] {
  const seen = new Set<string>();
  const exchanges = sopConformance.flatMap(({ operation, ourRole }) => {
    if (!/^[CN]-/.test(operation) || seen.has(`${operation} ${ourRole}`)) return [];
    seen.add(`${operation} ${ourRole}`);
    // Notifications go from the provider to the user, all other operations the other way. PS3.7 7.5
    const weAsk = (operation === 'N-EVENT-REPORT') === (ourRole === 'SCP');
    const [from, to] = weAsk ? [entity, remote] : [remote, entity];
    return [
      { from, to, text: `${operation} request` },
      {
        from: to,
        to: from,
        text: manyAnswers.test(operation) ? `${operation} responses, the last one final` : `${operation} response`,
      },
    ];
  });
  if (exchanges.length === 0 || entity === remote) return [];
  const [opener, other] = weOpen ? [entity, remote] : [remote, entity];
  return [
    sequenceDiagram(anchor, {
      title: `Sequence of ${name}`,
      lifelines: weOpen ? [entity, remote] : [remote, entity],
      messages: [
        { from: opener, to: other, text: 'open association' },
        ...exchanges,
        { from: opener, to: other, text: 'release association' },
      ],
    }),
  ];
}
