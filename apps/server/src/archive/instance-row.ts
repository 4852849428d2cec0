// The row of a stored object: what is known of it, and the statements by which it gets into a series that has rows already, the most frequent of all.
import type { DataSet } from '@concord/dicom';
import { fixedText, type Query, sql, type Value } from '../database/database.ts';
import type { Origin } from './archive.ts';
import type { Identifiers, ImageDescription } from './describe-instance.ts';

/** An object whose bytes are durable, or are by the time its rows are. */
export interface NewInstance {
  readonly identifiers: Identifiers;
  readonly transferSyntaxUid: string;
  readonly header: DataSet;
  /** What its own row says of it. */
  readonly image: ImageDescription;
  /** Where its pixel data lies, as the row keeps it; '' where it has none. */
  readonly pixelData: string;
  readonly objectKey: string;
  /** The store's number of the object: becomes the key of every row the object makes. */
  readonly number: number;
  readonly size: number;
  readonly dataSetOffset: number;
  /** CRC-32 of the data set, in hexadecimal. */
  readonly digest: string;
  readonly origin: Origin;
  /** ISO 8601, UTC. */
  readonly receivedAt: string;
  /** False where the object store could give the row back after a power failure. */
  readonly durable: boolean;
  /** Ticket of its bytes, where they are still on their way. */
  readonly after?: number | undefined;
  /** What was changed of it when it came, as its row keeps it; '' for nothing. */
  readonly overlay: string;
}

/** Keys of the rows that an object of a known series counts in. */
interface KnownKeys {
  readonly seriesKey: number;
  readonly studyKey: number;
}

export const receivedBy = ({ via, callingAeTitle = '', address = '' }: Origin): string =>
  JSON.stringify({ via, callingAeTitle, address });

export const insertInstance = (source: Query): Query => sql`
  insert into instance (instance_key, series_key, sop_instance_uid, sop_class_uid, transfer_syntax_uid, instance_number,
    number_of_frames, pixel_rows, pixel_columns, attributes, object_key, size, data_set_offset, digest, pixel_data,
    received_at, received_by, association_id, overlay)
  ${source} on conflict (sop_instance_uid) do nothing returning instance_key`;

/** The values of the columns behind `series_key`, in their order. */
function columnValues(instance: NewInstance): readonly Value[] {
  const { identifiers, origin, image } = instance;
  return [
    identifiers.sopInstanceUid,
    identifiers.sopClassUid,
    instance.transferSyntaxUid,
    image.instanceNumber,
    image.numberOfFrames,
    image.rows,
    image.columns,
    image.attributes,
    instance.objectKey,
    instance.size,
    instance.dataSetOffset,
    instance.digest,
    instance.pixelData === '' ? null : instance.pixelData,
    instance.receivedAt,
    receivedBy(origin),
    origin.associationId ?? '',
    instance.overlay,
  ];
}

const integer = sql`cast(${0} as integer)`;
const placesText = fixedText(sql`${''}, ${''}, ${''}, ${integer}, ${integer}, ${integer}, ${integer}, ${''}, ${''},
  ${integer}, ${integer}, ${''}, ${''}, ${''}, ${''}, ${''}, ${''}`);
const places: Query = { text: placesText, values: placesText.slice(1).map(() => null) };

/** The values of the columns behind `series_key`. */
export const valuesOf = (instance: NewInstance): Query => ({ text: placesText, values: columnValues(instance) });

const intoSeriesText = fixedText(insertInstance(sql`values (${0}, ${0}, ${places})`));

export const insertIntoSeries = (instance: NewInstance, { seriesKey }: KnownKeys): Query => ({
  text: intoSeriesText,
  values: [instance.number, seriesKey, ...columnValues(instance)],
});

/**
 * Counts go up only when this very object got its row, and its class is then one of its study: another server may have taken out
 * the last one of it. Nothing is spliced in: each text is known by its template.
 */
export const countIn = (
  { number, size, identifiers: { sopClassUid } }: NewInstance,
  { seriesKey, studyKey }: KnownKeys,
): readonly Query[] => [
  sql`update series set instance_count = instance_count + 1
    where series_key = ${seriesKey} and exists (select 1 from instance where instance_key = ${number})`,
  sql`update study set instance_count = instance_count + 1, bytes = bytes + cast(${size} as integer), is_open = 1,
      sop_classes = case when sop_classes = '' then ${sopClassUid}
        when replace('\\' || sop_classes || '\\', ${`\\${sopClassUid}\\`}, '') = '\\' || sop_classes || '\\'
        then sop_classes || ${`\\${sopClassUid}`} else sop_classes end
    where study_key = ${studyKey} and exists (select 1 from instance where instance_key = ${number})`,
  sql`update patient set instance_count = instance_count + 1
    where patient_key = (select patient_key from study where study_key = ${studyKey})
      and exists (select 1 from instance where instance_key = ${number})`,
];
