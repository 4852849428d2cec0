// A performed procedure step as a modality reports it: its state, its study, the instances that it made. Pure. PS3.4 Table F.7.2-1.
import { type DataSet, fromJson, tagOf, toJson } from '@concord/dicom';

export interface MadeInstance {
  readonly seriesInstanceUid: string;
  readonly sopInstanceUid: string;
  readonly sopClassUid: string;
}

const states = ['IN PROGRESS', 'COMPLETED', 'DISCONTINUED'] as const;
export type StepState = (typeof states)[number];

/** (0040,0252); undefined where it is none of those of the standard, '' where it is missing. */
export function stateOf(step: DataSet): StepState | '' | undefined {
  const state = step.string('PerformedProcedureStepStatus') ?? '';
  return state === '' ? '' : states.find((each) => each === state);
}

/** Of the first scheduled step that names one: a step that fulfils several still makes one study. '' where none does. */
export const studyOf = (step: DataSet): string =>
  step
    .items('ScheduledStepAttributesSequence')
    .map((item) => item.string('StudyInstanceUID') ?? '')
    .find((uid) => uid !== '') ?? '';

/** Images and everything else, each once; an item without its UIDs names nothing. */
export function instancesOf(step: DataSet): readonly MadeInstance[] {
  const found = new Map<string, MadeInstance>();
  for (const series of step.items('PerformedSeriesSequence')) {
    const seriesInstanceUid = series.string('SeriesInstanceUID') ?? '';
    for (const keyword of ['ReferencedImageSequence', 'ReferencedNonImageCompositeSOPInstanceSequence'] as const)
      for (const item of series.items(keyword)) {
        const sopInstanceUid = item.string('ReferencedSOPInstanceUID') ?? '';
        const sopClassUid = item.string('ReferencedSOPClassUID') ?? '';
        if (seriesInstanceUid !== '' && sopInstanceUid !== '')
          found.set(sopInstanceUid, { seriesInstanceUid, sopInstanceUid, sopClassUid });
      }
  }
  return [...found.values()];
}

/** The step with what an N-SET gives in the place of what it had. PS3.4 F.7.2.2. */
export const changed = (step: DataSet, changes: DataSet): DataSet => fromJson({ ...toJson(step), ...toJson(changes) });

/** What was asked for of a step, with the character set in which it is written, and the tags that it does not have. PS3.4 F.8.2.1. */
export function partOf(step: DataSet, tags: readonly number[]) {
  const wanted = new Set([...tags, tagOf('SpecificCharacterSet')]);
  const dataSet = step.clone();
  for (const { tag } of [...step.elements()]) if (!wanted.has(tag)) dataSet.delete(tag);
  return { dataSet, lacking: tags.filter((tag) => !step.has(tag)) };
}
