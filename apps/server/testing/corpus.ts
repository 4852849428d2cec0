// Real files that nobody of this project made: CONCORD_TEST_DATA, or the folder shared/data beside the repository.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DataSet, isUid, readPart10 } from '@concord/dicom';

const folder = process.env.CONCORD_TEST_DATA ?? join(import.meta.dirname, '../../../../shared/data');

/** Why tests on real files do not run; false where they do. */
export const noCorpus = existsSync(join(folder, 'index.csv')) ? false : `no test data in ${folder}`;

export interface CorpusFile {
  readonly path: string;
  readonly transferSyntaxUid: string;
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
}

const identifying = ['SOPClassUID', 'SOPInstanceUID', 'StudyInstanceUID', 'SeriesInstanceUID'];

/** Part 10 storage instances with the UIDs an archive needs. */
export function storageInstances(): CorpusFile[] {
  const rows = readFileSync(join(folder, 'index.csv'), 'utf8').trim().split('\n').slice(1);
  return rows.flatMap((row) => {
    const [name = '', , part10] = row.split(',');
    const path = join(folder, name);
    const file = part10 === 'yes' ? read(path) : undefined;
    if (!file || identifying.some((keyword) => !isUid(file.dataSet.string(keyword) ?? ''))) return [];
    const [sopClassUid = '', sopInstanceUid = '', studyInstanceUid = '', seriesInstanceUid = ''] = identifying.map(
      (keyword) => file.dataSet.string(keyword),
    );
    const { transferSyntaxUid } = file;
    return { path, transferSyntaxUid, sopClassUid, sopInstanceUid, studyInstanceUid, seriesInstanceUid };
  });
}

/** A file that is cut short is no instance; other oddities are the archive's to bear. */
const cutShort = ['past-end', 'bad-fragment'];

function read(path: string): { dataSet: DataSet; transferSyntaxUid: string } | undefined {
  try {
    const file = readPart10(readFileSync(path));
    return file.findings.some(({ fault }) => cutShort.includes(fault)) ? undefined : file;
  } catch {
    return undefined;
  }
}
