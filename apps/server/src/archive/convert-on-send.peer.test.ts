// Instances kept compressed, sent to peers that take little: DCMTK's storescp and getscu, and our own client as a narrow peer.
import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type DataSet, readDataSet, readPart10, writePart10 } from '@concord/dicom';
import { describeImage } from '@concord/imaging';
import { createImagingPool } from '@concord/imaging/node';
import { dataSetOf } from '../../testing/data-sets.ts';
import { ctImageStorage, madeDataSet, madeFile, madePixels } from '../../testing/instances.ts';
import { freePort } from '../../testing/ports.ts';
import { run, type ServerProcess, startServerProcess, startStorescp } from '../../testing/programs.ts';
import { temporaryFolder } from '../../testing/real-archive.ts';
import { getUnchanged, sendUnchanged } from '../../testing/send-unchanged.ts';

const implicit = '1.2.840.10008.1.2';
const explicit = '1.2.840.10008.1.2.1';
const jpegBaseline = '1.2.840.10008.1.2.4.50';
const jpegLossless = '1.2.840.10008.1.2.4.70';
const mpeg2 = '1.2.840.10008.1.2.4.100';
const size = { rows: 48, columns: 64, frames: 3 };
const study = '1.2.826.0.1.3680043.10.7';

/** Syntax, and what writes it. */
const kept: readonly (readonly [name: string, uid: string, command: string, ...parameters: string[]])[] = [
  ['JPEG lossless', jpegLossless, 'dcmcjpeg', '+e1'],
  ['JPEG-LS', '1.2.840.10008.1.2.4.80', 'dcmcjpls'],
  ['JPEG 2000', '1.2.840.10008.1.2.4.90', 'gdcmconv', '--j2k'],
  ['RLE', '1.2.840.10008.1.2.5', 'dcmcrle'],
  ['deflated', '1.2.840.10008.1.2.1.99', 'dcmconv', '+td'],
  ['big endian', '1.2.840.10008.1.2.2', 'dcmconv', '+tb'],
  ['explicit', explicit, 'dcmconv', '+te'],
  ['implicit', implicit, 'dcmconv', '+ti'],
];

const series = (index: number) => `${study}.${index + 1}`;
const instanceOf = (index: number) => `${series(index)}.1`;

const document = (instance: string): DataSet => {
  const report = madeDataSet({ instance, study, series: series(kept.length) });
  for (const keyword of ['PixelData', 'Rows', 'Columns', 'BitsAllocated'] as const) report.delete(keyword);
  report.set('SOPClassUID', '1.2.840.10008.5.1.4.1.1.88.11');
  report.set('Modality', 'SR');
  return report;
};

describe('sending to peers that take little', () => {
  let server: ServerProcess;
  let folder = '';
  let target: string[] = [];
  const endings: (() => void)[] = [];
  const destinations = { IMPLICIT: ['+xi'], NARROW: [] as string[], LOSSY: [] as string[] };

  before(async () => {
    const hooks = { after: (end: () => void) => void endings.push(end) };
    folder = await temporaryFolder();
    const profile = join(folder, 'narrow.cfg');
    await writeFile(profile, narrowProfile);
    destinations.NARROW = ['-xf', profile, 'Default'];
    destinations.LOSSY = ['-xf', profile, 'Lossy'];
    const peers = [];
    for (const [aeTitle, parameters] of Object.entries(destinations)) {
      const port = await freePort();
      peers.push({ aeTitle, host: '127.0.0.1', port });
      await mkdir(join(folder, aeTitle));
      await startStorescp(hooks, join(folder, aeTitle), port, ...parameters);
    }
    await writeFile(join(folder, 'concord.json'), JSON.stringify({ peers }));
    server = await startServerProcess(hooks, join(folder, 'data'), '--config', join(folder, 'concord.json'));
    target = ['-aet', 'TESTER', '-aec', 'CONCORD', '127.0.0.1', String(server.dicomPort)];
    await store(await writeKept());
  });
  after(() => {
    for (const end of endings) end();
  });

  /** One file in each syntax, and a report. */
  const writeKept = async (): Promise<string[]> => {
    const paths: string[] = [];
    for (const [index, [, , command, ...parameters]] of kept.entries()) {
      const plain = join(folder, `plain-${index}.dcm`);
      const made = { ...size, study, series: series(index), instance: instanceOf(index), modality: 'CT' };
      await writeFile(plain, madeFile(made));
      paths.push(join(folder, `kept-${index}.dcm`));
      const { exitCode, output } = await run(command, ...parameters, plain, paths.at(-1) ?? '');
      assert.equal(exitCode, 0, output);
    }
    const report = join(folder, 'report.dcm');
    await writeFile(report, writePart10({ dataSet: document(instanceOf(kept.length)), transferSyntaxUid: explicit }));
    return [...paths, report];
  };
  const store = async (paths: readonly string[]) => {
    const files = await Promise.all(paths.map(async (path) => ({ path, ...identityOf(await readFile(path)) })));
    const statuses = await sendUnchanged(server.dicomPort, files);
    assert.deepEqual(
      statuses.map(({ code }) => code),
      paths.map(() => 0),
    );
    return files;
  };

  const arrived = async (where: string) => {
    const files = await Promise.all((await readdir(where)).map((name) => readFile(join(where, name))));
    return files.map((bytes) => readPart10(bytes));
  };
  /** Runs a retrieval of the whole study, or of some series, into an emptied folder. */
  const retrieve = async (how: readonly string[], where: string, keys: readonly string[]) => {
    for (const name of await readdir(where)) await rm(join(where, name));
    const [command = '', ...parameters] = how;
    const all = keys.flatMap((key) => ['-k', key]);
    const { output } = await run(command, '-d', '-S', ...parameters, ...target, ...all);
    const statuses = [...output.matchAll(/DIMSE Status\s*: 0x([0-9a-f]{4})/g)].map(([, status]) => status);
    return { status: statuses.at(-1), files: await arrived(where), output };
  };
  const wholeStudy = ['QueryRetrieveLevel=STUDY', `StudyInstanceUID=${study}`];
  const expected = Buffer.from(madePixels(size));

  const checkAll = ({ status, files, output }: Awaited<ReturnType<typeof retrieve>>, syntax: string) => {
    assert.equal(status, '0000', output.slice(-2000));
    assert.equal(files.length, kept.length + 1);
    for (const { dataSet, transferSyntaxUid } of files) {
      assert.equal(transferSyntaxUid, syntax);
      if (dataSet.string('Modality') === 'SR') continue;
      const name = kept.find((_, index) => instanceOf(index) === dataSet.string('SOPInstanceUID'))?.[0];
      assert.ok(name, 'the SOP Instance UID stays');
      assert.deepEqual(Buffer.from(dataSet.bytes('PixelData') ?? []), expected, name);
      assert.equal(dataSet.string('LossyImageCompression') ?? '00', '00', name);
      assert.equal(dataSet.string('PatientName'), 'Müller^Jürgen');
    }
  };

  test('[QR-EXP-07] [QR-EXP-17] [IC-SEND-02] [RV-SEND-04] C-MOVE to a peer that takes Implicit VR Little Endian only: every syntax decoded, the same pixels', async () => {
    const how = ['movescu', '-aem', 'IMPLICIT'];
    checkAll(await retrieve(how, join(folder, 'IMPLICIT'), wholeStudy), implicit);
    const own = await getUnchanged(server.dicomPort, {
      ...identityOf(await readFile(join(folder, 'kept-0.dcm'))),
      path: '',
    });
    const file = await readFile(join(folder, 'kept-0.dcm'));
    assert.ok(file.subarray(-own.length).equals(own), 'the stored file is as it was');
  });

  test('C-GET of a client that takes Explicit VR Little Endian only', async () => {
    const where = join(folder, 'got');
    await mkdir(where, { recursive: true });
    checkAll(await retrieve(explicitOnly(where), where, wholeStudy), explicit);
  });

  test('C-GET of a client that takes Implicit VR Little Endian only', async () => {
    for (const [index, [name]] of kept.entries()) {
      const file = identityOf(await readFile(join(folder, `kept-${index}.dcm`)));
      const bytes = await getUnchanged(server.dicomPort, { ...file, transferSyntaxUid: implicit, path: '' });
      assert.ok(bytes.subarray(-expected.length).equals(expected), name);
      assert.equal(bytes.toString('hex', 0, 4), '08000500', name);
      assert.equal(bytes.readUInt32LE(4), 10, `${name}: no VR before the length`);
    }
  });

  test('C-GET of a client that takes HTJ2K only, or JPEG XL only: the same pixels', async () => {
    const imaging = createImagingPool({ threads: 1 });
    endings.push(() => void imaging.close());
    const file = identityOf(await readFile(join(folder, 'kept-0.dcm')));
    for (const transferSyntaxUid of ['1.2.840.10008.1.2.4.201', '1.2.840.10008.1.2.4.110']) {
      const bytes = await getUnchanged(server.dicomPort, { ...file, transferSyntaxUid, path: '' });
      const dataSet = readDataSet(bytes, transferSyntaxUid);
      const [, ...fragments] = dataSet.element('PixelData')?.fragments ?? [];
      assert.equal(fragments.length, size.frames, transferSyntaxUid);
      const image = describeImage(dataSet);
      const frames = fragments.map(({ offset, length }) =>
        imaging.decode({ image, transferSyntaxUid, encoded: bytes.subarray(offset, offset + length) }),
      );
      assert.ok(Buffer.concat(await Promise.all(frames)).equals(expected), transferSyntaxUid);
    }
  });

  test('[RV-SEND-04] what was compressed with loss is decoded for a peer, stays flagged, and keeps its UID', async () => {
    const lossy = `${study}.80`;
    const [plain, compressed] = [join(folder, 'plain-lossy.dcm'), join(folder, 'lossy.dcm')];
    const twelveBits = (dataSet: DataSet) => {
      for (const [keyword, value] of Object.entries({ BitsStored: 12, HighBit: 11 })) dataSet.set(keyword, value);
    };
    await writeFile(
      plain,
      madeFile({ ...size, study: lossy, series: `${lossy}.1`, instance: `${lossy}.1.1`, change: twelveBits }),
    );
    const { exitCode, output } = await run('dcmcjpeg', '+ee', '+q', '90', plain, compressed);
    assert.equal(exitCode, 0, output);
    const { transferSyntaxUid, dataSet: sent } = readPart10(await readFile(compressed));
    assert.equal(transferSyntaxUid, '1.2.840.10008.1.2.4.51');
    await store([compressed]);
    const keys = ['QueryRetrieveLevel=STUDY', `StudyInstanceUID=${lossy}`];
    const moved = await retrieve(['movescu', '-aem', 'IMPLICIT'], join(folder, 'IMPLICIT'), keys);
    assert.equal(moved.status, '0000', moved.output.slice(-2000));
    const [arrivedFile] = moved.files;
    assert.equal(arrivedFile?.transferSyntaxUid, implicit);
    assert.equal(arrivedFile.dataSet.string('LossyImageCompression'), '01');
    for (const keyword of ['SOPInstanceUID', 'LossyImageCompressionRatio', 'LossyImageCompressionMethod'] as const)
      assert.deepEqual(arrivedFile.dataSet.strings(keyword), sent.strings(keyword), keyword);
    const decoded = join(folder, 'decoded-lossy.dcm');
    assert.equal((await run('dcmdjpeg', compressed, decoded)).exitCode, 0);
    const expectedPixels = readPart10(await readFile(decoded)).dataSet.bytes('PixelData') ?? new Uint8Array();
    assert.deepEqual(Buffer.from(arrivedFile.dataSet.bytes('PixelData') ?? []), Buffer.from(expectedPixels));
  });

  test('[ES-SCU-03] C-MOVE to a peer that takes JPEG lossless only: images are compressed without loss, a report is not sent', async () => {
    const { status, files, output } = await retrieve(['movescu', '-aem', 'NARROW'], join(folder, 'NARROW'), wholeStudy);
    assert.equal(status, 'b000', output.slice(-2000));
    assert.equal(files.length, kept.length, server.log());
    for (const name of await readdir(join(folder, 'NARROW'))) {
      const plain = join(folder, 'decoded.dcm');
      const { exitCode } = await run('dcmdjpeg', join(folder, 'NARROW', name), plain);
      assert.equal(exitCode, 0);
      const pixels = readPart10(await readFile(plain)).dataSet.bytes('PixelData') ?? [];
      assert.deepEqual(Buffer.from(pixels), expected);
    }
    assert.match(output, /FailedSOPInstanceUIDList|0008,0058/);
  });

  test('a plain image is never compressed with loss for who takes nothing else: C-MOVE and C-GET fail, and say why', async () => {
    const lossy = `${study}.85`;
    const bytes = renamed(madeDataSet({ ...size, instance: '1.2.3' }), lossy, 1);
    // What JPEG baseline could hold.
    for (const [keyword, value] of Object.entries({ BitsAllocated: 8, BitsStored: 8, HighBit: 7 }))
      bytes.set(keyword, value);
    bytes.set('PixelData', madePixels(size).subarray(0, size.rows * size.columns * size.frames), 'OB');
    const path = join(folder, 'bytes.dcm');
    await writeFile(path, writePart10({ dataSet: bytes, transferSyntaxUid: explicit }));
    const [file] = await store([path]);
    assert.ok(file);
    const keys = ['QueryRetrieveLevel=STUDY', `StudyInstanceUID=${lossy}`];
    const moved = await retrieve(['movescu', '-aem', 'LOSSY'], join(folder, 'LOSSY'), keys);
    assert.deepEqual([moved.status, moved.files.length], ['a702', 0], moved.output.slice(-2000));
    const got = await getUnchanged(server.dicomPort, { ...file, transferSyntaxUid: jpegBaseline });
    assert.equal(got.length, 0);
    for (const operation of ['C-MOVE', 'C-GET'])
      await server.logged(
        new RegExp(`"of":"${operation}".*"${lossy}\\.1".*sub-operation failed: .*CT Image Storage`, 'u'),
      );
    const listed = await fetch(`http://127.0.0.1:${server.httpPort}/api/associations`);
    const records: { operations: { by: string; sopInstanceUid?: string; comment?: string }[] }[] = await listed.json();
    const reasons = records
      .flatMap(({ operations }) => operations)
      .filter(({ by, sopInstanceUid }) => by === 'us' && sopInstanceUid === `${lossy}.1`)
      .map(({ comment }) => comment);
    assert.equal(reasons.length, 2, String(reasons));
    for (const reason of reasons) assert.match(reason ?? '', /^not sent: .*CT Image Storage/u);
  });

  test('[IC-SEND-02] [QR-EXP-16] what cannot be converted fails alone: a damaged image, a video; the rest arrives', async () => {
    const broken = `${study}.90`;
    const paths = [
      await writeDamaged(join(folder, 'damaged.dcm'), { study: broken, from: join(folder, 'kept-0.dcm') }),
      await writeVideo(join(folder, 'video.dcm'), broken),
      await writeGood(join(folder, 'good.dcm'), broken),
    ];
    await store(paths);
    const keys = ['QueryRetrieveLevel=STUDY', `StudyInstanceUID=${broken}`];
    for (const [how, where] of [
      [['movescu', '-aem', 'IMPLICIT'], join(folder, 'IMPLICIT')],
      [explicitOnly(join(folder, 'got')), join(folder, 'got')],
    ] as const) {
      const { status, files, output } = await retrieve(how, where, keys);
      assert.equal(status, 'b000', output.slice(-2000));
      assert.deepEqual(
        files.map(({ dataSet }) => dataSet.string('SOPInstanceUID')),
        [`${broken}.3`],
      );
      assert.match(output, /Failed Suboperations\s*: 2/);
    }
    await server.logged(/sub-operation failed/);
    const listed = await fetch(`http://127.0.0.1:${server.httpPort}/api/associations`);
    const records: { operations: { by: string; sopInstanceUid?: string; comment?: string }[] }[] = await listed.json();
    const reasons = records
      .flatMap(({ operations }) => operations)
      .filter(({ by, sopInstanceUid }) => by === 'us' && sopInstanceUid === `${broken}.1`)
      .map(({ comment }) => comment);
    assert.ok(reasons.length > 0 && reasons.every((reason) => reason?.startsWith('not sent: ')), String(reasons));
    const one = await retrieve(['movescu', '-aem', 'IMPLICIT'], join(folder, 'IMPLICIT'), [
      'QueryRetrieveLevel=IMAGE',
      `StudyInstanceUID=${broken}`,
      `SeriesInstanceUID=${broken}.0`,
      `SOPInstanceUID=${broken}.2`,
    ]);
    assert.deepEqual([one.status, one.files.length], ['a702', 0]);
    assert.equal((await run('echoscu', ...target)).exitCode, 0);
  });
});

/** What getscu 3.6.7 proposes with this is Explicit VR Little Endian alone, whatever its manual says. */
const explicitOnly = (where: string) => ['getscu', '+xi', '+B', '-od', where];

/** DCMTK's association profiles: CT and reports in JPEG lossless, or CT in JPEG baseline, and Verification. */
const narrowProfile = `[[TransferSyntaxes]]
[Lossless]
TransferSyntax1 = ${jpegLossless}
[Baseline]
TransferSyntax1 = ${jpegBaseline}
[Plain]
TransferSyntax1 = LittleEndianImplicit
[[PresentationContexts]]
[Store]
PresentationContext1 = ${ctImageStorage}\\Lossless
PresentationContext2 = 1.2.840.10008.5.1.4.1.1.88.11\\Lossless
PresentationContext4 = 1.2.840.10008.5.1.4.1.1.2.1\\Lossless
PresentationContext3 = VerificationSOPClass\\Plain
[StoreLossy]
PresentationContext1 = ${ctImageStorage}\\Baseline
PresentationContext2 = VerificationSOPClass\\Plain
[[Profiles]]
[Default]
PresentationContexts = Store
[Lossy]
PresentationContexts = StoreLossy
`;

const identityOf = (bytes: Uint8Array) => {
  const { dataSet, transferSyntaxUid } = readPart10(bytes);
  const [sopClassUid = '', sopInstanceUid = '', studyInstanceUid = '', seriesInstanceUid = ''] = (
    ['SOPClassUID', 'SOPInstanceUID', 'StudyInstanceUID', 'SeriesInstanceUID'] as const
  ).map((keyword) => dataSet.string(keyword));
  return { transferSyntaxUid, sopClassUid, sopInstanceUid, studyInstanceUid, seriesInstanceUid };
};

const place = (study: string, last: number) =>
  dataSetOf({ StudyInstanceUID: study, SOPInstanceUID: `${study}.${last}` });

const renamed = (dataSet: DataSet, study: string, last: number): DataSet => {
  for (const keyword of ['StudyInstanceUID', 'SOPInstanceUID'] as const)
    dataSet.set(keyword, place(study, last).string(keyword) ?? '');
  dataSet.set('SeriesInstanceUID', `${study}.0`);
  return dataSet;
};

/** A code stream whose headers are overwritten. */
async function writeDamaged(path: string, { study, from }: { study: string; from: string }): Promise<string> {
  const { dataSet } = readPart10(await readFile(from));
  const bytes = Buffer.from(writePart10({ dataSet: renamed(dataSet, study, 1), transferSyntaxUid: jpegLossless }));
  const stream = bytes.indexOf(Buffer.from('ffd8', 'hex'));
  bytes.fill(0x11, stream + 2, stream + 40);
  await writeFile(path, bytes);
  return path;
}

async function writeVideo(path: string, study: string): Promise<string> {
  const dataSet = renamed(madeDataSet({ instance: '1.2.3' }), study, 2);
  const start = Buffer.from(writePart10({ dataSet: withoutPixels(dataSet), transferSyntaxUid: mpeg2 }));
  const pixels = Buffer.from('e07f10004f420000fffffffffeff00e000000000feff00e004000000000001b3feffdde000000000', 'hex');
  await writeFile(path, Buffer.concat([start, pixels]));
  return path;
}

const withoutPixels = (dataSet: DataSet): DataSet => {
  dataSet.delete('PixelData');
  return dataSet;
};

async function writeGood(path: string, study: string): Promise<string> {
  const dataSet = renamed(madeDataSet({ ...size, instance: '1.2.3' }), study, 3);
  await writeFile(path, writePart10({ dataSet, transferSyntaxUid: explicit }));
  return path;
}
