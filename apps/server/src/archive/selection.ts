// Stored instances by their identifiers, as retrieval and the faces see them.
import { type Database, fixedText, join, literal, type Query, sql } from '../database/database.ts';
import { parseOverlay } from '../patients/overlay.ts';
import type { Selection, StoredInstance } from './archive.ts';
import type { NewInstance } from './instances.ts';

interface InstanceRow {
  readonly sop_instance_uid: string;
  readonly sop_class_uid: string;
  readonly transfer_syntax_uid: string;
  readonly study_instance_uid: string;
  readonly series_instance_uid: string;
  readonly patient_id: string;
  readonly instance_number: number | null;
  readonly number_of_frames: number;
  readonly pixel_rows: number | null;
  readonly pixel_columns: number | null;
  readonly size: number;
  readonly data_set_offset: number;
  readonly object_key: string;
  readonly digest: string;
  readonly own_overlay: string;
  readonly study_overlay: string;
  readonly pixel_data: string | null;
}

/** The study's layer above the object's own. */
const changesOf = ({ own_overlay, study_overlay }: InstanceRow): Pick<StoredInstance, 'changes'> => {
  if (own_overlay === '' && study_overlay === '') return {};
  return { changes: { overlays: [own_overlay, study_overlay].flatMap((text) => parseOverlay(text) ?? []) } };
};

const fromRow = (row: InstanceRow): StoredInstance => ({
  sopInstanceUid: row.sop_instance_uid,
  sopClassUid: row.sop_class_uid,
  transferSyntaxUid: row.transfer_syntax_uid,
  studyInstanceUid: row.study_instance_uid,
  seriesInstanceUid: row.series_instance_uid,
  patientId: row.patient_id,
  ...(row.instance_number !== null && { instanceNumber: row.instance_number }),
  numberOfFrames: row.number_of_frames,
  ...(row.pixel_rows !== null && { rows: row.pixel_rows }),
  ...(row.pixel_columns !== null && { columns: row.pixel_columns }),
  size: row.size,
  dataSetOffset: row.data_set_offset,
  key: row.object_key,
  digest: row.digest,
  ...(row.pixel_data !== null && { pixelData: row.pixel_data }),
  ...changesOf(row),
});

/** Characters of a pixel data's place that come with its instance: enough for native pixels and for a few fragments. */
const carriedAlong = 400;

/** What the row of a new object says, without asking the index. */
export function storedInstanceOf(instance: NewInstance): StoredInstance {
  const { instanceNumber, numberOfFrames, rows, columns } = instance.image;
  // What is spread stands last: what follows it in a literal takes a slow way.
  return {
    transferSyntaxUid: instance.transferSyntaxUid,
    patientId: instance.header.string('PatientID') ?? '',
    numberOfFrames,
    size: instance.size,
    dataSetOffset: instance.dataSetOffset,
    key: instance.objectKey,
    digest: instance.digest,
    ...instance.identifiers,
    ...(instanceNumber !== null && { instanceNumber }),
    ...(rows !== null && { rows }),
    ...(columns !== null && { columns }),
    ...(instance.pixelData.length <= carriedAlong && { pixelData: instance.pixelData }),
  };
}

/** Values in one statement: SQLite takes 32,766, and a plan over more than this gains nothing. */
const valuesAtOnce = 500;

const columnOf = {
  patientId: 'p.patient_id',
  studyInstanceUid: 's.study_instance_uid',
  seriesInstanceUid: 'e.series_instance_uid',
  sopInstanceUid: 'i.sop_instance_uid',
} as const satisfies Record<keyof Selection, string>;

const names = ['patientId', 'studyInstanceUid', 'seriesInstanceUid', 'sopInstanceUid'] as const;

const anyOf = (name: keyof Selection, values: readonly string[]): Query =>
  values.length === 1
    ? sql`${literal(columnOf[name])} = ${values[0] ?? ''}`
    : sql`${literal(columnOf[name])} in (${join(
        values.map((value) => sql`${value}`),
        ', ',
      )})`;

const select = (conditions: readonly Query[]): Query => sql`
  select i.sop_instance_uid, i.sop_class_uid, i.transfer_syntax_uid, s.study_instance_uid, e.series_instance_uid,
    p.patient_id, i.instance_number, i.number_of_frames, i.pixel_rows, i.pixel_columns, i.size, i.data_set_offset,
    i.object_key, i.digest, i.overlay as own_overlay, s.overlay as study_overlay,
    case when i.pixel_data is null then '' when length(i.pixel_data) <= ${literal(String(carriedAlong))} then i.pixel_data end as pixel_data
  from instance i join series e on e.series_key = i.series_key join study s on s.study_key = e.study_key
    join patient p on p.patient_key = s.patient_key
  where ${join(conditions, ' and ')}
  order by s.study_key, e.series_number, e.series_key, i.instance_number, i.instance_key`;

/** Texts of the statement by what is asked for, where that is one value each: put together once. */
const textsOfOne = new Map<string, readonly string[]>();

const selectOne = (given: readonly { name: keyof Selection; values: readonly string[] }[]): Query => {
  const key = given.map(({ name }) => name).join();
  const text = textsOfOne.get(key) ?? fixedText(select(given.map(({ name, values }) => anyOf(name, values))));
  textsOfOne.set(key, text);
  return { text, values: given.map(({ values }) => values[0] ?? '') };
};

/** Ordered by study, series number, instance number, within each 500 values of a longer list; a selection that names nothing selects nothing. */
export async function selectInstances(database: Database, selection: Selection): Promise<readonly StoredInstance[]> {
  const given = names.flatMap((name) => {
    const value = selection[name];
    return value === undefined ? [] : [{ name, values: typeof value === 'string' ? [value] : [...new Set(value)] }];
  });
  const [longest, ...others] = given.sort((a, b) => b.values.length - a.values.length);
  if (!longest || given.some(({ values }) => values.length === 0)) return [];
  const isOne = given.some(({ name, values }) => name === 'sopInstanceUid' && values.length === 1);
  const rowsOf = (query: Query) => (isOne ? database.lookUp<InstanceRow>(query) : database.all<InstanceRow>(query));
  if (longest.values.length === 1) return (await rowsOf(selectOne(given))).map(fromRow);
  const conditions = others.map(({ name, values }) => anyOf(name, values));
  const found: StoredInstance[] = [];
  for (let at = 0; at < longest.values.length; at += valuesAtOnce) {
    const some = anyOf(longest.name, longest.values.slice(at, at + valuesAtOnce));
    found.push(...(await rowsOf(select([some, ...conditions]))).map(fromRow));
  }
  return found;
}
