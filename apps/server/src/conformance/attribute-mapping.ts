// Attributes that one object or message takes from another: orders of HL7, the worklist, performed steps, stored objects. PS3.2 A.8.1.3
import type { Annexes } from '@concord/conformance';
import { describeTag, formatTag, type Keyword, tagOf } from '@concord/dicom';
import { modalityWorklistSopClass, performedProcedureStepSopClasses } from '@concord/network';
import { type FieldMapping, requestFields, stepFields } from '../hl7/field-mapping.ts';
import { readings } from '../hl7/field-readings.ts';
import type { Configuration } from '../settings/settings.ts';
import { requestAttributes, requestNames, stepAttributes, stepNames } from '../worklist/attributes.ts';

type Mapping = Annexes['attributeMapping'];
type Row = Extract<Mapping, { state: 'described' }>['rows'][number];
export type MappingSettings = Pick<Configuration, 'hl7' | 'accessionFromOrders'>;

const nameOf = (keyword: Keyword): string => describeTag(tagOf(keyword))?.name ?? keyword;

function fromOrder(keyword: Keyword, { fields, withoutItem, as }: FieldMapping): Row {
  const otherwise = withoutItem === undefined ? '' : `; in an order without IPC ${withoutItem.join(', ')}`;
  const several = as === 'joined' || fields.length === 1 ? '' : ' The first of the fields that says something counts.';
  return {
    from: `HL7 ${fields.join(', ')}${otherwise}`,
    to: `Modality Worklist: ${nameOf(keyword)}`,
    tag: formatTag(tagOf(keyword)),
    conversion: `${readings[as].text}${several}`,
  };
}

/** The table that messages are read by. */
const fromOrders: readonly Row[] = [
  ...requestNames.flatMap((name) => {
    const mapping = requestFields[name];
    return mapping ? [fromOrder(requestAttributes[name].keyword, mapping)] : [];
  }),
  ...stepNames.flatMap((name) => {
    const mapping = stepFields[name];
    return mapping ? [fromOrder(stepAttributes[name].keyword, mapping)] : [];
  }),
];

const referenced = (keyword: Keyword, conversion: string): Row => ({
  from: `Modality Worklist: ${nameOf(keyword)}`,
  to: `MPPS: Scheduled Step Attributes Sequence, ${nameOf(keyword)}`,
  tag: formatTag(tagOf(keyword)),
  conversion,
});

/** How a performed step finds the scheduled one, and what it says of it. PS3.4 F.7.2 */
const fromPerformedSteps: readonly Row[] = [
  referenced('StudyInstanceUID', 'Copied by the modality; the scheduled steps of the study are looked at.'),
  referenced(
    'ScheduledProcedureStepID',
    'Copied by the modality; names the step of that study. Where it is empty, the steps of the study with the Modality of the performed step are meant.',
  ),
  {
    from: 'MPPS: Performed Procedure Step Status',
    to: `Modality Worklist: ${nameOf('ScheduledProcedureStepStatus')}`,
    tag: formatTag(tagOf('ScheduledProcedureStepStatus')),
    conversion:
      'IN PROGRESS becomes STARTED; COMPLETED and DISCONTINUED end the step. A completed one never goes back.',
  },
];

const accession: Row = {
  from: `Modality Worklist: ${nameOf('AccessionNumber')}`,
  to: `Storage: ${nameOf('AccessionNumber')}`,
  tag: formatTag(tagOf('AccessionNumber')),
  conversion: 'Copied into stored objects under the condition in 8.1.4.',
};

/** @param provided SOP Classes of what the application entities provide */
export function attributeMappingOf(
  { hl7, accessionFromOrders }: MappingSettings,
  provided: readonly string[],
): Mapping {
  const isProvided = (uid: string): boolean => provided.includes(uid);
  const follows = isProvided(modalityWorklistSopClass) && isProvided(performedProcedureStepSopClasses.step);
  const [first, ...rest] = [
    ...(hl7 === 'on' ? fromOrders : []),
    ...(follows ? fromPerformedSteps : []),
    ...(accessionFromOrders === 'never' ? [] : [accession]),
  ];
  return first === undefined
    ? { state: 'not applicable', reason: 'No attribute is copied from one SOP Class to another.' }
    : { state: 'described', rows: [first, ...rest] };
}
