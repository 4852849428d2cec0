// One file to the DICOM JSON model, or back. PS3.18 Annex F.
import { DicomError, explicitVrLittleEndian, fromJson, toJson, writePart10 } from '@concord/dicom';
import { bulkUriIn } from '../bulk-uri.ts';
import type { NamedFile } from '../files.ts';
import { readDicom, rewriting } from './task.ts';

export interface JsonTask {
  /** From JSON to DICOM. */
  readonly read: boolean;
}

/** `concord json` for one file. */
export const jsonTask = ({ read }: JsonTask) => rewriting(read ? fromJsonFile : toJsonFile);

const toJsonFile = (bytes: Uint8Array, { path }: NamedFile): string =>
  `${JSON.stringify(toJson(readDicom(bytes).dataSet, { bulkDataUri: bulkUriIn(path) }))}\n`;

function fromJsonFile(bytes: Uint8Array): Uint8Array {
  const dataSet = fromJson(parsed(new TextDecoder().decode(bytes)));
  return writePart10({ dataSet, transferSyntaxUid: explicitVrLittleEndian });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new DicomError('bad-json', -1, '', error instanceof Error ? error.message : '');
  }
}
