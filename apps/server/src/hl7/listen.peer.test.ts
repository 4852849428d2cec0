// Orders of a hospital's system over TCP, as they come: new, changed, called off; seen by findscu; each message answered, whatever it is.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { after, before, describe, test } from 'node:test';
import type { Statement } from '@concord/conformance';
import { type DataSet, formatTag, tagOf } from '@concord/dicom';
import {
  createStep,
  getStep,
  modalityWorklistSopClass,
  performedProcedureStepSopClasses,
  setStep,
} from '@concord/network';
import { ctImageStorage, ctSlice, dataSetOf, encoded, explicitVrLittleEndian } from '../../testing/data-sets.ts';
import { type ProfiledServer, startProfile } from '../../testing/profile.ts';
import { run } from '../../testing/programs.ts';
import {
  type RequestName,
  requestAttributes,
  requestNames,
  type StepName,
  stepAttributes,
  stepNames,
} from '../worklist/attributes.ts';
import { requestFields, stepFields } from './field-mapping.ts';
import { readFrames } from './mllp.ts';

const start = '\x0b';
const end = '\x1c\r';

const header = (type: string, id: string, more = '') =>
  `MSH|^~\\&|HIS|HOSPITAL|CONCORD|RIS|20260301120000||${type}|${id}|P|2.5.1${more}`;
const message = (...segments: readonly string[]): Buffer =>
  Buffer.from(`${start}${segments.join('\r')}\r${end}`, 'utf8');

const jane = 'PID|1||P1^^^HOSP||DOE^JANE||19700131|F';
const obr = (description = 'Knee', modality = 'DX') =>
  `OBR|1|||K1^${description}^99L${'|'.repeat(14)}ACC1||||||${modality}`;

describe('messages of a hospital', () => {
  let server: ProfiledServer;
  let socket: Socket;
  let answers: AsyncIterator<Buffer>;
  const endings: (() => Promise<void>)[] = [];
  const open = async (): Promise<Socket> => {
    const made = connect(server.hl7Port ?? 0, '127.0.0.1');
    made.on('error', () => undefined);
    await once(made, 'connect');
    return made;
  };
  before(async () => {
    const hooks = { after: (work: () => Promise<void>) => void endings.push(work) };
    const settings = { hl7: 'on', hl7Port: 0, worklistKeep: 3650, accessionFromOrders: 'where empty' } as const;
    server = await startProfile(hooks, 'default', settings);
    socket = await open();
    answers = readFrames(socket)[Symbol.asyncIterator]();
  });
  after(async () => {
    socket?.destroy();
    for (const work of endings) await work();
  });
  /** MSA of the answer. */
  const answerTo = async (bytes: Uint8Array): Promise<string> => {
    socket.write(bytes);
    return nextAnswer();
  };
  const nextAnswer = async (): Promise<string> => {
    const { value } = await answers.next();
    const lines: readonly string[] = Buffer.from(value).toString('utf8').split('\r');
    return lines.find((line) => line.startsWith('MSA')) ?? '';
  };
  const asked = async (...keys: readonly string[]): Promise<string> => {
    const all = ['PatientID', 'PatientName', 'RequestedProcedureDescription', ...keys].flatMap((key) => ['-k', key]);
    const step = 'ScheduledProcedureStepSequence[0]';
    const inside = ['-k', `${step}.Modality`, '-k', `${step}.ScheduledProcedureStepStartTime`];
    const { exitCode, output } = await run('findscu', '-v', '-W', ...server.called('CONCORD'), ...all, ...inside);
    assert.equal(exitCode, 0, output);
    return output.slice(output.indexOf('Find Response'));
  };
  const timing = 'TQ1|1||||||20260302103000||S';

  test('[RI-SPS-01] a new order is in the worklist when it is acknowledged, changed and called off likewise', async () => {
    assert.equal(await answerTo(message(header('ORM^O01', '1'), jane, 'ORC|NW|PL1', timing, obr())), 'MSA|AA|1|');
    const found = await asked('AccessionNumber=ACC1');
    for (const words of [/DOE\^JANE/, /\[P1\]/, /\[DX\]/, /\[103000\]/, /\[Knee\]/]) assert.match(found, words);
    const again = await answerTo(message(header('ORM^O01', '2'), jane, 'ORC|NW|PL1', timing, obr()));
    assert.equal(again, 'MSA|AA|2|', 'sent again after a lost answer: no second order');
    assert.equal((await asked('AccessionNumber=ACC1')).match(/\(0010,0020\)/g)?.length, 1);
    const later = 'TQ1|1||||||20260303141500';
    const changed = message(header('OMI^O23', '3'), jane, 'ORC|XO|PL1', later, obr('Knee both sides'));
    assert.equal(await answerTo(changed), 'MSA|AA|3|');
    const now = await asked('AccessionNumber=ACC1');
    assert.match(now, /\[141500\]/);
    assert.match(now, /Knee both sides/);
    assert.equal(await answerTo(message(header('ORM^O01', '4'), jane, 'ORC|CA|PL1')), 'MSA|AA|4|');
    assert.doesNotMatch(await asked('AccessionNumber=ACC1'), /DOE/);
    assert.match(
      await answerTo(message(header('ORM^O01', '5'), jane, 'ORC|CA|PL9')),
      /^MSA\|AE\|5\|ORC-2 is of no order/,
    );
  });

  test('[CS-IOD-08] each field of the mapping in the statement comes back as the attribute that it says', async () => {
    const request: Readonly<Partial<Record<RequestName, string>>> = {
      ...{ patientId: 'FULL1', issuerOfPatientId: 'HOSP', patientName: 'ROE^RITA', patientBirthDate: '19800203' },
      ...{ patientSex: 'F', patientSpecies: 'Cat', patientBreed: 'Manx', currentPatientLocation: 'WARD 12 3' },
      ...{ referringPhysician: 'REFERRER^RON', admissionId: 'V1', pregnancyStatus: '3', allergies: 'Latex' },
      ...{ placerOrderNumber: 'PLF', fillerOrderNumber: 'FIF', accessionNumber: 'ACCF', requestedProcedureId: 'RPF' },
      ...{ studyInstanceUid: '1.2.3.99.1', requestedProcedureDescription: 'Heart', requestedProcedureCode: 'H1' },
      ...{ requestedProcedurePriority: 'STAT', requestingPhysician: 'ORDERER^OTTO', requestingService: 'Cardiology' },
      ...{ medicalAlerts: 'Pacemaker', patientState: 'Fasting', patientTransport: 'WHEEL' },
      ...{ reasonForRequestedProcedure: 'Pain', requestedProcedureComments: 'Call first' },
    };
    const step: Readonly<Partial<Record<StepName, string>>> = {
      ...{ startDate: '20260302', startTime: '103000', performingPhysician: 'PERF^PIA', stepDescription: 'Rest' },
      ...{ stepId: 'SF', modality: 'MR', protocolCode: 'P1', stationName: 'MRROOM', stepLocation: 'Room 7' },
      stationAeTitle: 'MR1',
    };
    assert.deepEqual(Object.keys(request).sort(), Object.keys(requestFields).sort(), 'a value for each row');
    assert.deepEqual(Object.keys(step).sort(), Object.keys(stepFields).sort());
    const segment = (name: string, values: Readonly<Record<number, string>>): string =>
      [name, ...Array.from({ length: 40 }, (_, index) => values[index + 1] ?? '')].join('|');
    const order = message(
      header('OMI^O23', '1'),
      segment('PID', {
        ...{ 3: 'FULL1^^^HOSP', 5: 'ROE^RITA', 7: '19800203', 8: 'F', 35: 'C^Cat', 36: 'M^Manx' },
      }),
      segment('PV1', { 3: 'WARD^12^3', 8: '8^REFERRER^RON', 15: 'B6', 19: 'V1' }),
      segment('AL1', { 3: 'L^Latex' }),
      segment('ORC', { 1: 'NW', 2: 'PLF', 3: 'FIF', 17: 'C^Cardiology' }),
      segment('TQ1', { 7: '20260302103000', 9: 'S' }),
      segment('OBR', {
        ...{ 4: 'H1^Heart^99L^^Rest', 12: '^Fasting', 13: 'Pacemaker', 16: '7^ORDERER^OTTO' },
        ...{ 30: 'WHEEL', 31: '^Pain', 34: '0&PERF&PIA' },
      }),
      'NTE|1||Call first',
      'IPC|ACCF|RPF|1.2.3.99.1|SF|MR^^DCM|P1^Prot^99P|MRROOM|^Room 7|MR1',
    );
    assert.equal(await answerTo(order), 'MSA|AA|1|');
    const places = [
      ...requestNames.map((name) => ({ keyword: requestAttributes[name].keyword, value: request[name], path: '' })),
      ...stepNames.map((name) => ({
        keyword: stepAttributes[name].keyword,
        value: step[name],
        path: 'ScheduledProcedureStepSequence[0].',
      })),
    ].filter(({ value }) => value !== undefined);
    const isCode = (keyword: string): boolean => keyword.endsWith('CodeSequence');
    const keys = places.map(({ keyword, path }) => `${path}${keyword}${isCode(keyword) ? '[0].CodeValue' : ''}`);
    const found = await asked(...keys, 'PatientID=FULL1');
    const { annexes } = (await server.json('/conformance?format=json')) as Statement;
    const rows = annexes.attributeMapping.state === 'described' ? annexes.attributeMapping.rows : [];
    for (const { keyword, value = '' } of places) {
      const tag = formatTag(tagOf(keyword));
      const answered = isCode(keyword) ? '(0008,0100)' : tag.toLowerCase();
      const line = found.split('\n').find((each) => each.includes(answered) && each.includes(value));
      assert.match(line ?? '', new RegExp(`\\[?${value.replaceAll('^', '\\^')}[ \\]\\0]`), `${keyword}: ${found}`);
      assert.ok(
        rows.some((row) => row.tag === tag && row.from.startsWith('HL7 ')),
        `${keyword} is not in the statement`,
      );
    }
  });

  test('[CS-IOD-08] worklist item, performed step and image of an order by HL7 agree, in each row of the table that begins at one of them', async () => {
    const person = 'PID|1||TRIP^^^HOSP||TRIPLE^TINA||19800203|F';
    const item = 'IPC|ACCT|RPT|1.2.3.98.1|ST|MR^^DCM|P1^Prot^99P|MRROOM|^Room 7|MR1';
    const order = [header('OMI^O23', '1'), person, 'ORC|NW|PLT|FIT', 'TQ1|1||||||20260304103000||S'];
    assert.equal(await answerTo(message(...order, 'OBR|1|||H1^Heart^99L', item)), 'MSA|AA|1|');
    const association = await server.associate('CONCORD', [
      ...[
        ...[modalityWorklistSopClass, ctImageStorage],
        ...[performedProcedureStepSopClasses.step, performedProcedureStepSopClasses.retrieve],
      ].map((abstractSyntax) => ({ abstractSyntax, transferSyntaxes: [explicitVrLittleEndian] })),
    ]);
    const inWorklist = async (): Promise<DataSet | undefined> => {
      const keys = ['PatientName', 'PatientBirthDate', 'StudyInstanceUID', 'AccessionNumber'];
      const asks = dataSetOf({ PatientID: 'TRIP', ...Object.fromEntries(keys.map((key) => [key, null])) });
      asks.set('ScheduledProcedureStepSequence', []);
      const [found] = await Array.fromAsync(association.find(modalityWorklistSopClass, asks));
      return found?.identifier;
    };
    const scheduled = 'ScheduledProcedureStepSequence[0]';
    const worklist = (await inWorklist()) ?? assert.fail('the order is not in the worklist');
    const studyInstanceUid = worklist.string('StudyInstanceUID') ?? '';
    const reference = dataSetOf({
      StudyInstanceUID: studyInstanceUid,
      ScheduledProcedureStepID: worklist.string(`${scheduled}.ScheduledProcedureStepID`),
    });
    const begun = { Modality: 'MR', PerformedProcedureStepStatus: 'IN PROGRESS' };
    const step = dataSetOf({ ...begun, ScheduledStepAttributesSequence: [reference] });
    assert.equal((await createStep(association, '1.2.3.98.9', step)).code, 0);
    const started = await inWorklist();
    const image = ctSlice({
      ...{ StudyInstanceUID: studyInstanceUid, SeriesInstanceUID: '1.2.3.98.2', SOPInstanceUID: '1.2.3.98.3' },
      ...{ Modality: 'MR', StudyDate: '20260304', AccessionNumber: null, PatientID: worklist.string('PatientID') },
      PatientName: worklist.string('PatientName'),
    });
    const bytes = encoded(image);
    const sent = await association.store({
      ...{ sopClassUid: ctImageStorage, sopInstanceUid: '1.2.3.98.3', transferSyntaxUid: explicitVrLittleEndian },
      open: async function* () {
        yield bytes;
      },
    });
    assert.equal(sent.code, 0);
    const done = dataSetOf({ PerformedProcedureStepStatus: 'COMPLETED' });
    assert.equal((await setStep(association, '1.2.3.98.9', done)).code, 0);
    const told = await getStep(association, '1.2.3.98.9', [tagOf('ScheduledStepAttributesSequence')]);
    await association.release();
    const [stored] = Object(await server.json(`/dicom-web/studies/${studyInstanceUid}/metadata`));
    const performed = told.dataSet?.items('ScheduledStepAttributesSequence')[0];
    const [ended] = Object(await server.json(`/api/worklist/${studyInstanceUid}`)).steps;
    /** Both sides of each row. */
    const sides: Readonly<Record<string, readonly [unknown, unknown]>> = {
      'MPPS (0020,000D)': [studyInstanceUid, performed?.string('StudyInstanceUID')],
      'MPPS (0040,0009)': ['ST', performed?.string('ScheduledProcedureStepID')],
      'Modality Worklist (0040,0020)': [
        'STARTED, COMPLETED',
        `${started?.string(`${scheduled}.ScheduledProcedureStepStatus`)}, ${ended.state}`,
      ],
      'Storage (0008,0050)': [worklist.string('AccessionNumber'), stored['00080050']?.Value?.[0]],
    };
    const { annexes } = (await server.json('/conformance?format=json')) as Statement;
    const rows = annexes.attributeMapping.state === 'described' ? annexes.attributeMapping.rows : [];
    const between = rows.filter(({ from }) => !from.startsWith('HL7 '));
    assert.deepEqual(between.map(({ to, tag }) => `${to.split(':')[0]} ${tag}`).sort(), Object.keys(sides).sort());
    for (const [row, [one, other]] of Object.entries(sides)) {
      assert.ok(typeof one === 'string' && one !== '', row);
      assert.equal(other, one, row);
    }
    assert.equal(worklist.string('AccessionNumber'), 'ACCT', 'as the message said');
  });

  test('a patient that is put right, or merged into another, is right in the orders that wait', async () => {
    const order = message(
      header('ORM^O01', '1'),
      'PID|1||OLD||TEMP^JOHN||19000101|M',
      'ORC|NW|PL2',
      timing,
      obr('Hip'),
    );
    assert.equal(await answerTo(order), 'MSA|AA|1|');
    const right = message(header('ADT^A08', '2'), 'PID|1||OLD||DOE^JOHN||""|M');
    assert.equal(await answerTo(right), 'MSA|AA|2|1 order changed');
    assert.match(await asked('PatientID=OLD'), /DOE\^JOHN/);
    const merged = message(header('ADT^A40^ADT_A39', '3'), 'PID|1||NEW||DOE^JOHN', 'MRG|OLD');
    assert.equal(await answerTo(merged), 'MSA|AA|3|1 order changed');
    assert.doesNotMatch(await asked('PatientID=OLD'), /JOHN/);
    assert.match(await asked('PatientID=NEW'), /DOE\^JOHN/);
    const nobody = message(header('ADT^A40', '4'), 'PID|1||NEW||DOE^JOHN');
    assert.match(await answerTo(nobody), /^MSA\|AE\|4\|MRG-1 is missing/);
  });

  test('an order that another patient has is neither changed nor called off', async () => {
    const mine = message(header('ORM^O01', '1'), jane, 'ORC|NW|PL3', timing, obr('Wrist'));
    assert.equal(await answerTo(mine), 'MSA|AA|1|');
    const other = 'PID|1||P77||ROE^RICK';
    for (const segments of [['ORC|XO|PL3', timing, obr()], ['ORC|CA|PL3']])
      assert.match(
        await answerTo(message(header('ORM^O01', '2'), other, ...segments)),
        /^MSA\|AE\|2\|PID-3 is another patient/,
      );
    assert.match(await asked('PatientID=P1'), /Wrist/);
  });

  test('[RI-HL7-08] what cannot be taken is answered with its field, and the connection goes on; nothing is cut that would be another number', async () => {
    const refused: readonly (readonly [bytes: Uint8Array, answer: RegExp])[] = [
      [message('nothing'), /^MSA\|AR\|\|the message does not begin with MSH/],
      [message(header('MDM^T02', '1')), /^MSA\|AR\|1\|MDM\\S\\T02 is not taken here/],
      [message(header('ORM^O01', '2')), /^MSA\|AE\|2\|PID is missing/],
      [message(header('ORM^O01', '3'), jane, 'ORC|??|1', obr()), /^MSA\|AE\|3\|ORC-1 is \?\?/],
      [
        message(header('ORM^O01', '4'), jane, 'ORC|NW|9', 'OBR|1||||||||'),
        /^MSA\|AE\|4\|steps\[0\]\.modality is missing/,
      ],
      [
        message(header('ORM^O01', '5'), jane, 'ORC|NW|9', `OBR|1${'|'.repeat(17)}12345678901234567||||||CT`),
        /^MSA\|AE\|5\|accessionNumber has more than 16/,
      ],
      [message(header('ORM^O01', '6', '||||||EBCDIC'), jane), /^MSA\|AR\|6\|character set EBCDIC/],
      [message(header('ORM^O01', '7'), jane, 'ORC|SC|1'), /^MSA\|AA\|7\|nothing is done/],
    ];
    for (const [bytes, answer] of refused) assert.match(await answerTo(bytes), answer);
    const long = 'Knee '.repeat(30);
    assert.equal(
      await answerTo(message(header('ORM^O01', '8'), jane, 'ORC|NW|PL8', timing, obr(long))),
      'MSA|AA|8|',
      'a description is cut',
    );
  });

  test('several messages of one packet, and one of many, are each answered in their order', async () => {
    const order = (id: string) =>
      message(header('ORM^O01', id), `PID|1||MANY${id}||X^Y`, `ORC|NW|M${id}`, timing, obr('Foot'));
    const stream = Buffer.concat([order('1'), order('2'), order('3')]);
    socket.write(stream.subarray(0, stream.length - 30));
    assert.equal(await nextAnswer(), 'MSA|AA|1|');
    assert.equal(await nextAnswer(), 'MSA|AA|2|');
    socket.write(stream.subarray(stream.length - 30));
    assert.equal(await nextAnswer(), 'MSA|AA|3|');
    const umlaut = message(
      header('ORM^O01', '4', '||||||UNICODE UTF-8'),
      'PID|1||U1||MÜLLER^JÜRGEN',
      'ORC|NW|U1',
      timing,
      obr(),
    );
    assert.equal(await answerTo(umlaut), 'MSA|AA|4|');
    const latin = Buffer.from(
      umlaut.toString('utf8').replace('UNICODE UTF-8', '8859/1').replaceAll('U1', 'U2'),
      'latin1',
    );
    assert.equal(await answerTo(latin), 'MSA|AA|4|');
    for (const id of ['U1', 'U2'])
      assert.match(await asked('SpecificCharacterSet=ISO_IR 100', `PatientID=${id}`), /M\xdcLLER\^J\xdcRGEN/);
  });

  test('what is no message ends its connection, and no other', async () => {
    const other = await open();
    // A reset is an end too.
    const closed = new Promise((resolve) => other.on('close', resolve));
    other.write(Buffer.concat([Buffer.from(start), Buffer.alloc(1_100_000, 0x41)]));
    other.resume();
    await closed;
    assert.match(await answerTo(message(header('ORM^O01', '9'), jane, 'ORC|SC|1')), /^MSA\|AA\|9/);
  });
});
