// Check of one examination: our side is worklist, receiver of procedure steps and archive, and compares what comes by the mapping. PS3.2 A.8.1.3
import { setTimeout as wait } from 'node:timers/promises';
import { DataSet, parseTag, readDataSet } from '@concord/dicom';
import {
  type BoundService,
  bind,
  listen,
  modalityWorklist,
  performedProcedureStep,
  service,
  storage,
  storageSyntaxes,
  verificationScp,
} from '@concord/network';
import type { Check } from '../../plan/check.ts';
import { byDifferences, type Outcome } from '../outcome.ts';
import { wholeOf } from '../retrieval.ts';
import type { OurSide, RunContext } from '../run-context.ts';
import { freshUid, type TestPatient, testPatientIssuer } from '../test-data.ts';

type Examination = Extract<Check, { kind: 'examination' }>;
type Row = Examination['rows'][number];

/** More images are taken and not compared. */
const mostImages = 100;

/** What has come of the examination. */
interface Seen {
  readonly images: DataSet[];
  readonly steps: Map<string, DataSet>;
  over: boolean;
}

/** The one item of our worklist. PS3.4 Table K.6-1 */
function worklistItem(patient: TestPatient, asked: DataSet): DataSet {
  const code = new DataSet();
  code.set('CodeValue', 'ZZP');
  code.set('CodingSchemeDesignator', '99CSTEST');
  code.set('CodeMeaning', 'Phantom');
  const step = new DataSet();
  const [wanted] = asked.items('ScheduledProcedureStepSequence');
  step.set('Modality', wanted?.string('Modality') ?? 'OT');
  step.set('ScheduledStationAETitle', wanted?.string('ScheduledStationAETitle') ?? 'CSSTATION');
  step.set('ScheduledProcedureStepStartDate', '20200102');
  step.set('ScheduledProcedureStepStartTime', '030405');
  step.set('ScheduledProcedureStepDescription', 'Phantom scan');
  step.set('ScheduledProcedureStepID', 'ZZSPS');
  step.set('ScheduledProtocolCodeSequence', [code]);
  const item = new DataSet();
  const values: Readonly<Record<string, string>> = {
    SpecificCharacterSet: 'ISO_IR 192',
    AccessionNumber: patient.accessionNumber,
    ReferringPhysicianName: 'ZZTEST^Referrer',
    PatientName: patient.patientName,
    PatientID: patient.patientId,
    IssuerOfPatientID: testPatientIssuer,
    PatientBirthDate: '19500203',
    PatientSex: 'O',
    StudyInstanceUID: freshUid(),
    RequestingPhysician: 'ZZTEST^Requester',
    RequestedProcedureDescription: 'Phantom',
    RequestedProcedureID: 'ZZRP',
    AdmissionID: 'ZZADM',
  };
  for (const [keyword, value] of Object.entries(values)) item.set(keyword, value);
  item.set('RequestedProcedureCodeSequence', [code.clone()]);
  item.set('ScheduledProcedureStepSequence', [step]);
  return item;
}

const isFinal = (dataSet: DataSet | undefined): boolean =>
  ['COMPLETED', 'DISCONTINUED'].includes(dataSet?.string('PerformedProcedureStepStatus') ?? '');

function services({ storageClasses }: Examination, item: (asked: DataSet) => DataSet, seen: Seen): BoundService[] {
  return [
    verificationScp,
    bind(modalityWorklist, {
      'C-FIND': async function* ({ identifier }) {
        yield { code: 0xff00, identifier: item(identifier) };
        yield { code: 0x0000 };
      },
    }),
    bind(performedProcedureStep, {
      'N-CREATE': async ({ sopInstanceUid = freshUid(), dataSet = new DataSet() }) => {
        if (seen.steps.has(sopInstanceUid)) return { code: 0x0111 };
        seen.steps.set(sopInstanceUid, dataSet);
        return { code: 0x0000, sopInstanceUid };
      },
      'N-SET': async ({ sopInstanceUid = '', dataSet }) => {
        const step = seen.steps.get(sopInstanceUid);
        if (!step) return { code: 0x0112 };
        if (isFinal(dataSet)) seen.over = true;
        return { code: 0x0000 };
      },
    }),
    bind(service({ ...storage, sopClasses: storageClasses, transferSyntaxes: storageSyntaxes }), {
      'C-STORE': async (request, { presentationContext }) => {
        const { bytes, transferSyntax } = await wholeOf(request, presentationContext.transferSyntax);
        if (seen.images.length < mostImages) seen.images.push(readDataSet(bytes, transferSyntax));
        return { code: 0x0000 };
      },
    }),
  ];
}

const deepest = 3;

/** The value of an attribute, at the top or in the items of sequences: a step has the study in one. PS3.3 C.4.13 */
function valueIn(dataSet: DataSet, tag: number, depth = 0): string | undefined {
  if (dataSet.has(tag)) return dataSet.strings(tag).join('\\').trimEnd();
  if (depth === deepest) return undefined;
  for (const element of dataSet.elements())
    if (element.vr === 'SQ')
      for (const item of dataSet.items(element.tag)) {
        const value = valueIn(item, tag, depth + 1);
        if (value !== undefined) return value;
      }
  return undefined;
}

const shown = (value: string | undefined): string => (value === undefined ? 'missing' : `"${value}"`);

function differencesOf({ tag, attribute, in: places, converted }: Row, item: DataSet, seen: Seen): readonly string[] {
  const number = parseTag(tag);
  const wanted = number === undefined ? undefined : valueIn(item, number);
  if (number === undefined || wanted === undefined || wanted === '') return []; // the item has none: nothing is mapped
  const made: readonly (readonly [string, DataSet])[] = [
    ...(places.includes('step') ? [...seen.steps.values()].map((step) => ['step', step] as const) : []),
    ...(places.includes('image') ? seen.images.map((image, index) => [`image ${index + 1}`, image] as const) : []),
  ];
  return made.flatMap(([where, dataSet]) => {
    const value = valueIn(dataSet, number);
    const right = converted ? value !== undefined && value !== '' : value === wanted;
    return right ? [] : [`${attribute} ${tag} in ${where} is ${shown(value)}, and ${shown(wanted)} in the worklist`];
  });
}

async function untilOver(seen: Seen, signal: AbortSignal): Promise<boolean> {
  try {
    while (!seen.over || seen.images.length === 0) await wait(50, undefined, { signal });
    return true;
  } catch {
    return false; // the time is up, or the run was stopped
  }
}

async function watch(run: RunContext, check: Examination, { host, port, aeTitle }: OurSide): Promise<Outcome> {
  const seen: Seen = { images: [], steps: new Map(), over: false };
  let item: DataSet | undefined;
  const itemFor = (asked: DataSet): DataSet => {
    item ??= worklistItem(run.patient, asked);
    return item.clone();
  };
  const { evidence } = run;
  const acceptor = await listen({
    host,
    port,
    applicationEntities: [{ aeTitle, services: services(check, itemFor, seen) }],
    policy: { calledAeTitles: 'any' },
    onAssociation: (record) => evidence.add(record),
  });
  const expected = 'step and images have what the worklist says';
  try {
    run.ask(
      `At the system under test: take ${run.patient.patientName} from our worklist (${aeTitle} at port ${acceptor.port}), make an image, store it to us, end the examination`,
    );
    const limit = AbortSignal.any([run.signal, AbortSignal.timeout(run.care.patience * 1000)]);
    const over = await untilOver(seen, limit);
    const observed = `${seen.steps.size} steps, ${seen.images.length} images`;
    const worklist = item;
    if (!worklist)
      return { result: 'not run', expected, observed: `nobody asked for the worklist within ${run.care.patience} s` };
    return byDifferences(expected, observed, [
      ...(over ? [] : [`after ${run.care.patience} s: ${observed}, ${seen.over ? '' : 'no '}step at its end`]),
      ...check.rows.flatMap((row) => differencesOf(row, worklist, seen)),
    ]);
  } finally {
    await acceptor.close({ graceMs: 5000 }); // the last answer has to arrive, on a busy machine too
  }
}

/** Waits for an examination of our worklist item. */
export async function examination(run: RunContext, check: Examination): Promise<Outcome> {
  if (run.ourSide) return watch(run, check, run.ourSide);
  return {
    result: 'not run',
    expected: 'an examination',
    observed: 'it has not been said where the system can call us',
  };
}
