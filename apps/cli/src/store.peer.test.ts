// `concord store` against DCMTK's storescp: what arrives, what is told, what fails.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Part10File, readPart10 } from '@concord/dicom';
import { startStorescp } from '../testing/dcmtk.ts';
import { folderWith } from '../testing/folder.ts';
import { instanceFile } from '../testing/instance.ts';
import { freePort } from '../testing/program.ts';
import { concord } from '../testing/terminal.ts';

const many = Object.fromEntries(
  Array.from({ length: 20 }, (_, at) => [`series/${at}.dcm`, instanceFile({ sopInstanceUid: `1.2.3.4.${at + 1}` })]),
);
const received = (folder: string) =>
  readdirSync(folder)
    .map((name) => readPart10(readFileSync(join(folder, name))).dataSet.string('SOPInstanceUID'))
    .sort();

test('a folder arrives whole, over one association or several', async (context) => {
  const { peer, folder } = await startStorescp(context, '--fork', '-uf');
  for (const associations of ['1', '4']) {
    const files = folderWith(context, many);
    const { code, output, notes } = await concord(['store', files, '--peer', peer, '-n', associations]);
    assert.deepEqual([code, notes], [0, []]);
    assert.match(output[0] ?? '', /^20 stored, 0 failed/);
    assert.equal(received(folder).length, 20);
  }
});

test('the data set that arrives is the one in the file', async (context) => {
  const { peer, folder } = await startStorescp(context, '-uf');
  const file = instanceFile({ sopInstanceUid: '1.2.3.9', patientName: 'Müller^Jörg' });
  const path = join(folderWith(context, { 'a.dcm': file }), 'a.dcm');
  assert.equal((await concord(['store', path, '--peer', peer])).code, 0);
  const [name = ''] = readdirSync(folder);
  const elements = ({ dataSet }: Part10File) =>
    [...dataSet.elements()].map(({ tag, vr }) => [tag, vr, Buffer.from(dataSet.bytes(tag) ?? []).toString('hex')]);
  assert.deepEqual(elements(readPart10(readFileSync(join(folder, name)))), elements(readPart10(file)));
});

test('what is no DICOM is passed by in a folder, and a failure by its name', async (context) => {
  const { peer } = await startStorescp(context);
  const files = folderWith(context, {
    'a.dcm': instanceFile({ sopInstanceUid: '1.2.3.5' }),
    'readme.txt': 'plain text, long enough to be looked at',
  });
  const folder = await concord(['store', files, '--peer', peer]);
  assert.equal(folder.code, 0);
  assert.match(folder.output[0] ?? '', /^1 stored, 0 failed, 1 not DICOM, passed by/);
  const named = await concord(['store', join(files, 'readme.txt'), '--peer', peer]);
  assert.equal(named.code, 1);
  assert.match(named.output.join('\n'), /1 failed: not a DICOM file\n {2}.*readme\.txt/);
});

test('a SOP Class that the peer does not take fails with the reason, the others go through', async (context) => {
  const { peer } = await startStorescp(context);
  const files = folderWith(context, {
    'odd.dcm': instanceFile({ sopInstanceUid: '1.2.3.6', sopClassUid: '1.2.3.4.5.6' }),
    'good.dcm': instanceFile({ sopInstanceUid: '1.2.3.7' }),
  });
  const { code, output } = await concord(['store', files, '--peer', peer, '--json']);
  assert.equal(code, 1);
  const lines = output.map((line) => JSON.parse(line));
  assert.deepEqual(lines.find(({ path }) => path?.endsWith('good.dcm')).outcome, 'stored');
  const odd = lines.find(({ path }) => path?.endsWith('odd.dcm'));
  assert.equal(odd.outcome, 'failed');
  assert.match(odd.reason, /context/);
  const { stored, failed } = lines.at(-1);
  assert.deepEqual([stored, failed], [1, 1]);
});

test('nobody there: every file is listed as failed, once, with the reason', async (context) => {
  const files = folderWith(context, many);
  const { code, output } = await concord(['store', files, '--peer', `NOBODY@127.0.0.1:${await freePort()}`]);
  assert.equal(code, 1);
  assert.match(output[0] ?? '', /^0 stored, 20 failed/);
  assert.match(output[1] ?? '', /^20 failed: not sent: no TCP connection/);
  assert.equal(output.length, 22);
});

test('a peer that breaks off in the middle costs only what it did not take', async (context) => {
  const { peer } = await startStorescp(context, '--fork', '--abort-after');
  const files = folderWith(context, { 'a.dcm': instanceFile({ sopInstanceUid: '1.2.3.8' }) });
  const { code, output } = await concord(['store', files, '--peer', peer]);
  assert.equal(code, 1);
  assert.match(output.join('\n'), /1 failed: .*abort/);
});

test('a file that was cut off is not sent as if it were whole, and the next one goes through', async (context) => {
  const { peer, folder } = await startStorescp(context, '-uf');
  const image = instanceFile({ sopInstanceUid: '1.2.3.11' });
  const files = folderWith(context, {
    'a-cut.dcm': image.subarray(0, image.length - 2),
    'b-whole.dcm': instanceFile({ sopInstanceUid: '1.2.3.12' }),
  });
  const { code, output } = await concord(['store', files, '--peer', peer]);
  assert.equal(code, 1);
  assert.match(output.join('\n'), /^1 stored, 1 failed.*\n1 failed: .*end.*\n {2}.*a-cut\.dcm/);
  assert.deepEqual(received(folder), ['1.2.3.12']);
});

test('a damaged file is a failure of its own', async (context) => {
  const { peer } = await startStorescp(context);
  const whole = instanceFile({ sopInstanceUid: '1.2.3.10' });
  const wrongUid = Buffer.from(Buffer.from(whole).toString('latin1').replaceAll('1.2.3.10', '../../ab'), 'latin1');
  const files = folderWith(context, { 'head.dcm': whole.subarray(0, 150), 'uid.dcm': wrongUid });
  const { code, output } = await concord(['store', files, '--peer', peer]);
  assert.equal(code, 1);
  assert.match(output[0] ?? '', /^0 stored, 2 failed/);
  assert.match(output.join('\n'), /1 failed: no valid SOP Class UID and SOP Instance UID\n {2}.*uid\.dcm/);
});
