// The remembered header gives the same bytes as one made afresh.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileMetaInformation } from '@concord/dicom';
import { createFileMetaWriter } from './file-meta.ts';

test('every header is what fileMetaInformation makes, whatever came before', () => {
  const write = createFileMetaWriter();
  for (let round = 0; round < 100; round += 1)
    for (const sopInstanceUid of ['1.2', '1.2.3', `1.${'3'.repeat(62)}`, `1.2.${round}`])
      for (const title of [undefined, 'A', 'TESTER'])
        for (const transferSyntaxUid of ['1.2.840.10008.1.2.1', `1.2.840.10008.1.2.4.${round}`]) {
          const meta = {
            sopClassUid: '1.2.840.10008.5.1.4.1.1.2',
            sopInstanceUid,
            transferSyntaxUid,
            implementationClassUid: '1.2.3.4',
            implementationVersionName: 'TEST',
            ...(title && { sourceApplicationEntityTitle: title }),
          };
          assert.deepEqual(write(meta), Buffer.from(fileMetaInformation(meta)));
        }
});
