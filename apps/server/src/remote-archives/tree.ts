// What an archive has of each match, level below level: a question is followed by those about what it found. PS3.4 C.4.1.2
import type { DataSet } from '@concord/dicom';
import { isForeign } from './foreign.ts';
import { identifierOf, uniqueKey } from './question.ts';
import { readable } from './readable.ts';
import { type Answers, type AskedLevel, type Question, RemoteError } from './remote-archive.ts';
import type { Negotiated } from './wishes.ts';

/** UIDs of what is above, as far as it goes. */
export interface Place {
  readonly study?: string;
  readonly series?: string;
}

export interface TreeAnswer {
  readonly kind: 'answer';
  readonly level: AskedLevel;
  readonly above: Place;
  readonly uid: string;
  readonly answer: DataSet;
  /** It is none to what was asked. */
  readonly foreign: boolean;
}

/** A branch that the archive did not tell; the others go on. */
export interface BrokenBranch {
  readonly kind: 'broken';
  /** Of what is not known. */
  readonly level: AskedLevel;
  readonly above: Place;
  readonly detail: string;
}

/** What became of the wishes of the question, before its answers. */
export interface WishesOutcome {
  readonly kind: 'negotiated';
  readonly outcome: Negotiated;
}

export type TreeEvent = TreeAnswer | BrokenBranch | WishesOutcome;

export interface TreeParts {
  /** Asks the archive one question, in the way it is asked. */
  readonly ask: (question: Question) => Answers;
  /** Return keys beside the usual ones. */
  readonly moreKeys: (level: AskedLevel) => readonly string[];
}

/** Of a match, as much as is needed to ask what is below it: answers themselves may be long, and many. */
interface Branch {
  readonly above: Place;
  readonly uid: string;
  readonly study: string;
  readonly patient: string;
}

const below: Readonly<Partial<Record<AskedLevel, AskedLevel>>> = { STUDY: 'SERIES', SERIES: 'IMAGE' };

/** Levels and everything below them are asked for one after the other: no archive has two questions of ours at a time. */
export async function* walk(question: Question, parts: TreeParts, above: Place = {}): AsyncGenerator<TreeEvent, void> {
  const found: Branch[] = [];
  for await (const answer of parts.ask(question)) {
    const { level } = question;
    const uid = readable(() => answer.string(uniqueKey[level])) ?? '';
    const foreign = isForeign(question, answer);
    if (question.depth !== undefined && uid !== '' && !foreign) found.push(branchOf(uid, above, question, answer));
    yield { kind: 'answer', level, above, uid, answer, foreign };
  }
  const level = below[question.level];
  if (level === undefined || question.level === question.depth) return;
  for (const match of found) yield* branch(match, level, question, parts);
}

/** A relational question need not name the study: the answer does. */
function branchOf(uid: string, above: Place, { level, keys }: Question, answer: DataSet): Branch {
  const said = (keyword: string) => readable(() => answer.string(keyword)) || '';
  const study = level === 'STUDY' ? uid : above.study || keys.string('StudyInstanceUID') || said('StudyInstanceUID');
  return { above, uid, study, patient: said('PatientID') || keys.string('PatientID') || '' };
}

async function* branch(
  { above, uid, study, patient }: Branch,
  level: AskedLevel,
  question: Question,
  parts: TreeParts,
): AsyncGenerator<TreeEvent, void> {
  if (question.signal.aborted) return;
  const place: Place = level === 'SERIES' ? { study: uid } : { ...above, series: uid };
  const given = {
    StudyInstanceUID: study,
    ...(place.series !== undefined && { SeriesInstanceUID: place.series }),
    ...(patient !== '' && { PatientID: patient }),
  };
  const keys = identifierOf(level, given, parts.moreKeys(level));
  try {
    yield* walk({ ...question, level, keys }, parts, place);
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error;
    yield { kind: 'broken', level, above: place, detail: error.message };
  }
}
