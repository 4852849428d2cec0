// The acts themselves: what each changes in the index, and what it lays over the objects.
import { counted } from '../counted.ts';
import { tolerantly } from '../patients/compare-patients.ts';
import { extended, writeOverlay } from '../patients/overlay.ts';
import { type Act, type ActKind, type Moment, type PatientValues, ReconciliationError } from './reconciliation.ts';
import {
  insertAlias,
  insertPatient,
  type PatientRow,
  patientByAlias,
  patientById,
  patientOf,
  repointAliases,
  type StudyRow,
  studiesOf,
  studyOf,
  updatePatient,
  updateStudy,
  type Within,
} from './rows.ts';
import { groups, one, overlayOf, showAs } from './shown.ts';

/** What an act is about to touch, in words, and how it does so. */
export interface Prepared {
  readonly patientKeys: readonly number[];
  readonly studies: readonly StudyRow[];
  readonly summary: string;
  readonly perform: () => Promise<void>;
}

type Prepare<K extends ActKind> = (act: Extract<Act, { kind: K }>, within: Within, moment: Moment) => Promise<Prepared>;

const named = ({ patient_id: id, issuer, name }: Pick<PatientRow, 'patient_id' | 'issuer' | 'name'>): string =>
  `${name || 'no name'} (${id || 'no ID'}${issuer && ` of ${issuer}`})`;

const applied = (row: PatientRow, values: PatientValues): PatientRow => ({
  ...row,
  patient_id: values.PatientID ?? row.patient_id,
  issuer: values.IssuerOfPatientID ?? row.issuer,
  name: values.PatientName ?? row.name,
  ...groups(values.PatientName ?? row.name, 'name'),
  birth_date: values.PatientBirthDate ?? row.birth_date,
  sex: values.PatientSex ?? row.sex,
  corrected: 1,
});

const changesIn = (before: PatientRow, after: PatientRow): string =>
  (['patient_id', 'issuer', 'name', 'birth_date', 'sex'] as const)
    .filter((column) => before[column] !== after[column])
    .map((column) => `${column.replace('_', ' ')} ${before[column] || '(none)'} → ${after[column] || '(none)'}`)
    .join(', ');

/** What comes under the ID of a merged patient goes to whom it was merged into: it is nobody else's. Throws ReconciliationError. */
async function checkLeadsNowhere(
  within: Within,
  { patient_id: id, issuer }: Pick<PatientRow, 'patient_id' | 'issuer'>,
  own?: number,
): Promise<void> {
  const led = await patientByAlias(within, id, issuer);
  if (led && led.patient_key !== own)
    throw new ReconciliationError(
      'in-the-way',
      `the ID ${id} leads to ${named(led)}: name that one, or undo what made it so`,
    );
}

const correctPatient: Prepare<'correct patient'> = async ({ patient: ref, values }, within, moment) => {
  const before = await patientOf(within, ref);
  const changed = applied(before, values);
  const words = changesIn(before, changed);
  if (words === '') throw new ReconciliationError('nothing-to-do', 'every value is that already');
  const renamed = changed.patient_id !== before.patient_id || changed.issuer !== before.issuer;
  const other = renamed ? await patientById(within, changed.patient_id, changed.issuer) : undefined;
  if (other) throw new ReconciliationError('in-the-way', `${named(other)} has that ID: merge the two, or move studies`);
  if (renamed) await checkLeadsNowhere(within, changed, before.patient_key);
  const studies = await studiesOf(within, before.patient_key);
  // One that stood apart under another's ID is somebody of its own once it has an ID of its own.
  const after = renamed ? { ...changed, nameless_study: '' } : changed;
  return {
    patientKeys: [before.patient_key],
    studies,
    summary: `${named(before)}: ${words}`,
    perform: async () => {
      await updatePatient(within, before.patient_key, after);
      await showAs(within, studies, after, moment);
      if (renamed && before.nameless_study === '')
        await insertAlias(within, before.patient_id, before.issuer, before.patient_key);
    },
  };
};

const studyColumn = {
  StudyDate: 'study_date',
  StudyTime: 'study_time',
  AccessionNumber: 'accession_number',
  StudyID: 'study_id',
  StudyDescription: 'description',
} as const;

const correctStudy: Prepare<'correct study'> = async ({ studyInstanceUid, values }, within, moment) => {
  const study = await studyOf(within, studyInstanceUid);
  const given = Object.entries(values).flatMap(([keyword, value]) =>
    value === undefined ? [] : [[keyword, value] as const],
  );
  const columns = Object.fromEntries(
    Object.entries(studyColumn).flatMap(([keyword, column]) => {
      const value = new Map(given).get(keyword);
      return value === undefined ? [] : [[column, value]];
    }),
  );
  const referring = values.ReferringPhysicianName;
  const attributes: Record<string, unknown> = JSON.parse(study.attributes);
  if (referring !== undefined) attributes.ReferringPhysicianName = one(referring);
  if (given.length === 0) throw new ReconciliationError('nothing-to-do', 'no value is given');
  const overlay = overlayOf(Object.fromEntries(given.map(([keyword, value]) => [keyword, one(value)])), moment);
  return {
    patientKeys: [study.patient_key],
    studies: [study],
    summary: `study: ${given.map(([keyword, value]) => `${keyword} → ${value || '(none)'}`).join(', ')}`,
    perform: async () => {
      await updateStudy(within, study.study_key, {
        ...columns,
        ...(referring !== undefined && groups(referring, 'referring')),
        attributes: JSON.stringify(attributes),
        overlay: writeOverlay(extended(study.overlay, overlay)),
      });
    },
  };
};

/** Who gives a name beside an ID means that person, not whoever has the ID. Throws ReconciliationError. */
function checkSamePerson(
  known: PatientRow,
  { PatientName: name = '', PatientBirthDate: birthDate = '' }: PatientValues,
) {
  const contradicted = tolerantly({ name: known.name, birthDate: known.birth_date }, { name, birthDate });
  if (contradicted.length > 0)
    throw new ReconciliationError(
      'in-the-way',
      `the ID is that of ${named(known)}${known.birth_date && `, born ${known.birth_date}`}, whom the ${contradicted.includes('PatientName') ? 'name' : 'birth date'} contradicts`,
    );
}

const moveStudy: Prepare<'move study'> = async ({ studyInstanceUid, to }, within, moment) => {
  const study = await studyOf(within, studyInstanceUid);
  const from = await patientOf(within, { studyInstanceUid });
  const known = await patientById(within, to.PatientID, to.IssuerOfPatientID ?? '');
  if (known?.patient_key === from.patient_key)
    throw new ReconciliationError('nothing-to-do', 'the study is there already');
  if (known) checkSamePerson(known, to);
  else await checkLeadsNowhere(within, { patient_id: to.PatientID, issuer: to.IssuerOfPatientID ?? '' });
  // An ID alone makes nobody: it is mistyped, or lacks its issuer.
  if (!known && !to.PatientName) await patientOf(within, { patientId: to.PatientID, issuer: to.IssuerOfPatientID });
  const blank = { ...from, nameless_study: '', name: '', birth_date: '', sex: '', attributes: '{}', issuer: '' };
  const target = known ?? applied(blank, to);
  const key = known?.patient_key ?? (await insertPatient(within, target, moment.at));
  return {
    patientKeys: [from.patient_key, key],
    studies: [study],
    summary: `study moved from ${named(from)} to ${named(target)}`,
    perform: () => showAs(within, [study], { ...target, patient_key: key }, moment),
  };
};

const mergePatients: Prepare<'merge patients'> = async ({ from: fromRef, into: intoRef }, within, moment) => {
  const [from, into] = [await patientOf(within, fromRef), await patientOf(within, intoRef)];
  if (from.patient_key === into.patient_key)
    throw new ReconciliationError('nothing-to-do', 'they are one patient already');
  const studies = await studiesOf(within, from.patient_key);
  return {
    patientKeys: [from.patient_key, into.patient_key],
    studies,
    summary: `${named(from)} merged into ${named(into)}, ${counted(studies.length, 'study', 'studies')}`,
    perform: async () => {
      await showAs(within, studies, into, moment);
      await repointAliases(within, from.patient_key, into.patient_key);
      // What comes under the old ID later belongs to whom it was merged into.
      if (from.nameless_study === '' && from.patient_id !== '')
        await insertAlias(within, from.patient_id, from.issuer, into.patient_key);
    },
  };
};

const linkPatients: Prepare<'link patients'> = async ({ one: oneRef, other: otherRef }, within) => {
  const [a, b] = [await patientOf(within, oneRef), await patientOf(within, otherRef)];
  if (a.patient_key === b.patient_key) throw new ReconciliationError('nothing-to-do', 'they are one patient already');
  return {
    patientKeys: [a.patient_key, b.patient_key],
    studies: [],
    summary: `${named(a)} and ${named(b)} are one person`,
    perform: async () => undefined,
  };
};

const acceptStudy: Prepare<'accept study'> = async ({ studyInstanceUid }, within) => {
  const study = await studyOf(within, studyInstanceUid);
  if (study.quarantine === '') throw new ReconciliationError('nothing-to-do', 'the study is not in quarantine');
  return {
    patientKeys: [study.patient_key],
    studies: [study],
    summary: `study accepted as it is: ${study.quarantine}`,
    perform: async () => void (await updateStudy(within, study.study_key, { quarantine: '' })),
  };
};

async function protection(studyInstanceUid: string, within: Within, to: 0 | 1): Promise<Prepared> {
  const study = await studyOf(within, studyInstanceUid);
  const words = to === 1 ? 'protected' : 'no longer protected';
  if (study.protected === to) throw new ReconciliationError('nothing-to-do', `the study is ${words} already`);
  return {
    patientKeys: [],
    studies: [study],
    summary: `study of ${study.patient_name || 'no name'} ${words}`,
    perform: async () => void (await updateStudy(within, study.study_key, { protected: to })),
  };
}

const prepares: { readonly [K in ActKind]: Prepare<K> } = {
  'correct patient': correctPatient,
  'correct study': correctStudy,
  'move study': moveStudy,
  'merge patients': mergePatients,
  'link patients': linkPatients,
  'accept study': acceptStudy,
  'protect study': ({ studyInstanceUid }, within) => protection(studyInstanceUid, within, 1),
  'release study': ({ studyInstanceUid }, within) => protection(studyInstanceUid, within, 0),
};

/** Throws ReconciliationError where it cannot be done. */
export const prepare = <K extends ActKind>(
  act: Extract<Act, { kind: K }>,
  within: Within,
  moment: Moment,
): Promise<Prepared> => prepares[act.kind as K](act, within, moment);
