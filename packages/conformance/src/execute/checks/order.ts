// Checks of what is told, logged or ordered: availability, event logs, media. PS3.4 Annexes P, R, S
import { DataSet, parseTag } from '@concord/dicom';
import {
  type Association,
  actOnMediaRequest,
  createMediaRequest,
  eventLogs,
  getMediaRequest,
  instanceAvailabilitySopClass,
  mediaCreationSopClass,
  type NormalizedResponse,
  notifyOfInstances,
  recordEvent,
  statusClass,
} from '@concord/network';
import type { Check } from '../../plan/check.ts';
import { isListed, type Outcome, outcomeOfError, statusWords, verdict } from '../outcome.ts';
import type { RunContext } from '../run-context.ts';
import { freshUid } from '../test-data.ts';
import { queryContext } from './query.ts';

type Order = Extract<Check, { kind: 'order' }>;

const filled = (values: Readonly<Record<string, string | readonly DataSet[]>>): DataSet => {
  const dataSet = new DataSet();
  for (const [keyword, value] of Object.entries(values)) dataSet.set(keyword, value);
  return dataSet;
};

/** One instance of the test patient: a stored one, or one that might be. */
function reference(run: RunContext): DataSet {
  const [sample] = run.stored;
  return filled({
    ReferencedSOPClassUID: sample?.sopClassUid ?? '1.2.840.10008.5.1.4.1.1.7',
    ReferencedSOPInstanceUID: sample?.sopInstanceUid ?? freshUid(),
  });
}

/** PS3.4 Table R.3.2-1 */
function notification(run: RunContext): DataSet {
  const instance = reference(run);
  instance.set('InstanceAvailability', 'ONLINE');
  instance.set('RetrieveAETitle', 'CSPROBE');
  return filled({
    ReferencedPerformedProcedureStepSequence: [],
    StudyInstanceUID: run.patient.studyInstanceUid,
    ReferencedSeriesSequence: [
      filled({ SeriesInstanceUID: run.patient.seriesInstanceUid, ReferencedSOPSequence: [instance] }),
    ],
  });
}

/** An event of the test patient. PS3.4 Tables P.2-1, P.3-1 */
const event = ({ patient }: RunContext): DataSet =>
  filled({
    PatientID: patient.patientId,
    PatientName: patient.patientName,
    StudyInstanceUID: patient.studyInstanceUid,
    ProductName: 'ZZTEST',
    SubstanceAdministrationNotes: 'ZZTEST',
  });

/** PS3.4 Table S.3.2.1-1 */
const medium = (run: RunContext): DataSet =>
  filled({ StorageMediaFileSetID: 'ZZTEST', ReferencedSOPSequence: [reference(run)] });

const executionStatus = parseTag('(2100,0020)') ?? 0;

type Step = (association: Association, run: RunContext) => Promise<NormalizedResponse>;

/** Makes a request first; what follows is answered only where it could be made. */
const withRequest =
  (then: (association: Association, uid: string) => Promise<NormalizedResponse>): Step =>
  async (association, run) => {
    const uid = freshUid();
    const created = await createMediaRequest(association, uid, medium(run));
    if (statusClass(created.code) === 'failure') return created;
    run.traces.push(`Media creation request ${uid} of ${run.patient.patientId}`);
    return then(association, uid);
  };

const steps: Readonly<Record<Order['variant'], { readonly sopClass: string; readonly step: Step }>> = {
  availability: {
    sopClass: instanceAvailabilitySopClass,
    step: (association, run) => notifyOfInstances(association, freshUid(), notification(run)),
  },
  'event log': {
    sopClass: eventLogs.procedural.sopClassUid,
    step: (association, run) => recordEvent(association, 'procedural', event(run)),
  },
  'unknown log': {
    sopClass: eventLogs.procedural.sopClassUid,
    step: (association, run) => association.nAction({ ...eventLogs.procedural, actionTypeId: 99, dataSet: event(run) }),
  },
  'substance log': {
    sopClass: eventLogs.substanceAdministration.sopClassUid,
    step: (association, run) => recordEvent(association, 'substanceAdministration', event(run)),
  },
  'media created': {
    sopClass: mediaCreationSopClass,
    step: withRequest((association, uid) => getMediaRequest(association, uid, [executionStatus])),
  },
  'media started': {
    sopClass: mediaCreationSopClass,
    step: withRequest((association, uid) => actOnMediaRequest(association, uid, 'initiate')),
  },
  'media cancelled': {
    sopClass: mediaCreationSopClass,
    step: withRequest((association, uid) => actOnMediaRequest(association, uid, 'cancel')),
  },
  'unknown media': {
    sopClass: mediaCreationSopClass,
    step: (association) => actOnMediaRequest(association, freshUid(), 'initiate'),
  },
};

function judged({ variant, statuses }: Order, answer: NormalizedResponse): Outcome {
  const observed = statusWords(answer);
  if (variant.startsWith('unknown')) return verdict(statusClass(answer.code) === 'failure', 'a failure', observed);
  const expected = `a stated status: ${statuses.join(', ')}`;
  if (variant === 'media created') {
    const state = answer.dataSet?.string('ExecutionStatus');
    const works = statusClass(answer.code) !== 'failure' && state !== undefined;
    return verdict(works, 'success with an Execution Status', `${observed}, ${state ?? 'no Execution Status'}`);
  }
  return verdict(isListed(answer.code, statuses), expected, observed);
}

export async function order(run: RunContext, check: Order): Promise<Outcome> {
  const { sopClass, step } = steps[check.variant];
  try {
    await using association = await run.associate([queryContext(sopClass)]);
    return judged(check, await step(association, run));
  } catch (error) {
    return outcomeOfError(error, 'an answer');
  }
}
