// What the profiles of the two viewers keep of an object, say about it and give back.
import assert from 'node:assert/strict';
import { globSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { type DataSet, readPart10 } from '@concord/dicom';
import { ScriptedPeer } from '../../../../packages/network/testing/scripted-peer.ts';
import { startAnsweringArchive } from '../../testing/answering-archive.ts';
import { asPart10, dataSetOf } from '../../testing/data-sets.ts';
import { jobClient } from '../../testing/job-client.ts';
import { startProfile } from '../../testing/profile.ts';
import { run } from '../../testing/programs.ts';
import { differences, slice, storingSuite, strangeFile } from '../../testing/storing-suite.ts';
import { readConfiguration } from '../settings/read-configuration.ts';

const implicit = '1.2.840.10008.1.2';
const [echo, ct] = ['1.2.840.10008.1.1', '1.2.840.10008.5.1.4.1.1.2'];
const own = '1.2.826.0.1.6';

describe('the veterinary viewer', () => {
  const { server, store, instances, echoOf } = storingSuite('impromed-client', 'IMPROMED');

  test('[IC-VER-01] echoscu is answered', async () => {
    const { exitCode, output } = await run('echoscu', '-v', ...server().called('IMPROMED'));
    assert.equal(exitCode, 0, output);
    assert.match(output, /Received Echo Response \(Success\)/);
  });

  test('[IC-VER-02] success, refused connection and silence are told apart', async () => {
    const [good, closed, silent] = [await echoOf('DEST'), await echoOf('CLOSED'), await echoOf('SILENT')];
    assert.deepEqual([good.status, closed.status, silent.status], ['success', 'failure', 'failure']);
    assert.match(closed.detail, /refused/i);
    assert.match(silent.detail, /no answer/i);
  });

  test('[IC-STORE-05] the same object twice: success, kept once', async () => {
    const study = `${own}.11`;
    for (const name of ['once', 'twice']) await store(name, asPart10(slice(study)), '-xi');
    assert.equal((await instances(study)).length, 1);
  });

  test('[IC-STORE-07] a file has the header of what came: syntax, classes, and who sent it', async () => {
    const study = `${own}.12`;
    await store('header', asPart10(slice(study)), '-xi');
    const data = join(server().folder, 'data');
    const files = globSync('objects/**/*.dcm', { cwd: data })
      .map((name) => join(data, name))
      .filter((path) => statSync(path).size > 0);
    const found = files
      .map((path) => readPart10(readFileSync(path)))
      .find(({ dataSet }) => dataSet.string('StudyInstanceUID') === study);
    const meta: DataSet | undefined = found?.meta;
    assert.deepEqual(
      [
        'TransferSyntaxUID',
        'MediaStorageSOPClassUID',
        'MediaStorageSOPInstanceUID',
        'SourceApplicationEntityTitle',
      ].map((keyword) => meta?.string(keyword)),
      [implicit, ct, `${study}.1.1`, 'TESTER'],
    );
    const { output } = await run('dcmftest', ...files);
    assert.doesNotMatch(output, /^no: /m);
  });
});

describe('the viewer', () => {
  const { server, store, sent, instances } = storingSuite('viewer', 'VIEWER');

  test('[VW-ECHO-01] a hundred echoes over one association', async () => {
    const { exitCode, output } = await run('echoscu', '-v', '--repeat', '100', ...server().called('VIEWER'));
    assert.equal(exitCode, 0, output);
    assert.equal(output.match(/Received Echo Response \(Success\)/g)?.length, 100);
  });

  test('[VW-STP-02] [VW-STP-04] [VW-DATA-03] what comes is listed and goes out unchanged, private and unknown elements too', async () => {
    const path = await store('strange', await strangeFile(server().folder, `${own}.21`), '-xe');
    assert.equal((await instances(`${own}.21`)).length, 1);
    const [back = ''] = await sent(`${own}.21`);
    assert.equal(await differences(path, back), '');
  });

  test('[VW-STP-05] nothing is coerced, whatever else is known of the patient', async () => {
    const [first, second] = [`${own}.22`, `${own}.23`];
    const one = await store('ann', asPart10(slice(first, { PatientID: 'SAME', PatientName: 'ONE^ANN' })));
    const values = { PatientID: 'SAME', PatientName: 'Two, Bob', PatientSex: 'X', PatientBirthDate: '19700101' };
    const other = await store('bob', asPart10(slice(second, values)));
    for (const [path, study] of [
      [one, first],
      [other, second],
    ] as const) {
      const [back = ''] = await sent(study);
      assert.equal(await differences(path, back), '');
    }
  });

  test('[VW-STP-03] [VW-MOVE-11] a second object of the same UID takes the place of the first; a study that is left empty goes', async () => {
    const [study, moved] = [`${own}.24`, `${own}.25`];
    const uid = `${own}.24.1.1`;
    await store('first', asPart10(slice(study)));
    const pixels = new Uint8Array(32).fill(7);
    await store('second', asPart10(slice(study, { PatientName: 'B^B', PixelData: pixels })));
    const [back = '', ...more] = await sent(study);
    const { dataSet } = readPart10(readFileSync(back));
    assert.deepEqual([more.length, dataSet.string('PatientName')], [0, 'B^B']);
    assert.deepEqual(Buffer.from(dataSet.bytes('PixelData') ?? []), Buffer.from(pixels));
    await store('elsewhere', asPart10(slice(moved, { SOPInstanceUID: uid })));
    assert.equal((await instances(moved)).length, 1);
    assert.equal((await instances(study)).length, 0);
    const studies = await server()
      .json(`/dicom-web/studies?StudyInstanceUID=${study}`)
      .catch(() => []);
    assert.ok(!Array.isArray(studies) || studies.length === 0);
  });

  test('[VW-STP-07] an object is not checked against its class', async () => {
    const study = `${own}.26`;
    const bare = {
      Rows: undefined,
      Modality: undefined,
      PhotometricInterpretation: undefined,
      BitsAllocated: undefined,
    };
    await store('bare', asPart10(slice(study, bare)));
    assert.equal((await instances(study)).length, 1);
  });

  test('[VW-GEN-01] [VW-GEN-03] an association that idles blocks nobody; storing needs no echo before it', async () => {
    const contexts = [{ id: 1, abstract: echo, transfer: [implicit] }];
    using idle = await ScriptedPeer.associate(server().ports.get('VIEWER') ?? 0, { called: 'VIEWER', contexts });
    const study = `${own}.27`;
    const work = Array.from({ length: 20 }, async (_, index) => {
      await store(`busy-${index}`, asPart10(slice(study, { SOPInstanceUID: `${study}.1.${index + 1}` })));
      assert.equal((await run('echoscu', ...server().called('VIEWER'))).exitCode, 0);
    });
    await Promise.all(work);
    assert.equal((await instances(study)).length, 20);
    idle.close();
  });

  test('[VW-GEN-02] one title that can be changed: called, calling, and as the destination of a C-MOVE', async (t) => {
    const find = (keys: DataSet): DataSet[] => {
      const level = keys.string('QueryRetrieveLevel');
      if (level === 'STUDY') return [dataSetOf({ StudyInstanceUID: `${own}.28` })];
      if (level === 'SERIES') return [dataSetOf({ SeriesInstanceUID: `${own}.28.1` })];
      return [dataSetOf({ SOPInstanceUID: `${own}.28.1.1` })];
    };
    const archive = await startAnsweringArchive(t, { find, move: () => 0xa702 });
    const [entity] = readConfiguration(['--profile', 'viewer'], {}).entities;
    assert.ok(entity);
    const peers = [{ aeTitle: 'REMOTE', host: '127.0.0.1', port: archive.port }];
    const entities = [{ ...entity, aeTitle: 'NEWTITLE' }];
    const changed = await startProfile(t, 'viewer', { entities, peers, arrivalTimeout: 1 });
    assert.equal((await run('echoscu', ...changed.called('NEWTITLE'))).exitCode, 0);
    const port = String(changed.ports.get('NEWTITLE'));
    assert.match((await run('echoscu', '-aec', 'VIEWER', '127.0.0.1', port)).output, /Called AE Title Not Recognized/);
    const jobs = jobClient(changed.httpPort);
    const { body } = await jobs.call('POST', '/api/archives/REMOTE/retrieve', { studyInstanceUid: `${own}.28` });
    await jobs.until(body.jobId, 'failed', 'done');
    assert.equal(archive.moved[0]?.destination, 'NEWTITLE');
    const records = await changed.json('/api/associations');
    assert.match(JSON.stringify(records), /"callingAeTitle":"NEWTITLE"/);
  });

  test('[VW-SEC-01] anybody stores and echoes in the clear', async () => {
    const port = String(server().ports.get('VIEWER'));
    const anybody = ['-aet', 'NOBODY', '-aec', 'VIEWER', '127.0.0.1', port];
    assert.equal((await run('echoscu', ...anybody)).exitCode, 0);
    const path = join(server().folder, 'anybody.dcm');
    writeFileSync(path, asPart10(slice(`${own}.29`)));
    assert.equal((await run('storescu', ...anybody, path)).exitCode, 0);
  });
});
