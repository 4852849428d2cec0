// Studies with the values that archives really get: empty, padded, partial, of ACR-NEMA, in many character sets.
import { DataSet } from '@concord/dicom';
import { ctSlice, type Values } from '../data-sets.ts';
import { ancestor, attributes, type Entity, type Given, type Item, type Level, levels } from './entities.ts';
import type { Random } from './random.ts';

interface Repertoire {
  readonly characterSet: readonly string[];
  readonly names: readonly string[];
  readonly texts: readonly string[];
}

const ascii = {
  names: [
    'Doe^Jane',
    'DOE^JOHN',
    'Doe',
    'doe^^M',
    '^Jane',
    "O'Neil^Pat^^Dr",
    'van der Berg^Jan',
    'Doe^Jane^^^',
    'A%^B_',
  ],
  texts: ['CT CHEST', 'ct chest', 'Head', 'A_B', 'AxB', '100%', '50', 'a!b', "o'x", 'KNEE LEFT', 'KNEE', '""', 'x-y'],
};
const repertoires: readonly Repertoire[] = [
  { characterSet: [], ...ascii },
  { characterSet: ['ISO_IR 6'], ...ascii },
  {
    characterSet: ['ISO_IR 100'],
    names: ['Müller^Jörg', 'MULLER^JORG', 'Ångström^Eva', 'Núñez^José', 'Doe^Jane'],
    texts: ['Schädel', 'SCHADEL', 'Knöchel', 'HEAD', 'Tête'],
  },
  {
    characterSet: ['ISO_IR 144'],
    names: ['Иванов^Иван', 'иванов^пётр', 'Doe^Jane'],
    texts: ['Голова', 'колено', 'HEAD'],
  },
  {
    characterSet: ['ISO_IR 192'],
    names: [
      'Yamada^Tarou=山田^太郎=やまだ^たろう',
      '=山田^太郎',
      'Łódź^Jan',
      'Wang^XiaoDong=王^小东',
      '==やまだ',
      'Müller^Jörg',
    ],
    texts: ['頭部', 'Knöchel', 'HEAD', 'Ελληνικά'],
  },
  {
    characterSet: ['', 'ISO 2022 IR 87'],
    names: ['Yamada^Tarou=山田^太郎=やまだ^たろう', 'Suzuki^Ichiro'],
    texts: ['HEAD', '頭部'],
  },
];

const days = ['20240115', '20240114', '20240116', '20231231', '20240229', '19991231', '2024.01.15', '1993.08.22'];
const oddDays = ['202401', '2024', 'unknown', '20241301', '20240230', '15.01.2024'];
const clocks = ['083000', '08', '0830', '235959', '000000', '120000.5', '235900.250000', '233000'];
const oddClocks = ['08:30:00', '08:30', 'noon', '250000', '8'];
const moments = ['20240115083000', '20240114233000.5', '202401', '20240115', '2024011508'];
const modalities = ['CT', 'MR', 'SR', 'US', 'ct', 'OT'];
const sopClasses = ['2', '4', '6.1', '7', '88.11'].map((end) => `1.2.840.10008.5.1.4.1.1.${end}`);
const zones = ['+0100', '-0500', '+0530', '+0000'];

/** Leaves a value out, empties it, pads it, or gives several. */
function odd(random: Random, value: () => string, several = false): Given | undefined {
  if (random.chance(8)) return undefined;
  if (random.chance(8)) return [];
  const values = [value(), ...(several && random.chance(50) ? [value(), value()] : [])];
  if (several && random.chance(10)) values.splice(1, 0, '');
  return values.map((one) => (random.chance(10) ? ` ${one} ` : random.chance(10) ? `${one} ` : one));
}

const dateOf = (random: Random) => () => random.pick(random.chance(15) ? oddDays : days);
const timeOf = (random: Random) => () => random.pick(random.chance(10) ? oddClocks : clocks);

/** Values of any attribute whose values are of no special kind, by its VR. */
function ofVr(random: Random, vr: string, { names, texts }: Repertoire): string {
  switch (vr) {
    case 'PN':
      return random.pick(names);
    case 'DA':
      return dateOf(random)();
    case 'TM':
      return timeOf(random)();
    case 'DT':
      return random.pick(moments);
    case 'CS':
      return random.pick(['HEAD', 'KNEE', 'ORIGINAL', 'PRIMARY', 'AXIAL', 'head', 'A_1']);
    case 'UI':
      return random.pick(['1.2.3', '1.2.3.4', '1.2.30']);
    case 'IS':
      return random.pick(['1', '2', '3', '007', '+4', '12', '-1', '2.5', 'seven']);
    case 'DS':
      return random.pick(['1.5', '1.50', '-3', '12', '1.5e0', '0']);
    case 'AS':
      return random.pick(['030Y', '006M', '30Y']);
    default:
      return random.pick(texts);
  }
}

/** What the tree itself decides. */
const ofTree: ReadonlySet<string> = new Set(
  'PatientID IssuerOfPatientID StudyInstanceUID SeriesInstanceUID SOPInstanceUID SOPClassUID Modality'.split(' '),
);

function item(random: Random, names: readonly string[], { texts }: Repertoire): Item {
  const values = names.flatMap((name) => (random.chance(80) ? [[name, [random.pick([...texts, 'S1', 'R1'])]]] : []));
  return Object.fromEntries(values);
}

function sequence(random: Random, keyword: string, repertoire: Repertoire): Given {
  const names =
    keyword === 'ProcedureCodeSequence'
      ? ['CodeValue', 'CodeMeaning']
      : ['ScheduledProcedureStepID', 'RequestedProcedureID'];
  return Array.from({ length: random.below(3) }, () => item(random, names, repertoire));
}

function valuesOf(random: Random, level: Level, repertoire: Repertoire): Record<string, Given> {
  const values: Record<string, Given> = {};
  for (const [keyword, { level: own, vr, several, computed }] of Object.entries(attributes)) {
    if (own !== level || computed || ofTree.has(keyword)) continue;
    const given =
      vr === 'SQ' ? sequence(random, keyword, repertoire) : odd(random, () => ofVr(random, vr, repertoire), several);
    if (given) values[keyword] = given;
  }
  return values;
}

interface Grown {
  readonly random: Random;
  readonly repertoire: Repertoire;
  readonly uid: string;
}

function child(parent: Entity | undefined, level: Level, values: Readonly<Record<string, Given>>): Entity {
  const entity: Entity = { level, values, parent, children: [] };
  parent?.children.push(entity);
  return entity;
}

function growStudy(patient: Entity, { random, repertoire, uid }: Grown): void {
  const zone = random.chance(40) ? { TimezoneOffsetFromUTC: [random.pick(zones)] } : {};
  const own = { ...valuesOf(random, 'STUDY', repertoire), ...zone, StudyInstanceUID: [uid] };
  const study = child(patient, 'STUDY', own);
  for (let at = 1; at <= 1 + random.below(3); at += 1) {
    const modality = odd(random, () => random.pick(modalities));
    const series = child(study, 'SERIES', {
      ...valuesOf(random, 'SERIES', repertoire),
      ...(modality && { Modality: modality }),
      SeriesInstanceUID: [`${uid}.${at}`],
    });
    for (let image = 1; image <= 1 + random.below(3); image += 1)
      child(series, 'IMAGE', {
        ...valuesOf(random, 'IMAGE', repertoire),
        SOPClassUID: [random.pick(sopClasses)],
        SOPInstanceUID: [`${uid}.${at}.${image}`],
      });
  }
}

export interface OddStudies {
  readonly patients: readonly Entity[];
  /** In the order they are to be stored. */
  readonly objects: readonly DataSet[];
}

/** Patients, some without an ID or under the same ID as another, with one to three studies each. */
export function oddStudies(random: Random, count: number): OddStudies {
  const patients: Entity[] = [];
  const objects: DataSet[] = [];
  for (let at = 0; at < count; at += 1) {
    const repertoire = random.pick(repertoires);
    const id = random.chance(12) ? [] : [random.chance(20) ? ` P${at} ` : `P${at}`];
    const shared = id.length > 0 && at > 0 && random.chance(20);
    const identity = shared
      ? { PatientID: [`P${at - 1}`], IssuerOfPatientID: [`SITE${at}`] }
      : { PatientID: id, ...(random.chance(30) && id.length > 0 && { IssuerOfPatientID: ['HERE'] }) };
    const patient = child(undefined, 'PATIENT', { ...valuesOf(random, 'PATIENT', repertoire), ...identity });
    patients.push(patient);
    // Whoever has no ID is one person only within one study.
    const studies = id.length === 0 ? 1 : 1 + random.below(3);
    for (let study = 1; study <= studies; study += 1)
      growStudy(patient, { random, repertoire, uid: `1.2.826.0.1.${at}.${study}` });
    for (const image of imagesOf(patient)) objects.push(objectOf(image, repertoire));
  }
  return { patients, objects };
}

const imagesOf = (entity: Entity): readonly Entity[] =>
  entity.level === 'IMAGE' ? [entity] : entity.children.flatMap(imagesOf);

function objectOf(image: Entity, { characterSet }: Repertoire): DataSet {
  const values: Record<string, Values[string]> = {};
  // Nothing of the slice that is not said here.
  for (const keyword of Object.keys(attributes)) values[keyword] = undefined;
  if (characterSet.length > 0) values.SpecificCharacterSet = characterSet;
  const made = ctSlice(values);
  for (const level of levels)
    for (const [keyword, given] of Object.entries(ancestor(image, level)?.values ?? {})) setGiven(made, keyword, given);
  return made;
}

function setGiven(made: DataSet, keyword: string, given: Given): void {
  const [first] = given;
  if (first === undefined) made.set(keyword, null);
  else if (typeof first === 'string') made.set(keyword, given as readonly string[]);
  else setItems(made, keyword, given as readonly Item[]);
}

function setItems(made: DataSet, keyword: string, items: readonly Item[]): void {
  made.set(
    keyword,
    items.map(() => new DataSet()),
  );
  for (const [at, item] of items.entries())
    for (const [name, values] of Object.entries(item)) made.set(`${keyword}[${at}].${name}`, values);
}
