// Every C-FIND service message by message, both halves: matches, each final status, C-CANCEL. PS3.4 C.4.1, K, Q, U, V, X, BB, CC, HH, II.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readDataSet, writeDataSet } from '@concord/dicom';
import { testAcceptor } from '../../testing/acceptor.ts';
import { dataSetOf } from '../../testing/conversation.ts';
import { implicitVrLittleEndian } from '../../testing/instances.ts';
import { ScriptedPeer, scriptedServer } from '../../testing/scripted-peer.ts';
import { abortPdu, associateAc, cancelRq, command, dataSet, findRq } from '../../testing/wire.ts';
import {
  type BoundService,
  colorPalette,
  connect,
  definedProcedureProtocol,
  type FindRequest,
  generalPurposeWorklist,
  hangingProtocol,
  implantTemplate,
  modalityWorklist,
  type OperationContext,
  productCharacteristics,
  protocolApproval,
  queryFind,
  relevantPatientInformation,
  type Service,
  substanceApproval,
  unifiedProcedureStep,
} from '../index.ts';

interface Query {
  readonly declaration: Service;
  readonly sopClass: string;
  readonly keys: Readonly<Record<string, string>>;
  readonly match: Readonly<Record<string, string>>;
  readonly finals: readonly number[];
}
const finals = [0x0000, 0xa700, 0xa900, 0xc000, 0x0122, 0x0124];
const palette = { ContentLabel: '', PaletteColorLookupTableUID: '' };

const queries: Readonly<Record<string, Query>> = {
  'Query/Retrieve, Patient/Study Only (C.6.3)': {
    declaration: queryFind,
    sopClass: '1.2.840.10008.5.1.4.1.2.3.1',
    keys: { QueryRetrieveLevel: 'PATIENT', PatientID: 'P*' },
    match: { QueryRetrieveLevel: 'PATIENT', PatientID: 'P1' },
    finals,
  },
  'Modality Worklist (K)': {
    declaration: modalityWorklist,
    sopClass: '1.2.840.10008.5.1.4.31',
    keys: { PatientName: 'Doe*' },
    match: { PatientName: 'Doe^Jane' },
    finals,
  },
  'General Relevant Patient Information (Q)': {
    declaration: relevantPatientInformation,
    sopClass: '1.2.840.10008.5.1.4.37.1',
    keys: { PatientID: 'P1' },
    match: { PatientID: 'P1', ValueType: 'CONTAINER' },
    finals: [...finals, 0xc100, 0xc200],
  },
  'Breast Imaging Relevant Patient Information (Q)': {
    declaration: relevantPatientInformation,
    sopClass: '1.2.840.10008.5.1.4.37.2',
    keys: { PatientID: 'P1' },
    match: { PatientID: 'P1' },
    finals: [0x0000, 0xc100, 0xc200],
  },
  'Cardiac Relevant Patient Information (Q)': {
    declaration: relevantPatientInformation,
    sopClass: '1.2.840.10008.5.1.4.37.3',
    keys: { PatientID: 'P1' },
    match: { PatientID: 'P1' },
    finals: [0x0000, 0xc100, 0xc200],
  },
  'Hanging Protocol (U)': {
    declaration: hangingProtocol.find,
    sopClass: '1.2.840.10008.5.1.4.38.2',
    keys: { HangingProtocolName: 'CHEST*' },
    match: { HangingProtocolName: 'CHESTPA', HangingProtocolLevel: 'SITE' },
    finals,
  },
  'Product Characteristics (V)': {
    declaration: productCharacteristics,
    sopClass: '1.2.840.10008.5.1.4.41',
    keys: { ProductPackageIdentifier: '0366-4711' },
    match: { ProductPackageIdentifier: '0366-4711', ProductName: 'CONTRAST' },
    finals,
  },
  'Substance Approval (V)': {
    declaration: substanceApproval,
    sopClass: '1.2.840.10008.5.1.4.42',
    keys: { PatientID: 'P1' },
    match: { PatientID: 'P1', SubstanceAdministrationApproval: 'APPROVED' },
    finals,
  },
  'Color Palette (X)': {
    declaration: colorPalette.find,
    sopClass: '1.2.840.10008.5.1.4.39.2',
    keys: palette,
    match: { ContentLabel: 'HOT_IRON', PaletteColorLookupTableUID: '1.2.840.10008.1.5.1' },
    finals,
  },
  'Generic Implant Template (BB)': {
    declaration: implantTemplate.find,
    sopClass: '1.2.840.10008.5.1.4.43.2',
    keys: { ImplantName: 'HIP*' },
    match: { ImplantName: 'HIP STEM 4' },
    finals,
  },
  'Implant Assembly Template (BB)': {
    declaration: implantTemplate.find,
    sopClass: '1.2.840.10008.5.1.4.44.2',
    keys: { ImplantAssemblyTemplateName: '' },
    match: { ImplantAssemblyTemplateName: 'TOTAL HIP' },
    finals: [0x0000],
  },
  'Implant Template Group (BB)': {
    declaration: implantTemplate.find,
    sopClass: '1.2.840.10008.5.1.4.45.2',
    keys: { ImplantTemplateGroupName: '' },
    match: { ImplantTemplateGroupName: 'HIPS' },
    finals: [0x0000],
  },
  'Unified Procedure Step Query (CC)': {
    declaration: unifiedProcedureStep,
    sopClass: '1.2.840.10008.5.1.4.34.6.5',
    keys: { ProcedureStepState: 'SCHEDULED' },
    match: { ProcedureStepState: 'SCHEDULED', ProcedureStepLabel: 'CAD' },
    finals,
  },
  'Unified Procedure Step Watch (CC)': {
    declaration: unifiedProcedureStep,
    sopClass: '1.2.840.10008.5.1.4.34.6.2',
    keys: { ProcedureStepState: '' },
    match: { ProcedureStepState: 'COMPLETED' },
    finals: [0x0000],
  },
  'Defined Procedure Protocol (HH)': {
    declaration: definedProcedureProtocol.find,
    sopClass: '1.2.840.10008.5.1.4.20.1',
    keys: { ProtocolName: 'HEAD*' },
    match: { ProtocolName: 'HEAD ROUTINE' },
    finals,
  },
  'Protocol Approval (II)': {
    declaration: protocolApproval.find,
    sopClass: '1.2.840.10008.5.1.4.1.1.200.4',
    keys: { SOPInstanceUID: '' },
    match: { SOPInstanceUID: '1.2.3' },
    finals,
  },
  'General Purpose Worklist (PS3.4-2009 L)': {
    declaration: generalPurposeWorklist,
    sopClass: '1.2.840.10008.5.1.4.32.1',
    keys: { GeneralPurposeScheduledProcedureStepStatus: 'SCHEDULED' },
    match: { GeneralPurposeScheduledProcedureStepStatus: 'SCHEDULED' },
    finals,
  },
};

const encoded = (values: Readonly<Record<string, string>>) => writeDataSet(dataSetOf(values), implicitVrLittleEndian);
const response = (messageId: number, sopClass: string, code: number, follows: boolean) =>
  command(1, [
    [0x0002, sopClass],
    [0x0100, 0x8020],
    [0x0120, messageId],
    [0x0800, follows ? 0 : 0x0101],
    [0x0900, code],
  ]);

async function weAsk({ sopClass, keys, match, finals: codes }: Query): Promise<void> {
  await using server = await scriptedServer();
  const connecting = connect(server.peer, [{ abstractSyntax: sopClass, transferSyntaxes: [implicitVrLittleEndian] }]);
  const peer = await server.accepted();
  await peer.next();
  peer.send(associateAc([{ id: 1, transfer: implicitVrLittleEndian }]));
  const association = await connecting;
  for (const code of codes) {
    const asked = Array.fromAsync(association.find(sopClass, dataSetOf(keys)));
    const request = await peer.nextCommand();
    const messageId = Number(request.get(0x0110));
    assert.deepEqual([request.get(0x0002), request.get(0x0100), request.get(0x0700)], [sopClass, 0x0020, 0]);
    const sent = readDataSet(await peer.nextDataSet(), implicitVrLittleEndian);
    for (const [keyword, value] of Object.entries(keys)) assert.equal(sent.string(keyword) ?? '', value);
    peer.send(
      response(messageId, sopClass, 0xff00, true),
      dataSet(1, encoded(match)),
      response(messageId, sopClass, 0xff01, true),
      dataSet(1, encoded(match)),
      response(messageId, sopClass, code, false),
    );
    const matches = await asked;
    assert.deepEqual(
      matches.map(({ status }) => status.code),
      [0xff00, 0xff01, code],
    );
    for (const [keyword, value] of Object.entries(match)) assert.equal(matches[0]?.identifier?.string(keyword), value);
  }
  association.abort();
}

/** A service that answers one match and then each code in turn; and, when it is cancelled, FE00. */
function answering({ declaration, match, finals: codes }: Query, asked: FindRequest[]): BoundService {
  return {
    declaration,
    parameters: {},
    handlers: {
      'C-FIND': async function* (request: FindRequest, { signal }: OperationContext<never>) {
        asked.push(request);
        yield { code: 0xff00, identifier: dataSetOf(match) };
        const code = codes[asked.length - 1];
        if (code !== undefined) yield { code };
        else {
          await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
          yield { code: 0xfe00 };
        }
      },
    },
  };
}

async function weAnswer(query: Query): Promise<void> {
  const { sopClass, keys, match, finals: codes } = query;
  const asked: FindRequest[] = [];
  await using acceptor = await testAcceptor([answering(query, asked)]);
  using peer = await ScriptedPeer.associate(acceptor.port, {
    contexts: [{ id: 1, abstract: sopClass, transfer: [implicitVrLittleEndian] }],
  });
  for (const [index, code] of [...codes, 0xfe00].entries()) {
    peer.send(findRq(index + 1, sopClass), dataSet(1, encoded(keys)));
    const first = await peer.nextCommand();
    assert.deepEqual(
      [0x0002, 0x0100, 0x0120, 0x0900].map((element) => first.get(element)),
      [sopClass, 0x8020, index + 1, 0xff00],
    );
    const found = readDataSet(await peer.nextDataSet(), implicitVrLittleEndian);
    for (const [keyword, value] of Object.entries(match)) assert.equal(found.string(keyword), value);
    for (const [keyword, value] of Object.entries(keys))
      assert.equal(asked[index]?.identifier.string(keyword) ?? '', value);
    if (code === 0xfe00) peer.send(cancelRq(index + 1));
    const last = await peer.nextCommand();
    assert.deepEqual([last.get(0x0900), last.get(0x0800)], [code, 0x0101]);
  }
  peer.send(abortPdu(0, 0));
}

for (const [title, query] of Object.entries(queries))
  describe(title, () => {
    test('we ask: matches with and without all keys, then each final status', () => weAsk(query));
    test('we answer: a match, then each final status, then C-CANCEL', () => weAnswer(query));
  });
