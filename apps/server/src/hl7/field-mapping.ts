// Which fields of an order message become which attributes of a worklist item, declared once: for who reads it and for the statement. Pure.
// HL7 v2.3.1 ORM^O01, v2.5.1 OMI^O23; IHE RAD TF-2 Appendix B; PS3.2 A.8.1.3.
import type { RequestName, StepName } from '../worklist/attributes.ts';
import type { OrderValue } from '../worklist/order.ts';
import type { Segment } from './er7.ts';
import { type FieldPlace, readings } from './field-readings.ts';

export interface FieldMapping {
  /** `OBR-4.2`, field and component, without which it is the first: the first of them that says something counts. */
  readonly fields: readonly string[];
  /** In their place in an order without IPC. */
  readonly withoutItem?: readonly string[];
  readonly as: keyof typeof readings;
}

/** Segments of an order by name, in their order. */
export type Segments = (name: string) => readonly Segment[];

type Mappings<Name extends string> = Readonly<Partial<Record<Name, FieldMapping>>>;

/** Of patient, visit and request. */
export const requestFields: Mappings<RequestName> = {
  patientId: { fields: ['PID-3'], as: 'copied' },
  issuerOfPatientId: { fields: ['PID-3.4'], as: 'copied' },
  patientName: { fields: ['PID-5'], as: 'patient name' },
  patientBirthDate: { fields: ['PID-7'], as: 'birth date' },
  patientSex: { fields: ['PID-8'], as: 'sex' },
  patientSpecies: { fields: ['PID-35.2', 'PID-35'], as: 'copied' },
  patientBreed: { fields: ['PID-36.2', 'PID-36'], as: 'copied' },
  currentPatientLocation: { fields: ['PV1-3.1', 'PV1-3.2', 'PV1-3.3'], as: 'joined' },
  referringPhysician: { fields: ['PV1-8'], as: 'person' },
  admissionId: { fields: ['PV1-19'], as: 'copied' },
  pregnancyStatus: { fields: ['PV1-15'], as: 'pregnancy' },
  allergies: { fields: ['AL1-3.2', 'AL1-3'], as: 'each' },
  placerOrderNumber: { fields: ['ORC-2', 'OBR-2'], as: 'copied' },
  fillerOrderNumber: { fields: ['ORC-3', 'OBR-3'], as: 'copied' },
  accessionNumber: { fields: ['IPC-1', 'OBR-18'], as: 'copied' },
  requestedProcedureId: { fields: ['IPC-2', 'OBR-19'], as: 'copied' },
  studyInstanceUid: { fields: ['IPC-3', 'ZDS-1'], as: 'copied' },
  requestedProcedureDescription: { fields: ['OBR-44.2', 'OBR-44', 'OBR-4.2', 'OBR-4'], as: 'copied' },
  requestedProcedureCode: { fields: ['OBR-44', 'OBR-4'], as: 'code' },
  requestedProcedurePriority: { fields: ['TQ1-9', 'ORC-7.6', 'OBR-27.6', 'OBR-5'], as: 'priority' },
  requestingPhysician: { fields: ['OBR-16', 'ORC-12'], as: 'person' },
  requestingService: { fields: ['ORC-17.2', 'ORC-17'], as: 'copied' },
  medicalAlerts: { fields: ['OBR-13'], as: 'copied' },
  patientState: { fields: ['OBR-12.2', 'OBR-12'], as: 'copied' },
  patientTransport: { fields: ['OBR-30'], as: 'copied' },
  reasonForRequestedProcedure: { fields: ['OBR-31.2', 'OBR-31'], as: 'copied' },
  requestedProcedureComments: { fields: ['NTE-3'], as: 'lines' },
};

const start = ['TQ1-7', 'OBR-36', 'ORC-7.4', 'OBR-27.4', 'OBR-6'] as const;

/** Of one scheduled step; IPC is that of the step. */
export const stepFields: Mappings<StepName> = {
  startDate: { fields: start, as: 'date' },
  startTime: { fields: start, as: 'time' },
  performingPhysician: { fields: ['OBR-34'], as: 'person in subcomponents' },
  stepDescription: { fields: ['OBR-4.5', 'OBR-4.2', 'OBR-4'], as: 'copied' },
  // Steps of one order must not share the ID that the order has for one step.
  stepId: { fields: ['IPC-4'], withoutItem: ['OBR-20'], as: 'copied' },
  modality: { fields: ['IPC-5', 'OBR-24'], as: 'modality' },
  protocolCode: { fields: ['IPC-6', 'OBR-4.4'], as: 'code' },
  stationName: { fields: ['IPC-7'], as: 'copied' },
  stepLocation: { fields: ['IPC-8.2', 'IPC-8'], as: 'copied' },
  stationAeTitle: { fields: ['IPC-9'], as: 'copied' },
};

const placeOf = (path: string, segments: Segments): FieldPlace => {
  const [, name = '', field = '', component = '1'] = /^([A-Z][A-Z0-9]{2})-(\d+)(?:\.(\d+))?$/.exec(path) ?? [];
  return { segments: segments(name), field: Number(field), component: Number(component) };
};

/** What a table's fields say; names that nothing is said of are absent, '' takes a value out. */
export function readMapped<Name extends string>(
  table: Mappings<Name>,
  segments: Segments,
): Partial<Record<Name, OrderValue>> {
  const values: Partial<Record<Name, OrderValue>> = {};
  for (const name in table) {
    const mapping = table[name];
    if (!mapping) continue;
    const { fields, withoutItem, as } = mapping;
    const paths = withoutItem && segments('IPC').length === 0 ? withoutItem : fields;
    const value = readings[as].read(paths.map((path) => placeOf(path, segments)));
    if (value !== undefined) values[name] = value;
  }
  return values;
}
