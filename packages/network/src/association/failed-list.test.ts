// The Failed SOP Instance UID List of a retrieve of which thousands fail. PS3.4 C.4.2.1.4.2, PS3.5 7.1.2.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DataSet } from '@concord/dicom';
import { bind } from '../service.ts';
import { queryGet, queryRetrieveSopClasses } from '../services/query-retrieve.ts';
import { listen } from './acceptor.ts';
import { connect } from './requestor.ts';

const [implicit, explicit] = ['1.2.840.10008.1.2', '1.2.840.10008.1.2.1'];
const sopClass = queryRetrieveSopClasses.studyRootGet;

/** Some are longer than others. */
const uids = Array.from({ length: 6000 }, (_, index) => `1.2.826.0.1.3680043.10.${index}`);

async function lastResponse(transferSyntax: string) {
  const getting = bind(queryGet, {
    'C-GET': async () => ({
      instances: uids.map((sopInstanceUid) => ({
        ...{ sopClassUid: '1.2.840.10008.5.1.4.1.1.2', sopInstanceUid, transferSyntaxUid: explicit },
        withheld: 'it is not to be sent',
        open: () => assert.fail('it is opened'),
      })),
    }),
  });
  const acceptor = await listen({
    ...{ host: '127.0.0.1', port: 0 },
    applicationEntities: [{ aeTitle: 'ARCHIVE', services: [getting] }],
  });
  try {
    const peer = { host: '127.0.0.1', port: acceptor.port, calledAeTitle: 'ARCHIVE', callingAeTitle: 'ASKER' };
    await using association = await connect(peer, [{ abstractSyntax: sopClass, transferSyntaxes: [transferSyntax] }]);
    const keys = new DataSet();
    keys.set('QueryRetrieveLevel', 'STUDY');
    keys.set('StudyInstanceUID', '1.2.3');
    const onStore = async () => ({ code: 0xc000 });
    const responses = await Array.fromAsync(association.get(sopClass, keys, { onStore }));
    return responses.at(-1);
  } finally {
    await acceptor.close({ graceMs: 0 });
  }
}

test('in implicit VR every one that failed is named', async () => {
  const last = await lastResponse(implicit);
  assert.deepEqual([last?.status.code, last?.failed, last?.failedUids], [0xa702, uids.length, uids]);
});

test('in explicit VR as many are named as a value can hold, and the comment says how many those are', async () => {
  const last = await lastResponse(explicit);
  assert.equal(last?.failed, uids.length);
  const { length } = last?.failedUids ?? [];
  assert.deepEqual(last?.failedUids, uids.slice(0, length));
  const bytes = uids.slice(0, length + 1).join('\\').length;
  assert.ok(bytes > 65_534 && bytes - (uids[length]?.length ?? 0) - 1 <= 65_534, `${length} are named`);
  assert.equal(last?.status.comment, `${uids.length} failed, the list has room for ${length} of them`);
});
