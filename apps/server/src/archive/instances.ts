// Rows of the index for stored objects: added in one batch, committed when the promise resolves.
import { type Database, DatabaseError, literal, type Query, type Row, sql } from '../database/database.ts';
import { tolerantly } from '../patients/compare-patients.ts';
import { applyOverlays, writeOverlay } from '../patients/overlay.ts';
import {
  describePatient,
  describeSeries,
  describeStudy,
  type Identifiers,
  identityOf,
  type PatientIdentity,
} from './describe-instance.ts';
import { countIn, insertInstance, insertIntoSeries, type NewInstance, receivedBy, valuesOf } from './instance-row.ts';
import {
  type Contradiction,
  contradictionsOf,
  type Placement,
  type PlacingParts,
  placeStudy,
  type Received,
  receivedOf,
} from './place-study.ts';

export { type NewInstance, receivedBy };

/** A series that has rows already: its keys, and what has to be compared with each further object. */
interface KnownSeries {
  readonly seriesKey: number;
  readonly studyKey: number;
  /** What the study's first object says of the patient. */
  readonly received: Received;
  /** Its objects go out with other values than they came with. */
  readonly coerced: boolean;
}

/** What became of it: added, and what about it contradicts what was there before. */
export type Added =
  | 'there already'
  | {
      readonly contradictions: readonly Contradiction[] /** It, or its study, got other values. */;
      readonly coerced: boolean;
    };

/** Series whose keys are remembered, so that a further object of theirs costs one insert and three counts. */
const rememberedSeries = 2000;

const seriesName = ({ studyInstanceUid, seriesInstanceUid }: Identifiers) => `${studyInstanceUid} ${seriesInstanceUid}`;

/** What holds where nobody says otherwise. */
const usualPlacing: Omit<PlacingParts, 'database'> = { conflicts: 'quarantine', system: '', now: () => new Date() };

export function createInstances(database: Database, placing: Omit<PlacingParts, 'database'> = usualPlacing) {
  const known = new Map<string, KnownSeries>();
  const remember = (name: string, series: KnownSeries) => {
    known.set(name, series);
    const oldest = known.keys().next();
    if (known.size > rememberedSeries && !oldest.done) known.delete(oldest.value);
  };

  const addToKnown = async (instance: NewInstance, series: KnownSeries): Promise<boolean> => {
    const statements = [insertIntoSeries(instance, series), ...countIn(instance, series)];
    const [inserted] = await database.batch(statements, instance);
    return (inserted?.length ?? 0) > 0;
  };

  const addWithParents = async (instance: NewInstance): Promise<KnownSeries | undefined> => {
    const { header, identifiers } = instance;
    const placement = await placeStudy(header, identifiers.studyInstanceUid, { ...placing, database });
    const statements = [...insertWithParents(instance, placement), keysOf(instance)];
    const results = await database.batch(statements, instance);
    const row = results.at(-1)?.[0];
    if (!row) return undefined;
    const series = seriesOf(instance, row);
    if (placement && series.studyKey === instance.number) await settleRace(instance, placement, row);
    remember(seriesName(identifiers), series);
    if (Number(row.elsewhere) > 0) strays.add(instance.number);
    return series;
  };

  /** Somebody made the patient's row meanwhile, and it is another person's: the study gets a row of its own after all. */
  const settleRace = async (instance: NewInstance, placement: Placement, row: Row): Promise<void> => {
    if (placement.namelessStudy !== '' || placement.quarantine !== '' || placing.conflicts === 'accept') return;
    const { studyInstanceUid } = instance.identifiers;
    const seen = { name: String(row.name), birthDate: String(row.birth_date) };
    if (placement.overlay || tolerantly(receivedOf(instance.header), seen).length === 0) return;
    const why = `another person came under patient ID ${placement.patientId} at the same time`;
    const own = { ...placement, namelessStudy: studyInstanceUid, quarantine: why };
    await database.batch(separateStudy(instance, own, Number(row.patient_key)));
  };
  /** Objects whose series is in another study too. */
  const strays = new Set<number>();
  const addedOf = (
    instance: NewInstance,
    series: Pick<KnownSeries, 'received' | 'coerced'>,
  ): Exclude<Added, 'there already'> => {
    const elsewhere = strays.delete(instance.number) ? (['series in two studies'] as const) : [];
    const contradictions = [...elsewhere, ...contradictionsOf(receivedOf(instance.header), series.received)];
    return { contradictions, coerced: series.coerced || instance.overlay !== '' };
  };

  const addOnce = async (instance: NewInstance): Promise<KnownSeries | undefined> => {
    const series = known.get(seriesName(instance.identifiers));
    if (!series) return addWithParents(instance);
    try {
      return (await addToKnown(instance, series)) ? series : undefined;
    } catch (error) {
      if (!(error instanceof DatabaseError) || error.fault !== 'reference') throw error;
      // Somebody removed the series since: it is made again.
      known.delete(seriesName(instance.identifiers));
      return addWithParents(instance);
    }
  };

  return {
    async add(instance: NewInstance): Promise<Added> {
      const series = await addOnce(instance);
      if (!series) return 'there already';
      return addedOf(instance, series);
    },
    /**
     * The same where nothing else writes meanwhile, so that what is decided within the transaction holds. The SOP Instance UID is not there, as the caller
     * has seen in it.
     */
    async addWithin(within: Pick<Database, 'all'>, instance: NewInstance): Promise<Exclude<Added, 'there already'>> {
      const placement = await placeStudy(instance.header, instance.identifiers.studyInstanceUid, {
        ...placing,
        database: within,
      });
      for (const statement of insertWithParents(instance, placement)) await within.all(statement);
      const [row] = await within.all(keysOf(instance));
      if (!row) throw new DatabaseError('failed', 'the row of an object was not made');
      if (Number(row.elsewhere) > 0) strays.add(instance.number);
      return addedOf(instance, seriesOf(instance, row));
    },
    /** After rows were removed or moved. */
    forget: () => known.clear(),
  };
}

/** What is compared with each further object, of the series that this one got its row in. */
function seriesOf({ header }: NewInstance, row: Row): KnownSeries {
  const text = String(row.received);
  return {
    seriesKey: Number(row.series_key),
    studyKey: Number(row.study_key),
    received: text === '' ? receivedOf(header) : JSON.parse(text),
    coerced: row.study_overlay !== '',
  };
}

/** Adds a word to a list separated by backslashes, unless it is in it. */
const addToSet = (column: 'modalities' | 'sop_classes', word: string, studyKey: Query): Query => {
  const name = literal(column);
  const bracketed = `\\${word}\\`;
  return sql`update study set ${name} = case when ${name} = '' then ${word} else ${name} || ${`\\${word}`} end
    where study_key = ${studyKey} and replace('\\' || ${name} || '\\', ${bracketed}, '') = '\\' || ${name} || '\\'`;
};

const keysOf = ({ number }: NewInstance): Query => sql`
  select e.series_key, s.study_key, s.received, s.overlay as study_overlay, p.patient_key, p.name, p.birth_date,
    (select count(*) from series o where o.series_instance_uid = e.series_instance_uid and o.study_key <> e.study_key) as elsewhere
  from instance i join series e on e.series_key = i.series_key join study s on s.study_key = e.study_key
    join patient p on p.patient_key = s.patient_key
  where i.instance_key = ${number}`;

/** Makes what is missing from the patient down. Nothing is made when the SOP Instance UID is there already. */
function insertWithParents(instance: NewInstance, placement: Placement | undefined): Query[] {
  const { header, identifiers, number } = instance;
  const own = placement ?? { ...identityOf(header, identifiers.studyInstanceUid), quarantine: '', overlay: undefined };
  const shown = own.overlay ? { ...instance, header: applyOverlays(header, [own.overlay]) } : instance;
  const isNew = sql`not exists (select 1 from instance where sop_instance_uid = ${identifiers.sopInstanceUid})`;
  const seriesKey = sql`(select series_key from instance where instance_key = ${number})`;
  const studyKey = sql`(select study_key from series where series_key = ${seriesKey})`;
  const patientKey = sql`(select patient_key from study where study_key = ${studyKey})`;
  const modality = describeSeries(header).modality;
  return [
    insertPatient(shown, own, isNew),
    insertStudy(shown, own, isNew, receivedOf(header)),
    insertSeries(instance, isNew),
    insertInstance(
      sql`select cast(${number} as integer), e.series_key, ${valuesOf(instance)}
        from series e join study s on s.study_key = e.study_key
        where e.series_instance_uid = ${identifiers.seriesInstanceUid}
          and s.study_instance_uid = ${identifiers.studyInstanceUid}`,
    ),
    sql`update series set instance_count = instance_count + 1 where series_key = ${seriesKey}`,
    sql`update study set instance_count = instance_count + 1, bytes = bytes + cast(${instance.size} as integer),
      series_count = series_count + (select count(*) from series where series_key = ${number}), is_open = 1
      where study_key = ${studyKey}`,
    sql`update patient set instance_count = instance_count + 1,
      series_count = series_count + (select count(*) from series where series_key = ${number}),
      study_count = study_count + (select count(*) from study where study_key = ${number})
      where patient_key = ${patientKey}`,
    ...(modality === '' ? [] : [addToSet('modalities', modality, studyKey)]),
    addToSet('sop_classes', identifiers.sopClassUid, studyKey),
  ];
}

const insertPatient = (instance: NewInstance, own: PatientIdentity, isNew: Query): Query =>
  insertPatientRow(
    instance,
    own,
    sql`${isNew} and not exists (select 1 from study where study_instance_uid = ${instance.identifiers.studyInstanceUid})`,
  );

function insertPatientRow({ header, number }: NewInstance, own: PatientIdentity, condition: Query): Query {
  const patient = describePatient(header);
  return sql`
    insert into patient (patient_key, patient_id, issuer, nameless_study, name, name_alphabetic,
      name_ideographic, name_phonetic, birth_date, sex, attributes, study_count, series_count, instance_count)
    select cast(${number} as integer), ${own.patientId}, ${own.issuer}, ${own.namelessStudy}, ${patient.name},
      ${patient.folded.alphabetic}, ${patient.folded.ideographic}, ${patient.folded.phonetic}, ${patient.birthDate}, ${patient.sex}, ${patient.attributes}, 0, 0, 0
    where ${condition}
    on conflict (patient_id, issuer, nameless_study) do nothing`;
}

function insertStudy(
  { header, number, identifiers, receivedAt }: NewInstance,
  own: Placement,
  isNew: Query,
  received: Received,
): Query {
  const study = describeStudy(header);
  const patient = describePatient(header);
  return sql`
    insert into study (study_key, patient_key, study_instance_uid, study_date, study_time, accession_number, study_id,
      description, referring_alphabetic, referring_ideographic, referring_phonetic, modalities, sop_classes, attributes, series_count, instance_count, bytes, received_at,
      patient_name, patient_alphabetic, patient_ideographic, patient_phonetic, patient_birth_date, patient_sex, received,
      overlay, quarantine)
    select cast(${number} as integer), p.patient_key, ${identifiers.studyInstanceUid}, ${study.studyDate},
      ${study.studyTime}, ${study.accessionNumber}, ${study.studyId}, ${study.description}, ${study.referring.alphabetic},
      ${study.referring.ideographic}, ${study.referring.phonetic},
      '', '', ${study.attributes}, 0, 0, 0, ${receivedAt}, ${patient.name}, ${patient.folded.alphabetic},
      ${patient.folded.ideographic}, ${patient.folded.phonetic}, ${patient.birthDate}, ${patient.sex},
      ${JSON.stringify(received)}, ${writeOverlay(own.overlay)}, ${own.quarantine}
    from patient p
    where p.patient_id = ${own.patientId} and p.issuer = ${own.issuer} and p.nameless_study = ${own.namelessStudy}
      and ${isNew}
    on conflict (study_instance_uid) do nothing`;
}

/** Takes a new study, with its one object, from the patient it was put to. */
function separateStudy(instance: NewInstance, own: Placement, from: number): Query[] {
  const { studyInstanceUid } = instance.identifiers;
  const isThere = sql`exists (select 1 from study where study_instance_uid = ${studyInstanceUid})`;
  const key = sql`(select patient_key from patient
    where patient_id = ${own.patientId} and issuer = ${own.issuer} and nameless_study = ${own.namelessStudy})`;
  const counts = (change: string, patient: Query) => sql`
    update patient set study_count = study_count ${literal(change)} 1, series_count = series_count ${literal(change)} 1,
      instance_count = instance_count ${literal(change)} 1 where patient_key = ${patient}`;
  return [
    insertPatientRow(instance, own, isThere),
    sql`update study set patient_key = ${key}, quarantine = ${own.quarantine} where study_instance_uid = ${studyInstanceUid}`,
    counts('-', sql`${from}`),
    counts('+', key),
  ];
}

function insertSeries({ header, number, identifiers }: NewInstance, isNew: Query): Query {
  const series = describeSeries(header);
  return sql`
    insert into series (series_key, study_key, series_instance_uid, modality, series_number, attributes, instance_count)
    select cast(${number} as integer), s.study_key, ${identifiers.seriesInstanceUid}, ${series.modality},
      cast(${series.seriesNumber} as integer), ${series.attributes}, 0
    from study s where s.study_instance_uid = ${identifiers.studyInstanceUid} and ${isNew}
    on conflict (series_instance_uid, study_key) do nothing`;
}
