// Messages of a hospital: framing, separators and escapes, character sets, names and moments, and what is refused.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { acknowledgement } from './acknowledge.ts';
import { decoded } from './character-set.ts';
import { Er7Error, readMessage } from './er7.ts';
import { framed, MllpError, readFrames } from './mllp.ts';
import { FieldError, ordersIn } from './order-message.ts';
import { dateOf, nameOf, timeOf } from './values.ts';

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
const framesOf = async (bytes: Uint8Array, size: number, limits = { message: 100, between: 20 }) =>
  (await Array.fromAsync(readFrames(inPieces(bytes, size), limits))).map((each) => each.toString('latin1'));

test('messages are found wherever the stream is cut, with dirt between them, begun anew, or without CR behind', async () => {
  const stream = Buffer.concat([
    Buffer.from('dirt\r\n'),
    framed('MSH|one'),
    Buffer.from('\n'),
    framed('MSH|two'),
    Buffer.from('\x0bMSH|cut off\x0bMSH|three\x1c\x0bMSH|four\x1c\r\x0bMSH|never ended'),
  ]);
  for (let size = 1; size <= stream.length; size += 1)
    assert.deepEqual(await framesOf(stream, size), ['MSH|one', 'MSH|two', 'MSH|three', 'MSH|four'], `in ${size}s`);
  await assert.rejects(framesOf(Buffer.alloc(30, 0x41), 7), MllpError);
  await assert.rejects(framesOf(Buffer.concat([Buffer.of(0x0b), Buffer.alloc(101, 0x41)]), 7), MllpError);
});

test('a message is read by its own separators; escapes are undone, null and absent told apart', () => {
  const message = readMessage(
    'MSH|^~\\&|HIS|H\\T\\P|||20260301||ORM^O01|77|P|2.3.1\rPID|1||A\\F\\B^^^ISS~C||D\\S\\E&sub^\\X4A\\an\\.br\\e^""||\n\nZZZ\r',
  );
  assert.deepEqual([message.type, message.controlId], ['ORM^O01', '77']);
  const [, pid, other] = message.segments;
  assert.equal(message.header.repetitions(2)[0]?.raw, '^~\\&');
  assert.equal(message.header.text(4), 'H&P');
  assert.deepEqual([pid?.text(3), pid?.text(3, 4), pid?.repetitions(3)[1]?.component(1)], ['A|B', 'ISS', 'C']);
  assert.deepEqual(
    [pid?.text(5), pid?.text(5, 1, 2), pid?.text(5, 2), pid?.text(5, 3)],
    ['D^E', 'sub', 'Jan\ne', '""'],
  );
  assert.deepEqual([pid?.text(9), other?.name, other?.text(1)], ['', 'ZZZ', '']);
  const odd = readMessage('MSH#*!%?#A######ADT*A08#1#P#2.5\rPID###P1*x%S%y');
  assert.deepEqual([odd.type, odd.segments[1]?.text(3, 2)], ['ADT^A08', 'x*y']);
  assert.equal(readMessage('MSH|^~\\&|a\\b\rPID|').header.text(3), 'a\\b', 'no escape without an end');
  for (const text of ['', 'PID|1', 'MSH', 'MSHABC', 'MSH ', `MSH|^~\\&\r${'Z\r'.repeat(5001)}`])
    assert.throws(() => readMessage(text), Er7Error, JSON.stringify(text.slice(0, 20)));
});

test('the character set is that of the header, else that of the settings; an unknown one is named', () => {
  const header = (name: string) => `MSH|^~\\&|A||||||ORM^O01|1|P|2.5||||||${name}\rPID|||||M`;
  const text = (name: string, ...bytes: readonly number[]) =>
    decoded(Buffer.concat([Buffer.from(header(name)), Buffer.of(...bytes)]), '8859/1');
  assert.deepEqual(text('8859/1', 0xfc), { text: `${header('8859/1')}ü` });
  assert.deepEqual(text('UNICODE UTF-8', 0xc3, 0xbc), { text: `${header('UNICODE UTF-8')}ü` });
  assert.deepEqual(text('8859/5', 0xd6), { text: `${header('8859/5')}ж` });
  assert.deepEqual(text('', 0xfc), { text: `${header('')}ü` });
  assert.deepEqual(text('8859/1~UNICODE UTF-8', 0xfc), { text: `${header('8859/1~UNICODE UTF-8')}ü` });
  assert.deepEqual(text('EBCDIC', 0xfc), { unknown: 'EBCDIC' });
});

test('moments become days and times; those with an offset are brought to the time of this machine', () => {
  assert.deepEqual([dateOf('20260701083000.12'), timeOf('20260701083000.12')], ['20260701', '083000']);
  assert.deepEqual([dateOf('20260701'), timeOf('20260701')], ['20260701', '']);
  assert.deepEqual([timeOf('2026070108'), timeOf('202607010830'), dateOf('July')], ['0800', '0830', '']);
  const local = new Date('2026-07-01T08:30:00-05:00');
  const two = (number: number) => String(number).padStart(2, '0');
  assert.equal(timeOf('20260701083000-0500'), `${two(local.getHours())}${two(local.getMinutes())}00`);
});

test('[RI-HL7-06] no delimiter of a name leaks into that of DICOM, and a null takes it out', () => {
  const named = (field: string): string =>
    nameOf(readMessage(`MSH|^~\\&|A\rPID|||||${field}`).segments[1]?.repetitions(5) ?? []);
  assert.equal(named('DOE^JANE^M^JR^DR'), 'DOE^JANE^M^DR^JR');
  assert.equal(named('A\\S\\B^C\\E\\D=E^\\.br\\'), 'A B^C D E');
  assert.equal(named('VAN DER&VAN&DER BERG^\\T\\'), 'VAN DER^&');
  assert.deepEqual([named('""'), named('')], ['""', '']);
});

/** Fields by their numbers. */
const fields = (values: Readonly<Record<number, string>>): string =>
  Array.from({ length: 50 }, (_, index) => values[index + 1] ?? '').join('|');

const orm = (orc: string, obr: string, more = ''): string =>
  `MSH|^~\\&|HIS|H|RIS|R|20260301||ORM^O01|77|P|2.3.1\r${[
    'PID|1||P1^^^ISS||DOE^JANE^M^JR^DR~山田^太郎^^^^^^I||19700131|F',
    'PV1|1|I|WARD&x^12^3||||REF^IGNORED|8^REFERRER^RITA^^^DR',
    `ORC|${orc}`,
    `OBR|${obr}`,
  ].join('\r')}\r${more}`;

test('[RI-HL7-06] an order message says who, what, when: names with their parts in the order of DICOM', () => {
  const [order, ...more] = ordersIn(
    readMessage(
      orm(
        fields({ 1: 'NW', 2: 'PL1^HIS', 3: 'FI1', 7: '^^^20260302103000^^S' }),
        fields({
          ...{ 2: 'PL1', 3: 'FI1', 4: 'K1^Knee^99L^P9^Protocol nine^99P', 6: '20260301', 13: 'Pacemaker' },
          ...{ 16: '7^ORDERER^OTTO', 18: 'ACC1', 19: 'RP1', 20: 'ST1', 24: 'CTH', 27: '^^^20990101' },
          ...{ 30: 'WHEEL', 31: '^Pain', 34: '0&PERF&PIA' },
        }),
        'NTE|1||first line~second\rAL1|1||^Latex\rAL1|2||J^Jod\rZDS|1.2.3.4^HIS^Application^DICOM',
      ),
    ),
  );
  assert.deepEqual(more, []);
  assert.equal(order?.what, 'put');
  assert.deepEqual(order?.request, {
    ...{ patientId: 'P1', issuerOfPatientId: 'ISS', patientName: 'DOE^JANE^M^DR^JR=山田^太郎' },
    ...{ patientBirthDate: '19700131', patientSex: 'F', currentPatientLocation: 'WARD 12 3' },
    ...{
      referringPhysician: 'REFERRER^RITA^^DR',
      allergies: 'Latex\\Jod',
      placerOrderNumber: 'PL1',
      fillerOrderNumber: 'FI1',
    },
    ...{ accessionNumber: 'ACC1', requestedProcedureId: 'RP1', studyInstanceUid: '1.2.3.4' },
    ...{
      requestedProcedureDescription: 'Knee',
      requestedProcedurePriority: 'STAT',
      requestingPhysician: 'ORDERER^OTTO',
    },
    requestedProcedureCode: [{ value: 'K1', scheme: '99L', meaning: 'Knee' }],
    ...{ medicalAlerts: 'Pacemaker', patientTransport: 'WHEEL', reasonForRequestedProcedure: 'Pain' },
    requestedProcedureComments: 'first line\nsecond',
  });
  assert.deepEqual(order?.steps, [
    {
      ...{
        startDate: '20260302',
        startTime: '103000',
        performingPhysician: 'PERF^PIA',
        stepDescription: 'Protocol nine',
      },
      protocolCode: [{ value: 'P9', scheme: '99P', meaning: 'Protocol nine' }],
      ...{ modality: 'CT', stepId: 'ST1' },
    },
  ]);
});

test('an imaging order of v2.5.1 has a step for each IPC, with station, room and identifiers', () => {
  const message = readMessage(
    [
      'MSH|^~\\&|HIS||||20260301||OMI^O23|78|P|2.5.1',
      'PID|1||P2||ROE^RICK||19800101|M',
      'ORC|NW|PL2',
      'TQ1|1||||||20260303||A',
      'OBR|1|PL2||K1^Knee^99L',
      'IPC|ACC2|RP2|1.2.5|S1|MR^^DCM|P1^Prot^99P|MRROOM|^Room 7|MR1',
      'IPC|ACC2|RP2|1.2.5|S2|CT',
    ].join('\r'),
  );
  const [order] = ordersIn(message);
  assert.deepEqual(
    [order?.request.accessionNumber, order?.request.studyInstanceUid, order?.request.requestedProcedurePriority],
    ['ACC2', '1.2.5', 'HIGH'],
  );
  assert.deepEqual(
    order?.steps.map(({ stepId, modality, stationAeTitle, stepLocation, startDate }) =>
      [stepId, modality, stationAeTitle, stepLocation, startDate].join(' '),
    ),
    ['S1 MR MR1 Room 7 20260303', 'S2 CT   20260303'],
  );
});

test('what a message must say is missed by its field', () => {
  const without = (text: string): string => {
    try {
      ordersIn(readMessage(text));
      return 'nothing';
    } catch (error) {
      assert.ok(error instanceof FieldError);
      return error.field;
    }
  };
  assert.equal(without('MSH|^~\\&|A'), 'PID');
  assert.equal(without('MSH|^~\\&|A\rPID|1'), 'ORC');
  assert.equal(without(orm('??|1', '1')), 'ORC-1');
  assert.equal(without('MSH|^~\\&|A\rPID|1\rORC|NW|1'), 'OBR');
  assert.equal(without(orm('SC|1', '1')), 'nothing');
});

test('an answer names the message, says what was wrong, and lets nothing of it through as a delimiter', () => {
  const message = readMessage('MSH|^~\\&|HIS|H\\F\\X|RIS|R|20260301||ORM^O01|7\\S\\7|T|2.4\rPID|1');
  const made = { now: new Date('2026-03-01T10:00:00Z'), id: 'ID1' };
  const outcome = { code: 'AE', text: 'a|b\rc^d ü', place: 'PID-3', error: '101' } as const;
  assert.deepEqual(acknowledgement(message, outcome, made).split('\r'), [
    'MSH|^~\\&|RIS|R|HIS|H\\F\\X|20260301100000+0000||ACK^O01|ID1|T|2.4',
    'MSA|AE|7\\S\\7|a\\F\\b c\\S\\d ?',
    'ERR|||101^Required field missing^HL70357|E||||a\\F\\b c\\S\\d ? (PID-3)',
    '',
  ]);
  const [header, said] = acknowledgement(undefined, { code: 'AR', text: 'none' }, made).split('\r');
  assert.equal(header, 'MSH|^~\\&|||||20260301100000+0000||ACK|ID1|P|2.5.1');
  assert.equal(said, 'MSA|AR||none');
});
