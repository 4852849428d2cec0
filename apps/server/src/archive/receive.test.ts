// What may come in, what is refused, and that nothing of the refused remains.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import { readPart10 } from '@concord/dicom';
import {
  asPart10,
  ctImageStorage,
  ctSlice,
  dataSetOf,
  encoded,
  explicitVrLittleEndian,
  implicitVrLittleEndian,
  inPieces,
} from '../../testing/data-sets.ts';
import { openRealArchive, temporaryFolder } from '../../testing/real-archive.ts';
import { isStoreOnDisk, readerOfStore } from '../../testing/test-store.ts';
import { DatabaseError } from '../database/database.ts';
import { type Seal, StoreError } from '../objects/object-store.ts';
import type { Change } from './archive.ts';

const origin = { via: 'DIMSE', callingAeTitle: 'TESTER', associationId: 'a1' } as const;

test('[QR-RST-01] an object is stored under our own name, byte for byte behind a Part 10 header', async (t) => {
  const { archive, folder, files } = await openRealArchive(t);
  const bytes = encoded(ctSlice(), implicitVrLittleEndian);
  const incoming = { dataSet: inPieces(bytes, 7), transferSyntaxUid: implicitVrLittleEndian, origin };
  const { status, instance } = await archive.receive(incoming);
  assert.deepEqual(status, { code: 0x0000 });
  const [key = ''] = await files();
  assert.equal(instance?.key, key);
  const file = Buffer.concat(await Array.fromAsync(readerOfStore(folder).read(key)));
  assert.equal(file.length, instance.size);
  assert.ok(file.subarray(instance.dataSetOffset).equals(bytes));
  const { meta } = readPart10(file);
  assert.equal(meta.string('TransferSyntaxUID'), implicitVrLittleEndian);
  assert.equal(meta.string('MediaStorageSOPInstanceUID'), '1.2.3.1.1.1');
  assert.equal(meta.string('SourceApplicationEntityTitle'), 'TESTER');
});

test('the receipt says the same as the index', async (t) => {
  const { archive, put } = await openRealArchive(t);
  const { instance } = await put(ctSlice({ NumberOfFrames: '1' }));
  assert.deepEqual(await archive.instances({ sopInstanceUid: '1.2.3.1.1.1' }), [instance]);
});

test('[QR-QRA-08] counts are kept while objects come in side by side', async (t) => {
  const { archive, put } = await openRealArchive(t);
  const slices = Array.from({ length: 60 }, (_, index) =>
    ctSlice({
      SOPInstanceUID: `1.2.3.1.${(index % 3) + 1}.${index}`,
      SeriesInstanceUID: `1.2.3.1.${(index % 3) + 1}`,
      Modality: ['CT', 'MR', 'SR'][index % 3],
    }),
  );
  const receipts = await Promise.all(slices.map((slice) => put(slice)));
  assert.ok(receipts.every(({ status }) => status.code === 0));
  const { bytes, ...counts } = await archive.statistics();
  assert.deepEqual(counts, { patients: 1, studies: 1, series: 3, instances: 60 });
  assert.equal(
    bytes,
    receipts.reduce((sum, { instance }) => sum + (instance?.size ?? 0), 0),
  );
  const keys = dataSetOf({
    StudyInstanceUID: null,
    ModalitiesInStudy: null,
    SOPClassesInStudy: null,
    NumberOfStudyRelatedSeries: null,
    NumberOfStudyRelatedInstances: null,
    NumberOfPatientRelatedStudies: null,
    NumberOfPatientRelatedSeries: null,
    NumberOfPatientRelatedInstances: null,
  });
  const [study] = await Array.fromAsync(archive.find('STUDY', keys));
  assert.deepEqual([...(study?.strings('ModalitiesInStudy') ?? [])].sort(), ['CT', 'MR', 'SR']);
  assert.deepEqual(study?.strings('SOPClassesInStudy'), [ctImageStorage]);
  const related = [...keys.elements()].slice(-5).map(({ tag }) => study?.number(tag));
  assert.deepEqual(related, [1, 3, 60, 3, 60]);
});

test('each stored object is told to whoever watches, a refused one is not', async (t) => {
  const { archive, put } = await openRealArchive(t);
  const changes: Change[] = [];
  const end = archive.watch((change) => void changes.push(change));
  await put(ctSlice());
  await put(ctSlice());
  await put(ctSlice({ StudyInstanceUID: undefined }));
  end();
  await put(ctSlice({ SOPInstanceUID: '1.2.3.9' }));
  assert.deepEqual(changes, [
    { kind: 'instances-stored', studyInstanceUid: '1.2.3.1', seriesInstanceUid: '1.2.3.1.1', count: 1 },
  ]);
});

for (const [what, values, code, said] of [
  ['[QR-DB-06] no Study Instance UID', { StudyInstanceUID: undefined }, 0xa900, {}],
  ['[QR-DB-30] no SOP Instance UID', { SOPInstanceUID: undefined }, 0xa900, {}],
  ['an empty Series Instance UID', { SeriesInstanceUID: null }, 0xa900, {}],
  ['no SOP Class UID', { SOPClassUID: undefined }, 0xa900, {}],
  ['a UID that climbs', { SOPInstanceUID: '..' }, 0xa900, {}],
  ['a UID that is a path', { StudyInstanceUID: '../../etc/passwd' }, 0xa900, {}],
  ['a UID with a slash', { SeriesInstanceUID: '1.2/3' }, 0xa900, {}],
  ['a UID of 65 characters', { SOPInstanceUID: `1.${'2'.repeat(63)}` }, 0xa900, {}],
  ['a UID with NUL inside', { SOPInstanceUID: new Uint8Array([0x31, 0x00, 0x2e, 0x32]) }, 0xa900, {}],
  ['a UID with markup', { SOPInstanceUID: '<b>1.2</b>' }, 0xa900, {}],
  ['two SOP Instance UIDs', { SOPInstanceUID: '1.2.3\\..' }, 0xa900, { sopInstanceUid: '1.2.3.1' }],
  ['another SOP Class UID than the request', {}, 0xa900, { sopClassUid: '1.2.840.10008.5.1.4.1.1.4' }],
  ['another SOP Instance UID than the request', {}, 0xa900, { sopInstanceUid: '1.2.3.1.1.2' }],
] as const)
  test(`${what}: A900, with a comment, and nothing stays`, async (t) => {
    const { archive, files } = await openRealArchive(t);
    const dataSet = inPieces(encoded(ctSlice(values)), 50);
    const { status } = await archive.receive({ dataSet, transferSyntaxUid: explicitVrLittleEndian, origin, ...said });
    assert.equal(status.code, code);
    assert.ok(status.comment && status.comment.length <= 64);
    assert.equal(status.offending?.length, 1);
    assert.deepEqual(await files(), []);
    assert.equal((await archive.statistics()).patients, 0);
  });

test('[QR-RST-04] what is no data set, or is cut anywhere, is refused with C000 and leaves nothing', async (t) => {
  const { archive, files } = await openRealArchive(t);
  const whole = encoded(ctSlice());
  const hopeless = [
    new Uint8Array(0),
    new Uint8Array(100).fill(0xff),
    new TextEncoder().encode('GET / HTTP/1.1\r\nHost: x\r\n\r\n'),
    ...Array.from({ length: 31 }, (_, index) => whole.subarray(0, whole.length - 1 - index)),
    ...Array.from({ length: 60 }, (_, index) => whole.subarray(0, index)),
  ];
  for (const bytes of hopeless) {
    const incoming = { dataSet: inPieces(bytes, 33), transferSyntaxUid: explicitVrLittleEndian, origin };
    const { status } = await archive.receive(incoming);
    // Cut between two elements it reads well, but then what it needs is missing.
    assert.ok([0xc000, 0xa900].includes(status.code), `${bytes.length} bytes`);
    assert.ok(status.comment && status.comment.length <= 64);
  }
  assert.deepEqual(await files(), []);
});

test('an unknown transfer syntax is refused', async (t) => {
  const { put, archive } = await openRealArchive(t);
  await put(ctSlice());
  const dataSet = inPieces(encoded(ctSlice({ SOPInstanceUID: '1.2' })));
  assert.equal((await archive.receive({ dataSet, transferSyntaxUid: '1.2.3.4', origin })).status.code, 0xc000);
});

test('[QR-RCV-06] a source that breaks off leaves nothing, and the error is passed on', async (t) => {
  const { archive, files } = await openRealArchive(t);
  const lost = new Error('connection lost');
  async function* broken() {
    yield* inPieces(encoded(ctSlice({ PixelData: new Uint8Array(700_000) })).subarray(0, 600_000), 60_000);
    throw lost;
  }
  const incoming = { dataSet: broken(), transferSyntaxUid: explicitVrLittleEndian, origin };
  await assert.rejects(archive.receive(incoming), lost);
  assert.deepEqual(await files(), []);
});

test('a deflated data set is stored as it came', async (t) => {
  const { archive } = await openRealArchive(t);
  const deflated = deflateRawSync(encoded(ctSlice()));
  const { status, instance } = await archive.receive({
    dataSet: inPieces(deflated, 10),
    transferSyntaxUid: '1.2.840.10008.1.2.1.99',
    origin,
  });
  assert.equal(status.code, 0);
  assert.ok(instance);
  assert.ok(Buffer.concat(await Array.fromAsync(archive.dataSetBytes(instance))).equals(deflated));
  assert.equal((await archive.header(instance)).string('PatientName'), 'DOE^JANE');
});

test('of a little that inflates to much others have their turn in between', async (t) => {
  const { archive, files } = await openRealArchive(t);
  const endless = Buffer.concat([Buffer.from('10001000554e0000f0ffffff', 'hex'), Buffer.alloc(200_000_000)]);
  const dataSet = inPieces(deflateRawSync(endless));
  const started = performance.now();
  let [longest, last] = [0, started];
  const watching = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  });
  const { status } = await archive.receive({ dataSet, transferSyntaxUid: '1.2.840.10008.1.2.1.99', origin });
  longest = Math.max(longest, performance.now() - last);
  clearInterval(watching);
  assert.equal(status.code, 0xc000);
  const whole = performance.now() - started;
  assert.ok(longest < whole / 3, `${longest} ms of ${whole}`);
  assert.deepEqual(await files(), []);
});

test('the same object again is success and no second file', async (t) => {
  const { archive, put, files } = await openRealArchive(t);
  await put(ctSlice());
  const again = await put(ctSlice());
  assert.deepEqual([again.status.code, again.already], [0, true]);
  assert.equal((await files()).length, 1);
  assert.equal((await archive.statistics()).instances, 1);
});

test('another object under the same UID: the first stays, the second is put aside and noted', async (t) => {
  const { archive, put, files, database, complaints } = await openRealArchive(t);
  const first = await put(ctSlice());
  const second = await put(ctSlice({ PixelData: new Uint8Array(32), StudyInstanceUID: '1.2.9' }));
  assert.deepEqual([second.status.code, second.already], [0, true]);
  assert.deepEqual(await archive.instances({ sopInstanceUid: '1.2.3.1.1.1' }), [first.instance]);
  const { bytes: _, ...counts } = await archive.statistics();
  assert.deepEqual(counts, { patients: 1, studies: 1, series: 1, instances: 1 }, 'no empty study is left behind');
  assert.equal((await files()).length, 2);
  const conflicts = await database.all({
    text: ['select kind, sop_instance_uid as uid, object_key as key from conflict'],
    values: [],
  });
  assert.deepEqual(conflicts, [{ kind: 'other content', uid: '1.2.3.1.1.1', key: (await files())[1] }]);
  assert.match(complaints.join(), /another object came under a known SOP Instance UID/);
});

test('where duplicates are rejected the second object is answered C001 and leaves nothing', async (t) => {
  const { put, files } = await openRealArchive(t, { duplicates: 'reject' });
  await put(ctSlice());
  assert.equal((await put(ctSlice())).status.code, 0, 'the same bytes are no duplicate');
  assert.equal((await put(ctSlice({ PixelData: new Uint8Array(32) }))).status.code, 0xc001);
  assert.equal((await files()).length, 1);
});

test('two senders, one UID, other bytes, at once: one is the first, nothing is lost', async (t) => {
  const { archive, files } = await openRealArchive(t);
  const variants = Array.from({ length: 8 }, (_, index) => ctSlice({ PixelData: new Uint8Array(32).fill(index) }));
  const receipts = await Promise.all(
    variants.map((variant) =>
      archive.receive({ dataSet: inPieces(encoded(variant)), transferSyntaxUid: explicitVrLittleEndian, origin }),
    ),
  );
  assert.ok(receipts.every(({ status }) => status.code === 0));
  assert.equal(receipts.filter(({ already }) => !already).length, 1);
  assert.equal((await files()).length, 8);
  assert.equal((await archive.statistics()).instances, 1);
});

test('an object that names another patient than its study is stored, found under the study and noted', async (t) => {
  const { archive, put, database } = await openRealArchive(t);
  await put(ctSlice());
  const other = await put(ctSlice({ SOPInstanceUID: '1.2.3.1.1.2', PatientID: 'PID999' }));
  assert.equal(other.status.code, 0);
  const found = await archive.instances({ studyInstanceUid: '1.2.3.1' });
  assert.deepEqual(
    found.map(({ patientId }) => patientId),
    ['PID001', 'PID001'],
  );
  const [conflict] = await database.all({ text: ['select kind, detail from conflict'], values: [] });
  assert.deepEqual(conflict, { kind: 'other patient', detail: 'PID999, DOE^JANE, 19600101' });
});

test('studies without a Patient ID do not become one patient', async (t) => {
  const { archive, put } = await openRealArchive(t);
  await put(ctSlice({ PatientID: null }));
  await put(ctSlice({ PatientID: null, SOPInstanceUID: '1.2.3.1.1.2' }));
  await put(ctSlice({ PatientID: undefined, StudyInstanceUID: '1.2.4', SOPInstanceUID: '1.2.4.1' }));
  assert.equal((await archive.statistics()).patients, 2);
});

test('the same Patient ID of two issuers is two patients', async (t) => {
  const { archive, put } = await openRealArchive(t);
  await put(ctSlice({ IssuerOfPatientID: 'A' }));
  await put(ctSlice({ IssuerOfPatientID: 'B', StudyInstanceUID: '1.2.4', SOPInstanceUID: '1.2.4.1' }));
  assert.equal((await archive.statistics()).patients, 2);
});

test('[QR-RST-02] no space left is A700; nothing stays, and the archive goes on', async (t) => {
  let full = false;
  const { put, files, archive } = await openRealArchive(t, {
    store: (real) => ({
      ...real,
      async create() {
        const writer = await real.create();
        const commit = async (seal: Seal) => {
          if (!full) return writer.commit(seal);
          await writer.abandon();
          throw new StoreError('full');
        };
        return {
          key: writer.key,
          number: writer.number,
          write: (chunk) => writer.write(chunk),
          commit,
          settle: () => writer.settle(),
          leave: () => writer.leave(),
          abandon: () => writer.abandon(),
        };
      },
    }),
  });
  full = true;
  assert.equal((await put(ctSlice())).status.code, 0xa700);
  assert.deepEqual(await files(), []);
  full = false;
  assert.equal((await put(ctSlice())).status.code, 0);
  assert.equal((await archive.statistics()).instances, 1);
});

if (isStoreOnDisk())
  test('less than the reserve free is A700', async (t) => {
    const { put } = await openRealArchive(t, { reserve: Number.MAX_SAFE_INTEGER });
    assert.equal((await put(ctSlice())).status.code, 0xa700);
  });

test('an index that is full or locked refuses with A7xx and keeps no file; one that fails keeps it for the next start', async (t) => {
  const folder = await temporaryFolder();
  let fault: 'full' | 'busy' | 'failed' | undefined;
  const first = await openRealArchive(t, {
    folder,
    database: (real) => ({
      ...real,
      async batch(queries) {
        const rows = await real.batch(fault ? [] : queries);
        if (fault) throw new DatabaseError(fault);
        return rows;
      },
    }),
  });
  const outcomes = [];
  for (fault of ['full', 'busy', 'failed'] as const) {
    const { status } = await first.put(ctSlice());
    outcomes.push([fault, status.code, (await first.files()).length]);
  }
  assert.deepEqual(outcomes, [
    ['full', 0xa700, 0],
    ['busy', 0xa701, 0],
    ['failed', 0xa701, 1],
  ]);
  await first.close();
  const second = await openRealArchive(t, { folder });
  assert.deepEqual(await second.files(), []);
});

test('a Part 10 file comes in with its own syntax; what is none is refused', async (t) => {
  const { archive, files } = await openRealArchive(t);
  const file = asPart10(ctSlice(), implicitVrLittleEndian);
  for (const size of [1, 100, 131, 5000]) {
    const { status, instance } = await archive.receivePart10(inPieces(file, size), { via: 'STOW-RS' });
    assert.equal(status.code, 0, `${size}`);
    assert.equal(instance?.transferSyntaxUid, implicitVrLittleEndian);
  }
  const hopeless = [file.subarray(0, 0), file.subarray(0, 100), file.subarray(0, 140), file.subarray(0, 200)];
  for (const bytes of [...hopeless, new Uint8Array(300_000).fill(0x41), file.subarray(4)]) {
    const { status } = await archive.receivePart10(inPieces(bytes, 90), { via: 'STOW-RS' });
    assert.equal(status.code, 0xc000);
  }
  assert.equal((await files()).length, 1);
});
