// The archive behind DICOM: C-ECHO, C-STORE, C-FIND, C-MOVE and C-GET, each translated to the archive's functions and back.
import type { DataSet } from '@concord/dicom';
import {
  type BoundService,
  bind,
  findOptions,
  type Handlers,
  type Peer,
  type RetrieveBehaviour,
  retrieveOptions,
  verification,
  verificationScp,
} from '@concord/network';
import type { Configuration } from '../settings/settings.ts';
import { createZone, type Zone } from '../settings/time-zones.ts';
import { ArchiveError } from './archive.ts';
import { type SendingParts, sendable } from './convert-on-send.ts';
import { get, move, query, storage } from './declaration.ts';
import { queryUnder, retrieveUnder, storageUnder } from './declared-policy.ts';
import { findInZone } from './find-in-zone.ts';
import { unsupportedKeys } from './find-plan.ts';
import { checkOffset, checkQuery, levelOf, type Mismatch, selectionOf } from './information-models.ts';
import { isOpen, type QueryPolicy, searchFailure, withoutMatching } from './query-policy.ts';
import { behaviourOf, type RetrievePolicy } from './retrieve-policy.ts';
import { retrieveTurns } from './retrieve-turns.ts';

export interface HandlerParts extends SendingParts {
  /** Undefined for a title nobody configured. */
  readonly destination: (aeTitle: string) => Peer | undefined;
  /** What failures of store and index are answered with; absent: A701. */
  readonly storeFailures?: Configuration['storeFailures'];
  /** Whether a title is one of this server's: what is moved on its behalf was asked for here. */
  readonly isOwn?: (aeTitle: string) => boolean;
  /** Of dates and times of objects that do not name theirs; absent: UTC. */
  readonly zone?: Zone;
}

const storageHandlers = ({ archive, isOwn }: HandlerParts): Handlers<typeof storage> => ({
  async 'C-STORE'(request, { association, presentationContext }) {
    const { status } = await archive.receive({
      dataSet: request.dataSet.borrowed(),
      transferSyntaxUid: presentationContext.transferSyntax,
      sopClassUid: request.affectedSopClassUid,
      sopInstanceUid: request.affectedSopInstanceUid,
      origin: {
        via: 'DIMSE',
        callingAeTitle: association.callingAeTitle,
        address: association.address,
        associationId: association.id,
        ...(request.moveOriginator && isOwn?.(request.moveOriginator.aeTitle) && { retrieved: true as const }),
      },
    });
    return status;
  },
});

/** @param aeTitle (0008,0054) of every answer */
const queryHandlers = (
  { archive, zone = createZone('+0000', Date.now) }: HandlerParts,
  aeTitle: string,
  { openQueries, neverMatched = [] }: QueryPolicy,
): Handlers<typeof query> => ({
  async *'C-FIND'({ affectedSopClassUid, identifier }, { signal, extendedNegotiation, presentationContext }) {
    const found = levelOf(affectedSopClassUid, identifier);
    const { timezone, fuzzyPersonNames: fuzzy, ...agreed } = findOptions.decode(extendedNegotiation);
    const { relational, combinedDateTime } = agreed;
    const offset = timezone ? checkOffset(identifier) : undefined;
    const problem =
      'comment' in found ? found : (checkQuery(found.model, found.level, identifier, relational) ?? offset);
    if (problem || 'comment' in found) {
      yield { code: 0xa900, ...problem };
      return;
    }
    if (openQueries === 'refuse' && isOpen(found.model, found.level, identifier)) {
      yield { code: 0xc001, comment: 'no key restricts the search' };
      return;
    }
    const code = unsupportedKeys(found.level, identifier).length > 0 ? 0xff01 : 0xff00;
    const keys = withoutMatching(identifier, neverMatched);
    const constants = { QueryRetrieveLevel: found.level, RetrieveAETitle: aeTitle };
    const form = { transferSyntaxUid: presentationContext.transferSyntax, constants };
    const options = { signal, relational, combinedDateTime, fuzzy };
    try {
      const answers = timezone
        ? findInZone(archive, found.level, keys, { ...options, zone, constants })
        : archive.findForPeer(found.level, keys, { ...options, form });
      for await (const answer of answers) yield { code, identifier: answer };
    } catch (error) {
      if (!(error instanceof ArchiveError)) throw error;
      yield searchFailure(error);
      return;
    }
    yield { code: signal.aborted ? 0xfe00 : 0x0000 };
  },
});

/** What a C-MOVE or C-GET asks for; or why it cannot be sent. */
async function instancesFor(
  parts: HandlerParts,
  { affectedSopClassUid, identifier }: { readonly affectedSopClassUid: string; readonly identifier: DataSet },
  { relational, to }: { readonly relational: boolean /** AE title of who gets them. */; readonly to: string },
): Promise<ReturnType<typeof retrieveTurns> | ({ code: 0xa900 } & Mismatch) | { code: 0xa701; comment: string }> {
  const found = levelOf(affectedSopClassUid, identifier);
  const selected = 'comment' in found ? found : selectionOf(found.model, found.level, identifier, relational);
  if ('comment' in selected) return { code: 0xa900, ...selected };
  try {
    const instances = await parts.archive.instances(selected.selection);
    return retrieveTurns(instances, {
      archive: parts.archive,
      sendable: (instance) => sendable(instance, parts, to),
    });
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error;
    return { code: 0xa701, comment: 'the index failed' };
  }
}

const moveHandlers = (parts: HandlerParts, behaviour: Partial<RetrieveBehaviour>): Handlers<typeof move> => ({
  async 'C-MOVE'(request, { extendedNegotiation }) {
    const peer = parts.destination(request.moveDestination);
    if (!peer) return { code: 0xa801, comment: 'the move destination is not known here' };
    const { relational } = retrieveOptions.decode(extendedNegotiation);
    const wanted = await instancesFor(parts, request, { relational, to: request.moveDestination });
    return 'code' in wanted ? wanted : { destination: peer, ...wanted, behaviour };
  },
});

const getHandlers = (parts: HandlerParts, behaviour: Partial<RetrieveBehaviour>): Handlers<typeof get> => ({
  async 'C-GET'(request, { extendedNegotiation, association }) {
    const { relational } = retrieveOptions.decode(extendedNegotiation);
    const offered = { ...parts, peerOffers: true };
    const wanted = await instancesFor(offered, request, { relational, to: association.callingAeTitle });
    return 'code' in wanted ? wanted : { ...wanted, behaviour };
  },
});

/** A C-ECHO has no data set: any transfer syntax will do that is asked for. */
interface VerificationPolicy {
  readonly transferSyntaxes?: readonly string[] | undefined;
}

/** What the archive offers on associations, for an application entity of a title. */
export const archiveServices = (parts: HandlerParts) => ({
  verification: (_: string, { transferSyntaxes }: VerificationPolicy): readonly BoundService[] => [
    transferSyntaxes
      ? bind({ ...verification, transferSyntaxes }, { 'C-ECHO': async () => ({ code: 0x0000 }) })
      : verificationScp,
  ],
  storage: () => {
    const declaration = storageUnder(storage, parts.storeFailures ?? 'A701');
    return [{ ...bind(storage, storageHandlers(parts)), declaration }];
  },
  query: (aeTitle: string, policy: QueryPolicy): readonly BoundService[] => {
    const bound = bind(query, queryHandlers(parts, aeTitle, policy));
    return [{ ...bound, declaration: queryUnder(query, policy) }];
  },
  move: (_: string, policy: RetrievePolicy): readonly BoundService[] => {
    const bound = bind(move, moveHandlers(parts, behaviourOf(policy)));
    return [{ ...bound, declaration: retrieveUnder(move, 'C-MOVE', policy) }];
  },
  get: (_: string, policy: RetrievePolicy): readonly BoundService[] => {
    const bound = bind(get, getHandlers(parts, behaviourOf(policy)));
    return [{ ...bound, declaration: retrieveUnder(get, 'C-GET', policy) }];
  },
});
