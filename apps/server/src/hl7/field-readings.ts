// How a field of an order message is read as the value of a worklist attribute, each way with the words for it. Pure. HL7 v2.5.1 2.5.3, 2.A
import type { Code, OrderValue } from '../worklist/order.ts';
import type { Repetition, Segment } from './er7.ts';
import { dateOf, nameOf, timeOf } from './values.ts';

/** A field of all segments of one name: most ways look at the first segment only. */
export interface FieldPlace {
  readonly segments: readonly Segment[];
  readonly field: number;
  readonly component: number;
}

interface Reading {
  /** What becomes of the value, for the conformance statement. */
  readonly text: string;
  /** undefined: nothing is said; '': the value is taken out. */
  readonly read: (places: readonly FieldPlace[]) => OrderValue | undefined;
}

const nullValue = '""';

/** Text that is there; HL7's null takes a value out. 2.5.3 */
const given = (text: string): string | undefined => (text === '' ? undefined : text === nullValue ? '' : text);

const textOf = ({ segments: [segment], field, component }: FieldPlace): string => segment?.text(field, component) ?? '';
const repetitionsOf = ({ segments: [segment], field }: FieldPlace): readonly Repetition[] =>
  segment?.repetitions(field) ?? [];

/** The first that says something. */
const first = (texts: readonly string[]): string => texts.find((text) => text !== '') ?? '';
const firstOf = (places: readonly FieldPlace[]): string => first(places.map(textOf));

/** A coded element as a code, where all of it is there. 2.A.3 */
function codeAt(place: FieldPlace): readonly Code[] | undefined {
  const [repetition] = repetitionsOf(place);
  const [value = '', meaning = '', scheme = ''] = [0, 1, 2].map(
    (at) => repetition?.component(place.component + at) ?? '',
  );
  return value === '' || scheme === '' || meaning === '' ? undefined : [{ value, scheme, meaning }];
}

const sexes: Readonly<Record<string, string>> = { F: 'F', M: 'M', O: 'O', A: 'O', N: 'O', U: '', '""': '' };
const priorities: Readonly<Record<string, string>> = { S: 'STAT', A: 'HIGH', T: 'HIGH', P: 'HIGH', R: 'ROUTINE' };

/** DICOM's modality for the codes of table 0074 that mean one. */
const modalities: Readonly<Record<string, string>> = {
  ...{ CTH: 'CT', NMR: 'MR', RUS: 'US', CUS: 'US', OUS: 'US', VUS: 'US', NMS: 'NM', XRC: 'XA', RX: 'DX', RAD: 'DX' },
  ...{ EC: 'ECG', MAM: 'MG' },
};

const inWords = (table: Readonly<Record<string, string>>): string =>
  Object.entries(table)
    .map(([from, to]) => `${from} becomes ${to || 'empty'}`)
    .join(', ');

function birthDate(places: readonly FieldPlace[]): string | undefined {
  const text = firstOf(places);
  return text === nullValue ? '' : given(dateOf(text));
}

function joined(places: readonly FieldPlace[]): string | undefined {
  const texts = places.map(textOf);
  return texts[0] === nullValue ? '' : given(texts.filter(Boolean).join(' '));
}

/** One value of each segment; segments that say nothing take the value out. */
function each(places: readonly FieldPlace[]): string | undefined {
  const [{ segments } = { segments: [] }] = places;
  if (segments.length === 0) return undefined;
  const values = segments.map((segment) => firstOf(places.map((place) => ({ ...place, segments: [segment] }))));
  return values.filter(Boolean).join('\\');
}

const lines = ([place]: readonly FieldPlace[]): string | undefined => {
  const all = place?.segments.flatMap((segment) => segment.repetitions(place.field)) ?? [];
  const texts = all.map((repetition) => repetition.component(place?.component ?? 1));
  return given(texts.filter(Boolean).join('\n'));
};

function sex(places: readonly FieldPlace[]): string | undefined {
  const text = firstOf(places).toUpperCase();
  return text === '' ? undefined : (sexes[text] ?? '');
}

function modality(places: readonly FieldPlace[]): string | undefined {
  const text = firstOf(places).toUpperCase();
  return given(modalities[text] ?? text);
}

const nullTakesOut = 'A null ("") takes the value out.';
const nameParts = 'Family, given and middle name, prefix and suffix are put into the order of DICOM';

export const readings = {
  copied: { text: `Copied. ${nullTakesOut}`, read: (places) => given(firstOf(places)) },
  joined: { text: `The components, with spaces between them. ${nullTakesOut}`, read: joined },
  each: { text: 'One value of each segment.', read: each },
  lines: { text: 'All repetitions of all segments, one line each.', read: lines },
  code: {
    text: 'Code Value, Code Meaning and Coding Scheme Designator are this component and the two that follow; only where all three are there.',
    read: (places) => places.map(codeAt).find((code) => code !== undefined),
  },
  'patient name': {
    text: `${nameParts}; repetitions are the alphabetic, ideographic and phonetic group by PID-5.8.`,
    read: (places) => first(places.map((place) => nameOf(repetitionsOf(place)))) || undefined,
  },
  person: {
    text: `${nameParts}; the ID is left out. ${nullTakesOut}`,
    read: (places) => given(first(places.map((place) => nameOf(repetitionsOf(place), 'XCN')))),
  },
  'person in subcomponents': {
    text: `${nameParts}, from the subcomponents of the first component. ${nullTakesOut}`,
    read: (places) => given(first(places.map((place) => nameOf(repetitionsOf(place), 'CNN')))),
  },
  'birth date': { text: `The day. ${nullTakesOut}`, read: birthDate },
  date: {
    text: 'The day, in the time of this system where an offset is given.',
    read: (places) => given(dateOf(firstOf(places))),
  },
  time: {
    text: 'The time of day, in the time of this system where an offset is given.',
    read: (places) => given(timeOf(firstOf(places))),
  },
  sex: { text: `${inWords(sexes)}, others empty.`, read: sex },
  pregnancy: {
    text: 'B6 becomes 3 (definitely pregnant); others say nothing.',
    read: (places) =>
      places.some((place) => repetitionsOf(place).some((status) => status.component(1) === 'B6')) ? '3' : undefined,
  },
  priority: {
    text: `${inWords(priorities)}; others say nothing.`,
    read: (places) => priorities[firstOf(places).toUpperCase()],
  },
  modality: { text: `${inWords(modalities)}; others are copied in capitals.`, read: modality },
} as const satisfies Readonly<Record<string, Reading>>;
