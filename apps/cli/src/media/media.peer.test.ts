// What `concord media` writes, looked at by DCMTK and compared with the statement; and media of DCMTK's and studies of a server on their way through it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { explicitVrLittleEndian, readPart10, writePart10 } from '@concord/dicom';
import { applicationProfiles, mediaClasses } from '@concord/media';
import { mediaOf } from '@concord/server/media';
import { readConfiguration } from '@concord/server/settings';
import { minimalObject } from '../../../../packages/dicom/testing/minimal-object.ts';
import { folderWith } from '../../testing/folder.ts';
import { startConcord } from '../../testing/server.ts';
import { concord } from '../../testing/terminal.ts';

const ct = '1.2.840.10008.5.1.4.1.1.2';
const image = 'DICOM/PA000001/ST000001/SE000001/IM000001';

function file(sopClassUid: string, number: number, values: Readonly<Record<string, string>> = {}): Uint8Array {
  const dataSet = minimalObject(sopClassUid, number);
  const complete = { PatientID: 'P1', StudyInstanceUID: '1.2.3', StudyDate: '20260101', StudyTime: '10', StudyID: 'S' };
  for (const [keyword, value] of Object.entries({ ...complete, SeriesNumber: '1', InstanceNumber: '1', ...values }))
    dataSet.set(keyword, value);
  return writePart10({ dataSet, transferSyntaxUid: explicitVrLittleEndian });
}

/** Values of File Meta Information as dcmdump shows them. */
function metaIn(path: string): readonly (string | undefined)[] {
  const dumped = execFileSync(
    'dcmdump',
    ['-Un', '+P', '0002,0001', '+P', '0002,0012', '+P', '0002,0013', '+P', '0002,0016', path],
    { timeout: 60_000 },
  );
  return [...dumped.toString('latin1').matchAll(/^\(0002,00..\) .. (\S+)/gm)].map(([, value]) =>
    value?.replaceAll(/[[\]]/g, ''),
  );
}

test('[CS-MED-04][CS-MED-13][RV-EXP-04] File Meta Information is what the statement says, under each profile and configured title', async (context) => {
  const folder = folderWith(context, { '1': file(ct, 1) });
  const environments = [
    {},
    { CONCORD_MEDIA_AE_TITLE: 'EXPORTER' },
    { CONCORD_PROFILE: 'reviewer', CONCORD_MEDIA_AE_TITLE: 'DISCS' },
  ];
  for (const [index, environment] of environments.entries()) {
    const out = join(folder, `out${index}`);
    const { code, notes } = await concord(['media', 'create', '--out', out, join(folder, '1')], { environment });
    assert.equal(code, 0, notes.join('\n'));
    const media = mediaOf(readConfiguration([], environment));
    const title = media?.entities[0]?.sourceAeTitle;
    const stated = [media?.fileMeta.version, media?.fileMeta.classUid, media?.fileMeta.versionName, title];
    for (const path of ['DICOMDIR', image]) assert.deepEqual(metaIn(join(out, path)), stated, path);
    assert.ok(media?.configuration.includes(`${title} here, CONCORD where nothing is set`));
  }
  const [, classUid, versionName] = metaIn(join(folder, 'out2', image));
  assert.equal(classUid, '2.16.840.1.114444');
  assert.match(versionName ?? '', /^RVWR/);
  const tested = execFileSync('dcmftest', ['DICOMDIR', image], { cwd: join(folder, 'out2'), timeout: 60_000 });
  assert.equal(tested.toString().match(/^yes: /gm)?.length, 2);
});

test('a study of a running server becomes a file-set, in the bytes that are stored; a study that it does not have is told', async (context) => {
  const server = await startConcord(context);
  const folder = folderWith(context, { 'in/1': file(ct, 1), 'in/2': file(ct, 2) });
  const address = ['--server', `http://127.0.0.1:${server.httpPort}`];
  const stored = await concord(['store', join(folder, 'in'), '--peer', server.peer]);
  assert.equal(stored.code, 0, stored.notes.join('\n'));
  const out = join(folder, 'out');
  const { code, output, notes } = await concord(['media', 'create', '--out', out, '--study', '1.2.3', ...address]);
  assert.equal(code, 0, [...output, ...notes].join('\n'));
  assert.ok(output.includes('STD-GEN-CD: yes'));
  const written = readPart10(readFileSync(join(out, image)));
  const given = readPart10(file(ct, 1));
  const pixels = (part: typeof given) => Buffer.from(part.dataSet.bytes('PixelData') ?? []).toString('hex');
  assert.deepEqual(
    [pixels(written), written.dataSet.string('SOPInstanceUID')],
    [pixels(given), given.dataSet.string('SOPInstanceUID')],
  );
  const none = await concord(['media', 'create', '--out', join(folder, 'none'), '--study', '1.2.9', ...address]);
  assert.equal(none.code, 1);
  assert.match(none.notes.join(), /the server has no study 1\.2\.9/);

  await context.test(
    '[CS-V72-07] media with an instance of every class, and in every transfer syntax, are imported whole',
    async () => {
      const medium = join(folder, 'medium');
      mkdirSync(join(medium, 'F'), { recursive: true });
      const all = [...everyClass(), ...everySyntax()];
      for (const [index, bytes] of all.entries()) writeFileSync(join(medium, 'F', `I${index}`), bytes);
      const options = ['-Pgp', '-Nxc', '-Nec', '-I', '+r', '+id', medium, '+D', join(medium, 'DICOMDIR')];
      execFileSync('dcmmkdir', options, { timeout: 60_000, stdio: 'ignore' });
      const taken = (await concord(['media', 'list', medium, '--json'])).output.map((line) =>
        String(JSON.parse(line).path),
      );
      assert.ok(taken.length > 100, `DCMTK makes records for ${taken.length} of ${all.length}`);
      // Classes that are younger than DCMTK are on a medium of our own.
      const [rest, made] = [join(folder, 'rest'), join(folder, 'made')];
      mkdirSync(rest);
      for (const [index, bytes] of all.entries())
        if (!taken.includes(`F/I${index}`)) writeFileSync(join(rest, `I${index}`), bytes);
      assert.equal((await concord(['media', 'create', '--out', made, rest])).code, 0);
      const said = [
        await concord(['media', 'import', medium, ...address]),
        await concord(['media', 'import', made, ...address]),
      ];
      const answer = await fetch(`http://127.0.0.1:${server.httpPort}/dicom-web/studies/1.2.77/instances?limit=1000`);
      const rows: unknown = await answer.json();
      assert.ok(Array.isArray(rows));
      assert.equal(rows.length, all.length, said.flatMap(({ output, notes }) => [...output, ...notes]).join('\n'));
    },
  );

  await context.test(
    '[RV-IMP-07] of a set with a missing and a swapped file both are told, and the rest is imported',
    async () => {
      const own = folderWith(context, { '1': file(ct, 61), '2': file(ct, 62), '3': file(ct, 63) });
      const set = join(folder, 'faulty');
      assert.equal((await concord(['media', 'create', '--out', set, own])).code, 0);
      const { output: lines } = await concord(['media', 'list', set, '--json']);
      const [first = '', second = '', third = ''] = lines.map((line) => String(JSON.parse(line).path));
      rmSync(join(set, first));
      writeFileSync(join(set, second), file(ct, 64));
      const { output: told, notes: said } = await concord(['media', 'import', set, ...address]);
      const words = [...told, ...said].join('\n');
      for (const path of [first, second]) assert.ok(words.includes(path), words);
      assert.ok(!words.includes(third), words);
    },
  );

  await context.test(
    'an invented class gets a private record, is passed over when the medium is read, and told',
    async () => {
      const medium = join(folder, 'strange');
      const own = folderWith(context, { '1': file(ct, 50), '2': file(ct, 51, { SOPClassUID: '1.2.3.4.5.6' }) });
      const made = await concord(['media', 'create', '--out', medium, own]);
      assert.equal(made.code, 0);
      assert.match(made.output.join('\n'), /1\.2\.3\.4\.5\.6; it gets a private record/);
      const listed = await concord(['media', 'list', medium]);
      assert.equal(listed.code, 0);
      assert.match(listed.notes.join('\n'), /passed over, of a private record: DICOM\/PA000001.*OB000001/);
    },
  );
});

const study = { StudyInstanceUID: '1.2.77' };

/** One instance of each class that has an IOD today. */
function everyClass(): Uint8Array[] {
  const classes = mediaClasses.filter((uid) => uid.startsWith('1.2.840.10008.5.1.4.1.1.'));
  return classes.flatMap((uid, index) => {
    try {
      return [file(uid, index + 100, study)];
    } catch (error) {
      assert.match(String(error), /has no IOD/);
      return [];
    }
  });
}

/** A captured image in each compressed transfer syntax of the profiles. */
function everySyntax(): Uint8Array[] {
  const syntaxes = [...new Set(applicationProfiles.flatMap(({ transferSyntaxes }) => transferSyntaxes))];
  const compressed = syntaxes.filter((uid) => uid !== explicitVrLittleEndian);
  assert.equal(compressed.length, 5);
  return compressed.map((uid, index) => {
    const { dataSet } = readPart10(file('1.2.840.10008.5.1.4.1.1.7', index + 400, study));
    dataSet.delete('PixelData');
    // An empty offset table and one fragment: what is in it is for who shows it.
    const pixels = Buffer.from(
      'e07f10004f420000fffffffffeff00e000000000feff00e004000000ffd8ffd9feffdde000000000',
      'hex',
    );
    return new Uint8Array(Buffer.concat([writePart10({ dataSet, transferSyntaxUid: uid }), pixels]));
  });
}
