// The malformed messages of recent reports, each by its source: the peer is answered or the association ends, and the server goes on.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DataSet, writeDataSet } from '@concord/dicom';
import { testAcceptor } from '../testing/acceptor.ts';
import { ctImageStorage, implicitVrLittleEndian as implicit } from '../testing/instances.ts';
import { ScriptedPeer, scriptedServer } from '../testing/scripted-peer.ts';
import { associateAc, command, dataSet, echoRq, role, type WireElement } from '../testing/wire.ts';
import { bind, connect, NetworkError, queryFind, queryRetrieveSopClasses, storage, verificationScp } from './index.ts';
import { reportingContext, reportOf } from './services/storage-commitment.ts';

const find = queryRetrieveSopClasses.studyRootFind;
const contexts = [
  { id: 1, abstract: '1.2.840.10008.1.1', transfer: [implicit] },
  { id: 3, abstract: ctImageStorage, transfer: [implicit] },
  { id: 5, abstract: find, transfer: [implicit] },
];
const services = [
  verificationScp,
  bind(storage, {
    'C-STORE': async ({ dataSet: bytes }) => {
      for await (const _ of bytes);
      return { code: 0x0000 };
    },
  }),
  bind(queryFind, {
    async *'C-FIND'() {
      yield { code: 0x0000 };
    },
  }),
];
const absent = 0x0101;
const present = 0x0001;
const keys = new DataSet();
keys.set('QueryRetrieveLevel', 'STUDY');
const identifier = writeDataSet(keys, implicit);

const messages: Readonly<
  Record<string, { readonly contextId: number; readonly elements: readonly WireElement[]; readonly bytes?: Uint8Array }>
> = {
  'a C-STORE without a data set': {
    contextId: 3,
    elements: [
      [0x0002, ctImageStorage],
      [0x0100, 0x0001],
      [0x0110, 7],
      [0x0700, 0],
      [0x0800, absent],
      [0x1000, '1.2.3'],
    ],
  },
  'a C-STORE without Affected SOP Class UID': {
    contextId: 3,
    elements: [
      [0x0100, 0x0001],
      [0x0110, 7],
      [0x0700, 0],
      [0x0800, present],
      [0x1000, '1.2.3'],
    ],
    bytes: identifier,
  },
  'a C-STORE with an empty data set': {
    contextId: 3,
    elements: [
      [0x0002, ctImageStorage],
      [0x0100, 0x0001],
      [0x0110, 7],
      [0x0700, 0],
      [0x0800, present],
      [0x1000, '1.2.3'],
    ],
    bytes: new Uint8Array(0),
  },
  'a C-FIND without an identifier': {
    contextId: 5,
    elements: [
      [0x0002, find],
      [0x0100, 0x0020],
      [0x0110, 7],
      [0x0700, 0],
      [0x0800, absent],
    ],
  },
  'a C-FIND without Affected SOP Class UID': {
    contextId: 5,
    elements: [
      [0x0100, 0x0020],
      [0x0110, 7],
      [0x0700, 0],
      [0x0800, present],
    ],
    bytes: identifier,
  },
  'a C-FIND with an identifier of three bytes': {
    contextId: 5,
    elements: [
      [0x0002, find],
      [0x0100, 0x0020],
      [0x0110, 7],
      [0x0700, 0],
      [0x0800, present],
    ],
    bytes: identifier.subarray(0, 3),
  },
};

describe('DCMTK commit ffb1a4a37 and issue 1206: requests with something missing', () => {
  for (const [name, { contextId, elements, bytes }] of Object.entries(messages))
    test(name, async () => {
      await using acceptor = await testAcceptor(services);
      using other = await ScriptedPeer.associate(acceptor.port, { contexts });
      using peer = await ScriptedPeer.associate(acceptor.port, { contexts });
      peer.send(command(contextId, elements), ...(bytes ? [dataSet(contextId, bytes)] : []));
      const answer = await peer.next();
      assert(answer === 'closed' || [4, 7].includes(answer.type), 'answered, or aborted');
      other.send(echoRq(1));
      assert.equal((await other.nextCommand()).get(0x0900), 0, 'another association goes on');
    });
});

test('fo-dicom issue 323: a response to N-EVENT-REPORT without Event Type ID is taken as the response it is', async () => {
  await using server = await scriptedServer();
  const commitment = '1.2.840.10008.1.20.1';
  const connecting = connect(server.peer, [reportingContext]);
  const peer = await server.accepted();
  await peer.next();
  peer.send(associateAc([{ id: 1, transfer: implicit }], [role(commitment, 0, 1)]));
  const association = await connecting;
  const reporting = association.nEventReport(reportOf({ transactionUid: '1.2.3.99', instances: [], failed: [] }));
  const request = await peer.nextCommand();
  peer.send(
    command(1, [
      [0x0002, commitment],
      [0x0100, 0x8100],
      [0x0120, Number(request.get(0x0110))],
      [0x0800, absent],
      [0x0900, 0x0000],
      [0x1000, '1.2.840.10008.1.20.1.1'],
    ]),
  );
  const outcome = await reporting.catch((error: unknown) => {
    assert(error instanceof NetworkError, String(error));
    return undefined;
  });
  if (outcome) assert.equal(outcome.code, 0x0000);
  association.abort();
});
