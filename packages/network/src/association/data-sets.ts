// Identifiers and attribute lists on their way between values and bytes; at level debug they are told in lines. PS3.7 6.3.1.
import { type DataSet, dump, readDataSet, writeDataSet } from '@concord/dicom';
import type { Exchange } from './exchange.ts';

/** Lines of one data set in the log; more are only counted. */
const mostLines = 200;

/** The bytes of a data set that goes out, or those that it was encoded to already. */
export function encoded({ settings }: Exchange, dataSet: DataSet | Uint8Array, transferSyntax: string): Uint8Array {
  if (!(dataSet instanceof Uint8Array)) {
    tell(settings, 'sending', dataSet);
    return writeDataSet(dataSet, transferSyntax);
  }
  if (isTold(settings)) tell(settings, 'sending', readDataSet(dataSet, transferSyntax));
  return dataSet;
}

/** A data set that came in. Throws DicomError. */
export function decoded({ settings }: Exchange, bytes: Uint8Array, transferSyntax: string): DataSet {
  const dataSet = readDataSet(bytes, transferSyntax);
  tell(settings, 'received', dataSet);
  return dataSet;
}

const isTold = ({ log }: Exchange['settings']): boolean => log.isLevelEnabled?.('debug') ?? true;

function tell(settings: Exchange['settings'], direction: 'sending' | 'received', dataSet: DataSet): void {
  if (!isTold(settings)) return;
  const lines: string[] = [];
  let left = 0;
  for (const line of dump(dataSet))
    if (lines.length < mostLines) lines.push(`  ${line}`);
    else left += 1;
  if (left > 0) lines.push(`  and ${left} lines more`);
  settings.log.debug({}, [`${direction} data set`, ...lines].join('\n'));
}
