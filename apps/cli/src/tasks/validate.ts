// One file against the standard: what the reader found odd, then modules, values and what contradicts. PS3.3, PS3.5, PS3.10 7.1.
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { formatTag, type Part10File, parseTag, readPart10, readStream } from '@concord/dicom';
import { iodOf, type ValidationFinding, validate } from '@concord/dicom/iod';
import type { NamedFile } from '../files.ts';
import { notDirectory, type Task } from './task.ts';

export interface ValidateTask {
  /** Most findings of one file. */
  readonly limit: number;
}

/** Something found. */
export interface FileFinding extends Pick<ValidationFinding, 'path' | 'severity' | 'message' | 'section'> {
  /** The same path in tags: `(0040,0275)[0].(0040,0009)`; '' for the whole data set. */
  readonly tags: string;
  /** A rule of the validator, or `file` for what the reader says of the bytes. */
  readonly rule: string;
}

/** What is said of one file. */
export interface FileFindings {
  readonly sopClassUid: string;
  /** Name of the IOD; '' where the SOP Class has none that is known. */
  readonly iod: string;
  readonly sopInstanceUid: string;
  readonly transferSyntaxUid: string;
  readonly findings: readonly FileFinding[];
}

/** Larger files are read in pieces, without their long values. Bytes. */
const largeFile = 16 << 20;
const longValue = 1 << 20;

/** `concord validate` for one file. */
export const validateTask =
  ({ limit }: ValidateTask): Task<FileFindings> =>
  async (file) => {
    const content = notDirectory(await open(file));
    const { dataSet, transferSyntaxUid } = content;
    const sopClassUid = dataSet.string('SOPClassUID') ?? '';
    return {
      sopClassUid,
      iod: iodOf(sopClassUid)?.name ?? '',
      sopInstanceUid: dataSet.string('SOPInstanceUID') ?? '',
      transferSyntaxUid,
      findings: [...ofReader(content), ...ofMeta(content), ...validate(dataSet, { limit }).map(withTags)].slice(
        0,
        limit,
      ),
    };
  };

async function open({ path, size }: NamedFile): Promise<Part10File> {
  if (size <= largeFile) return readPart10(await readFile(path));
  const source = createReadStream(path);
  try {
    return await readStream(source, { bulkThreshold: longValue });
  } finally {
    source.destroy();
  }
}

const withTags = (finding: ValidationFinding): FileFinding => ({ ...finding, tags: tagsOf(finding.path) });

function tagsOf(path: string): string {
  if (path === '') return '';
  const steps = path.split('.').map((step) => {
    const [, name = step, item = ''] = /^([^[]+)(\[\d+\])?$/.exec(step) ?? [];
    const tag = parseTag(name);
    return `${tag === undefined ? name : formatTag(tag)}${item}`;
  });
  return steps.join('.');
}

const ofReader = ({ findings }: Part10File): readonly FileFinding[] =>
  findings.map(({ path, severity, text, offset }) => ({
    path,
    tags: tagsOf(path),
    rule: 'file',
    severity,
    message: offset < 0 ? text : `${text} (byte ${offset})`,
    section: 'PS3.10 7, PS3.5 7',
  }));

/** The File Meta Information speaks of the same instance as the data set. PS3.10 7.1 */
function ofMeta({ meta, dataSet }: Part10File): readonly FileFinding[] {
  const pairs = [
    ['MediaStorageSOPClassUID', 'SOPClassUID'],
    ['MediaStorageSOPInstanceUID', 'SOPInstanceUID'],
  ] as const;
  return pairs.flatMap(([inMeta, inDataSet]) => {
    const [said, is] = [meta.string(inMeta), dataSet.string(inDataSet)];
    if (said === undefined || is === undefined || said === is) return [];
    const message = `${said}, but ${inDataSet} is ${is}`;
    return [{ path: inMeta, tags: tagsOf(inMeta), rule: 'file', severity: 'error', message, section: 'PS3.10 7.1' }];
  });
}
