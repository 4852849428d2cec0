// C-MOVE and C-GET of objects without a patient, both halves, against peers of bytes. PS3.4 U.4, X.4, BB.4, HH.4, II.4, C.4.2, C.4.3.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readDataSet, writeDataSet } from '@concord/dicom';
import { testAcceptor } from '../../testing/acceptor.ts';
import { dataSetOf } from '../../testing/conversation.ts';
import { implicitVrLittleEndian as implicit } from '../../testing/instances.ts';
import { ScriptedPeer, scriptedServer } from '../../testing/scripted-peer.ts';
import {
  abortPdu,
  associateAc,
  command,
  dataSet,
  releaseRp,
  role,
  storeRq,
  type WireElement,
} from '../../testing/wire.ts';
import {
  type BoundService,
  colorPalette,
  connect,
  definedProcedureProtocol,
  hangingProtocol,
  implantTemplate,
  type MoveRequest,
  protocolApproval,
  type Service,
} from '../index.ts';

interface Model {
  readonly services: { readonly move: Service; readonly get: Service };
  readonly move: string;
  readonly get: string;
  /** The storage SOP Class of the objects. */
  readonly storage: string;
}
const models: Readonly<Record<string, Model>> = {
  'Hanging Protocol (U)': {
    services: hangingProtocol,
    move: '1.2.840.10008.5.1.4.38.3',
    get: '1.2.840.10008.5.1.4.38.4',
    storage: '1.2.840.10008.5.1.4.38.1',
  },
  'Color Palette (X)': {
    services: colorPalette,
    move: '1.2.840.10008.5.1.4.39.3',
    get: '1.2.840.10008.5.1.4.39.4',
    storage: '1.2.840.10008.5.1.4.39.1',
  },
  'Generic Implant Template (BB)': {
    services: implantTemplate,
    move: '1.2.840.10008.5.1.4.43.3',
    get: '1.2.840.10008.5.1.4.43.4',
    storage: '1.2.840.10008.5.1.4.43.1',
  },
  'Implant Assembly Template (BB)': {
    services: implantTemplate,
    move: '1.2.840.10008.5.1.4.44.3',
    get: '1.2.840.10008.5.1.4.44.4',
    storage: '1.2.840.10008.5.1.4.44.1',
  },
  'Implant Template Group (BB)': {
    services: implantTemplate,
    move: '1.2.840.10008.5.1.4.45.3',
    get: '1.2.840.10008.5.1.4.45.4',
    storage: '1.2.840.10008.5.1.4.45.1',
  },
  'Defined Procedure Protocol (HH)': {
    services: definedProcedureProtocol,
    move: '1.2.840.10008.5.1.4.20.2',
    get: '1.2.840.10008.5.1.4.20.3',
    storage: '1.2.840.10008.5.1.4.1.1.200.1',
  },
  'Protocol Approval (II)': {
    services: protocolApproval,
    move: '1.2.840.10008.5.1.4.1.1.200.5',
    get: '1.2.840.10008.5.1.4.1.1.200.6',
    storage: '1.2.840.10008.5.1.4.1.1.200.3',
  },
};

const uids = ['1.2.3.1', '1.2.3.2'];
const identifier = dataSetOf({ SOPInstanceUID: uids.join('\\') });
const objectOf = (storage: string, uid: string) =>
  writeDataSet(dataSetOf({ SOPClassUID: storage, SOPInstanceUID: uid }), implicit);
const instancesOf = (storage: string) =>
  uids.map((sopInstanceUid) => ({
    sopClassUid: storage,
    sopInstanceUid,
    transferSyntaxUid: implicit,
    open: async function* () {
      yield objectOf(storage, sopInstanceUid);
    },
  }));

const retrieveRq = (field: number, sopClass: string, more: readonly WireElement[] = []) => [
  command(1, [[0x0002, sopClass], [0x0100, field], [0x0110, 1], [0x0700, 0], [0x0800, 0], ...more]),
  dataSet(1, writeDataSet(identifier, implicit)),
];
const storeRsp = (contextId: number, messageId: number, storage: string, uid: string, code: number) =>
  command(contextId, [
    [0x0002, storage],
    [0x0100, 0x8001],
    [0x0120, messageId],
    [0x0800, 0x0101],
    [0x0900, code],
    [0x1000, uid],
  ]);

/** Takes C-STORE requests and answers the second with a failure. */
async function takeTwo(peer: ScriptedPeer, storage: string, contextId: number): Promise<void> {
  for (const [index, uid] of uids.entries()) {
    let request = await peer.nextCommand();
    while (request.get(0x0100) !== 0x0001) request = await peer.nextCommand();
    assert.deepEqual([request.get(0x0002), request.get(0x1000)], [storage, uid]);
    assert.deepEqual(await peer.nextDataSet(), Buffer.from(objectOf(storage, uid)));
    peer.send(storeRsp(contextId, Number(request.get(0x0110)), storage, uid, index === 0 ? 0 : 0xa700));
  }
}

/** The final response: one arrived, one did not, and which. */
async function assertHalfDone(peer: ScriptedPeer, field: number): Promise<void> {
  let last = await peer.nextCommand();
  while (last.get(0x0900) === 0xff00) last = await peer.nextCommand();
  assert.deepEqual(
    [0x0100, 0x0900, 0x1021, 0x1022, 0x1023].map((element) => last.get(element)),
    [field | 0x8000, 0xb000, 1, 1, 0],
  );
  const failed = readDataSet(await peer.nextDataSet(), implicit);
  assert.deepEqual(failed.strings('FailedSOPInstanceUIDList'), ['1.2.3.2']);
}

async function weAnswerGet({ services, get, storage }: Model): Promise<void> {
  const service: BoundService = {
    declaration: services.get,
    parameters: {},
    handlers: { 'C-GET': async () => ({ instances: instancesOf(storage) }) },
  };
  await using acceptor = await testAcceptor([service]);
  using peer = await ScriptedPeer.associate(acceptor.port, {
    contexts: [
      { id: 1, abstract: get, transfer: [implicit] },
      { id: 3, abstract: storage, transfer: [implicit] },
    ],
    user: [role(storage, 0, 1)],
  });
  peer.send(...retrieveRq(0x0010, get));
  await takeTwo(peer, storage, 3);
  await assertHalfDone(peer, 0x0010);
  peer.send(abortPdu(0, 0));
}

async function weAnswerMove({ services, move, storage }: Model): Promise<void> {
  await using destination = await scriptedServer();
  const asked: string[] = [];
  const service: BoundService = {
    declaration: services.move,
    parameters: {},
    handlers: {
      'C-MOVE': async ({ moveDestination }: MoveRequest) => {
        asked.push(moveDestination);
        return moveDestination === 'DEST'
          ? { destination: destination.peer, instances: instancesOf(storage) }
          : { code: 0xa801, comment: 'unknown' };
      },
    },
  };
  await using acceptor = await testAcceptor([service]);
  using peer = await ScriptedPeer.associate(acceptor.port, {
    contexts: [{ id: 1, abstract: move, transfer: [implicit] }],
  });
  peer.send(...retrieveRq(0x0021, move, [[0x0600, 'NOWHERE']]));
  assert.equal((await peer.nextCommand()).get(0x0900), 0xa801);
  peer.send(...retrieveRq(0x0021, move, [[0x0600, 'DEST']]));
  const receiver = await destination.accepted();
  const request = await receiver.next();
  assert.ok(request !== 'closed' && request.body.includes(storage), 'the storage class of the objects is proposed');
  receiver.send(associateAc([{ id: 1, transfer: implicit }]));
  await takeTwo(receiver, storage, 1);
  assert.equal((await receiver.nextHex()).slice(0, 2), '05');
  receiver.send(releaseRp);
  await assertHalfDone(peer, 0x0021);
  assert.deepEqual(asked, ['NOWHERE', 'DEST']);
  peer.send(abortPdu(0, 0));
}

/** Pending and final responses of a peer of bytes. */
const responses = (field: number, sopClass: string, final: number): readonly Buffer[] => [
  command(1, [
    [0x0002, sopClass],
    [0x0100, field | 0x8000],
    [0x0120, 1],
    [0x0800, 0x0101],
    [0x0900, 0xff00],
    [0x1020, 1],
    [0x1021, 1],
    [0x1022, 0],
    [0x1023, 0],
  ]),
  command(1, [
    [0x0002, sopClass],
    [0x0100, field | 0x8000],
    [0x0120, 1],
    [0x0800, 0],
    [0x0900, final],
    [0x1021, 1],
    [0x1022, 1],
    [0x1023, 0],
  ]),
  dataSet(1, writeDataSet(dataSetOf({ FailedSOPInstanceUIDList: '1.2.3.2' }), implicit)),
];

async function weAsk(sopClass: string, storage: string, field: 0x0010 | 0x0021, final: number): Promise<void> {
  await using server = await scriptedServer();
  const contexts = [
    { abstractSyntax: sopClass, transferSyntaxes: [implicit] },
    { abstractSyntax: storage, transferSyntaxes: [implicit], roles: { scu: false, scp: true } },
  ];
  const connecting = connect(server.peer, contexts);
  const peer = await server.accepted();
  await peer.next();
  const accepted = [1, 3].map((id) => ({ id, transfer: implicit }));
  peer.send(associateAc(accepted, [role(storage, 0, 1)]));
  const association = await connecting;
  const stored: string[] = [];
  const asked = Array.fromAsync(
    field === 0x0021
      ? association.move(sopClass, identifier, 'DEST')
      : association.get(sopClass, identifier, {
          onStore: async ({ affectedSopInstanceUid, dataSet: bytes }) => {
            for await (const _ of bytes);
            stored.push(affectedSopInstanceUid);
            return { code: 0 };
          },
        }),
  );
  const request = await peer.nextCommand();
  assert.deepEqual(
    [0x0002, 0x0100, 0x0600].map((element) => request.get(element)),
    [sopClass, field, field === 0x0021 ? 'DEST' : undefined],
  );
  assert.deepEqual(readDataSet(await peer.nextDataSet(), implicit).strings('SOPInstanceUID'), uids);
  if (field === 0x0010) {
    peer.send(storeRq(9, storage, '1.2.3.1', 3), dataSet(3, objectOf(storage, '1.2.3.1')));
    const answer = await peer.nextCommand();
    assert.deepEqual([answer.get(0x0120), answer.get(0x0900), answer.get(0x1000)], [9, 0, '1.2.3.1']);
  }
  peer.send(...responses(field, sopClass, final));
  const progress = await asked;
  assert.deepEqual(
    progress.map(({ status, completed, failed, failedUids }) => [status.code, completed, failed, failedUids]),
    [
      [0xff00, 1, 0, []],
      [final, 1, 1, ['1.2.3.2']],
    ],
  );
  assert.deepEqual(stored, field === 0x0010 ? ['1.2.3.1'] : []);
  association.abort();
  assert.equal(await peer.nextHex(), '07 00000000');
}

for (const [title, model] of Object.entries(models))
  describe(title, () => {
    test('we answer a C-GET: one instance arrives, one does not', () => weAnswerGet(model));
    test('we answer a C-MOVE: to nowhere, then to a destination that refuses one', () => weAnswerMove(model));
    test('we ask by C-GET', () => weAsk(model.get, model.storage, 0x0010, 0xb000));
    test('we ask by C-MOVE, and are told that sub-operations failed', () =>
      weAsk(model.move, model.storage, 0x0021, 0xa702));
  });
