// One archive asked by C-FIND: Study Root where it has that, else Patient Root, patient by patient if need be. PS3.4 C.4.1.
import {
  DataSet,
  DicomError,
  explicitVrLittleEndian,
  hasWildcard,
  implicitVrLittleEndian,
  uidName,
} from '@concord/dicom';
import {
  type Association,
  connect,
  contextsFor,
  findStatuses,
  formatCode,
  type Peer,
  type ProposedContext,
  queryRetrieveSopClasses,
  type Status,
  statusClass,
} from '@concord/network';
import { agreedBy, negotiating, questionAfter } from './negotiation.ts';
import { readable } from './readable.ts';
import { type Answers, type Calling, type Question, type RemoteArchive, RemoteError } from './remote-archive.ts';
import { type TreeEvent, type TreeParts, walk } from './tree.ts';

const { studyRootFind, patientRootFind } = queryRetrieveSopClasses;

/** Patients that a Patient Root archive is asked for one by one, where the question names none. */
const mostPatients = 200;

/** Contexts for identifiers: as the settings have it, else one each in the two syntaxes every system has. PS3.5 10.1. */
export const identifierContexts = (
  { proposal = {} }: Peer,
  abstractSyntaxes: readonly string[],
): readonly ProposedContext[] =>
  abstractSyntaxes.flatMap((sopClassUid): readonly ProposedContext[] => {
    const proposed = proposal.syntaxesOf?.(sopClassUid);
    const transferSyntaxes = [explicitVrLittleEndian, implicitVrLittleEndian];
    if (proposed === undefined) return [{ abstractSyntax: sopClassUid, transferSyntaxes }];
    const [first, ...alternatives] = proposed;
    return first === undefined ? [] : contextsFor([{ sopClassUid, transferSyntaxUid: first, alternatives }], proposal);
  });

/** The same; throws RemoteError where the settings (a profile's above all) leave none of them. */
export function offeredContexts(peer: Peer, abstractSyntaxes: readonly string[]): readonly ProposedContext[] {
  const contexts = identifierContexts(peer, abstractSyntaxes);
  const names = abstractSyntaxes.map((uid) => uidName(uid) ?? uid).join(', ');
  if (contexts.length === 0) throw new RemoteError('unoffered', `its settings propose neither of ${names}`);
  return contexts;
}

export const accepts = ({ accepted }: Association, abstractSyntax: string): boolean =>
  accepted.some((context) => context.abstractSyntax === abstractSyntax);

interface DimseParts extends Omit<TreeParts, 'ask'> {
  readonly calling: Calling;
}

/**
 * Answers as they come, what is below them over the same association; leaving the loop or the signal sends C-CANCEL.
 * Throws RemoteError and NetworkError.
 */
export async function* treeByDimse(
  archive: RemoteArchive,
  question: Question,
  { calling, ...parts }: DimseParts,
): AsyncGenerator<TreeEvent, void> {
  const plain = offeredContexts(archive.peer, [studyRootFind, patientRootFind]);
  const contexts = negotiating(plain, question.wishes);
  await using association = await connect(archive.peer, contexts, { ...calling, signal: question.signal });
  const model = accepts(association, studyRootFind) ? studyRootFind : patientRootFind;
  const outcome = agreedBy(association, model, question.wishes ?? {});
  if (question.wishes) yield { kind: 'negotiated', outcome };
  yield* walk(questionAfter(question, outcome), { ...parts, ask: (each) => askedOver(association, each) });
}

/** The patient is no level of Study Root: below the study its ID would be no key of the level. PS3.4 C.6.2.1. */
function withoutPatient(question: Question): Question {
  if (question.level === 'STUDY' || question.relational || !question.keys.has('PatientID')) return question;
  const keys = question.keys.clone();
  keys.delete('PatientID');
  return { ...question, keys };
}

/** Answers over an association that is open already. Throws RemoteError and NetworkError. */
export async function* askedOver(association: Association, question: Question): Answers {
  if (accepts(association, studyRootFind)) yield* matches(association, studyRootFind, withoutPatient(question));
  else if (accepts(association, patientRootFind)) yield* fromPatientRoot(association, question);
  else throw new RemoteError('unsupported', 'it has no supported query model (Study Root or Patient Root)');
}

const words: Readonly<Record<number, string>> = findStatuses;

const saidBy = ({ code, comment }: Status): string => {
  const meaning = words[code] ?? words[code & 0xff00] ?? words[code & 0xf000];
  return [`status ${formatCode(code)}`, meaning, comment].filter(Boolean).join(', ');
};

async function* matches(association: Association, sopClassUid: string, { keys, limit, signal }: Question): Answers {
  let left = limit;
  try {
    for await (const { status, identifier } of association.find(sopClassUid, keys, { signal })) {
      const kind = statusClass(status.code);
      // Nobody here stopped it: what it has not said is not known.
      const isCut = kind === 'cancel' && !signal.aborted;
      if (kind === 'failure' || kind === 'warning' || isCut)
        throw new RemoteError('refused', saidBy(status), { status: status.code });
      if (kind !== 'pending') continue;
      // One that says nothing counts too: there is no end to such answers otherwise.
      yield identifier ?? new DataSet();
      left -= 1;
      if (left === 0) return;
    }
  } catch (error) {
    if (!(error instanceof DicomError)) throw error;
    throw new RemoteError('unreadable', error.message, { cause: error });
  }
}

const isSingle = (keys: DataSet, keyword: string): boolean => {
  const [value = '', ...more] = keys.strings(keyword);
  return value !== '' && more.length === 0 && !hasWildcard(value);
};

/** Below the patient, Patient Root wants the Patient ID at every level. PS3.4 C.4.1.2.2.1. */
async function* fromPatientRoot(association: Association, question: Question): Answers {
  if (question.relational || isSingle(question.keys, 'PatientID')) {
    yield* matches(association, patientRootFind, question);
    return;
  }
  if (question.level !== 'STUDY')
    throw new RemoteError('unsupported', 'it has Patient Root only, which wants the Patient ID at this level');
  let left = question.limit;
  const patients = await patientsFor(association, question);
  for (const patient of patients.slice(0, mostPatients)) {
    if (left === 0 || question.signal.aborted) return;
    const keys = question.keys.clone();
    keys.set('PatientID', patient);
    for await (const answer of matches(association, patientRootFind, { ...question, keys, limit: left })) {
      left -= 1;
      yield answer;
    }
  }
  if (patients.length > mostPatients && left > 0)
    throw new RemoteError(
      'unsupported',
      `it has Patient Root only, and more than ${mostPatients} patients match: the studies of the others are not known`,
    );
}

const patientKeys = ['PatientID', 'PatientName', 'PatientBirthDate', 'PatientSex'] as const;

async function patientsFor(association: Association, question: Question): Promise<readonly string[]> {
  const keys = new DataSet();
  if (question.keys.has('SpecificCharacterSet'))
    keys.set('SpecificCharacterSet', question.keys.strings('SpecificCharacterSet'));
  keys.set('QueryRetrieveLevel', 'PATIENT');
  for (const keyword of patientKeys) keys.set(keyword, question.keys.strings(keyword));
  const found = new Set<string>();
  for await (const answer of matches(association, patientRootFind, { ...question, keys, limit: mostPatients + 1 })) {
    const id = readable(() => answer.string('PatientID'));
    if (id) found.add(id);
  }
  return [...found];
}
