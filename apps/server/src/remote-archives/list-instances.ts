// What an archive has of a study, instance by instance, before anything is fetched: what a retrieval is measured by.
import { type Association, connect, NetworkError, queryRetrieveSopClasses } from '@concord/network';
import { queryByDicomweb } from './query-dicomweb.ts';
import { askedOver, identifierContexts } from './query-dimse.ts';
import { identifierOf } from './question.ts';
import {
  type Answers,
  type AskedLevel,
  type Calling,
  type Question,
  type RemoteArchive,
  RemoteError,
} from './remote-archive.ts';
import type { Wish } from './wish.ts';

export interface ListedInstance {
  readonly sopInstanceUid: string;
  readonly sopClassUid: string;
  readonly seriesInstanceUid: string;
  /** (0008,0056), '' where the archive does not say. */
  readonly availability: string;
}

export interface Listing {
  /** Undefined: the archive does not answer at this depth. */
  readonly instances: readonly ListedInstance[] | undefined;
  /** Number of Study (or Series) Related Instances, as far as it says. */
  readonly announced: number | undefined;
  /** Wanted by Patient Root retrieval. */
  readonly patientId: string | undefined;
  /** Whose study it is, and which, for people. */
  readonly title: string;
  /** Retrieve AE Title of the study: from where it can be had; '' where the archive does not say. */
  readonly retrieveFrom: string;
}

export interface ListParts {
  readonly calling: Calling;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** A study of more instances is fetched without a list. */
const mostInstances = 100_000;
const mostSeries = 10_000;

type Ask = (level: AskedLevel, given: Readonly<Record<string, string>>) => Answers;

const { studyRootFind, patientRootFind } = queryRetrieveSopClasses;

/** Throws RemoteError and NetworkError where the archive cannot be asked at all. */
export async function listInstances(archive: RemoteArchive, wish: Wish, parts: ListParts): Promise<Listing> {
  const question = (level: AskedLevel, given: Readonly<Record<string, string>>): Question => ({
    level,
    keys: identifierOf(level, { ...given, ...(wish.patientId && { PatientID: wish.patientId }) }, ['RetrieveAETitle']),
    limit: level === 'IMAGE' ? mostInstances : mostSeries,
    signal: parts.signal,
  });
  const web = archive.dicomweb !== '' && (archive.query === 'QIDO-RS' || archive.retrieve === 'WADO-RS');
  if (web) return listWith(wish, (level, given) => queryByDicomweb(archive, question(level, given), parts.timeoutMs));
  const contexts = identifierContexts(archive.peer, [studyRootFind, patientRootFind]);
  let association: Association;
  try {
    association = await connect(archive.peer, contexts, { ...parts.calling, signal: parts.signal });
  } catch (error) {
    if (error instanceof NetworkError && error.fault === 'no-context') return unlisted({ studyInstanceUid: '' });
    throw error;
  }
  await using _ = association;
  return await listWith(wish, (level, given) => askedOver(association, question(level, given)));
}

const unlisted = ({
  announced,
  patientId,
  title = '',
  retrieveFrom = '',
}: Partial<Listing> & Pick<Wish, 'studyInstanceUid'>): Listing => ({
  instances: undefined,
  announced,
  patientId,
  title,
  retrieveFrom,
});

async function listWith(wish: Wish, ask: Ask): Promise<Listing> {
  const study = { StudyInstanceUID: wish.studyInstanceUid };
  const [about] = await Array.fromAsync(ask('STUDY', study));
  const known = {
    patientId: about?.string('PatientID') ?? wish.patientId,
    title: [about?.string('PatientName') || about?.string('PatientID'), about?.string('StudyDescription')]
      .filter(Boolean)
      .join(', '),
    retrieveFrom: about?.string('RetrieveAETitle')?.trim() ?? '',
  };
  try {
    const series = await seriesOf(wish, ask);
    const instances: ListedInstance[] = [];
    for (const { uid } of series) instances.push(...(await instancesOf(wish, uid, ask)));
    const whole = wish.seriesInstanceUid === undefined && wish.sopInstanceUid === undefined;
    const announced = whole ? about?.number('NumberOfStudyRelatedInstances') : sumOf(wish, series);
    return { ...known, instances: instances.length > 0 ? instances : undefined, announced };
  } catch (error) {
    // It answers for studies, but no deeper.
    if (!(error instanceof RemoteError) || error.fault !== 'refused') throw error;
    return unlisted({ ...wish, ...known, announced: about?.number('NumberOfStudyRelatedInstances') });
  }
}

interface ListedSeries {
  readonly uid: string;
  readonly announced: number | undefined;
}

async function seriesOf(wish: Wish, ask: Ask): Promise<readonly ListedSeries[]> {
  const given = { StudyInstanceUID: wish.studyInstanceUid, SeriesInstanceUID: wish.seriesInstanceUid ?? '' };
  const found = await Array.fromAsync(ask('SERIES', given));
  return found.flatMap((answer) => {
    const uid = answer.string('SeriesInstanceUID') ?? '';
    const wanted = uid !== '' && (wish.seriesInstanceUid === undefined || uid === wish.seriesInstanceUid);
    return wanted ? [{ uid, announced: answer.number('NumberOfSeriesRelatedInstances') }] : [];
  });
}

const sumOf = (wish: Wish, series: readonly ListedSeries[]): number | undefined =>
  wish.sopInstanceUid ? wish.sopInstanceUid.length : series.at(0)?.announced;

async function instancesOf(wish: Wish, series: string, ask: Ask): Promise<readonly ListedInstance[]> {
  const given = { StudyInstanceUID: wish.studyInstanceUid, SeriesInstanceUID: series };
  const wanted = wish.sopInstanceUid && new Set(wish.sopInstanceUid);
  const found: ListedInstance[] = [];
  for await (const answer of ask('IMAGE', given)) {
    const sopInstanceUid = answer.string('SOPInstanceUID') ?? '';
    if (sopInstanceUid === '' || (wanted && !wanted.has(sopInstanceUid))) continue;
    found.push({
      sopInstanceUid,
      sopClassUid: answer.string('SOPClassUID') ?? '',
      seriesInstanceUid: series,
      availability: answer.string('InstanceAvailability') ?? '',
    });
  }
  return found;
}
