// What a step must have when it is made, and before it may end. PS3.4 Table CC.2.5-3.
import { type DataSet, formatTag, tagOf } from '@concord/dicom';

export const atCreation = [
  'ProcedureStepState',
  'ScheduledProcedureStepPriority',
  'ProcedureStepLabel',
  'ScheduledProcedureStepStartDateTime',
  'InputReadinessState',
] as const;
const inPerformedProcedure = [
  'PerformedStationNameCodeSequence',
  'PerformedProcedureStepStartDateTime',
  'PerformedWorkitemCodeSequence',
  'PerformedProcedureStepEndDateTime',
] as const;

const isEmpty = (dataSet: DataSet, path: string): boolean =>
  dataSet.items(path).length === 0 && dataSet.string(path) === undefined;

/** The first attribute that a new step lacks. */
export const missingAtCreation = (step: DataSet): number | undefined => {
  const keyword = atCreation.find((name) => isEmpty(step, name));
  return keyword === undefined ? undefined : tagOf(keyword);
};

/** The first attribute that a step lacks to be COMPLETED, in words. */
export const missingForCompletion = (step: DataSet): string | undefined => {
  const [performed] = step.items('UnifiedProcedureStepPerformedProcedureSequence');
  const sequence = formatTag(tagOf('UnifiedProcedureStepPerformedProcedureSequence'));
  if (performed === undefined) return sequence;
  const keyword = inPerformedProcedure.find((name) => isEmpty(performed, name));
  if (keyword !== undefined) return `${sequence} ${formatTag(tagOf(keyword))}`;
  return performed.has('OutputInformationSequence')
    ? undefined
    : `${sequence} ${formatTag(tagOf('OutputInformationSequence'))}`;
};

/** What no request may set by itself: identity, state and lock. PS3.4 CC.2.6.3. */
export const notForUpdates = ['SOPClassUID', 'SOPInstanceUID', 'ProcedureStepState'] as const;
