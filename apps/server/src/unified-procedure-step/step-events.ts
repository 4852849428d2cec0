// Events about steps: which change makes which, and what it carries. PS3.4 CC.2.4, Table CC.2.4-1.
import { type DataSet, fromJson, toJson } from '@concord/dicom';
import { procedureStepEvents } from '@concord/network';

export interface StepEvent {
  readonly kind: keyof typeof procedureStepEvents;
  readonly sopInstanceUid: string;
  readonly dataSet: DataSet;
}

/** The attributes of a data set that have these names; the others are left out. */
export const pick = (dataSet: DataSet, keep: (tag: string) => boolean): DataSet =>
  fromJson(Object.fromEntries(Object.entries(toJson(dataSet)).filter(([tag]) => keep(tag))));

const only = (dataSet: DataSet, names: readonly string[]): DataSet => {
  const picked = dataSet.clone();
  const kept = new Set(names.flatMap((name) => dataSet.element(name)?.tag ?? []));
  for (const { tag } of [...dataSet.elements()]) if (!kept.has(tag)) picked.delete(tag);
  return picked;
};

export const stateReport = (sopInstanceUid: string, step: DataSet): StepEvent => {
  const dataSet = only(step, ['ProcedureStepState', 'InputReadinessState']);
  const [progress] = step.items('ProcedureStepProgressInformationSequence');
  for (const name of ['ReasonForCancellation', 'ProcedureStepDiscontinuationReasonCodeSequence'] as const) {
    if (name === 'ReasonForCancellation') {
      const reason = progress?.string(name);
      if (reason !== undefined) dataSet.set(name, reason);
    } else if (progress !== undefined && progress.items(name).length > 0) dataSet.set(name, progress.items(name));
  }
  return { kind: 'stateReport', sopInstanceUid, dataSet };
};

const assignment = ['ScheduledStationNameCodeSequence', 'ScheduledHumanPerformersSequence'] as const;

/** What a change of attributes is told as. */
export const eventsOfUpdate = (sopInstanceUid: string, step: DataSet, changes: DataSet): readonly StepEvent[] => {
  const events: StepEvent[] = [];
  if (changes.has('InputReadinessState')) events.push(stateReport(sopInstanceUid, step));
  if (changes.has('ProcedureStepProgressInformationSequence')) {
    const dataSet = only(step, ['ProcedureStepProgressInformationSequence']);
    events.push({ kind: 'progressReport', sopInstanceUid, dataSet });
  }
  if (assignment.some((name) => changes.has(name))) {
    events.push({ kind: 'assigned', sopInstanceUid, dataSet: only(step, assignment) });
  }
  return events;
};

const ofRequest = [
  'ReasonForCancellation',
  'ProcedureStepDiscontinuationReasonCodeSequence',
  'ContactURI',
  'ContactDisplayName',
] as const;

export const cancelRequested = (sopInstanceUid: string, requestingAe: string, request: DataSet): StepEvent => {
  const dataSet = only(request, ofRequest);
  dataSet.set('RequestingAE', requestingAe);
  return { kind: 'cancelRequested', sopInstanceUid, dataSet };
};

/** The event as DICOM JSON over a WebSocket: with the elements of its command. PS3.18 11.13 and Table 8.10.5-1. */
export const eventJson = ({ kind, sopInstanceUid, dataSet }: StepEvent, messageId: number): string =>
  JSON.stringify({
    '00000002': { vr: 'UI', Value: ['1.2.840.10008.5.1.4.34.6.4'] },
    '00000110': { vr: 'US', Value: [messageId] },
    '00001000': { vr: 'UI', Value: [sopInstanceUid] },
    '00001002': { vr: 'US', Value: [procedureStepEvents[kind]] },
    ...toJson(dataSet),
  });
