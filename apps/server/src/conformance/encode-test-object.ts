// Test objects in compressed transfer syntaxes, made by our own encoders: what a plan sends where a peer says that it takes them. PS3.5 A.4
import type { EncodeTestObject } from '@concord/conformance';
import { readDataSet } from '@concord/dicom';
import { describeImage, obstacle } from '@concord/imaging';
import { createImagingPool, transcodeInstance } from '@concord/imaging/node';

/** An encoder with a thread of its own, which starts with the first object; close it at the end of a run. */
export function createTestEncoder(): { readonly encode: EncodeTestObject; close(): Promise<void> } {
  const pool = createImagingPool({ threads: 1 });
  return {
    encode: async (instance, target, newSopInstanceUid) => {
      const { dataSet } = instance;
      const pixels = dataSet.bytes('PixelData');
      if (!pixels || obstacle(describeImage(dataSet), target) !== undefined) return undefined;
      const header = dataSet.clone();
      header.delete('PixelData');
      const { transferSyntaxUid } = instance;
      const made = await transcodeInstance(
        pool,
        { header, transferSyntaxUid, pixelDataVr: 'OW', frame: async () => Uint8Array.from(pixels) },
        { target, newSopInstanceUid },
      );
      const bytes = Buffer.concat(await Array.fromAsync(made.dataSet));
      const open = async function* () {
        yield Uint8Array.from(bytes);
      };
      return {
        ...instance,
        sopInstanceUid: made.sopInstanceUid ?? instance.sopInstanceUid,
        transferSyntaxUid: target,
        dataSet: readDataSet(bytes, target),
        bytes,
        open,
      };
    },
    close: () => pool.close(),
  };
}
