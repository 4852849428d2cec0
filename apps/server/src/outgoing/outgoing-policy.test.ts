// What a peer gets: latest or original demographics, without chosen attributes, or without identity.
import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type DataSet, readDataSet, toJson } from '@concord/dicom';
import { createImagingPool } from '@concord/imaging/node';
import { kept, silentLog } from '@concord/network';
import { ctSlice, dataSetOf, implicitVrLittleEndian } from '../../testing/data-sets.ts';
import { openRealArchive, temporaryFolder } from '../../testing/real-archive.ts';
import { openTestIndex } from '../../testing/test-index.ts';
import { sendable } from '../archive/convert-on-send.ts';
import type { Database } from '../database/database.ts';
import { openReconciliation } from '../reconciliation/open-reconciliation.ts';
import { readAttributeFilter } from '../settings/attribute-filters.ts';
import type { ConfiguredPeer } from '../settings/peers.ts';
import { createOutgoing } from './outgoing-policy.ts';
import { openSecret } from './secret.ts';

const peer = (aeTitle: string, more: Partial<ConfiguredPeer> = {}): ConfiguredPeer => ({
  aeTitle,
  host: 'h',
  port: 1,
  ...more,
});
const secret = () => new Uint8Array(32).fill(7);

async function start(t: TestContext, filter?: object) {
  const real = await openRealArchive(t);
  const imaging = createImagingPool({ threads: 1 });
  t.after(() => imaging.close());
  await real.put(ctSlice({ PatientComments: 'shy', '00091010': undefined, InstitutionName: 'North' }));
  const now = () => new Date('2026-01-02T03:04:05Z');
  const reconciliation = openReconciliation({ database: real.database, system: 'TEST', now, log: silentLog });
  const attributeFilters = filter ? [readAttributeFilter({ name: 'F', ...filter })] : [];
  const peers = [
    peer('LATEST'),
    peer('ORIGINAL', { demographics: 'original' }),
    ...(filter ? [peer('FILTERED', { filter: 'F' })] : []),
  ];
  const outgoing = createOutgoing({ peers, attributeFilters, secret });
  const offer = async (to: string) => {
    const [instance] = await real.archive.instances({ studyInstanceUid: '1.2.3.1' });
    assert.ok(instance);
    return sendable(instance, { archive: real.archive, imaging, outgoing }, to);
  };
  const sent = async (to: string, transferSyntaxUid?: string): Promise<DataSet> => {
    const offered = await offer(to);
    const syntax = transferSyntaxUid ?? offered.transferSyntaxUid;
    const dataSet = readDataSet(Buffer.concat(await Array.fromAsync(kept(offered.open(syntax)))), syntax);
    assert.equal(dataSet.string('SOPInstanceUID'), offered.sopInstanceUid);
    return dataSet;
  };
  return { ...real, reconciliation, sent, offer };
}

test('[QR-EXP-02] [QR-EXP-03] latest demographics by default, the untouched original where the peer wants it', async (t) => {
  const { reconciliation, sent } = await start(t);
  const values = { PatientName: 'SMITH^JANE' };
  await reconciliation.act(
    { kind: 'correct patient', patient: { patientId: 'PID001' }, values },
    { by: 'vet', reason: '' },
  );
  for (const to of ['LATEST', 'NOBODY']) assert.equal((await sent(to)).string('PatientName'), 'SMITH^JANE');
  const original = await sent('ORIGINAL');
  assert.deepEqual([original.string('PatientName'), original.has('OriginalAttributesSequence')], ['DOE^JANE', false]);
  assert.equal((await sent('LATEST', implicitVrLittleEndian)).string('PatientName'), 'SMITH^JANE');
  assert.equal((await sent('ORIGINAL', implicitVrLittleEndian)).string('PatientName'), 'DOE^JANE');
});

test('what a filter takes out or sets does not go out as the original value of a correction, nor does a private element within a sequence', async (t) => {
  const { reconciliation, sent, put, archive } = await start(t, {
    remove: ['PatientBirthDate'],
    set: { PatientName: 'NOBODY' },
    privateElements: 'remove',
  });
  await archive.reject({ studyInstanceUid: '1.2.3.1' }, { by: 'test', reason: '' });
  const item = dataSetOf({ AccessionNumber: 'A1' });
  item.set('00091010', ['HIDDEN'], 'LO');
  item.set('00090010', ['OWN'], 'LO');
  await put(ctSlice({ RequestAttributesSequence: [item], PatientBirthDate: '19700101' }));
  const values = { PatientName: 'SMITH^JANE', PatientBirthDate: '19711111', PatientSex: 'O' };
  const patient = { patientId: 'PID001' };
  await reconciliation.act({ kind: 'correct patient', patient, values }, { by: 'vet', reason: '' });
  const original = 'OriginalAttributesSequence[0].ModifiedAttributesSequence[0]';
  const [plain, filtered] = [await sent('LATEST'), await sent('FILTERED')];
  assert.deepEqual(
    [plain.string(`${original}.PatientName`), plain.string('RequestAttributesSequence[0].00091010')],
    ['DOE^JANE', 'HIDDEN'],
  );
  assert.deepEqual([filtered.string('PatientName'), filtered.has('PatientBirthDate')], ['NOBODY', false]);
  for (const path of [
    `${original}.PatientName`,
    `${original}.PatientBirthDate`,
    'RequestAttributesSequence[0].00091010',
  ])
    assert.equal(filtered.has(path), false, path);
  assert.equal(filtered.has(`${original}.PatientSex`), plain.has(`${original}.PatientSex`));
  assert.equal(filtered.string('RequestAttributesSequence[0].AccessionNumber'), 'A1');
});

test('a filter works in each item of a sequence, or at every depth; what it takes out or sets goes out nowhere as an original', async (t) => {
  const { sent, put, archive } = await start(t, {
    remove: ['RequestAttributesSequence.ScheduledProtocolCodeSequence.CodeMeaning', '*.PatientBirthDate'],
    set: {
      '*.AccessionNumber': 'NONE',
      'RequestAttributesSequence.RequestedProcedureID': 'Ü1',
      'ReferencedStudySequence.StudyID': 'S',
    },
  });
  await archive.reject({ studyInstanceUid: '1.2.3.1' }, { by: 'test', reason: '' });
  const code = (meaning: string) => dataSetOf({ CodeValue: '1', CodeMeaning: meaning });
  const request = (number: string) =>
    dataSetOf({
      AccessionNumber: number,
      ScheduledProtocolCodeSequence: [code('FIRST'), code('SECOND')],
      ConceptCodeSequence: [code('STAYS')],
    });
  const bytes = dataSetOf({ SelectorAttribute: [0x0010_0030], NonconformingDataElementValue: Buffer.from('19600101') });
  const other = dataSetOf({ SelectorAttribute: [0x0010_0010], NonconformingDataElementValue: Buffer.from('DOE') });
  const original = dataSetOf({
    ModifiedAttributesSequence: [
      dataSetOf({ PatientBirthDate: '19600101', PatientSex: 'M', RequestAttributesSequence: [request('OLD')] }),
    ],
    NonconformingModifiedAttributesSequence: [bytes, other],
  });
  await put(
    ctSlice({
      RequestAttributesSequence: [request('R1'), request('R2')],
      OriginalAttributesSequence: [original],
      OtherPatientIDsSequence: [
        dataSetOf({ PatientID: 'X', PatientBirthDate: '19600101', OriginalAttributesSequence: [original] }),
      ],
    }),
  );
  for (const syntax of [undefined, implicitVrLittleEndian]) {
    const [plain, filtered] = [await sent('LATEST', syntax), await sent('FILTERED', syntax)];
    const texts = JSON.stringify(toJson(filtered));
    for (const gone of ['FIRST', 'SECOND', '19600101', 'R1', 'R2', 'OLD', 'ACC001'])
      assert.ok(!texts.includes(gone) && JSON.stringify(toJson(plain)).includes(gone), gone);
    assert.ok(!texts.includes(Buffer.from('19600101').toString('base64')));
    assert.ok(texts.includes(Buffer.from('DOE').toString('base64').slice(0, 3)));
    for (const item of filtered.items('RequestAttributesSequence')) {
      assert.deepEqual([item.string('AccessionNumber'), item.string('RequestedProcedureID')], ['NONE', 'Ü1']);
      assert.equal(item.string('ConceptCodeSequence[0].CodeMeaning'), 'STAYS');
      assert.equal(item.has('ScheduledProtocolCodeSequence[1].CodeValue'), true);
      assert.equal(item.has('ScheduledProtocolCodeSequence[0].AccessionNumber'), false, 'it is set where it is');
    }
    assert.equal(filtered.has('ReferencedStudySequence'), false, 'what is set makes no items');
    const modified = 'OriginalAttributesSequence[0].ModifiedAttributesSequence[0]';
    assert.deepEqual([filtered.string(`${modified}.PatientSex`), filtered.string('AccessionNumber')], ['M', 'NONE']);
    assert.equal(filtered.has(`${modified}.RequestAttributesSequence[0].AccessionNumber`), false);
    assert.equal(
      plain.string('RequestAttributesSequence[1].AccessionNumber'),
      'R2',
      'the stored object is what it was',
    );
    assert.deepEqual(filtered.bytes('PixelData'), plain.bytes('PixelData'));
  }
});

test('text of any script is set, also in objects whose character set has no room for it', async (t) => {
  const { sent } = await start(t, { set: { InstitutionName: 'Клиника', PatientComments: 'ä' } });
  const filtered = await sent('FILTERED');
  assert.deepEqual(
    [filtered.string('InstitutionName'), filtered.string('SpecificCharacterSet')],
    ['Клиника', 'ISO_IR 192'],
  );
  assert.equal(filtered.string('PatientName'), 'DOE^JANE');
});

test('a filter takes out, sets and empties; pixels, UIDs and everything else stay', async (t) => {
  const { sent } = await start(t, {
    remove: ['PatientComments'],
    set: { InstitutionName: 'CONCORD', AccessionNumber: '' },
  });
  for (const syntax of [undefined, implicitVrLittleEndian]) {
    const [plain, filtered] = [await sent('LATEST', syntax), await sent('FILTERED', syntax)];
    assert.deepEqual(
      [
        filtered.has('PatientComments'),
        filtered.string('InstitutionName'),
        filtered.element('AccessionNumber')?.length,
      ],
      [false, 'CONCORD', 0],
    );
    assert.deepEqual(filtered.bytes('PixelData'), plain.bytes('PixelData'));
    assert.equal(filtered.string('PatientName'), 'DOE^JANE');
    assert.equal(plain.string('PatientComments'), 'shy');
  }
});

test('without identity: no name, number or UID of the patient is left, and the same object is the same one each time', async (t) => {
  const { sent } = await start(t, { deidentify: [] });
  const [one, two] = [await sent('FILTERED'), await sent('FILTERED', implicitVrLittleEndian)];
  assert.equal(one.string('PatientIdentityRemoved'), 'YES');
  const text = Buffer.from(JSON.stringify([...one.elements()].map(({ tag }) => one.strings(tag)))).toString();
  for (const trace of ['DOE', 'PID001', '19600101', '1.2.3.1', 'ACC001', 'North'])
    assert.ok(!text.includes(trace), trace);
  for (const keyword of ['SOPInstanceUID', 'StudyInstanceUID', 'PatientID'] as const)
    assert.equal(one.string(keyword), two.string(keyword));
  assert.equal((await sent('LATEST')).string('PatientName'), 'DOE^JANE');
});

test('a filter that is misspelt, or touches what makes an object itself, is refused before anything is sent', () => {
  assert.throws(
    () => createOutgoing({ peers: [peer('A', { filter: 'X' })], attributeFilters: [], secret }),
    /not among attributeFilters/,
  );
  const told = (options: readonly string[]) => () =>
    createOutgoing({
      peers: [peer('A', { filter: 'F', notification: 'study complete' })],
      attributeFilters: [readAttributeFilter({ name: 'F', deidentify: options })],
      secret,
    });
  assert.throws(told(['retain-device-identity']), /A gets objects without identity, and a notification/);
  assert.doesNotThrow(told(['retain-uids']));
  for (const wrong of [
    { remove: ['SOPInstanceUID'] },
    { remove: ['PixelData'] },
    { remove: ['NoSuchThing'] },
    { remove: ['*.StudyInstanceUID'] },
    { remove: ['*.'] },
    { remove: ['*'] },
    { remove: ['*.*.PatientName'] },
    { remove: ['*.RequestAttributesSequence.AccessionNumber'] },
    { remove: ['RequestAttributesSequence[0].AccessionNumber'] },
    { remove: ['RequestAttributesSequence..AccessionNumber'] },
    { remove: ['PatientName.AccessionNumber'] },
    { remove: ['00091010.AccessionNumber'] },
    { remove: ['RequestAttributesSequence.00091010'] },
    { remove: [`${'RequestAttributesSequence.'.repeat(100)}PatientName`] },
    { set: { Rows: '4' } },
    { set: { Columns: 'four' } },
    { set: { WindowCenter: '\u0000' } },
    { set: { EncapsulatedDocument: 'text' } },
    { set: { 'RequestAttributesSequence.ScheduledProtocolCodeSequence': 'x' } },
    { set: { ReferencedStudySequence: 'x' } },
    { set: ['PatientName'] },
    { privateElements: 'maybe' },
    { deidentify: ['clean-pixel-data'] },
    { deidentify: 'yes' },
    { name: '' },
    { also: 1 },
  ])
    assert.throws(() => readAttributeFilter({ name: 'F', ...wrong }), JSON.stringify(wrong));
});

test('the secret is made once for all servers of the index; a file of before is taken over, another one or a broken one stops the start', async (t) => {
  const folders = await Promise.all([1, 2, 3].map(() => temporaryFolder()));
  const [made, taken, nowhere] = folders.map((folder) => join(folder, 'pseudonyms.key')) as [string, string, string];
  const indexes = await Promise.all(folders.slice(0, 2).map((folder) => openTestIndex(folder)));
  t.after(() => Promise.all(indexes.map((index) => index.close())));
  const [first, second] = indexes as [Database, Database];
  const [one, other] = await Promise.all([openSecret(first, made), openSecret(first, nowhere)]);
  assert.equal(one.length, 32);
  assert.deepEqual(Buffer.from(other), Buffer.from(one), 'two servers that begin at the same moment');
  assert.equal(existsSync(made), false);
  writeFileSync(taken, Buffer.alloc(40, 7));
  assert.deepEqual(Buffer.from(await openSecret(second, taken)), Buffer.alloc(40, 7));
  assert.deepEqual(Buffer.from(await openSecret(second, nowhere)), Buffer.alloc(40, 7), 'a server without a file');
  assert.deepEqual(Buffer.from(await openSecret(second, taken)), Buffer.alloc(40, 7), 'the next start');
  await assert.rejects(openSecret(first, taken), /--data: .*pseudonyms.key is another key .* two pseudonyms/);
  writeFileSync(nowhere, 'short');
  await assert.rejects(openSecret(first, nowhere), /is no key of pseudonyms: it has 5 bytes/);
});
