// The fixture archive F1 of the query-retrieve-server ledger: 3 patients, 4 studies, 7 series, 11 instances.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asPart10, ctSlice } from './data-sets.ts';

const jane = { PatientID: 'PID001', PatientName: 'DOE^JANE', PatientBirthDate: '19600101', PatientSex: 'F' };
const john = { PatientID: 'PID002', PatientName: 'DOE^JOHN', PatientBirthDate: '19551231', PatientSex: 'M' };
const ann = { PatientID: 'XID100', PatientName: 'SMITH^ANN', PatientBirthDate: '19900505', PatientSex: 'O' };

const sopClasses = {
  CT: '1.2.840.10008.5.1.4.1.1.2',
  MR: '1.2.840.10008.5.1.4.1.1.4',
  US: '1.2.840.10008.5.1.4.1.1.6.1',
  CR: '1.2.840.10008.5.1.4.1.1.1',
} as const;

const study = (uid: string, date: string, time: string, accession: string, id: string, description: string) => ({
  StudyInstanceUID: uid,
  StudyDate: date,
  StudyTime: time,
  AccessionNumber: accession,
  StudyID: id,
  StudyDescription: description,
});

/** Study Instance UIDs of ST1 to ST4. */
export const st1 = '1.2.826.0.1.1';
export const st2 = '1.2.826.0.1.2';
export const st3 = '1.2.826.0.1.3';
export const st4 = '1.2.826.0.1.4';

const studies = [
  {
    modality: 'CT' as const,
    patient: jane,
    study: { ...study(st1, '20240115', '083000', 'ACC001', 'S1', 'CT CHEST'), ReferringPhysicianName: 'REF^ALPHA' },
    series: [3, 2],
  },
  {
    modality: 'MR' as const,
    patient: jane,
    study: { ...study(st2, '20240310', '141500', 'ACC002', 'S2', 'MR HEAD'), ReferringPhysicianName: 'REF^BETA' },
    series: [2],
  },
  {
    modality: 'US' as const,
    patient: john,
    study: { ...study(st3, '20240115', '100000', 'ACC010', 'S3', 'US ABDOMEN'), ReferringPhysicianName: 'REF^ALPHA' },
    series: [2, 1],
  },
  {
    modality: 'CR' as const,
    patient: ann,
    study: { ...study(st4, '20231201', '090000', 'ACC020', 'S4', 'CR HAND'), ReferringPhysicianName: undefined },
    series: [1],
  },
];

export const f1 = studies.flatMap(({ modality, patient, study: values, series }) =>
  series.flatMap((images, seriesIndex) =>
    Array.from({ length: images }, (_, index) =>
      ctSlice({
        ...values,
        ...patient,
        Modality: modality,
        OperatorsName: `OPERATOR^${modality}`,
        SOPClassUID: sopClasses[modality],
        SeriesInstanceUID: `${values.StudyInstanceUID}.${seriesIndex + 1}`,
        SeriesNumber: String(seriesIndex + 1),
        SOPInstanceUID: `${values.StudyInstanceUID}.${seriesIndex + 1}.${index + 1}`,
        InstanceNumber: String(index + 1),
      }),
    ),
  ),
);

/** Writes F1 as files; resolves with the folder. */
export async function writeF1(folder: string): Promise<string> {
  const files = join(folder, 'f1');
  await mkdir(files);
  await Promise.all(f1.map((dataSet, index) => writeFile(join(files, `${index}.dcm`), asPart10(dataSet))));
  return files;
}
