// Media that DCMTK made, read by the server as the viewer: browsed, shown, imported and sent; and media that are not as they should be.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { readPart10 } from '@concord/dicom';
import { freePort, start } from '../../../../packages/network/testing/programs.ts';
import { asPart10 } from '../../testing/data-sets.ts';
import { makeDisc, mediaClient, slice } from '../../testing/media.ts';
import { type ProfiledServer, startProfile } from '../../testing/profile.ts';

const folder = mkdtempSync(join(tmpdir(), 'concord-media-'));
const disc = join(folder, 'disc');
const received = join(folder, 'received');
const bytesOf = (...made: Parameters<typeof slice>) => asPart10(slice(...made));
const uid = (patient: number, instance: number) => `1.2.826.0.44.${patient}.1.${instance}`;

let server: ProfiledServer;
let client: ReturnType<typeof mediaClient>;
const ends: (() => unknown)[] = [];
before(async () => {
  mkdirSync(received);
  const files = [1, 2, 3].map((instance) => ({ name: `IM${instance}`, bytes: bytesOf(1, instance) }));
  const report = bytesOf(2, 2, (dataSet) => {
    dataSet.set('SOPClassUID', '1.2.840.10008.5.1.4.1.1.9.1.1');
    dataSet.set('Modality', 'ECG');
    dataSet.set('SeriesInstanceUID', '1.2.826.0.44.2.2');
    dataSet.set('ContentDate', '20260102');
    dataSet.set('ContentTime', '101112');
    dataSet.delete('Rows');
  });
  await makeDisc(disc, [...files, { name: 'IM4', bytes: bytesOf(2, 1) }, { name: 'ECG1', bytes: report }]);
  const port = await freePort();
  const storescp = await start('storescp', ['-od', received, '+uf', String(port)], port);
  ends.push(() => storescp.stop());
  server = await startProfile({ after: (end) => ends.push(end) }, 'viewer', {
    mediaFolders: [folder],
    mediaUpload: 1,
    peers: [{ aeTitle: 'DEST', host: '127.0.0.1', port }],
  });
  client = mediaClient(server.httpPort);
});
after(async () => {
  for (const end of ends.reverse()) await end();
  rmSync(folder, { recursive: true, force: true });
});

const sums = (of: string) =>
  readdirSync(of).map(
    (name) =>
      `${name} ${createHash('sha256')
        .update(readFileSync(join(of, name)))
        .digest('hex')}`,
  );
const arrived = () =>
  readdirSync(received)
    .map((name) => readPart10(readFileSync(join(received, name))).dataSet.string('SOPInstanceUID'))
    .sort();

test('[VW-MEDIA-01] [VW-MEDIA-03] [VW-STU-01] a disc of two patients is browsed, shown without import, sent from, and imported; it stays as it was', async () => {
  const untouched = sums(disc);
  const medium = await client.open(disc);
  const contents = await client.get(`/opened/${medium}`);
  assert.deepEqual([contents.from, contents.fileSetId, contents.instances], ['directory', 'TESTDISC', 5]);
  assert.deepEqual(
    contents.patients.map(({ name, patientId }: { name: string; patientId: string }) => [name, patientId]),
    [1, 2].map((number) => [`Media^Number${number}`, `M${number}`]),
  );
  const [first] = contents.patients[0].studies[0].series;
  const listed = await client.get(`/opened/${medium}/instances?item=${first.item}`);
  assert.deepEqual(
    listed.map(({ file }: { file: string }) => file),
    ['IM1', 'IM2', 'IM3'],
  );

  const shown = await client.act(medium, 'show', { items: [first.item] });
  assert.deepEqual([shown.state, shown.stored], ['done', 3]);
  assert.deepEqual(
    await client.instances('/shown/dicom-web'),
    [1, 2, 3].map((instance) => uid(1, instance)),
  );
  assert.deepEqual(await client.instances('/dicom-web'), []);
  const place = `/studies/1.2.826.0.44.1/series/1.2.826.0.44.1.1/instances/${uid(1, 1)}`;
  const frame = await fetch(`${client.origin}/shown/dicom-web${place}/frames/1`, {
    headers: { accept: 'application/octet-stream' },
  });
  assert.equal((await frame.arrayBuffer()).byteLength, 40);
  const post = await fetch(`${client.origin}/shown/dicom-web/studies`, {
    ...{ method: 'POST', body: 'x', headers: { 'content-type': 'application/dicom' } },
  });
  assert.equal(post.status, 405);

  const sent = await client.act(medium, 'send', { items: [listed[1].item, '1'], destination: 'DEST' });
  assert.deepEqual([sent.state, sent.detail], ['done', '']);
  assert.deepEqual(arrived(), [uid(1, 2), uid(2, 1), uid(2, 2)]);
  assert.deepEqual(await client.instances('/dicom-web'), []);

  const imported = await client.act(medium, 'import');
  assert.deepEqual([imported.state, imported.stored, imported.notes], ['done', 5, []]);
  assert.equal((await client.instances('/dicom-web')).length, 5);
  const again = await client.act(medium, 'import', { items: ['0'] });
  assert.deepEqual([again.stored, again.already], [0, 3]);
  assert.equal((await client.call('DELETE', `/opened/${medium}`)).status, 200);
  assert.deepEqual(await client.instances('/shown/dicom-web'), []);
  assert.deepEqual(sums(disc), untouched);
});
