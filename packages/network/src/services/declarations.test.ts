// Every declaration is negotiated and served: each operation on each of its SOP Classes, asked for by a scripted peer.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { DataSet, describeUid, isStorageSopClass, writeDataSet } from '@concord/dicom';
import { testAcceptor } from '../../testing/acceptor.ts';
import { standardFolder } from '../../testing/corpus.ts';
import { ScriptedPeer } from '../../testing/scripted-peer.ts';
import { abortPdu, command, dataSet, role, type WireElement } from '../../testing/wire.ts';
import { type Operation, operations } from '../dimse/messages.ts';
import type { BoundService, Service } from '../index.ts';
import * as door from '../index.ts';

const implicit = '1.2.840.10008.1.2';
const isService = (value: unknown): value is Service =>
  typeof value === 'object' && value !== null && 'sopClasses' in value && 'operations' in value;
const exported = Object.values(door).flatMap((value) =>
  isService(value)
    ? [value]
    : typeof value === 'object' && value !== null
      ? Object.values(value).filter(isService)
      : [],
);
const declarations = [
  ...new Map(exported.map((declaration) => [`${declaration.name} ${declaration.role}`, declaration])).values(),
];

/** Answers everything with success, and says what it was asked for. */
function stub(declaration: Service, asked: string[]): BoundService {
  const single = async (request: unknown) => {
    const {
      sopClassUid,
      sopInstanceUid = 'none',
      actionTypeId = 0,
      eventTypeId = 0,
    } = request as { sopClassUid?: string; sopInstanceUid?: string; actionTypeId?: number; eventTypeId?: number };
    asked.push(`${sopClassUid} ${sopInstanceUid} ${actionTypeId} ${eventTypeId}`);
    return { code: 0x0000 };
  };
  return {
    declaration,
    parameters: {},
    handlers: {
      'C-ECHO': async () => ({ code: 0x0000 }),
      'C-STORE': single,
      'C-FIND': async function* () {
        yield { code: 0x0000 };
      },
      'C-MOVE': async () => ({ code: 0xa801 }),
      'C-GET': async () => ({ code: 0xa701 }),
      'N-EVENT-REPORT': single,
      'N-GET': single,
      'N-SET': single,
      'N-ACTION': single,
      'N-CREATE': single,
      'N-DELETE': single,
    },
  };
}

/** A request of an operation as the standard's tables have it. */
function requestOf(operation: Operation, sopClass: string): readonly Buffer[] {
  const { code, dataSet: has } = operations[operation];
  const onRequested = ['N-GET', 'N-SET', 'N-ACTION', 'N-DELETE'].includes(operation);
  const elements: WireElement[] = [
    [onRequested ? 0x0003 : 0x0002, sopClass],
    [0x0100, code],
    [0x0110, 5],
    [0x0800, has === 'never' ? 0x0101 : 0x0001],
  ];
  if (operation.startsWith('C-') && operation !== 'C-ECHO') elements.push([0x0700, 0]);
  if (operation === 'C-MOVE') elements.push([0x0600, 'DEST']);
  if (operation === 'C-STORE' || operation === 'N-EVENT-REPORT' || operation === 'N-CREATE')
    elements.push([0x1000, '1.2.3.4']);
  if (onRequested) elements.push([0x1001, '1.2.3.4']);
  if (operation === 'N-EVENT-REPORT') elements.push([0x1002, 2]);
  if (operation === 'N-ACTION') elements.push([0x1008, 1]);
  const keys = new DataSet();
  keys.set('PatientID', 'P1');
  return has === 'never' ? [command(1, elements)] : [command(1, elements), dataSet(1, writeDataSet(keys, implicit))];
}

for (const declaration of declarations)
  describe(`${declaration.name} (${declaration.role}, ${declaration.section})`, () => {
    const wantedRole = declaration.role === 'SCU' ? ([0, 1] as const) : ([1, 0] as const);
    const classes = declaration.sopClasses.filter((uid, index) => index < 20 || !isStorageSopClass(uid));
    for (const abstract of classes)
      for (const operation of Object.keys(declaration.operations) as Operation[])
        for (const sopClass of [abstract, ...(declaration.memberSopClasses?.[abstract] ?? [])])
          test(`${operation} of ${sopClass === abstract ? '' : `${sopClass} `}on ${abstract}`, async () => {
            const asked: string[] = [];
            await using acceptor = await testAcceptor([stub(declaration, asked)]);
            const contexts = [{ id: 1, abstract, transfer: [implicit] }];
            using peer = await ScriptedPeer.associate(acceptor.port, {
              contexts,
              user: [role(abstract, wantedRole[0], wantedRole[1])],
            });
            peer.send(...requestOf(operation, sopClass));
            const response = await peer.nextCommand();
            assert.equal(response.get(0x0100), operations[operation].code | 0x8000);
            assert.equal(response.get(0x0120), 5);
            assert.equal(response.get(0x0002), sopClass);
            assert.equal(
              response.get(0x0900),
              operation === 'C-MOVE' ? 0xa801 : operation === 'C-GET' ? 0xa701 : 0x0000,
            );
            if (operation.startsWith('N-')) {
              assert.equal(response.get(0x1000), '1.2.3.4');
              assert.deepEqual(asked, [
                `${sopClass} 1.2.3.4 ${operation === 'N-ACTION' ? 1 : 0} ${operation === 'N-EVENT-REPORT' ? 2 : 0}`,
              ]);
            }
            if (operation === 'N-ACTION') assert.equal(response.get(0x1008), 1);
            if (operation === 'N-EVENT-REPORT') assert.equal(response.get(0x1002), 2, 'the event type is repeated');
            peer.send(abortPdu(0, 0));
          });
  });

test('every SOP Class of a declaration is one of the standard, and belongs to one declaration a role', () => {
  const seen = new Map<string, string>();
  for (const { name, role: ours, sopClasses } of declarations)
    for (const uid of sopClasses) {
      assert.match(describeUid(uid)?.type ?? '', /SOP Class/, `${uid} of ${name}`);
      assert.equal(seen.get(`${uid} ${ours}`), undefined, `${uid} is in ${name} too`);
      seen.set(`${uid} ${ours}`, name);
    }
});

const codesFile = join(standardFolder, 'status-codes.json');
interface CodeRow {
  readonly service: string;
  readonly dimse: Operation | null;
  readonly code: string | null;
}
const byService: Readonly<Record<string, readonly string[]>> = {
  Storage: ['Storage'],
  'Query/Retrieve': ['Query/Retrieve: FIND', 'Query/Retrieve: MOVE', 'Query/Retrieve: GET'],
  'Composite Instance Root Retrieve': [
    'Composite Instance Root Retrieve: MOVE',
    'Composite Instance Root Retrieve: GET',
  ],
  'Composite Instance Retrieve Without Bulk Data': ['Composite Instance Retrieve Without Bulk Data: GET'],
  'Modality Worklist': ['Modality Worklist'],
  'Modality Performed Procedure Step': [
    'Modality Performed Procedure Step',
    'Modality Performed Procedure Step Retrieve',
  ],
  'Print Management': ['Print Management'],
  'Relevant Patient Information Query': ['Relevant Patient Information Query'],
  'Product Characteristics / Substance Approval Query': ['Product Characteristics Query', 'Substance Approval Query'],
  'Unified Procedure Step': ['Unified Procedure Step'],
  'Media Creation Management': ['Media Creation Management'],
  'Application Event Logging': ['Procedural Event Logging', 'Substance Administration Logging'],
};
test('every exact status code that the standard lists for a service is declared', {
  skip: existsSync(codesFile) ? false : `${codesFile} is not there`,
}, () => {
  const rows = JSON.parse(readFileSync(codesFile, 'utf8')) as CodeRow[];
  for (const { service, dimse, code } of rows) {
    const names = byService[service];
    if (names === undefined || dimse === null || code === null || !/^[0-9A-F]{4}$/.test(code)) continue;
    const declared = declarations
      .filter(({ name }) => names.includes(name))
      .some(
        (declaration) =>
          Number.parseInt(code, 16) in { ...door.generalStatuses, ...declaration.operations[dimse]?.statuses },
      );
    assert.ok(declared, `${service} ${dimse} ${code}`);
  }
});
