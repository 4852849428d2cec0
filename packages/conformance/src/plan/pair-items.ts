// Items from a comparison: what the partner will propose is proposed in its place, and what cannot work is shown not to. PS3.2 6
import type { ComparedDirection } from '../compare/compare.ts';
import type { Pair } from '../compare/pairs.ts';
import { sectionOf } from '../compare/statement-section.ts';
import { storageServiceClass } from '../generate/names.ts';
import type { ExpectedContext } from './check.ts';
import { type ComparedRow, item, type PlanItem } from './item.ts';
import { echoId, idOf, type Situation } from './situation.ts';

const service = 'In place of the partner';

/** The contexts of a pair as the partner proposes them, with the foretold answers. */
function contextsOf({ sopClass, contexts, initiator, acceptor }: Pair): readonly ExpectedContext[] {
  const { role } = initiator;
  return (contexts ?? []).map(({ offered, accepted }) => ({
    abstractSyntax: sopClass.uid,
    transferSyntaxes: offered,
    accepted: acceptor ? accepted : [],
    ...((role === 'SCP' || role === 'BOTH') && { role }),
  }));
}

/** Both sides are users, or both are providers: an acceptor may take the context all the same, or refuse it. PS3.7 D.3.3.4 */
const isWithoutRole = ({ reasons, acceptor }: Pair): boolean =>
  acceptor !== undefined && reasons.some(({ code }) => code === 'no-provider' || code === 'no-user');

const withoutForecast = (contexts: readonly ExpectedContext[]): readonly ExpectedContext[] =>
  contexts.map((context) => ({ ...context, accepted: [], open: true }));

const rowOf = ({ sopClass, verdict, initiator, acceptor }: Pair): ComparedRow => ({
  sopClass: sopClass.uid,
  verdict,
  partner: initiator.path,
  ...(acceptor && { system: acceptor.path }),
});

/** What no statement decides, a run does: each syntax alone, and whatever is answered is kept. */
function decides(situation: Situation, partner: string, name: string, open: readonly Pair[]): readonly PlanItem[] {
  if (open.length === 0) return [];
  const contexts = open.flatMap(({ sopClass, offered }) =>
    [...new Set(offered.flat())].map((uid) => ({
      abstractSyntax: sopClass.uid,
      transferSyntaxes: [uid],
      accepted: [],
      open: true,
    })),
  );
  return [
    item({
      id: idOf(situation, 'partner', partner, name, 'decides'),
      title: `${name} of ${partner}: what the statement does not say is tried`,
      service,
      kind: 'boundary',
      claim: {
        text: open.map(({ sopClass }) => `${sopClass.name}: unknown`).join('; '),
        paths: open.flatMap(({ reasons }) => reasons.flatMap(({ acceptor }) => acceptor ?? [])),
        section: sectionOf(situation.entity.path),
        rows: open.map(rowOf),
      },
      steps: [
        { action: `Propose each of ${contexts.length} contexts alone.`, expected: 'It is noted what is answered.' },
      ],
      criterion: 'Every context is answered.',
      dependsOn: [echoId(situation)],
      check: { kind: 'negotiation', contexts },
    }),
  ];
}

function pairItem(situation: Situation, partner: string, name: string, pairs: readonly Pair[]): readonly PlanItem[] {
  const works = pairs.filter(({ verdict, contexts }) => verdict !== 'cannot' && contexts);
  const cannot = pairs.filter(({ verdict, contexts }) => verdict === 'cannot' && contexts !== undefined);
  const { roles = [], fails = [] } = Object.groupBy(cannot, (pair) => (isWithoutRole(pair) ? 'roles' : 'fails'));
  const one = (
    id: string,
    title: string,
    some: readonly Pair[],
    rest: Pick<PlanItem, 'kind' | 'priority'> & Partial<Pick<PlanItem, 'check' | 'criterion'>>,
  ) =>
    some.length === 0
      ? []
      : [
          item({
            id: idOf(situation, 'partner', partner, name, id),
            title,
            service,
            claim: {
              text: some.map(({ sopClass, verdict }) => `${sopClass.name}: ${verdict}`).join('; '),
              paths: some.flatMap(({ reasons }) => reasons.flatMap(({ acceptor }) => acceptor ?? [])),
              section: sectionOf(situation.entity.path),
              rows: some.map(rowOf),
            },
            steps: [
              {
                action: `Propose what ${partner} proposes: ${some.length} abstract syntaxes.`,
                expected: 'Each context is answered as the comparison foretells.',
              },
            ],
            criterion: 'All answers are as foretold.',
            dependsOn: [echoId(situation)],
            check: { kind: 'negotiation', contexts: some.flatMap(contextsOf) },
            ...rest,
          }),
        ];
  const open = pairs.filter(
    ({ verdict, contexts, offered }) => verdict === 'unknown' && !contexts && offered.length > 0,
  );
  return [
    ...decides(situation, partner, name, open),
    ...one('works', `${name} of ${partner}: its contexts are accepted as foretold`, works, {
      kind: 'positive',
      priority: 'must',
    }),
    ...one('fails', `${name} of ${partner}: what cannot work is refused`, fails, {
      kind: 'negative',
      priority: 'optional',
    }),
    ...one(
      'roles',
      `${name} of ${partner}: contexts for which the other role is missing leave the association whole`,
      roles,
      {
        kind: 'negative',
        priority: 'optional',
        criterion: 'Each context is accepted or refused, and the association is not ended.',
        check: { kind: 'negotiation', contexts: withoutForecast(roles.flatMap(contextsOf)) },
      },
    ),
  ];
}

/** Items for what a partner proposes to an entity of the system under test. */
export function pairItems(situation: Situation, direction: ComparedDirection): readonly PlanItem[] {
  // A whole service class stands for classes that cannot be named beforehand: it is never itself proposed.
  const pairs = direction.pairs.filter(
    ({ acceptor, sopClass }) =>
      (acceptor === undefined || acceptor.ae === situation.entity.id) && sopClass.uid !== storageServiceClass,
  );
  const activities = Map.groupBy(pairs, ({ initiator }) => initiator.activityName);
  return [...activities].flatMap(([name, some]) => pairItem(situation, direction.initiator, name, some));
}
