// The Accession Number that an order has for an object: where patient, name, day and modality of both agree. PS3.3 C.7.2.1
import { type DataSet, foldPersonName, fromJson } from '@concord/dicom';
import { type Database, sql } from '../database/database.ts';

/** Orders of one patient, day and modality that are looked at. */
const mostOrders = 100;

const named = (dataSet: DataSet): string => foldPersonName(dataSet.string('PatientName') ?? '');

/** Undefined where no order agrees, or where those that do have different numbers. Throws DatabaseError. */
export const createOrderNumbers =
  (database: Database) =>
  async (header: DataSet): Promise<string | undefined> => {
    const patient = header.string('PatientID') ?? '';
    const day = header.string('StudyDate') ?? '';
    const modality = header.string('Modality') ?? '';
    const name = named(header);
    if (patient === '' || day === '' || modality === '' || name === '') return undefined;
    const rows = await database.all<{ attributes: string }>(sql`
      select attributes from scheduled_step
      where patient_id = ${patient} and modality = ${modality} and scheduled_start >= ${day}
        and scheduled_start < ${`${day}~`} and accession_number <> '' and state <> 'CANCELED' limit ${mostOrders}`);
    const items = rows.map(({ attributes }) => fromJson(JSON.parse(attributes)));
    const numbers = new Set(
      items.filter((item) => named(item) === name).map((item) => item.string('AccessionNumber') ?? ''),
    );
    const [number] = numbers;
    return numbers.size === 1 ? number : undefined;
  };
