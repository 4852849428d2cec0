// Deletes what a run left on a peer, by the peer's own HTTP interface: only instances that the run made, of its own test patient, and nothing beside them. PS3.2 6
import { type DeletingInterface, deletingInterfaces } from './deleting-interfaces.ts';
import { type Ask, askAt, type HttpLimits } from './http-json.ts';
import { testPatientPrefix } from './test-data.ts';

/** An instance that a run left on the peer. */
export interface LeftBehind {
  readonly patientId: string;
  readonly studyInstanceUid: string;
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
}

/** What became of what was left. */
export interface CleanUp {
  /** In words: which interface, and where, without what secures it. */
  readonly by: string;
  readonly deleted: number;
  /** Of which the peer has nothing: it did not keep them, or keeps them under another UID. */
  readonly notFound: number;
  /** Instances that are there still, and why. */
  readonly kept: readonly (LeftBehind & { readonly why: string })[];
}

/** Deletes what it is told. Never rejects: what could not be deleted is told with the reason. */
export type Cleaner = (left: readonly LeftBehind[]) => Promise<CleanUp>;

const words = (error: unknown): string => (error instanceof Error ? error.message : String(error));
const keptBecause = (left: readonly LeftBehind[], why: string) => left.map((each) => ({ ...each, why }));

/** Undefined where nobody answers as one of the known interfaces does. Rejects where nobody answers at all. */
async function interfaceAt(ask: Ask): Promise<DeletingInterface | undefined> {
  for (const each of deletingInterfaces) if (await each.isThere(ask)) return each;
  return undefined;
}

/** What one study holds of the run is deleted; what is another patient's now is let be. */
async function cleanStudy(
  ask: Ask,
  peer: DeletingInterface,
  study: string,
  left: readonly LeftBehind[],
): Promise<Omit<CleanUp, 'by'>> {
  const made = new Map(left.map((each) => [each.sopInstanceUid, each]));
  const found = await peer.find(ask, study);
  const known = found.filter(({ sopInstanceUid }) => made.has(sopInstanceUid));
  const ours = known.filter(({ patientId }) => patientId.startsWith(`${testPatientPrefix}-`));
  const why =
    ours.length === 0
      ? 'its patient is no test patient any more'
      : await peer.delete(ask, { studyInstanceUid: study, ours, others: found.length - ours.length });
  const after = new Set((await peer.find(ask, study)).map(({ sopInstanceUid }) => sopInstanceUid));
  const there = left.filter(({ sopInstanceUid }) => after.has(sopInstanceUid));
  return {
    deleted: known.length - there.length,
    notFound: left.length - known.length,
    kept: keptBecause(there, why ?? 'it is there still'),
  };
}

/** Deletes by the interface that answers at an address of http or https; a name and a password may stand in it. */
export const cleanerAt =
  (address: URL, limits?: HttpLimits): Cleaner =>
  async (left) => {
    const place = `${address.protocol}//${address.host}${address.pathname}`;
    const ask = askAt(address, limits);
    const nothing = (why: string): CleanUp => ({ by: place, deleted: 0, notFound: 0, kept: keptBecause(left, why) });
    let peer: DeletingInterface | undefined;
    try {
      peer = await interfaceAt(ask);
    } catch (error) {
      return nothing(`nobody answers at ${place}: ${words(error)}`);
    }
    if (!peer) return nothing(`no interface that deletes is known at ${place}`);
    const studies = [...Map.groupBy(left, ({ studyInstanceUid }) => studyInstanceUid)];
    const parts: Omit<CleanUp, 'by'>[] = [];
    for (const [study, some] of studies)
      try {
        parts.push(
          study === ''
            ? { deleted: 0, notFound: 0, kept: keptBecause(some, 'it has no Study Instance UID') }
            : await cleanStudy(ask, peer, study, some),
        );
      } catch (error) {
        parts.push({ deleted: 0, notFound: 0, kept: keptBecause(some, words(error)) });
      }
    return {
      by: `the ${peer.name} at ${place}`,
      deleted: parts.reduce((sum, part) => sum + part.deleted, 0),
      notFound: parts.reduce((sum, part) => sum + part.notFound, 0),
      kept: parts.flatMap(({ kept }) => kept),
    };
  };
