// Which of some instances a peer has: asked at the level IMAGE, series by series, before they would go to it a second time. PS3.4 C.6.2.
import { DataSet } from '@concord/dicom';
import { connect, NetworkError, queryRetrieveSopClasses } from '@concord/network';
import type { Found, Sought } from '../transfers/doubts.ts';
import { queryByDicomweb } from './query-dicomweb.ts';
import { askedOver, identifierContexts } from './query-dimse.ts';
import { type Answers, type Calling, type Question, type RemoteArchive, RemoteError } from './remote-archive.ts';

export interface SeekParts {
  readonly calling: Calling;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Answers that are looked at of a series; what comes behind them counts as not there, and is sent. */
const mostAnswers = 100_000;

const { studyRootFind, patientRootFind } = queryRetrieveSopClasses;

/** A peer that fails while it is asked is one that cannot be asked. */
export async function seek(archive: RemoteArchive, sought: readonly Sought[], parts: SeekParts): Promise<Found> {
  if (archive.query === 'no') return { kind: 'unknown', why: 'the settings say so' };
  try {
    if (archive.query === 'QIDO-RS' && archive.dicomweb !== '')
      return await named(sought, parts, (question) => queryByDicomweb(archive, question, parts.timeoutMs));
    const contexts = identifierContexts(archive.peer, [studyRootFind, patientRootFind]);
    if (contexts.length === 0) return { kind: 'unknown', why: 'the settings propose no query' };
    await using association = await connect(archive.peer, contexts, { ...parts.calling, signal: parts.signal });
    return await named(sought, parts, (question) => askedOver(association, question));
  } catch (error) {
    if (error instanceof RemoteError) return { kind: 'unknown', why: error.message };
    if (!(error instanceof NetworkError)) throw error;
    return { kind: noLine.has(error.fault) ? 'unreachable' : 'unknown', why: error.message };
  }
}

/** Over which nothing can be sent either. */
const noLine: ReadonlySet<string> = new Set(['refused', 'tls']);

async function named(
  sought: readonly Sought[],
  { signal }: SeekParts,
  ask: (question: Question) => Answers,
): Promise<Found> {
  const there = new Set<string>();
  for (const each of sought) {
    const wanted = new Set(each.sopInstanceUids);
    const question: Question = { level: 'IMAGE', keys: identifierOf(each), limit: mostAnswers, signal };
    for await (const answer of ask(question)) {
      const uid = answer.string('SOPInstanceUID') ?? '';
      // What is listed but lost is better sent again.
      if (wanted.has(uid) && answer.string('InstanceAvailability') !== 'UNAVAILABLE') there.add(uid);
    }
  }
  return { kind: 'known', there };
}

/** One instance by its UID; several by their series, as not every archive takes a list of UIDs. */
function identifierOf({ patientId, studyInstanceUid, seriesInstanceUid, sopInstanceUids }: Sought): DataSet {
  const keys = new DataSet();
  keys.set('QueryRetrieveLevel', 'IMAGE');
  keys.set('PatientID', patientId === '' ? null : patientId);
  keys.set('StudyInstanceUID', studyInstanceUid);
  keys.set('SeriesInstanceUID', seriesInstanceUid);
  keys.set('SOPInstanceUID', sopInstanceUids.length === 1 ? [...sopInstanceUids] : null);
  keys.set('InstanceAvailability', null);
  return keys;
}
