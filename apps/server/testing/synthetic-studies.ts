// Rows of an index without objects behind them: as many studies as a test or a measurement wants, made by the database itself.
import { type Database, literal, sql } from '../src/database/database.ts';

/** What study number `i` (from 1) says of itself, in SQL that every back end speaks. */
const study = {
  uid: "'1.2.840.99.' || i",
  patientId: "'PID' || (10000000 + i)",
  name: "'family' || (10000000 + i * 7919 % 9999991) || '^given' || (i % 977)",
  date: "'20' || (10 + i % 15) || (10 + i % 3) || (10 + i % 19)",
  accession: "'ACC' || (10000000 + i)",
  modality: "case when i % 3 = 0 then 'MR' else 'CT' end",
} as const;

export const syntheticStudy = (i: number) => ({
  uid: `1.2.840.99.${i}`,
  patientId: `PID${10_000_000 + i}`,
  name: `family${10_000_000 + ((i * 7919) % 9_999_991)}^given${i % 977}`,
  date: `20${10 + (i % 15)}${10 + (i % 3)}${10 + (i % 19)}`,
  accession: `ACC${10_000_000 + i}`,
});

const tables: readonly { readonly into: string; readonly values: readonly string[] }[] = [
  {
    into: `patient (patient_key, patient_id, issuer, nameless_study, name, name_alphabetic, name_ideographic,
      name_phonetic, birth_date, sex, attributes, study_count, series_count, instance_count)`,
    values: [
      ...['i', study.patientId, "''", "''", study.name, study.name, "''", "''"],
      ...["'19' || (10 + i % 90) || (10 + i % 3) || (10 + i % 19)", "case when i % 2 = 0 then 'F' else 'M' end"],
      ...["'{}'", '1', '1', '1'],
    ],
  },
  {
    into: `study (study_key, patient_key, study_instance_uid, study_date, study_time, accession_number, study_id,
      description, referring_alphabetic, referring_ideographic, referring_phonetic, modalities, sop_classes, attributes,
      series_count, instance_count, bytes, received_at, patient_name, patient_alphabetic, patient_sex)`,
    values: [
      ...['i', 'i', study.uid, study.date, "'101010'", study.accession, "'S' || i", "'description ' || (i % 5000)"],
      ...["'referrer' || (i % 2000) || '^x'", "''", "''", study.modality, "'1.2.840.10008.5.1.4.1.1.2'"],
      `'{"ReferringPhysicianName":["referrer' || (i % 2000) || '^x"]}'`,
      ...['1', '1', '500000', "'2026-01-01'", study.name, study.name],
      "case when i % 2 = 0 then 'F' else 'M' end",
    ],
  },
  {
    into: 'series (series_key, study_key, series_instance_uid, modality, series_number, attributes, instance_count)',
    values: ['i', 'i', `${study.uid} || '.1'`, study.modality, '1', "'{}'", '1'],
  },
  {
    into: `instance (instance_key, series_key, sop_instance_uid, sop_class_uid, transfer_syntax_uid, instance_number,
      number_of_frames, attributes, object_key, size, data_set_offset, digest, received_at, received_by, association_id)`,
    values: [
      ...['i', 'i', `${study.uid} || '.1.1'`, "'1.2.840.10008.5.1.4.1.1.2'", "'1.2.840.10008.1.2.1'", '1', '1', "'{}'"],
      ...["'none/' || i", '500000', '300', "'00000000'", "'2026-01-01'", "'{}'", "''"],
    ],
  },
];

/** Studies made by one statement. */
const atOnce = 20_000;

/** Adds the studies from number `from` to `to`, each of its own patient, with one series and one instance. */
export async function addSyntheticStudies(database: Database, from: number, to: number): Promise<void> {
  for (let first = from; first <= to; first += atOnce) {
    const last = Math.min(to, first + atOnce - 1);
    await database.batch(
      tables.map(
        ({ into, values }) => sql`insert into ${literal(into)}
          with recursive numbers (i) as (
            select cast(${first} as integer) union all select i + 1 from numbers where i < ${last})
          select ${literal(values.join(', '))} from numbers`,
      ),
      { durable: false },
    );
  }
}
