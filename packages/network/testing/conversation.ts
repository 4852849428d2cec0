// One message of a service in both directions: our SCU half against a peer of bytes, then a peer of bytes against our SCP half.
import assert from 'node:assert/strict';
import { DataSet, readDataSet, writeDataSet } from '@concord/dicom';
import type { Association, BoundService, NormalizedRequest, Service, Status } from '../src/index.ts';
import { connect } from '../src/index.ts';
import { testAcceptor } from './acceptor.ts';
import { implicitVrLittleEndian } from './instances.ts';
import { ScriptedPeer, scriptedServer } from './scripted-peer.ts';
import { abortPdu, associateAc, command, dataSet, releaseRp, role, type WireElement } from './wire.ts';

/** A request as the tables of the standard have it. */
export interface Conversation {
  readonly declaration: Service;
  readonly operation: 'N-CREATE' | 'N-SET' | 'N-GET' | 'N-ACTION' | 'N-DELETE' | 'N-EVENT-REPORT';
  readonly abstractSyntax: string;
  /** The command set without Command Field, Message ID and Command Data Set Type. */
  readonly command: readonly WireElement[];
  /** Elements of the data set, by keyword; absent = none follows. */
  readonly dataSet?: Readonly<Record<string, string>>;
  /** Statuses of the standard that this message may be answered with. */
  readonly codes: readonly number[];
  readonly invoke: (association: Association) => Promise<Status>;
}

/** PS3.7 Table E.1-1. */
const commandFields = {
  'N-EVENT-REPORT': 0x0100,
  'N-GET': 0x0110,
  'N-SET': 0x0120,
  'N-ACTION': 0x0130,
  'N-CREATE': 0x0140,
  'N-DELETE': 0x0150,
} as const;

export function dataSetOf(values: Readonly<Record<string, string>>): DataSet {
  const made = new DataSet();
  for (const [keyword, value] of Object.entries(values)) made.set(keyword, value);
  return made;
}
const valuesOf = (made: DataSet | undefined, like: Readonly<Record<string, string>>) =>
  made && Object.fromEntries(Object.keys(like).map((keyword) => [keyword, made.string(keyword)]));

/** A status as a peer may answer it: with a comment where something is wrong. */
const answered = (code: number): Status => (code === 0 ? { code } : { code, comment: `because of ${code}` });

/** The roles of the requestor: an event goes from its SCP. */
const rolesOf = ({ operation }: Conversation): readonly [number, number] =>
  operation === 'N-EVENT-REPORT' ? [0, 1] : [1, 0];

/** Our half asks, the peer of bytes answers with each status in turn. */
export async function weAsk(conversation: Conversation): Promise<void> {
  const { abstractSyntax, codes, invoke, operation } = conversation;
  const [scu, scp] = rolesOf(conversation);
  await using server = await scriptedServer();
  const roles = { scu: scu === 1, scp: scp === 1 };
  const connecting = connect(server.peer, [{ abstractSyntax, transferSyntaxes: [implicitVrLittleEndian], roles }]);
  const peer = await server.accepted();
  await peer.next();
  peer.send(associateAc([{ id: 1, transfer: implicitVrLittleEndian }], [role(abstractSyntax, scu, scp)]));
  const association = await connecting;
  for (const code of codes) {
    const asked = invoke(association);
    const request = await peer.nextCommand();
    checkRequest(conversation, request);
    if (conversation.dataSet) {
      const sent = readDataSet(await peer.nextDataSet(), implicitVrLittleEndian);
      assert.deepEqual(valuesOf(sent, conversation.dataSet), conversation.dataSet);
    }
    const { comment } = answered(code);
    peer.send(
      command(1, [
        [0x0100, commandFields[operation] | 0x8000],
        [0x0120, request.get(0x0110) ?? 0],
        [0x0800, 0x0101],
        [0x0900, code],
        ...(comment ? [[0x0902, comment] as const] : []),
      ]),
    );
    const status = await asked;
    assert.deepEqual({ code: status.code, comment: status.comment }, { code, comment });
  }
  const released = association.release();
  assert.equal(await peer.nextHex(), '05 00000000');
  peer.send(releaseRp);
  await released;
}

function checkRequest(
  { operation, command: elements, dataSet: values }: Conversation,
  got: ReadonlyMap<number, unknown>,
): void {
  const wanted = new Map<number, unknown>(elements);
  wanted.set(0x0100, commandFields[operation]);
  for (const [element, value] of wanted)
    assert.deepEqual(
      got.get(element),
      Buffer.isBuffer(value) ? value.toString('latin1').replace(/[\0 ]+$/, '') : value,
      `(0000,${element.toString(16).padStart(4, '0')})`,
    );
  assert.equal(got.get(0x0800) === 0x0101, values === undefined, 'a data set follows as the table says');
  const known = new Set([...wanted.keys(), 0x0000, 0x0110, 0x0800]);
  assert.deepEqual(
    [...got.keys()].filter((element) => !known.has(element)),
    [],
    'nothing beside it is sent',
  );
}

/** The peer of bytes asks, our half answers with each status in turn. */
export async function weAnswer(conversation: Conversation): Promise<void> {
  const { declaration, operation, abstractSyntax, codes } = conversation;
  const asked: NormalizedRequest[] = [];
  const service: BoundService = {
    declaration,
    parameters: {},
    handlers: {
      [operation]: async (request: NormalizedRequest) => {
        asked.push(request);
        return answered(codes[asked.length - 1] ?? 0);
      },
    },
  };
  await using acceptor = await testAcceptor([service]);
  const [scu, scp] = rolesOf(conversation);
  using peer = await ScriptedPeer.associate(acceptor.port, {
    contexts: [{ id: 1, abstract: abstractSyntax, transfer: [implicitVrLittleEndian] }],
    user: [role(abstractSyntax, scu, scp)],
  });
  for (const [index, code] of codes.entries()) {
    peer.send(...requestBytes(conversation, index + 1));
    const response = await peer.nextCommand();
    const { comment } = answered(code);
    assert.deepEqual(
      [0x0100, 0x0120, 0x0800, 0x0900, 0x0902].map((element) => response.get(element)),
      [commandFields[operation] | 0x8000, index + 1, 0x0101, code, comment],
    );
    checkAsked(conversation, asked[index]);
  }
  peer.send(abortPdu(0, 0));
}

function requestBytes({ operation, command: elements, dataSet: values }: Conversation, messageId: number) {
  const whole: readonly WireElement[] = [
    ...elements,
    [0x0100, commandFields[operation]],
    [0x0110, messageId],
    [0x0800, values ? 0 : 0x0101],
  ];
  if (!values) return [command(1, whole)];
  return [command(1, whole), dataSet(1, writeDataSet(dataSetOf(values), implicitVrLittleEndian))];
}

function checkAsked({ command: elements, dataSet: values }: Conversation, asked: NormalizedRequest | undefined): void {
  const wanted = new Map<number, unknown>(elements);
  assert.equal(asked?.sopClassUid, wanted.get(0x0002) ?? wanted.get(0x0003));
  assert.equal(asked?.sopInstanceUid, wanted.get(0x1000) ?? wanted.get(0x1001));
  assert.equal(asked?.actionTypeId, wanted.get(0x1008));
  assert.equal(asked?.eventTypeId, wanted.get(0x1002));
  assert.deepEqual(values && valuesOf(asked?.dataSet, values), values);
}
