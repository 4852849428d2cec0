// What an association between two application entities is limited by, whatever it is used for. PS3.2 A.4.2.1, A.4.3, A.4.4
import { parameterNames, parameterOf } from './parameters.ts';
import { securityReasons } from './security.ts';
import { type Reason, type Verdict, verdictOf } from './verdict.ts';
import type { EntityView, SideView, StatementView } from './view.ts';

/** One entity that opens associations, and one that accepts them. */
export interface Link {
  readonly initiator: { readonly ae: string; readonly name: string; readonly title?: string };
  readonly acceptor: { readonly ae: string; readonly name: string; readonly title?: string; readonly port?: number };
  readonly verdict: Verdict;
  readonly reasons: readonly Reason[];
}

interface End {
  readonly view: StatementView;
  readonly entity: EntityView;
  readonly side: SideView | undefined;
}
interface Ends {
  readonly initiator: End;
  readonly acceptor: End;
}

const paths = ({ initiator, acceptor }: Ends) => ({
  initiator: initiator.entity.path,
  acceptor: acceptor.entity.path,
});

function contextReasons(ends: Ends): readonly Reason[] {
  const ours = ends.initiator.entity.applicationContext;
  const theirs = ends.acceptor.entity.applicationContext;
  if (ours === undefined || theirs === undefined || ours === theirs) return [];
  return [
    {
      code: 'application-context',
      severity: 'cannot',
      text: `Different application contexts: ${ours} and ${theirs}. The association will be rejected (1/1/2).`,
      ...paths(ends),
    },
  ];
}

function associationReasons(ends: Ends): readonly Reason[] {
  const ours = ends.initiator.side?.associations;
  const theirs = ends.acceptor.side?.associations;
  if (ours === undefined || theirs === undefined) {
    const ask = theirs === undefined ? 'acceptor' : 'initiator';
    return [
      {
        code: 'associations-not-stated',
        severity: 'information',
        text: `How many associations the ${ask} has at a time is not stated.`,
        ask,
        ...paths(ends),
      },
    ];
  }
  if (ours <= theirs) return [];
  const many = Number.isFinite(ours) ? `${ours} associations` : 'Any number of associations';
  return [
    {
      code: 'associations',
      severity: 'limit',
      text: `${many} may be opened at a time, ${theirs} are accepted: more are rejected (2/3/2, local limit exceeded).`,
      remedy: 'Let the initiator open fewer, or let the acceptor take more.',
      ...paths(ends),
    },
  ];
}

/** Operations outstanding at a time; 0 stands for any number. PS3.7 D.3.3.3 */
function windowReasons(ends: Ends): readonly Reason[] {
  const ours = ends.initiator.entity.asynchronous.initiator;
  const theirs = ends.acceptor.entity.asynchronous.acceptor;
  if (ours === undefined || theirs === undefined) return [];
  const many = (count: number) => (count === 0 ? Number.POSITIVE_INFINITY : count);
  const window = Math.min(many(ours), many(theirs));
  if (window === 1 && ours === 1) return [];
  return [
    {
      code: 'asynchronous-window',
      severity: many(ours) > many(theirs) ? 'limit' : 'information',
      text: `Operations outstanding at a time: ${Number.isFinite(window) ? window : 'any number'} (${ours} and ${theirs} are stated).`,
      ...paths(ends),
    },
  ];
}

const size = (bytes: number): string => (Number.isFinite(bytes) && bytes > 0 ? `${bytes} bytes` : 'any length');
const noLimitIsZero = (bytes: number): number => (bytes === 0 ? Number.POSITIVE_INFINITY : bytes);

function pduReason(from: End, to: End, ends: Ends): readonly Reason[] {
  const received = parameterOf(to.view, to.entity.id, parameterNames.pduReceived);
  if (!received) return [];
  const sent = parameterOf(from.view, from.entity.id, parameterNames.pduSent);
  const effective = Math.min(noLimitIsZero(received.value), noLimitIsZero(sent?.value ?? 0));
  return [
    {
      code: 'pdu-length',
      severity: 'information',
      text: `P-DATA-TF from ${from.entity.name} to ${to.entity.name}: up to ${size(effective)}.`,
      ...paths(ends),
    },
  ];
}

function objectSizeReasons(ends: Ends): readonly Reason[] {
  const { initiator, acceptor } = ends;
  const theirs = parameterOf(acceptor.view, acceptor.entity.id, parameterNames.objectSize);
  if (!theirs || !Number.isFinite(theirs.value)) return [];
  const ours = parameterOf(initiator.view, initiator.entity.id, parameterNames.objectSize);
  if (ours && ours.value <= theirs.value) return [];
  // What no real sender reaches is no limit that anybody would notice.
  const large = theirs.value >= 2 ** 32;
  return [
    {
      code: 'object-size',
      severity: large ? 'information' : 'limit',
      text: `Objects of up to ${theirs.value} bytes are received${ours ? `, and ones of up to ${ours.value} bytes are sent` : '; how large the sent ones are is not stated'}.`,
      initiator: ours?.path ?? initiator.entity.path,
      acceptor: theirs.path,
    },
  ];
}

function timeoutReasons(ends: Ends): readonly Reason[] {
  const wait = parameterOf(ends.initiator.view, ends.initiator.entity.id, parameterNames.dimse);
  const needs = parameterOf(
    ends.acceptor.view,
    ends.acceptor.entity.id,
    /maximum (?:response|duration)|answers within/i,
  );
  if (!wait || !needs || wait.value === 0 || wait.value >= needs.value) return [];
  return [
    {
      code: 'response-timeout',
      severity: 'limit',
      text: `The initiator waits ${wait.value} s for a response, and the acceptor may take ${needs.value} s.`,
      remedy: 'Let the initiator wait longer.',
      initiator: wait.path,
      acceptor: needs.path,
    },
  ];
}

function addressReasons({ initiator, acceptor }: Ends): readonly Reason[] {
  const [ours, theirs] = [initiator.view.addresses, acceptor.view.addresses];
  const families = (['ipv4', 'ipv6'] as const).filter((family) => ours[family] !== false && theirs[family] !== false);
  if (families.length > 0) return [];
  return [
    {
      code: 'ip-version',
      severity: 'cannot',
      text: 'No version of the Internet Protocol is supported by both sides.',
      initiator: '/networking/interfaces',
      acceptor: '/networking/interfaces',
    },
  ];
}

function linkOf(ends: Ends): Link {
  const { initiator, acceptor } = ends;
  const reasons = [
    ...addressReasons(ends),
    ...securityReasons(initiator.view, acceptor.view),
    ...contextReasons(ends),
    ...associationReasons(ends),
    ...windowReasons(ends),
    ...pduReason(initiator, acceptor, ends),
    ...pduReason(acceptor, initiator, ends),
    ...objectSizeReasons(ends),
    ...timeoutReasons(ends),
  ];
  const { title: ourTitle } = initiator.entity;
  const { title, port } = acceptor.entity;
  return {
    initiator: {
      ae: initiator.entity.id,
      name: initiator.entity.name,
      ...(ourTitle !== undefined && { title: ourTitle }),
    },
    acceptor: {
      ae: acceptor.entity.id,
      name: acceptor.entity.name,
      ...(title !== undefined && { title }),
      ...(port !== undefined && { port }),
    },
    verdict: verdictOf(reasons),
    reasons,
  };
}

const endOf = (view: StatementView, entity: EntityView, direction: 'initiation' | 'acceptance'): End => {
  const side = entity[direction];
  return { view, entity, side: side.state === 'described' ? side.value : undefined };
};

/** Every entity that may open associations with every one that may accept them. */
export function compareLinks(initiator: StatementView, acceptor: StatementView): readonly Link[] {
  const entities = (view: StatementView) => (view.networking.state === 'described' ? view.networking.value : []);
  const opening = entities(initiator).filter(({ initiation }) => initiation.state !== 'none');
  const accepting = entities(acceptor).filter(({ acceptance }) => acceptance.state !== 'none');
  return opening.flatMap((ours) =>
    accepting.map((theirs) =>
      linkOf({ initiator: endOf(initiator, ours, 'initiation'), acceptor: endOf(acceptor, theirs, 'acceptance') }),
    ),
  );
}
