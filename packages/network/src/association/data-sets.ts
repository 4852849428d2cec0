// Identifiers and attribute lists on their way between values and bytes; at level debug they are told in lines. PS3.7 6.3.1.
import { type DataSet, dump, readDataSet, writeDataSet } from '@concord/dicom';
import type { Exchange } from './exchange.ts';

/** Lines of one data set in the log; more are only counted. */
const mostLines = 200;

/** The bytes of a data set that goes out. */
export function encoded({ settings }: Exchange, dataSet: DataSet, transferSyntax: string): Uint8Array {
  tell(settings, 'sending', dataSet);
  return writeDataSet(dataSet, transferSyntax);
}

/** A data set that came in. Throws DicomError. */
export function decoded({ settings }: Exchange, bytes: Uint8Array, transferSyntax: string): DataSet {
  const dataSet = readDataSet(bytes, transferSyntax);
  tell(settings, 'received', dataSet);
  return dataSet;
}

function tell({ log }: Exchange['settings'], direction: 'sending' | 'received', dataSet: DataSet): void {
  if (!(log.isLevelEnabled?.('debug') ?? true)) return;
  const lines: string[] = [];
  let left = 0;
  for (const line of dump(dataSet))
    if (lines.length < mostLines) lines.push(`  ${line}`);
    else left += 1;
  if (left > 0) lines.push(`  and ${left} lines more`);
  log.debug({}, [`${direction} data set`, ...lines].join('\n'));
}
