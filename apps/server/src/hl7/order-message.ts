// What a message says of orders: each order with what is to be done with it, fields read as IHE Radiology maps them. Pure.
// HL7 v2.3.1 ORM^O01, v2.5.1 OMI^O23; IHE RAD TF-2 Appendix B.
import type { RequestName, StepName } from '../worklist/attributes.ts';
import type { Code, OrderValue } from '../worklist/order.ts';
import type { Message, Repetition, Segment } from './er7.ts';
import { dateOf, nameOf, timeOf } from './values.ts';

/** '' takes a value out; absent leaves it as it is. */
export type RequestChanges = Partial<Record<RequestName, OrderValue>>;
export type StepChanges = Partial<Record<StepName, OrderValue>>;

export interface OrderChange {
  readonly what: 'put' | 'cancel' | 'nothing';
  readonly request: RequestChanges;
  readonly steps: readonly StepChanges[];
}

/** HL7 table 0119: what ORC-1 asks for; anything else is refused. */
const controls: Readonly<Record<string, OrderChange['what']>> = {
  ...{ NW: 'put', XO: 'put', RP: 'put', PA: 'put', CH: 'put', SN: 'put' },
  ...{ CA: 'cancel', OC: 'cancel', DC: 'cancel', OD: 'cancel' },
  ...{ SC: 'nothing', SS: 'nothing', NA: 'nothing', OK: 'nothing', RE: 'nothing', DE: 'nothing' },
};

/** A value of a message that cannot be taken: which field, and why. */
export class FieldError extends Error {
  /** `ORC-1`. */
  readonly field: string;
  constructor(field: string, words: string) {
    super(`${field} ${words}`);
    this.name = 'FieldError';
    this.field = field;
  }
}

interface Group {
  readonly control: Segment;
  readonly request: Segment | undefined;
  readonly of: (name: string) => readonly Segment[];
}

/** Segments from each ORC to the next. */
function groupsOf({ segments }: Message): readonly Group[] {
  const starts = segments.flatMap(({ name }, index) => (name === 'ORC' ? [index] : []));
  return starts.map((start, index): Group => {
    const own = segments.slice(start, starts[index + 1]);
    const of = (name: string) => own.filter((segment) => segment.name === name);
    return { control: own[0] ?? { name: '', repetitions: () => [], text: () => '' }, request: of('OBR')[0], of };
  });
}

/** The first that says something. */
const first = (...texts: readonly string[]): string => texts.find((text) => text !== '') ?? '';
const nullValue = '""';

/** Text that is there; HL7's null takes a value out. 2.5.3 */
const given = (text: string): string | undefined => (text === '' ? undefined : text === nullValue ? '' : text);

/** Only what is said. */
function said<Name extends string>(
  values: Readonly<Partial<Record<Name, OrderValue | undefined>>>,
): Partial<Record<Name, OrderValue>> {
  const kept: Partial<Record<Name, OrderValue>> = {};
  for (const name in values) {
    const value = values[name];
    if (value !== undefined) kept[name] = value;
  }
  return kept;
}

/** A coded element as a code, where all of it is there. 2.A.3 */
function codeOf(repetition: Repetition | undefined, from: 1 | 4 = 1): readonly Code[] | undefined {
  const [value = '', meaning = '', scheme = ''] = [0, 1, 2].map((at) => repetition?.component(from + at) ?? '');
  return value === '' || scheme === '' || meaning === '' ? undefined : [{ value, scheme, meaning }];
}

const textOfCode = (segment: Segment | undefined, field: number): string =>
  first(segment?.text(field, 2) ?? '', segment?.text(field) ?? '');

const sexes: Readonly<Record<string, string>> = { F: 'F', M: 'M', O: 'O', A: 'O', N: 'O', U: '', '""': '' };

/** What PID says of a patient. */
export function patientOf(pid: Segment): RequestChanges {
  const [id, name] = [pid.repetitions(3)[0], nameOf(pid.repetitions(5))];
  const sex = pid.text(8).toUpperCase();
  return said({
    patientId: given(id?.component(1) ?? ''),
    issuerOfPatientId: given(id?.component(4) ?? ''),
    patientName: name === '' ? undefined : name,
    patientBirthDate: pid.text(7) === nullValue ? '' : given(dateOf(pid.text(7))),
    patientSex: sex === '' ? undefined : (sexes[sex] ?? ''),
    patientSpecies: given(textOfCode(pid, 35)),
    patientBreed: given(textOfCode(pid, 36)),
  });
}

/** Where the patient is, and who sent him. */
function visitOf(visit: Segment | undefined): RequestChanges {
  if (!visit) return {};
  const place = visit.text(3) === nullValue ? [nullValue] : [1, 2, 3].map((part) => visit.text(3, part));
  return said({
    currentPatientLocation: given(place.filter(Boolean).join(' ')),
    referringPhysician: given(nameOf(visit.repetitions(8), 'XCN')),
    admissionId: given(visit.text(19)),
    pregnancyStatus: visit.repetitions(15).some((status) => status.component(1) === 'B6') ? '3' : undefined,
  });
}

const priorities: Readonly<Record<string, string>> = { S: 'STAT', A: 'HIGH', T: 'HIGH', P: 'HIGH', R: 'ROUTINE' };

/** DICOM's modality for the codes of table 0074 that mean one. */
const modalities: Readonly<Record<string, string>> = {
  ...{ CTH: 'CT', NMR: 'MR', RUS: 'US', CUS: 'US', OUS: 'US', VUS: 'US', NMS: 'NM', XRC: 'XA', RX: 'DX', RAD: 'DX' },
  ...{ EC: 'ECG', MAM: 'MG' },
};
const modalityOf = (text: string): string | undefined => given(modalities[text.toUpperCase()] ?? text.toUpperCase());

function requestOf({ control, request, of }: Group): RequestChanges {
  const [timing, ipc, zds] = [of('TQ1')[0], of('IPC')[0], of('ZDS')[0]];
  const field = (number: number, component = 1): string => request?.text(number, component) ?? '';
  const priority = first(timing?.text(9) ?? '', control.text(7, 6), field(27, 6), field(5)).toUpperCase();
  const comments = of('NTE').flatMap((note) => note.repetitions(3).map((line) => line.component(1)));
  return said({
    placerOrderNumber: given(first(control.text(2), field(2))),
    fillerOrderNumber: given(first(control.text(3), field(3))),
    accessionNumber: given(first(ipc?.text(1) ?? '', field(18))),
    requestedProcedureId: given(first(ipc?.text(2) ?? '', field(19))),
    studyInstanceUid: given(first(ipc?.text(3) ?? '', zds?.text(1) ?? '')),
    requestedProcedureDescription: given(first(textOfCode(request, 44), textOfCode(request, 4))),
    requestedProcedureCode: codeOf(request?.repetitions(44)[0]) ?? codeOf(request?.repetitions(4)[0]),
    requestedProcedurePriority: priorities[priority],
    requestingPhysician: given(
      first(nameOf(request?.repetitions(16) ?? [], 'XCN'), nameOf(control.repetitions(12), 'XCN')),
    ),
    requestingService: given(first(textOfCode(control, 17))),
    medicalAlerts: given(field(13)),
    patientState: given(first(field(12, 2), field(12))),
    patientTransport: given(field(30)),
    reasonForRequestedProcedure: given(textOfCode(request, 31)),
    requestedProcedureComments: given(comments.filter(Boolean).join('\n')),
  });
}

/** One step for each IPC, or the only one of an order without. */
function stepsOf({ control, request, of }: Group): readonly StepChanges[] {
  const timing = of('TQ1')[0];
  const field = (number: number, component = 1): string => request?.text(number, component) ?? '';
  const start = first(timing?.text(7) ?? '', field(36), control.text(7, 4), field(27, 4), field(6));
  const common = {
    startDate: given(dateOf(start)),
    startTime: given(timeOf(start)),
    performingPhysician: given(nameOf(request?.repetitions(34) ?? [], 'CNN')),
    stepDescription: given(first(field(4, 5), textOfCode(request, 4))),
    protocolCode: codeOf(request?.repetitions(4)[0], 4),
    modality: modalityOf(field(24)),
  };
  const items = of('IPC');
  if (items.length === 0) return [said({ ...common, stepId: given(field(20)) })];
  return items.map((item) =>
    said({
      ...common,
      stepId: given(item.text(4)),
      modality: modalityOf(item.text(5)) ?? common.modality,
      protocolCode: codeOf(item.repetitions(6)[0]) ?? common.protocolCode,
      stationName: given(item.text(7)),
      stepLocation: given(textOfCode(item, 8)),
      stationAeTitle: given(item.text(9)),
    }),
  );
}

/** The orders of a message. @throws FieldError */
export function ordersIn(message: Message): readonly OrderChange[] {
  const { segments } = message;
  const pid = segments.find(({ name }) => name === 'PID');
  if (!pid) throw new FieldError('PID', 'is missing');
  const visit = visitOf(segments.find(({ name }) => name === 'PV1'));
  const allergies = segments.filter(({ name }) => name === 'AL1').map((segment) => textOfCode(segment, 3));
  const patient = {
    ...patientOf(pid),
    ...visit,
    ...(allergies.length > 0 && { allergies: allergies.filter(Boolean).join('\\') }),
  };
  const groups = groupsOf(message);
  if (groups.length === 0) throw new FieldError('ORC', 'is missing');
  return groups.map((group): OrderChange => {
    const control = group.control.text(1).toUpperCase();
    const what = controls[control];
    if (what === undefined) throw new FieldError('ORC-1', `is ${control.slice(0, 8) || 'missing'}, which is not taken`);
    if (what === 'put' && !group.request) throw new FieldError('OBR', 'is missing');
    return { what, request: { ...patient, ...requestOf(group) }, steps: stepsOf(group) };
  });
}
