// Which transfer syntax two sides will use: what is proposed, what the acceptor's rule picks, what follows. PS3.2 A.4.2.x.3.1, A.4.2.x.4.1.3
import { explicitVrLittleEndian, implicitVrLittleEndian, transferSyntax, uidName } from '@concord/dicom';
import { isLossy } from './read-entities.ts';
import type { Reason } from './verdict.ts';
import type { Offer } from './view.ts';

/** What becomes of one proposed context. */
export interface PredictedContext {
  readonly offered: readonly string[];
  /** Empty: refused. One: what the acceptor picks. Several: one of them, its rule is not stated. */
  readonly accepted: readonly string[];
}

/** The acceptor's choice among the syntaxes of one context. */
export function acceptedOf(offered: readonly string[], taken: ReadonlySet<string>, rule: string): readonly string[] {
  const common = offered.filter((uid) => taken.has(uid));
  if (common.length < 2) return common;
  if (rule === 'own order') {
    const both = new Set(common);
    for (const uid of taken) if (both.has(uid)) return [uid];
  }
  if (rule === 'first offered') return common.slice(0, 1);
  if (rule === 'explicit first')
    return [common.find((uid) => transferSyntax(uid)?.explicitVr) ?? common[0] ?? ''].filter(Boolean);
  return common;
}

/** What the acceptor will answer to each context; undefined where a side does not say its syntaxes. */
export function predictContexts(initiator: Offer, acceptor: Offer): readonly PredictedContext[] | undefined {
  const taken = acceptor.syntaxes;
  if (initiator.contexts.length === 0 || taken.size === 0) return undefined;
  return initiator.contexts.map((offered) => ({
    offered,
    accepted: acceptedOf(offered, taken, acceptor.activity.selection),
  }));
}

export const names = (uids: Iterable<string>): string =>
  Array.from(uids, (uid) => uidName(uid) ?? uid).join(', ') || 'none';

const uncompressed = (uid: string): boolean => {
  const syntax = transferSyntax(uid);
  return syntax !== undefined && !syntax.encapsulated && !syntax.deflated;
};

/** Whether an offer's words say that instances in lossy syntaxes are decompressed where the peer does not take them. */
const saysDecompressed = (offer: Offer): string | undefined =>
  offer.conformance
    .map(({ lossyOnly }) => lossyOnly)
    .find((text) => text !== undefined && /decompress|uncompressed|convert|transcod/i.test(text));

function notStated(initiator: Offer, acceptor: Offer): Reason {
  const silent = initiator.contexts.length === 0 ? 'initiator' : 'acceptor';
  const side = silent === 'initiator' ? initiator : acceptor;
  return {
    code: 'syntaxes-not-stated',
    severity: 'unknown',
    text: `The transfer syntaxes for ${initiator.name} are not stated (${side.activity.name}).`,
    remedy: `Ask for the transfer syntaxes that ${side.activity.ae.name} ${silent === 'initiator' ? 'proposes' : 'accepts'}.`,
    initiator: initiator.path,
    acceptor: acceptor.path,
    ask: silent,
  };
}

/** Nothing in common: refused, unless the sender says that it decompresses what it proposes. */
function noneAccepted(initiator: Offer, acceptor: Offer): Reason {
  const proposed = [...initiator.syntaxes];
  const said = saysDecompressed(initiator);
  const paths = { initiator: initiator.path, acceptor: acceptor.path };
  if (said !== undefined && proposed.every(isLossy) && [...acceptor.syntaxes].some(uncompressed))
    return {
      code: 'lossy-only',
      severity: 'limit',
      text: `Only lossy syntaxes are proposed (${names(proposed)}) and none is accepted; the sender says: ${said}`,
      ...paths,
    };
  return {
    code: 'no-common-syntax',
    severity: 'cannot',
    text: `No transfer syntax in common: proposed ${names(proposed)}; accepted ${names(acceptor.syntaxes)}. The presentation context will be refused with result 4 (transfer-syntaxes-not-supported).`,
    remedy: 'Let one side add Implicit VR Little Endian, or a syntax that the other side has.',
    ...paths,
  };
}

/** What happens to instances that exist in a syntax that is not common. */
function leftOut(initiator: Offer, acceptor: Offer, accepted: ReadonlySet<string>): readonly Reason[] {
  const missing = [...initiator.syntaxes].filter((uid) => !acceptor.syntaxes.has(uid) && !accepted.has(uid));
  if (missing.length === 0) return [];
  const paths = { initiator: initiator.path, acceptor: acceptor.path };
  const lossy = missing.filter(isLossy);
  const said = saysDecompressed(initiator);
  const rest: Reason = {
    code: 'syntaxes-not-accepted',
    severity: 'information',
    text: `Proposed and not accepted: ${names(missing)}.`,
    ...paths,
  };
  if (lossy.length === 0) return [rest];
  return [
    rest,
    {
      code: 'lossy-not-accepted',
      severity: 'limit',
      text: `Instances that exist only in ${names(lossy)}: ${said ?? 'what the sender does with them is not stated.'}`,
      ...(said === undefined && { ask: 'initiator' }),
      ...paths,
    },
  ];
}

/** What the acceptor's pick costs. */
function consequences(initiator: Offer, acceptor: Offer, predicted: readonly PredictedContext[]): readonly Reason[] {
  const paths = { initiator: initiator.path, acceptor: acceptor.path };
  const reasons: Reason[] = [];
  for (const { offered, accepted } of predicted) {
    if (accepted.length > 1)
      reasons.push({
        code: 'choice-not-stated',
        severity: 'information',
        text: `Which of ${names(accepted)} is accepted is not stated.`,
        ask: 'acceptor',
        ...paths,
      });
    const picked = accepted[0];
    if (accepted.length === 1 && picked !== undefined && isLossy(picked) && offered.some((uid) => !isLossy(uid)))
      reasons.push({
        code: 'lossy-picked',
        severity: 'limit',
        text: `The acceptor picks ${names([picked])} where lossless syntaxes are offered in the same context: instances may be compressed with loss.`,
        remedy: 'Let the sender propose each transfer syntax in a context of its own.',
        ...paths,
      });
  }
  return reasons;
}

/** Everything that transfer syntaxes say about a pair. */
export function syntaxReasons(
  initiator: Offer,
  acceptor: Offer,
  predicted: readonly PredictedContext[] | undefined,
): readonly Reason[] {
  if (predicted === undefined) return [notStated(initiator, acceptor)];
  const accepted = new Set(predicted.flatMap((context) => context.accepted));
  if (accepted.size === 0) return [noneAccepted(initiator, acceptor)];
  const retired = [...accepted].filter((uid) => transferSyntax(uid)?.retired);
  const onlyRetired = retired.length === accepted.size;
  return [
    ...leftOut(initiator, acceptor, accepted),
    ...consequences(initiator, acceptor, predicted),
    ...(onlyRetired
      ? [
          {
            code: 'retired-syntax',
            severity: 'information',
            text: `Only a retired transfer syntax is in common: ${names(retired)}.`,
            initiator: initiator.path,
            acceptor: acceptor.path,
          } as const,
        ]
      : []),
  ];
}

/** The syntaxes that every system has. PS3.5 10.1 */
export const basicSyntaxes: readonly string[] = [implicitVrLittleEndian, explicitVrLittleEndian];
