// What an archive has of a study, instance by instance, before anything is fetched: what a retrieval is measured by.
import type { DataSet } from '@concord/dicom';
import { type Association, connect, NetworkError, queryRetrieveSopClasses } from '@concord/network';
import { queryByDicomweb } from './query-dicomweb.ts';
import { accepts, askedOver, identifierContexts } from './query-dimse.ts';
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

/** Throws RemoteError where the archive has nothing of it, and that or NetworkError where it cannot be asked at all. */
export async function listInstances(archive: RemoteArchive, wish: Wish, parts: ListParts): Promise<Listing> {
  const question = (level: AskedLevel, given: Readonly<Record<string, string>>): Question => ({
    level,
    keys: identifierOf(level, { ...given, ...(wish.patientId && { PatientID: wish.patientId }) }, ['RetrieveAETitle']),
    limit: level === 'IMAGE' ? mostInstances + 1 : mostSeries,
    signal: parts.signal,
  });
  const web = archive.dicomweb !== '' && (archive.query === 'QIDO-RS' || archive.retrieve === 'WADO-RS');
  if (web) {
    // The address names what is above; a Patient ID beside it would be one more key.
    const ask: Ask = (level, { PatientID: _, ...given }) =>
      queryByDicomweb(archive, question(level, given), parts.timeoutMs);
    return listWith(wish, ask);
  }
  const contexts = identifierContexts(archive.peer, [studyRootFind, patientRootFind]);
  let association: Association;
  try {
    association = await connect(archive.peer, contexts, { ...parts.calling, signal: parts.signal });
  } catch (error) {
    if (error instanceof NetworkError && error.fault === 'no-context') return unlisted(wish);
    throw error;
  }
  await using _ = association;
  // It may be fetched from all the same.
  if (![studyRootFind, patientRootFind].some((uid) => accepts(association, uid))) return unlisted(wish);
  return await listWith(wish, (level, given) => askedOver(association, question(level, given)));
}

type About = Omit<Listing, 'instances' | 'announced'>;

/** Where nobody says what there is, chosen instances are a list all the same. */
const unlisted = (wish: Wish, about: Partial<About> = {}, announced?: number): Listing => {
  const { seriesInstanceUid, sopInstanceUid: chosen } = wish;
  const instances =
    seriesInstanceUid !== undefined && chosen
      ? [...new Set(chosen)].map((sopInstanceUid) => ({
          sopInstanceUid,
          sopClassUid: '',
          seriesInstanceUid,
          availability: '',
        }))
      : undefined;
  return { patientId: wish.patientId, retrieveFrom: '', ...about, instances, announced };
};

async function listWith(wish: Wish, ask: Ask): Promise<Listing> {
  const { studyInstanceUid } = wish;
  const studies = await answersOf(ask('STUDY', { StudyInstanceUID: studyInstanceUid }));
  const about = studies.find((answer) => uidOf(answer, 'StudyInstanceUID') === studyInstanceUid);
  const ofStudy = about?.number('NumberOfStudyRelatedInstances');
  const known = {
    patientId: about?.string('PatientID') ?? wish.patientId,
    retrieveFrom: about?.string('RetrieveAETitle')?.trim() ?? '',
  };
  try {
    // Patient Root wants it at every level.
    const below: Ask = (level, given) =>
      ask(level, { ...given, ...(known.patientId !== undefined && { PatientID: known.patientId }) });
    const series = await seriesOf(wish, below);
    if (series.length === 0 && (!about || wish.seriesInstanceUid !== undefined)) throw nothingOf(wish);
    const { instances, others } = await instancesOf(wish, series, below);
    if (instances.length === 0 && others > 0) throw nothingOf(wish);
    const isWhole = wish.seriesInstanceUid === undefined && wish.sopInstanceUid === undefined;
    if (instances.length === 0 || instances.length > mostInstances || series.length >= mostSeries)
      return unlisted(wish, known, isWhole ? ofStudy : undefined);
    return { ...known, instances, announced: isWhole ? ofStudy : announcedOf(wish, series) };
  } catch (error) {
    // It answers for studies, but no deeper.
    if (!(error instanceof RemoteError) || error.fault !== 'refused') throw error;
    return unlisted(wish, known, wish.seriesInstanceUid === undefined ? ofStudy : undefined);
  }
}

const nothingOf = ({ studyInstanceUid, seriesInstanceUid, sopInstanceUid, patientId }: Wish): RemoteError => {
  const chosen = sopInstanceUid === undefined ? '' : `instance ${sopInstanceUid.slice(0, 3).join(', ')} of `;
  const series = seriesInstanceUid === undefined ? '' : `series ${seriesInstanceUid} of `;
  const patient = patientId === undefined ? '' : `, patient ${patientId}`;
  return new RemoteError('missing', `the archive lists no ${chosen}${series}study ${studyInstanceUid}${patient}`);
};

/** A web service may say so of what it does not have. PS3.18 8.5.1 */
const notFound = 404;

async function answersOf(answers: Answers): Promise<readonly DataSet[]> {
  try {
    return await Array.fromAsync(answers);
  } catch (error) {
    if (error instanceof RemoteError && error.status === notFound) return [];
    throw error;
  }
}

const uidOf = (answer: DataSet, keyword: 'StudyInstanceUID' | 'SeriesInstanceUID' | 'SOPInstanceUID'): string =>
  answer.string(keyword) ?? '';

/** Whether an answer is about something else than was asked: some archives ignore a key. */
const isElsewhere = (answer: DataSet, keyword: 'StudyInstanceUID' | 'SeriesInstanceUID', asked: string): boolean =>
  !['', asked].includes(uidOf(answer, keyword));

interface ListedSeries {
  readonly uid: string;
  readonly announced: number | undefined;
}

async function seriesOf(wish: Wish, ask: Ask): Promise<readonly ListedSeries[]> {
  const { studyInstanceUid, seriesInstanceUid: wanted } = wish;
  const given = { StudyInstanceUID: studyInstanceUid, SeriesInstanceUID: wanted ?? '' };
  const found = new Map<string, ListedSeries>();
  for (const answer of await answersOf(ask('SERIES', given))) {
    const uid = uidOf(answer, 'SeriesInstanceUID');
    if (uid === '' || (wanted !== undefined && uid !== wanted)) continue;
    if (isElsewhere(answer, 'StudyInstanceUID', studyInstanceUid)) continue;
    found.set(uid, { uid, announced: answer.number('NumberOfSeriesRelatedInstances') });
  }
  return [...found.values()];
}

/** Of chosen instances, those that were chosen; else what the archive says of its one series. */
const announcedOf = ({ sopInstanceUid }: Wish, series: readonly ListedSeries[]): number | undefined =>
  sopInstanceUid ? new Set(sopInstanceUid).size : series.at(0)?.announced;

/** Each instance once, whatever the archive says twice. `others`: not chosen, so it does answer at this depth. */
async function instancesOf(
  wish: Wish,
  series: readonly ListedSeries[],
  ask: Ask,
): Promise<{ readonly instances: readonly ListedInstance[]; readonly others: number }> {
  const wanted = wish.sopInstanceUid && new Set(wish.sopInstanceUid);
  let others = 0;
  const found = new Map<string, ListedInstance>();
  for (const { uid: seriesInstanceUid } of series) {
    const given = { StudyInstanceUID: wish.studyInstanceUid, SeriesInstanceUID: seriesInstanceUid };
    for (const answer of await answersOf(ask('IMAGE', given))) {
      const sopInstanceUid = uidOf(answer, 'SOPInstanceUID');
      if (sopInstanceUid === '' || found.has(sopInstanceUid)) continue;
      if (wanted && !wanted.has(sopInstanceUid)) {
        others += 1;
        continue;
      }
      if (isElsewhere(answer, 'StudyInstanceUID', wish.studyInstanceUid)) continue;
      if (isElsewhere(answer, 'SeriesInstanceUID', seriesInstanceUid)) continue;
      found.set(sopInstanceUid, {
        sopInstanceUid,
        sopClassUid: answer.string('SOPClassUID') ?? '',
        seriesInstanceUid,
        availability: answer.string('InstanceAvailability') ?? '',
      });
    }
  }
  return { instances: [...found.values()], others };
}
