// Sends and gets what DCMTK cannot read, byte for byte, with our own client.
import { readFile } from 'node:fs/promises';
import { readPart10 } from '@concord/dicom';
import { connect, contextsFor, queryRetrieveSopClasses, type Status } from '@concord/network';
import type { CorpusFile } from './corpus.ts';
import { dataSetOf, inPieces } from './data-sets.ts';

const peer = (port: number) => ({ host: '127.0.0.1', port, calledAeTitle: 'CONCORD', callingAeTitle: 'TESTER' });

/** The data set of a file as it is encoded. */
export async function encodedDataSet(path: string): Promise<Buffer> {
  const bytes = await readFile(path);
  return bytes.subarray(readPart10(bytes).dataSetOffset);
}

export async function sendUnchanged(port: number, files: readonly CorpusFile[]): Promise<Status[]> {
  await using association = await connect(peer(port), contextsFor(files.map((file) => ({ ...file }))));
  const statuses: Status[] = [];
  for (const file of files) {
    const bytes = await encodedDataSet(file.path);
    statuses.push(await association.store({ ...file, open: () => inPieces(bytes, 50_000) }));
  }
  return statuses;
}

/** The data set of one object as C-GET brings it, in the syntax it was sent in. */
export async function getUnchanged(port: number, file: CorpusFile): Promise<Buffer> {
  const abstractSyntax = queryRetrieveSopClasses.studyRootGet;
  const roles = { scu: false, scp: true };
  const contexts = contextsFor([file]).map((context) => ({ ...context, roles }));
  const query = { abstractSyntax, transferSyntaxes: ['1.2.840.10008.1.2.1'] };
  await using association = await connect(peer(port), [query, ...contexts]);
  const identifier = dataSetOf({
    QueryRetrieveLevel: 'IMAGE',
    StudyInstanceUID: file.studyInstanceUid,
    SeriesInstanceUID: file.seriesInstanceUid,
    SOPInstanceUID: file.sopInstanceUid,
  });
  const parts: Uint8Array[] = [];
  const onStore = async ({ dataSet }: { dataSet: AsyncIterable<Uint8Array> }) => {
    for await (const part of dataSet) parts.push(part);
    return { code: 0x0000 };
  };
  await Array.fromAsync(association.get(abstractSyntax, identifier, { onStore }));
  return Buffer.concat(parts);
}
