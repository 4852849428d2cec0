// What is kept of an item is what the other side saw: a debug log and the files of storescp beside the evidence of the run.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { freePort, start, temporaryFolder } from '../../../network/testing/programs.ts';
import { system } from '../../testing/systems.ts';
import { createPlan } from '../plan/plan.ts';
import { runPlan } from './run.ts';

const [verification, ct, explicit] = ['1.2.840.10008.1.1', '1.2.840.10008.5.1.4.1.1.2', '1.2.840.10008.1.2.1'];
const claims = system({
  name: 'Receiver',
  accepts: [
    { name: 'Echo', offers: [{ uid: verification, syntaxes: [explicit] }] },
    { name: 'Keep', offers: [{ uid: ct, syntaxes: [explicit] }] },
  ],
});

/** Bytes after the preamble and the meta information, whose group length says how long it is. PS3.10 7.1 */
const dataSetOf = (file: Buffer): Buffer => file.subarray(132 + 12 + file.readUInt32LE(132 + 8));

test('[CS-EXE-06] contexts, commands, statuses, times and digests are those that storescp has logged and kept', async (context) => {
  using folder = temporaryFolder();
  const port = await freePort();
  const peer = await start('storescp', ['-d', '+B', '-od', folder.path, String(port)], port);
  context.after(() => peer.stop());
  const began = Date.now();
  const report = await runPlan(
    createPlan(claims),
    { host: '127.0.0.1', port, calledAeTitle: 'RECEIVER' },
    { care: { pause: 0, objectsPerSecond: 1000 }, only: ({ id }) => id === `store/${ct.replaceAll('.', '-')}` },
  );
  const took = Date.now() - began;
  const item = report.results.at(-1);
  const [association] = item?.associations ?? [];
  assert.ok(association && item?.objects, JSON.stringify(item));
  const [message] = association.messages;
  const log = peer.output();
  assert.match(log, new RegExp(`Calling Application Name: +${association.callingAeTitle}`));
  assert.match(log, new RegExp(`Called Application Name: +${association.calledAeTitle}`));
  assert.deepEqual(association.contexts, ['CT Image Storage: Explicit VR Little Endian']);
  assert.match(log, /Abstract Syntax: =CTImageStorage\s+(?:.*\s+)*?.*Accepted Transfer Syntax: =LittleEndianExplicit/);
  assert.match(association.implementation, /^1\.2\.276\.0\.7230010\.3\.0\.3\.6\.7 OFFIS_DCMTK_367/);
  assert.deepEqual([message?.operation, message?.status, message?.by], ['C-STORE', '0000H', 'us']);
  assert.match(log, new RegExp(`Affected SOP Instance UID +: ${message?.sopInstanceUid}`));
  assert.ok(association.atMilliseconds <= took && association.milliseconds <= took);
  const [file] = readdirSync(folder.path);
  assert.ok(file);
  const kept = dataSetOf(readFileSync(join(folder.path, file)));
  assert.equal(item.objects[0]?.sha256, createHash('sha256').update(kept).digest('hex'));
  assert.equal(item.objects[0]?.bytes, kept.length);
  assert.match(kept.toString('latin1'), /ZZTEST-[0-9A-F]{8}/, 'a marked test patient, and nobody else');
});

test('[CS-EXE-06] nothing of anybody’s data is in the evidence of a query: identifiers are not kept', async (context) => {
  const port = await freePort();
  const peer = await start('storescp', ['--ignore', String(port)], port);
  context.after(() => peer.stop());
  const report = await runPlan(
    createPlan(claims),
    { host: '127.0.0.1', port, calledAeTitle: 'RECEIVER' },
    { care: { pause: 0, objectsPerSecond: 1000 }, only: ({ id }) => id.startsWith('store/') && !id.endsWith('bytes') },
  );
  assert.doesNotMatch(JSON.stringify(report.results), /PatientName|ZZTEST\^/);
});
