// One question to several archives side by side: what each finds as it comes, each study once with all its sources, and how each ended.
import { type DataSet, DicomError, type DicomJson, hasWildcard, toJson } from '@concord/dicom';
import { type Log, NetworkError } from '@concord/network';
import { tolerantly } from '../patients/compare-patients.ts';
import { uniqueKey } from './question.ts';
import { type Answers, type Question, type RemoteArchive, RemoteError } from './remote-archive.ts';
import { sideBySide } from './side-by-side.ts';

/** What whoever asked is told. */
export type SearchEvent =
  /** First of all: who is asked. */
  | { readonly kind: 'asked'; readonly archives: readonly string[] }
  /** Something nobody has named yet. */
  | { readonly kind: 'match'; readonly archive: string; readonly uid: string; readonly match: DicomJson }
  /** A further source of what was named already; `differs`: attributes in which it says something else. */
  | {
      readonly kind: 'also';
      readonly archive: string;
      readonly uid: string;
      readonly match: DicomJson;
      readonly differs: readonly string[];
    }
  /** An archive is done with. */
  | ArchiveEnd;

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
  readonly ask: (archive: RemoteArchive, question: Question) => Answers;
  readonly log: Log;
}

/** Never throws for what an archive does: that is its `archive` event. Ends early when the question's signal is aborted. */
export async function* search(
  archives: readonly RemoteArchive[],
  question: Question,
  parts: SearchParts,
): AsyncGenerator<SearchEvent, void> {
  yield { kind: 'asked', archives: archives.map(({ aeTitle }) => aeTitle) };
  const known = new Map<string, DataSet>();
  const told = (found: Found): SearchEvent => {
    const { archive, uid, answer } = found;
    const first = known.get(uid);
    const match = toJson(answer);
    if (!first) {
      known.set(uid, answer);
      return { kind: 'match', archive, uid, match };
    }
    return { kind: 'also', archive, uid, match, differs: question.level === 'STUDY' ? differences(first, answer) : [] };
  };
  for await (const event of sideBySide(archives.map((archive) => askOne(archive, question, parts))))
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
): AsyncGenerator<Found | ArchiveEnd> {
  const { aeTitle } = archive;
  const started = performance.now();
  let [matches, dropped] = [0, 0];
  const end = (state: ArchiveEnd['state'], detail = ''): ArchiveEnd => ({
    kind: 'archive',
    archive: aeTitle,
    state,
    matches,
    dropped,
    milliseconds: Math.round(performance.now() - started),
    detail,
  });
  try {
    for await (const answer of parts.ask(archive, question)) {
      const uid = readable(() => answer.string(uniqueKey[question.level])) ?? '';
      if (uid === '' || isForeign(question, answer)) {
        dropped += 1;
        parts.log.warn({ archive: aeTitle, uid }, 'an answer of another archive was left out');
        continue;
      }
      matches += 1;
      yield { archive: aeTitle, uid, answer };
    }
    yield end(question.signal.aborted ? 'stopped' : matches + dropped >= question.limit ? 'limit' : 'done');
  } catch (error) {
    if (!(error instanceof RemoteError || error instanceof NetworkError)) throw error;
    yield question.signal.aborted ? end('stopped') : end('failed', error.message);
  }
}

/** A value that cannot be read is none. */
function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof DicomError) return undefined;
    throw error;
  }
}

/** Some archives ignore a key or widen it: what belongs to another patient is not shown as this one's. */
function isForeign({ keys }: Question, answer: DataSet): boolean {
  const [asked = '', ...more] = keys.strings('PatientID');
  if (asked === '' || more.length > 0 || hasWildcard(asked)) return false;
  const said = readable(() => answer.string('PatientID'))?.trim() ?? '';
  return said !== '' && said !== asked.trim();
}

/** In what two archives disagree about the patient of one study. */
const differences = (one: DataSet, other: DataSet): readonly string[] =>
  readable(() => {
    const said = (dataSet: DataSet) => ({
      id: dataSet.string('PatientID') ?? '',
      name: dataSet.string('PatientName') ?? '',
      birthDate: dataSet.string('PatientBirthDate') ?? '',
    });
    const [a, b] = [said(one), said(other)];
    return [...(a.id === b.id || a.id === '' || b.id === '' ? [] : ['PatientID']), ...tolerantly(a, b)];
  }) ?? [];
