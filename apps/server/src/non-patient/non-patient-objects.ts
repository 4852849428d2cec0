// The store of objects that belong to no patient: whole in the index, found by any of their attributes. PS3.4 GG, U, X, BB, HH.
import { createHash } from 'node:crypto';
import {
  type DataSet,
  DicomError,
  type Element,
  fromJson,
  type MatchOptions,
  matches,
  readDataSet,
  scanInstance,
  toJson,
} from '@concord/dicom';
import { type Database, DatabaseError, join, sql } from '../database/database.ts';
import { type CategoryName, categoryOf } from './categories.ts';

/** Of one object, in bytes: a template of an implant with its drawings has some hundred thousand. */
export const mostObjectBytes = 16_777_216;

export interface ReceivedObject {
  /** Without File Meta Information. */
  readonly dataSet: Uint8Array;
  readonly transferSyntaxUid: string;
  /** What the request says of it, where it does. */
  readonly said?: {
    readonly category?: CategoryName | undefined;
    readonly sopClassUid?: string | undefined;
    readonly sopInstanceUid?: string | undefined;
  };
}

/** What became of an object: 0, or a status of PS3.4 Table B.2-1 and the reason in words. */
export interface Kept {
  readonly code: 0x0000 | 0x0122 | 0xa700 | 0xa900 | 0xc000;
  readonly comment?: string;
  readonly sopClassUid?: string;
  readonly sopInstanceUid?: string;
}

export interface NonPatientObject {
  readonly sopInstanceUid: string;
  readonly sopClassUid: string;
  readonly transferSyntaxUid: string;
  readonly dataSet: Uint8Array;
  readonly digest: string;
}

export interface NonPatientObjects {
  /** Durable when this resolves with 0. Another object with its UID gives way: whoever changes one has to give it a new UID. */
  store(object: ReceivedObject): Promise<Kept>;
  read(sopInstanceUid: string): Promise<NonPatientObject | undefined>;
  /** All attributes of those that match but long values, by SOP Instance UID. */
  find(category: CategoryName, keys: DataSet, matching?: MatchOptions): AsyncIterable<DataSet>;
}

interface ObjectRow {
  readonly sop_instance_uid: string;
  readonly sop_class_uid: string;
  readonly transfer_syntax_uid: string;
  readonly data_set: Uint8Array;
  readonly digest: string;
}

export const createNonPatientObjects = (database: Database, now: () => Date): NonPatientObjects => ({
  async store(object) {
    const described = describe(object);
    if ('code' in described) return described;
    const { sopClassUid, sopInstanceUid, category, attributes } = described;
    const digest = createHash('sha256').update(object.dataSet).digest('hex');
    try {
      await database.batch([
        sql`insert into non_patient_object (sop_instance_uid, sop_class_uid, category, transfer_syntax_uid, attributes,
            data_set, digest, stored_at)
          values (${sopInstanceUid}, ${sopClassUid}, ${category}, ${object.transferSyntaxUid}, ${attributes},
            ${object.dataSet}, ${digest}, ${now().toISOString()})
          on conflict (sop_instance_uid) do update set sop_class_uid = excluded.sop_class_uid,
            category = excluded.category, transfer_syntax_uid = excluded.transfer_syntax_uid,
            attributes = excluded.attributes, data_set = excluded.data_set, digest = excluded.digest,
            stored_at = excluded.stored_at`,
      ]);
    } catch (error) {
      if (!(error instanceof DatabaseError)) throw error;
      return { code: 0xa700, comment: error.message, sopClassUid, sopInstanceUid };
    }
    return { code: 0x0000, sopClassUid, sopInstanceUid };
  },
  async read(sopInstanceUid) {
    const [row] = await database.all<ObjectRow>(sql`
      select sop_instance_uid, sop_class_uid, transfer_syntax_uid, data_set, digest from non_patient_object
      where sop_instance_uid = ${sopInstanceUid}`);
    return (
      row && {
        sopInstanceUid: row.sop_instance_uid,
        sopClassUid: row.sop_class_uid,
        transferSyntaxUid: row.transfer_syntax_uid,
        dataSet: row.data_set,
        digest: row.digest,
      }
    );
  },
  async *find(category, keys, matching) {
    const uids = keys.strings('SOPInstanceUID').filter((uid) => /^[\d.]+$/u.test(uid));
    const list = join(
      uids.map((uid) => sql`${uid}`),
      ', ',
    );
    const narrowed = uids.length > 0 ? sql`and sop_instance_uid in (${list})` : sql``;
    const pages = database.iterate<{ attributes: string }>(sql`
      select attributes from non_patient_object where category = ${category} ${narrowed} order by sop_instance_uid`);
    for await (const rows of pages) {
      for (const row of rows) {
        const object = fromJson(JSON.parse(row.attributes), { bulkData: () => undefined });
        if (matches(keys, object, matching)) yield object;
      }
    }
  },
});

interface Described {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly category: CategoryName;
  readonly attributes: string;
}

/** What is kept of the object, or why it is not kept. */
function describe({ dataSet: bytes, transferSyntaxUid, said = {} }: ReceivedObject): Described | Kept {
  try {
    checkWhole(bytes, transferSyntaxUid);
    const dataSet = readDataSet(bytes, transferSyntaxUid);
    const [sopClassUid, sopInstanceUid] = [dataSet.string('SOPClassUID'), dataSet.string('SOPInstanceUID')];
    if (sopClassUid === undefined || sopInstanceUid === undefined || !isUidText(sopInstanceUid))
      return { code: 0xa900, comment: 'SOP Class UID or SOP Instance UID is missing or none' };
    const identity = { sopClassUid, sopInstanceUid };
    const category = categoryOf(sopClassUid);
    if (category === undefined) return { code: 0x0122, comment: 'it is an object of a patient', ...identity };
    const objection = objectionOf({ ...identity, category }, said);
    if (objection !== undefined) return { code: 0xa900, comment: objection, ...identity };
    const attributes = { ...toJson(dataSet, { bulkDataUri: leftOut }), ...asUnicode };
    return { ...identity, category, attributes: JSON.stringify(attributes) };
  } catch (error) {
    if (!(error instanceof DicomError)) throw error;
    return { code: 0xc000, comment: error.message };
  }
}

/** A reader makes the best of an object that is cut off; a store refuses it. @throws DicomError */
const checkWhole = (bytes: Uint8Array, transferSyntaxUid: string): void => {
  const scanner = scanInstance(transferSyntaxUid);
  scanner.push(bytes);
  scanner.end();
};

/** JSON is, whatever the object was written in. PS3.18 F.2. */
const asUnicode = { '00080005': { vr: 'CS', Value: ['ISO_IR 192'] } };

const isUidText = (text: string): boolean => text.length <= 64 && /^\d+(?:\.\d+)*$/u.test(text);

const objectionOf = (
  found: { readonly category: CategoryName; readonly sopClassUid: string; readonly sopInstanceUid: string },
  said: NonNullable<ReceivedObject['said']>,
): string | undefined => {
  if (said.category !== undefined && said.category !== found.category) return `it belongs to ${found.category}`;
  if (said.sopClassUid !== undefined && said.sopClassUid !== found.sopClassUid)
    return 'SOP Class UID differs from the request';
  if (said.sopInstanceUid !== undefined && said.sopInstanceUid !== found.sopInstanceUid)
    return 'SOP Instance UID differs from the request';
  return undefined;
};

const longVrs: ReadonlySet<string> = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'UN']);

/** Nobody searches for these; the object itself has them. In bytes. */
const longest = 1024;
const leftOut = (_: string, { vr, length }: Element): string | undefined =>
  longVrs.has(vr) && length > longest ? 'about:blank' : undefined;
