// Key object selections as they are made: by dciodvfy, DCMTK and our own tables; where they stand in the index; what is refused.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { contentFaults, createdObjectsOf } from '@concord/conformance';
import { type DataSet, writePart10 } from '@concord/dicom';
import { validate } from '@concord/dicom/iod';
import { silentLog } from '@concord/network';
import { ctSlice, explicitVrLittleEndian } from '../../testing/data-sets.ts';
import { run } from '../../testing/programs.ts';
import { openRealArchive, temporaryFolder } from '../../testing/real-archive.ts';
import { openReconciliation } from '../reconciliation/open-reconciliation.ts';
import type { OwnTitle } from '../settings/key-object-titles.ts';
import { configurationIn, openSettingsFile } from '../settings/settings-file.ts';
import { keyObjectDocuments } from './declaration.ts';
import { openKeyObjects } from './open-key-objects.ts';
import { openSharedTitles } from './shared-titles.ts';
import { openTitleFile } from './title-file.ts';

const now = () => new Date('2026-08-30T07:05:09Z');
const creator = '1.2.826.0.1.3680043.10.1.77';
const study = '1.2.3.1';
const multiFrame = '1.2.840.10008.5.1.4.1.1.7.3';

async function start(
  t: TestContext,
  { hasRoom, ...settings }: { contextGroupCreator?: string; hasRoom?: () => boolean } = {},
) {
  const real = await openRealArchive(t, { ...(hasRoom && { hasRoom }) });
  const path = join(await temporaryFolder(), 'concord.json');
  const file = openSettingsFile(path);
  const inForce: OwnTitle[] = [];
  const { contextGroupCreator = creator } = settings;
  const configuration = { keyObjectTitles: inForce, codingScheme: '99CLINIC', contextGroupCreator };
  const shared = await openSharedTitles({ database: real.database, inForce, log: silentLog });
  const checked: DataSet[] = [];
  const keyObjects = openKeyObjects({
    ...{ archive: real.archive, database: real.database, settings: configuration, now },
    aeTitle: 'CONCORD',
    made: (document) => checked.push(document),
    titles: openTitleFile({ file, inForce, shared, creatorUid: contextGroupCreator, now }),
    shared,
  });
  const image = (number: number, more: object = {}) =>
    real.put(ctSlice({ SOPInstanceUID: `${study}.9.${number}`, InstanceNumber: String(number), ...more }));
  const stored = async (sopInstanceUid: string) => {
    const [instance] = await real.archive.instances({ sopInstanceUid });
    assert.ok(instance, sopInstanceUid);
    return real.archive.header(instance);
  };
  return { ...real, keyObjects, image, stored, path, inForce, checked };
}

const [created] = (() => {
  const tables = createdObjectsOf([keyObjectDocuments], 'none');
  assert.ok(tables.state === 'described');
  return tables.objects;
})();

/** Writes it and asks both validators; nothing but warnings that both give for any object of this class may be said. */
async function examined(document: DataSet) {
  const path = join(await temporaryFolder(), 'selection.dcm');
  writeFileSync(path, writePart10({ dataSet: document, transferSyntaxUid: explicitVrLittleEndian }));
  const { output: said } = await run('dciodvfy', path);
  const dump = await run('dsrdump', path);
  const codes = (await run('dcmdump', path)).output;
  return { errors: said.split('\n').filter((line) => /^Error/.test(line)), said, dump, codes };
}

test('[CS-IOD-04] a selection of images, with a title, a text and frames, is what the standard, two other programs and our tables say', async (t) => {
  assert.ok(created);
  const { keyObjects, image, stored, checked } = await start(t);
  await image(1);
  await image(2, { SOPClassUID: multiFrame, NumberOfFrames: '5', SeriesInstanceUID: `${study}.6` });
  const [name] = await keyObjects.create({
    title: '113001',
    modifier: '111210',
    description: 'Moved: 体動\nagain',
    observer: 'Müller^Jürgen',
    references: [
      { sopInstanceUid: `${study}.9.1`, frames: [1] },
      { sopInstanceUid: `${study}.9.2`, frames: [5, 2] },
    ],
  });
  assert.ok(name);
  const document = await stored(name.sopInstanceUid);
  assert.deepEqual(contentFaults(created, document), []);
  assert.equal(checked.length, 1, 'it is watched against the statement');
  const { errors, said, dump, codes } = await examined(document);
  assert.deepEqual(errors, [], said);
  assert.deepEqual(
    validate(document).filter(({ severity }) => severity === 'error'),
    [],
  );
  assert.equal(dump.exitCode, 0, dump.output);
  assert.match(dump.output, /Key Object Selection Document/);
  assert.match(dump.output, /Rejected for Quality Reasons/);
  assert.match(dump.output, /Document Title Modifier.*Motion blur/);
  assert.match(codes, /ReferencedFrameNumber/);
  const content = document.items('ContentSequence');
  assert.deepEqual(
    content.map((item) => item.string('ValueType')),
    ['CODE', 'CODE', 'PNAME', 'TEXT', 'IMAGE', 'IMAGE'],
  );
  assert.equal(content[3]?.string('TextValue'), 'Moved: 体動\nagain');
  const frames = content
    .flatMap((item) => item.items('ReferencedSOPSequence'))
    .map((each) => each.numbers('ReferencedFrameNumber'));
  assert.deepEqual(frames, [[], [2, 5]], 'the one frame of the first is the whole');
  const evidence = document.items('CurrentRequestedProcedureEvidenceSequence');
  assert.equal(evidence.length, 1);
  assert.equal(evidence[0]?.items('ReferencedSeriesSequence').length, 2);
  const [listed, ...others] = await keyObjects.ofStudy(study);
  assert.equal(others.length, 0);
  assert.deepEqual(
    [listed?.title, listed?.modifier, listed?.observer, listed?.objects.map((each) => each.frames)],
    ['Rejected for Quality Reasons', 'Motion blur', 'Müller^Jürgen', [[], [2, 5]]],
  );
});

test('objects of several studies of a patient: a document in each, which name each other, and say what else is alike', async (t) => {
  const { keyObjects, image, stored } = await start(t);
  await image(1);
  await image(2, { StudyInstanceUID: '1.2.3.2', SeriesInstanceUID: '1.2.3.2.1', StudyDate: '20250101' });
  await image(3, {
    SOPClassUID: '1.2.840.10008.5.1.4.1.1.104.1',
    Rows: undefined,
    PixelData: undefined,
    Modality: 'DOC',
    SeriesInstanceUID: '1.2.3.1.5',
  });
  const references = [1, 2, 3].map((number) => ({ sopInstanceUid: `${study}.9.${number}` }));
  const names = await keyObjects.create({ title: '113000', references });
  assert.deepEqual(
    names.map(({ studyInstanceUid }) => studyInstanceUid),
    [study, '1.2.3.2'],
  );
  const documents = await Promise.all(names.map(({ sopInstanceUid }) => stored(sopInstanceUid)));
  for (const [at, document] of documents.entries()) {
    assert.deepEqual((await examined(document)).errors, []);
    const other = names[1 - at];
    const [identical] = document.items('IdenticalDocumentsSequence');
    assert.equal(identical?.string('StudyInstanceUID'), other?.studyInstanceUid);
    const [series] = identical?.items('ReferencedSeriesSequence') ?? [];
    assert.equal(series?.string('SeriesInstanceUID'), other?.seriesInstanceUid);
    assert.equal(series?.string('ReferencedSOPSequence[0].ReferencedSOPInstanceUID'), other?.sopInstanceUid);
    assert.equal(document.items('CurrentRequestedProcedureEvidenceSequence').length, 2);
    assert.deepEqual(
      document.items('ContentSequence').map((item) => item.string('ValueType')),
      ['IMAGE', 'IMAGE', 'COMPOSITE'],
    );
  }
  assert.deepEqual(
    documents.map((document) => document.string('StudyDate')),
    ['20240115', '20250101'],
  );
  const [again] = await keyObjects.create({ title: '113013', modifier: '113015', references: references.slice(0, 1) });
  assert.equal((await stored(again?.sopInstanceUid ?? '')).string('SeriesNumber'), '9002');
});

test('what was put right for the patient is right in the selection too', async (t) => {
  const { keyObjects, image, stored, database } = await start(t);
  await image(1);
  const reconciliation = openReconciliation({ database, system: 'TEST', now, log: silentLog });
  const patient = { studyInstanceUid: study };
  const act = { kind: 'correct patient', patient, values: { PatientName: 'ROE^RIGHT' } } as const;
  await reconciliation.act(act, { by: 'vet', reason: 'typed wrong' });
  const [name] = await keyObjects.create({ title: '113000', references: [{ sopInstanceUid: `${study}.9.1` }] });
  const document = await stored(name?.sopInstanceUid ?? '');
  assert.equal(document.string('PatientName'), 'ROE^RIGHT');
  assert.equal(document.string('OriginalAttributesSequence[0].ModifiedAttributesSequence[0].PatientName'), 'DOE^JANE');
});

test('what cannot be selected is refused in words, and nothing is stored', async (t) => {
  const { keyObjects, image, files } = await start(t);
  await image(1);
  await image(2, {
    PatientID: 'PID002',
    PatientName: 'ROE',
    StudyInstanceUID: '1.2.3.2',
    SeriesInstanceUID: '1.2.3.2.1',
  });
  await image(3, {
    SOPClassUID: '1.2.840.10008.5.1.4.1.1.104.1',
    Rows: undefined,
    PixelData: undefined,
    SeriesInstanceUID: '1.2.3.1.5',
  });
  const before = (await files()).length;
  const one = { sopInstanceUid: `${study}.9.1` };
  const wish = { title: '113000', references: [one] };
  for (const [wrong, fault, told] of [
    [{ title: '999999' }, 'no-such-title', /999999/],
    [{ title: '113031' }, 'no-such-title', /113031/],
    [{ modifier: '111210' }, 'no-such-modifier', /111210/],
    [{ title: '113013' }, 'no-modifier', /Best In Set/],
    [{ references: [one, { sopInstanceUid: '9.9' }] }, 'no-such-instance', /9\.9/],
    [{ references: [one, one] }, 'twice', /1\.2\.3\.1\.9\.1/],
    [{ references: [one, { sopInstanceUid: `${study}.9.2` }] }, 'other-patient', /2 patients/],
    [{ references: [{ ...one, frames: [2] }] }, 'no-such-frame', /2 of 1\.2\.3\.1\.9\.1, which has 1/],
    [{ references: [{ sopInstanceUid: `${study}.9.3`, frames: [1] }] }, 'no-such-frame', /which has 0/],
  ] as const)
    await assert.rejects(keyObjects.create({ ...wish, ...wrong }), (error: Error & { fault?: string }) => {
      assert.equal(error.fault, fault);
      assert.match(error.message, told);
      return true;
    });
  assert.equal((await files()).length, before);
  assert.deepEqual(await keyObjects.ofStudy(study), []);
  assert.deepEqual(await keyObjects.ofStudy("1.2'; drop table study; --"), []);
});

test('where one of several documents cannot be stored, none stays', async (t) => {
  let room = Number.POSITIVE_INFINITY;
  const hasRoom = () => {
    room -= 1;
    return room >= 0;
  };
  const { keyObjects, image, archive } = await start(t, { hasRoom });
  await image(1);
  await image(2, { StudyInstanceUID: '1.2.3.2', SeriesInstanceUID: '1.2.3.2.1' });
  const references = [1, 2].map((number) => ({ sopInstanceUid: `${study}.9.${number}` }));
  room = 1;
  await assert.rejects(keyObjects.create({ title: '113000', references }), { fault: 'not-stored', message: /quota/ });
  assert.deepEqual([await keyObjects.ofStudy(study), await keyObjects.ofStudy('1.2.3.2')], [[], []]);
  assert.equal((await archive.rejected()).length, 1, 'the first can still be looked at');
  room = 2;
  assert.equal((await keyObjects.create({ title: '113000', references })).length, 2);
});

test('[CS-COD-02] [CS-COD-03] a title is added to the group and retired again, one of the standard is not; objects say that theirs is an extension', async (t) => {
  const { keyObjects, image, stored, path, inForce } = await start(t);
  await image(1);
  const references = [{ sopInstanceUid: `${study}.9.1` }];
  assert.equal(await keyObjects.titles.add({ code: 'VET1', meaning: 'For the owner' }), 'added');
  assert.equal(await keyObjects.titles.add({ code: 'VET1', meaning: 'Another' }), 'there already');
  assert.equal(await keyObjects.titles.add({ code: '113000', meaning: 'Another' }), 'there already');
  assert.deepEqual(inForce, [{ code: 'VET1', meaning: 'For the owner', added: '2026-08-30T07:05:09Z' }]);
  const [name] = await keyObjects.create({ title: 'VET1', references });
  const document = await stored(name?.sopInstanceUid ?? '');
  const [title] = document.items('ConceptNameCodeSequence');
  assert.deepEqual(
    [...(title?.elements() ?? [])].map(({ tag }) => title?.string(tag)),
    ['VET1', '99CLINIC', 'For the owner', 'DCMR', '20040920', '20260830070509+0000', 'Y', creator, '7010'],
  );
  const { errors, said, dump, codes } = await examined(document);
  assert.deepEqual(errors, [], said);
  assert.equal(dump.exitCode, 0, dump.output);
  assert.match(codes, /\(0008,010b\) CS \[Y\]/);
  assert.match(codes, /\(0008,0107\) DT \[20260830070509\+0000\]/);
  assert.match(codes, new RegExp(`\\(0008,010d\\) UI \\[${creator.replaceAll('.', '\\.')}\\]`));
  assert.equal(await keyObjects.titles.retire('113000'), 'of the standard');
  assert.equal(await keyObjects.titles.retire('NONE'), 'no such title');
  assert.equal(await keyObjects.titles.retire('VET1'), 'retired');
  await assert.rejects(keyObjects.create({ title: 'VET1', references }), { fault: 'no-such-title' });
  assert.ok((await keyObjects.create({ title: '113000', references })).length === 1, 'that of the standard is there');
  const kept = configurationIn(path, readFileSync(path, 'utf8'));
  assert.deepEqual(kept.keyObjectTitles, inForce, 'the next start has them');
  assert.equal(kept.contextGroupCreator, creator);
  assert.equal(await keyObjects.titles.add({ code: 'VET1', meaning: 'For the owner' }), 'added', 'in use again');
  assert.equal(inForce[0]?.retired, undefined);
});

test('titles that nobody stands for, or that are no codes, are refused; what is in the file stays', async (t) => {
  const { keyObjects } = await start(t, { contextGroupCreator: '' });
  await assert.rejects(keyObjects.titles.add({ code: 'VET1', meaning: 'For the owner' }), /contextGroupCreator/);
  const own = { code: 'A', meaning: 'B', added: '2026-08-30' };
  const configured = (...keyObjectTitles: readonly object[]) =>
    configurationIn('site.json', JSON.stringify({ contextGroupCreator: creator, keyObjectTitles }));
  assert.equal(configured(own).keyObjectTitles.length, 1);
  for (const [titles, told] of [
    [[own, own], /there twice/],
    [[{ ...own, code: '113000' }], /code of the standard/],
    [[{ ...own, code: 'A\\B' }], /backslash/],
    [[{ ...own, code: 'SEVENTEEN LETTERS' }], /1 to 16/],
    [[{ ...own, meaning: 'x'.repeat(65) }], /1 to 64/],
    [[{ ...own, added: '2026-02-30' }], /must be a day/],
    [[{ ...own, added: '2026-08-30T25:00:00Z' }], /must be a day/],
    [[{ ...own, scheme: 'DCM' }], /only code/],
    [Array.from({ length: 101 }, (_, at) => ({ ...own, code: `C${at}` })), /at most 100/],
  ] as const)
    assert.throws(() => configured(...titles), told);
  const alone = JSON.stringify({ keyObjectTitles: [own] });
  assert.throws(() => configurationIn('site.json', alone), /contextGroupCreator.*needed/);
  for (const wrong of [{ codingScheme: 'DCM' }, { codingScheme: '99' }, { contextGroupCreator: '1.2.840.10008.1' }])
    assert.throws(() => configurationIn('site.json', JSON.stringify(wrong)), /must be/);
});
