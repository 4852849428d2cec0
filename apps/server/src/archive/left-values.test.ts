// Values that stay in the file: a header is read without them, and each of them in pieces, whatever the transfer syntax.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import { DicomError, explicitVrLittleEndian } from '@concord/dicom';
import { ctSlice, encoded, inPieces } from '../../testing/data-sets.ts';
import { openRealArchive, type RealArchive } from '../../testing/real-archive.ts';
import { alsoEdited } from './outgoing-changes.ts';

const deflated = '1.2.840.10008.1.2.1.99';
const joined = async (chunks: AsyncIterable<Uint8Array>) => Buffer.concat(await Array.fromAsync(chunks));

const document = new Uint8Array(
  Buffer.alloc(
    3_000_001,
    Uint8Array.from({ length: 251 }, (_, at) => (at * 7) % 251),
  ),
);
const withDocument = (values = {}) =>
  ctSlice({
    SOPClassUID: '1.2.840.10008.5.1.4.1.1.104.1',
    PixelData: undefined,
    EncapsulatedDocument: Buffer.concat([document, Buffer.alloc(1)]),
    EncapsulatedDocumentLength: document.length,
    ...values,
  });

const receive = async ({ archive }: RealArchive, bytes: Uint8Array, transferSyntaxUid: string) => {
  const origin = { via: 'import' } as const;
  const { status, instance } = await archive.receive({ dataSet: inPieces(bytes, 65_536), transferSyntaxUid, origin });
  assert.deepEqual(status, { code: 0 });
  assert.ok(instance);
  return instance;
};

for (const [name, transferSyntaxUid, bytes] of [
  ['Implicit VR Little Endian', '1.2.840.10008.1.2', encoded(withDocument(), '1.2.840.10008.1.2')],
  ['Explicit VR Little Endian', explicitVrLittleEndian, encoded(withDocument())],
  ['Explicit VR Big Endian', '1.2.840.10008.1.2.2', encoded(withDocument(), '1.2.840.10008.1.2.2')],
  ['deflated', deflated, deflateRawSync(encoded(withDocument()))],
] as const)
  test(`a header without its document, and the document in pieces: ${name}`, async (t) => {
    const opened = await openRealArchive(t);
    const instance = await receive(opened, bytes, transferSyntaxUid);
    const header = await opened.archive.headerLeavingValues(instance);
    assert.equal(header.string('PatientName'), 'DOE^JANE');
    assert.equal(header.number('EncapsulatedDocumentLength'), document.length);
    const element = header.element('EncapsulatedDocument');
    assert.equal(element?.reference?.length, document.length + 1);
    assert.throws(
      () => header.bytes('EncapsulatedDocument'),
      (error) => error instanceof DicomError && error.fault === 'absent-bulk',
    );
    const part = (start: number, end: number) => joined(opened.archive.leftValue(instance, element, { start, end }));
    assert.ok((await part(0, document.length)).equals(document));
    assert.ok((await part(1_000_000, 1_000_010)).equals(document.subarray(1_000_000, 1_000_010)));
    assert.equal((await part(document.length, document.length + 500)).length, 1, 'no more than the value has');
    const pieces = await Array.fromAsync(opened.archive.leftValue(instance, element), ({ length }) => length);
    assert.ok(pieces.length > 2 && Math.max(...pieces) < document.length / 2, `${pieces}`);
    assert.equal((await opened.archive.headerLeavingValues(instance)).string('PatientID'), 'PID001', 'once more');
  });

test('of a file with a long value little more than the rest is read, and a correction is laid over it', async (t) => {
  let read = 0;
  const opened = await openRealArchive(t, {
    store: (real) => ({
      ...real,
      read(key, run) {
        read += run ? run.end - run.start : 1e9;
        return real.read(key, run);
      },
    }),
  });
  const instance = await receive(opened, encoded(withDocument()), explicitVrLittleEndian);
  read = 0;
  const corrected = alsoEdited(instance, (dataSet) => {
    dataSet.set('PatientName', 'ROE^RICHARD');
    return dataSet;
  });
  const header = await opened.archive.headerLeavingValues(corrected);
  assert.ok(read < 100_000, `${read}`);
  assert.equal(header.string('PatientName'), 'ROE^RICHARD');
  const element = header.element('EncapsulatedDocument');
  assert.ok(element);
  assert.ok((await joined(opened.archive.leftValue(corrected, element))).subarray(0, -1).equals(document));
});
