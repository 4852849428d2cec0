// The commands of the guide, as curl runs them.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { readPart10 } from '@concord/dicom';
import { startDicomweb } from '../../testing/archive.ts';
import { madeFile, madeSeries, madeStudy } from '../../testing/instances.ts';

const folder = mkdtempSync(join(tmpdir(), 'concord-curl-'));
after(() => rmSync(folder, { recursive: true }));
for (const number of [1, 2]) {
  writeFileSync(join(folder, `${number}.dcm`), madeFile({ instance: `1.2.${number}`, instanceNumber: number }));
}
const curl = async (...options: string[]) =>
  (await promisify(execFile)('curl', ['-sS', ...options], { cwd: folder, encoding: 'utf8' })).stdout;
const one = `/studies/${madeStudy}/series/${madeSeries}/instances/1.2.1`;

test('stores a file, and several as parts', async (t) => {
  const { service, archive } = await startDicomweb(t);
  const dicom = 'Content-Type: application/dicom';
  const answer = JSON.parse(await curl('-H', dicom, '--data-binary', '@1.dcm', `${service}/studies`));
  assert.equal(answer['00081199'].Value.length, 1);
  const related = 'Content-Type: multipart/related; type="application/dicom"';
  const part = (number: number) => ['-F', `f${number}=@${number}.dcm;type=application/dicom`];
  const both = await curl('-H', related, ...part(1), ...part(2), `${service}/studies`);
  assert.equal(JSON.parse(both)['00081199'].Value.length, 2, both);
  assert.equal((await archive.statistics()).instances, 2);
});

test('finds and retrieves, without saying what it accepts and saying so', async (t) => {
  const { service, url } = await startDicomweb(t);
  await curl('-H', 'Content-Type: application/dicom', '--data-binary', '@1.dcm', `${service}/studies`);
  assert.equal(JSON.parse(await curl(`${service}/studies?PatientName=M*&limit=20`)).length, 1);
  assert.equal(JSON.parse(await curl('-H', 'Accept:', `${service}${one}/metadata`)).length, 1);
  const accept = 'Accept: multipart/related; type="application/dicom"; transfer-syntax=*';
  assert.match(
    await curl('-H', accept, `${service}/studies/${madeStudy}`),
    /^--concord-[\s\S]*DICM[\s\S]*--concord-[\w-]+--\r\n$/u,
  );
  await curl('-o', 'back.dcm', '-H', 'Accept: application/dicom', `${service}${one}`);
  assert.equal(readPart10(readFileSync(join(folder, 'back.dcm'))).dataSet.string('SOPInstanceUID'), '1.2.1');
  const ranged = [
    '-r',
    '2-5',
    '-H',
    'Accept: application/octet-stream',
    '-w',
    '%{http_code} %{size_download}',
    '-o',
    'part',
  ];
  assert.equal(await curl(...ranged, `${service}${one}/bulkdata/PixelData`), '206 4');
  const ids = `requestType=WADO&studyUID=${madeStudy}&seriesUID=${madeSeries}&objectUID=1.2.1`;
  assert.equal(
    await curl('-o', 'x.png', '-w', '%{content_type}', `${url}/wado?${ids}&contentType=image/png`),
    'image/png',
  );
  assert.match(await curl('-X', 'OPTIONS', `${service}/`), /<application xmlns=/);
});

test('a study is resumed with a tag instead of sent again', async (t) => {
  const { service } = await startDicomweb(t);
  await curl('-H', 'Content-Type: application/dicom', '--data-binary', '@1.dcm', `${service}/studies`);
  await curl('--etag-save', 'tag', '-o', 'first', `${service}${one}/metadata`);
  const again = ['--etag-compare', 'tag', '-o', 'second', '-w', '%{http_code}'];
  assert.equal(await curl(...again, `${service}${one}/metadata`), '304');
});

test('a large body that is refused still gets its answer', async (t) => {
  const { service } = await startDicomweb(t);
  writeFileSync(join(folder, 'large'), Buffer.alloc(20_000_000, 'x'));
  const options = ['-H', 'Content-Type: image/png', '--data-binary', '@large', '-w', '\n%{http_code}'];
  const [problem = '', status] = (await curl(...options, `${service}/studies`)).split('\n');
  assert.equal(status, '415');
  assert.equal(JSON.parse(problem).status, 415);
});
