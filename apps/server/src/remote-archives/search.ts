// One question to several archives side by side: what each finds as it comes, each study once with all its sources, and how each ended.
import { type DataSet, type DicomJson, toJson } from '@concord/dicom';
import { type Log, NetworkError } from '@concord/network';
import type { Activities } from '../jobs/activities.ts';
import { tolerantly } from '../patients/compare-patients.ts';
import { readable } from './readable.ts';
import { type AskedLevel, type Question, type RemoteArchive, RemoteError } from './remote-archive.ts';
import { oneByOne, sideBySide } from './side-by-side.ts';
import type { BrokenBranch, Place, TreeAnswer, TreeEvent } from './tree.ts';
import type { Negotiated } from './wishes.ts';

/** What whoever asked is told. */
export type SearchEvent =
  /** First of all: who is asked. */
  | { readonly kind: 'asked'; readonly archives: readonly string[] }
  /** Something that no other archive has named yet; twice where an archive names it twice. */
  | { readonly kind: 'match'; readonly archive: string; readonly uid: string; readonly match: DicomJson }
  /** A further source of what was named already; `differs`: attributes in which it says something else. */
  | {
      readonly kind: 'also';
      readonly archive: string;
      readonly uid: string;
      readonly match: DicomJson;
      readonly differs: readonly string[];
    }
  /** Something below a match, where that was asked for too. */
  | BelowMatch
  /** What is below a match, or a part of it, that the archive did not tell. */
  | BranchFailure
  /** What an archive makes of what was wished for beyond plain matching; before its matches. */
  | ArchiveOutcome
  /** An archive is done with. */
  | ArchiveEnd;

interface ArchiveOutcome {
  readonly kind: 'negotiated';
  readonly archive: string;
  readonly outcome: Negotiated;
}

interface BelowMatch extends Place {
  readonly kind: 'below';
  readonly archive: string;
  readonly level: AskedLevel;
  readonly uid: string;
  readonly match: DicomJson;
}

interface BranchFailure extends Place {
  readonly kind: 'branch';
  readonly archive: string;
  readonly level: AskedLevel;
  readonly detail: string;
}

export interface ArchiveEnd {
  readonly kind: 'archive';
  readonly archive: string;
  readonly state: 'done' | 'limit' | 'failed' | 'stopped';
  readonly matches: number;
  /** Answers left out: without identifier, or of another patient than asked for. */
  readonly dropped: number;
  readonly milliseconds: number;
  /** Why it failed, in words. */
  readonly detail: string;
}

export interface SearchParts {
  /** Asks one archive in the way it is asked. */
  readonly ask: (archive: RemoteArchive, question: Question) => AsyncIterable<TreeEvent>;
  /** Where only one thing is done at a time: whose turn it is. Archives are then asked one after the other. */
  readonly activities?: Activities | undefined;
  readonly log: Log;
}

/** Never throws for what an archive does: that is its `archive` event. Ends early when the question's signal is aborted. */
export async function* search(
  archives: readonly RemoteArchive[],
  question: Question,
  parts: SearchParts,
): AsyncGenerator<SearchEvent, void> {
  yield { kind: 'asked', archives: archives.map(({ aeTitle }) => aeTitle) };
  const { activities } = parts;
  if (!activities) return yield* answers(archives, question, parts);
  // A turn is given back, also by somebody who reads the answers very slowly.
  const signal = AbortSignal.any([question.signal, AbortSignal.timeout(longestTurn)]);
  const leave = await activities.enter(signal).catch(() => undefined);
  if (!leave) return;
  try {
    yield* answers(archives, { ...question, signal }, parts);
  } finally {
    leave();
  }
}

/** Of a search, where others wait for its end, in ms. */
const longestTurn = 900_000;

async function* answers(
  archives: readonly RemoteArchive[],
  question: Question,
  parts: SearchParts,
): AsyncGenerator<SearchEvent, void> {
  const known = new Map<string, { readonly archive: string; readonly patient: Patient }>();
  const told = (found: Found): SearchEvent => {
    const { archive, uid, answer } = found;
    const first = known.get(uid);
    const match = toJson(answer);
    const patient = patientOf(answer);
    if (!first) known.set(uid, { archive, patient });
    if (!first || first.archive === archive) return { kind: 'match', archive, uid, match };
    const differs = question.level === 'STUDY' ? differences(first.patient, patient) : [];
    return { kind: 'also', archive, uid, match, differs };
  };
  const together = parts.activities ? oneByOne : sideBySide;
  for await (const event of together(archives.map((archive) => askOne(archive, question, parts))))
    yield 'answer' in event ? told(event) : event;
}

interface Found {
  readonly archive: string;
  readonly uid: string;
  readonly answer: DataSet;
}

async function* askOne(
  archive: RemoteArchive,
  question: Question,
  parts: SearchParts,
): AsyncGenerator<Found | ArchiveOutcome | BelowMatch | BranchFailure | ArchiveEnd> {
  const { aeTitle } = archive;
  const started = performance.now();
  let [matches, dropped, below] = [0, 0, 0];
  const end = (state: ArchiveEnd['state'], detail = ''): ArchiveEnd => ({
    kind: 'archive',
    archive: aeTitle,
    state,
    matches,
    dropped,
    milliseconds: Math.round(performance.now() - started),
    detail,
  });
  const isLeftOut = ({ level, uid, foreign }: TreeAnswer): boolean => {
    if (uid !== '' && !foreign) return false;
    dropped += 1;
    if (dropped <= mostLogged)
      parts.log.warn({ archive: aeTitle, level, uid }, 'an answer of another archive was left out');
    return true;
  };
  try {
    for await (const event of parts.ask(archive, question)) {
      if (event.kind === 'negotiated') {
        yield { ...event, archive: aeTitle };
        continue;
      }
      if (event.kind === 'broken' || event.level !== question.level) {
        below += 1;
        if (below > mostBelow) return yield end('limit');
        if (event.kind === 'broken' || !isLeftOut(event)) yield belowOf(aeTitle, event);
        continue;
      }
      if (isLeftOut(event)) continue;
      const { uid, answer } = event;
      matches += 1;
      yield { archive: aeTitle, uid, answer };
    }
    yield end(question.signal.aborted ? 'stopped' : matches + dropped >= question.limit ? 'limit' : 'done');
  } catch (error) {
    if (!(error instanceof RemoteError || error instanceof NetworkError)) throw error;
    yield question.signal.aborted ? end('stopped') : end('failed', error.message);
  }
}

/** Lines about answers that were left out. */
const mostLogged = 20;

/** Answers of one archive below its matches. */
const mostBelow = 100_000;

const belowOf = (archive: string, event: TreeAnswer | BrokenBranch): BelowMatch | BranchFailure => {
  const { level, above } = event;
  if (event.kind === 'broken') return { kind: 'branch', archive, level, ...above, detail: event.detail };
  return { kind: 'below', archive, level, ...above, uid: event.uid, match: toJson(event.answer) };
};

/** What an answer says of the patient: an answer itself may be long, and is not kept. */
interface Patient {
  readonly id: string;
  readonly name: string;
  readonly birthDate: string;
}

/** LO has 64 characters, PN three times as many; what is longer is nobody's. */
const longest = 256;

const patientOf = (answer: DataSet): Patient => {
  const said = (keyword: string) => (readable(() => answer.string(keyword)) ?? '').slice(0, longest);
  return { id: said('PatientID'), name: said('PatientName'), birthDate: said('PatientBirthDate') };
};

/** In what two archives disagree about the patient of one study. */
const differences = (a: Patient, b: Patient): readonly string[] => [
  ...(a.id === b.id || a.id === '' || b.id === '' ? [] : ['PatientID']),
  ...tolerantly(a, b),
];
