// A multi-frame object of any length that is never held in memory: its header, and frames that are made while they go out. PS3.5 7.1
import { explicitVrLittleEndian, writeDataSet } from '@concord/dicom';
import { type TestInstance, type TestPatient, testInstance } from './test-data.ts';

const side = 512;
const frameBytes = side * side;

/** Tag, VR or nothing, and length of Pixel Data. */
function pixelHeader(length: number, transferSyntax: string): Uint8Array {
  const explicit = transferSyntax === explicitVrLittleEndian;
  const header = Buffer.alloc(explicit ? 12 : 8);
  header.writeUInt16LE(0x7fe0, 0);
  header.writeUInt16LE(0x0010, 2);
  if (explicit) header.write('OW', 4, 'latin1');
  header.writeUInt32LE(length, explicit ? 8 : 4);
  return header;
}

/** How long the whole data set is, with the frames that it takes to reach `bytes`. */
export interface LargeInstance extends TestInstance {
  readonly length: number;
}

/** An instance in Explicit or Implicit VR Little Endian of at least `bytes`, and less than a frame more. */
export function largeInstance(
  patient: TestPatient,
  sopClass: string,
  { transferSyntax, bytes }: { readonly transferSyntax: string; readonly bytes: number },
): LargeInstance {
  const small = testInstance(patient, sopClass, { transferSyntaxUid: transferSyntax, number: 900 });
  const frames = Math.max(1, Math.ceil(bytes / frameBytes));
  const { dataSet } = small;
  dataSet.delete('PixelData');
  for (const [keyword, value] of [
    ['NumberOfFrames', frames],
    ['Rows', side],
    ['Columns', side],
  ] as const)
    dataSet.set(keyword, value);
  const head = Buffer.concat([writeDataSet(dataSet, transferSyntax), pixelHeader(frames * frameBytes, transferSyntax)]);
  const frame = Uint8Array.from({ length: frameBytes }, (_, at) => at & 0xff);
  return {
    ...small,
    bytes: head,
    length: head.length + frames * frameBytes,
    open: async function* () {
      yield Uint8Array.from(head);
      // Chunks belong to the receiver: each frame is a copy.
      for (let number = 0; number < frames; number += 1) yield Uint8Array.from(frame);
    },
  };
}
