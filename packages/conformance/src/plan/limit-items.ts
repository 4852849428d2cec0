// Items about limits of associations: lengths of PDUs, associations at a time, the asynchronous window, time-outs. PS3.8 D.1, PS3.7 D.3.3.3
import { parameterNames, parameterOf } from '../compare/parameters.ts';
import { sectionOf } from '../compare/statement-section.ts';
import type { Check } from './check.ts';
import { item, type PlanItem } from './item.ts';
import { echoId, idOf, reachId, type Situation } from './situation.ts';

const service = 'Associations';

function lengths(situation: Situation): readonly PlanItem[] {
  const { system, entity } = situation;
  const stated = parameterOf(system, entity.id, parameterNames.pduReceived);
  return [4096, 16384, 131_072, 0].map((offered) =>
    item({
      id: idOf(situation, 'maximum-length', String(offered)),
      title: `Our maximum length of ${offered === 0 ? 'any number of' : offered} bytes is respected`,
      service,
      kind: 'boundary',
      claim: {
        text: `PDUs: ${stated ? `${stated.value} bytes are received` : 'the length received is not stated'}.`,
        paths: stated ? [stated.path] : [],
        section: sectionOf('/networking/configuration'),
      },
      steps: [
        { action: `Propose a maximum length of ${offered}.`, expected: 'The association is accepted.' },
        { action: 'Send C-ECHO.', expected: 'No PDU is longer; the announced length is as stated.' },
      ],
      criterion: 'No P-DATA-TF beyond the proposed length; the announced length equals the stated one.',
      priority: 'should',
      dependsOn: [echoId(situation)],
      check: {
        kind: 'maximum length',
        offered,
        ...(stated && { stated: Number.isFinite(stated.value) ? stated.value : 0 }),
      },
    }),
  );
}

/** More than these are not opened to prove a limit. */
const mostAssociations = 64;

function limits(situation: Situation): readonly PlanItem[] {
  const { acceptance } = situation.entity;
  const most = acceptance.state === 'described' ? acceptance.value.associations : undefined;
  if (most === undefined || !Number.isFinite(most)) return [];
  const testable = most <= mostAssociations;
  return [
    item({
      id: idOf(situation, 'associations'),
      title: `${most} associations at a time, and not one more`,
      service,
      kind: 'boundary',
      claim: {
        text: `${most} associations at a time are accepted.`,
        paths: [`${situation.entity.path}/acceptance/associations`],
        section: sectionOf(`${situation.entity.path}/acceptance`),
      },
      steps: [
        {
          action: `Open ${most} associations and keep them open.`,
          expected: 'All are accepted, C-ECHO works on each.',
        },
        { action: 'Open one more.', expected: 'It is rejected with 2/3/2, or has to wait.' },
        { action: 'Release one, open another.', expected: 'It is accepted.' },
      ],
      criterion: 'As many as stated are accepted, and no more.',
      automation: testable ? 'automatic' : 'manual',
      safety: 'disturbs',
      priority: 'optional',
      dependsOn: [echoId(situation)],
      ...(testable && { check: { kind: 'associations', most } }),
    }),
  ];
}

/** What we offer: more than most systems have. */
const offeredWindow = 8;

function window(situation: Situation): readonly PlanItem[] {
  const { acceptor } = situation.entity.asynchronous;
  if (acceptor === undefined) return [];
  const stated = Number.isFinite(acceptor) ? acceptor : 0;
  const answer = stated === 0 ? offeredWindow : Math.min(offeredWindow, stated);
  return [
    item({
      id: idOf(situation, 'asynchronous-window'),
      title: `An offered asynchronous window of ${offeredWindow} is answered with ${answer}`,
      service,
      kind: 'boundary',
      claim: {
        text: `Outstanding operations as acceptor: ${stated === 0 ? 'any number' : stated}.`,
        paths: [`${situation.entity.path}/asynchronous`],
        section: sectionOf(`${situation.entity.path}/asynchronous`),
      },
      steps: [
        {
          action: `Propose ${offeredWindow} operations invoked and performed.`,
          expected: `${answer} may be invoked, which an answer without the sub-item means too where it is 1.`,
        },
      ],
      criterion: `We may have ${answer} operations outstanding.`,
      priority: 'should',
      dependsOn: [echoId(situation)],
      check: { kind: 'asynchronous window', stated },
    }),
  ];
}

const silences = [
  { silent: 'before the request', name: parameterNames.artim, action: 'Open a connection and say nothing.' },
  { silent: 'between requests', name: parameterNames.idle, action: 'Open an association and ask for nothing.' },
  {
    silent: 'in a message',
    name: parameterNames.betweenPackets,
    action: 'Open an association, send the first half of a P-DATA-TF, and no more.',
  },
] as const satisfies readonly {
  readonly silent: Extract<Check, { kind: 'time-out' }>['silent'];
  readonly name: RegExp;
  readonly action: string;
}[];

/** Longer ones are measured by hand, in seconds. */
const longestSilence = 400;

function timeOuts(situation: Situation): readonly PlanItem[] {
  const { system, entity } = situation;
  return silences.flatMap(({ silent, name, action }) => {
    const stated = parameterOf(system, entity.id, name);
    if (!stated || !Number.isFinite(stated.value) || stated.value <= 0) return [];
    const seconds = stated.value;
    const testable = seconds <= longestSilence;
    return [
      item({
        id: idOf(situation, 'time-out', silent),
        title: `Silence ${silent} is ended after ${seconds} s`,
        service: 'Time-outs',
        kind: 'boundary',
        claim: {
          text: `Time-out ${silent}: ${seconds} s.`,
          paths: [stated.path],
          section: sectionOf('/networking/configuration'),
        },
        steps: [{ action, expected: `The system ends the connection after ${seconds} s.` }],
        criterion: `Ended within 1 s or 5 percent of ${seconds} s.`,
        automation: testable ? 'automatic' : 'manual',
        // A connection is held all that time.
        safety: 'disturbs',
        priority: 'optional',
        dependsOn: [silent === 'before the request' ? reachId(situation) : echoId(situation)],
        ...(testable && { check: { kind: 'time-out', silent, seconds } }),
      }),
    ];
  });
}

/** Everything about limits of an entity that is called. */
export const limitItems = (situation: Situation): readonly PlanItem[] => [
  ...lengths(situation),
  ...limits(situation),
  ...window(situation),
  ...timeOuts(situation),
];
