// What a rebuilt index says otherwise than the one before it: the proof that nothing was lost, or the list of what was.
import { type ReadDatabase, sql } from '../database/database.ts';

/** `only before`: its file is gone or cannot be read; `only after`: a file that had no row; `differs`: both, in the named members. */
export interface Difference {
  readonly kind: 'only before' | 'only after' | 'differs';
  readonly sopInstanceUid: string;
  readonly key: string;
  readonly detail: string;
}

interface ComparedRow {
  readonly number: number;
  readonly key: string;
  readonly sopInstanceUid: string;
  readonly sopClassUid: string;
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly transferSyntaxUid: string;
  readonly size: number;
  readonly dataSetOffset: number;
  readonly digest: string;
  readonly pixelData: string | null;
}

/** Rows of one read. */
const pageSize = 1000;

async function* rowsOf(database: Pick<ReadDatabase, 'all'>): AsyncGenerator<ComparedRow> {
  for (let after = -1; ; ) {
    const rows = await database.all<ComparedRow>(sql`
      select i.instance_key as number, i.object_key as key, i.sop_instance_uid as "sopInstanceUid",
        i.sop_class_uid as "sopClassUid", s.study_instance_uid as "studyInstanceUid",
        e.series_instance_uid as "seriesInstanceUid", i.transfer_syntax_uid as "transferSyntaxUid", i.size as size,
        i.data_set_offset as "dataSetOffset", i.digest as digest, i.pixel_data as "pixelData"
      from instance i join series e on e.series_key = i.series_key join study s on s.study_key = e.study_key
      where i.instance_key > ${after} order by i.instance_key limit ${pageSize}`);
    yield* rows;
    after = rows.at(-1)?.number ?? after;
    if (rows.length < pageSize) return;
  }
}

const compared = [
  'key',
  'sopInstanceUid',
  'sopClassUid',
  'studyInstanceUid',
  'seriesInstanceUid',
  'transferSyntaxUid',
  'size',
  'dataSetOffset',
  'digest',
  'pixelData',
] as const satisfies readonly (keyof ComparedRow)[];

const difference = (kind: Difference['kind'], { sopInstanceUid, key }: ComparedRow, detail = ''): Difference => ({
  kind,
  sopInstanceUid,
  key,
  detail,
});

/** Both are read once, side by side, by the number of each object. */
export async function* indexDifferences(
  before: Pick<ReadDatabase, 'all'>,
  after: Pick<ReadDatabase, 'all'>,
): AsyncGenerator<Difference> {
  const old = rowsOf(before);
  const fresh = rowsOf(after);
  let [one, other] = await Promise.all([old.next(), fresh.next()]);
  while (!one.done || !other.done) {
    const order = one.done ? 1 : other.done ? -1 : one.value.number - other.value.number;
    if (order < 0 && !one.done) yield difference('only before', one.value);
    if (order > 0 && !other.done) yield difference('only after', other.value);
    if (order === 0 && !one.done && !other.done) yield* rowDifference(one.value, other.value);
    if (order <= 0) one = await old.next();
    if (order >= 0) other = await fresh.next();
  }
}

function* rowDifference(one: ComparedRow, other: ComparedRow): Generator<Difference> {
  const members = compared.filter((member) => one[member] !== other[member]);
  const detail = members.map((member) => `${member}: ${one[member]} before, ${other[member]} now`).join('; ');
  if (members.length > 0) yield difference('differs', one, detail);
}
