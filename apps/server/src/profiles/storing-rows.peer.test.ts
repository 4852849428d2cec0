// Rows of the clinic archive, the veterinary viewer and the archive of images about being set up, listening, storing and sending on.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { silentLog } from '@concord/network';
import { startDestination } from '../../testing/answering-destination.ts';
import { ctImageStorage, ctSlice, encoded, implicitVrLittleEndian, inPieces } from '../../testing/data-sets.ts';
import { madeFile } from '../../testing/instances.ts';
import { jobClient, storeOverWeb } from '../../testing/job-client.ts';
import { freePort } from '../../testing/ports.ts';
import { startProfile } from '../../testing/profile.ts';
import { find, identifier, models, startArchive } from '../../testing/profiled-archive.ts';
import { run } from '../../testing/programs.ts';
import { temporaryFolder } from '../../testing/real-archive.ts';
import { type RunningServer, startServer } from '../main.ts';
import { withOwnFile } from '../settings/own-file.ts';
import { readConfiguration } from '../settings/read-configuration.ts';
import { openStored } from '../verify/open-stored.ts';
import { vouchedRows } from '../verify/vouched-rows.ts';

const clinic = 'echoes-server';
const veterinary = 'impromed-client';

async function settingsFile(settings: object): Promise<string> {
  const path = join(await temporaryFolder(), 'concord.json');
  writeFileSync(path, JSON.stringify(settings));
  return path;
}

/** A server with the ports it is told. */
async function startOn(t: TestContext, argv: readonly string[]): Promise<RunningServer> {
  const folder = join(await temporaryFolder(), 'data');
  const configuration = readConfiguration(['--data', folder, '--http-port', '0', ...argv], {});
  const server = await startServer(configuration, silentLog);
  t.after(() => server.close());
  return server;
}

describe('ports and peers as an administrator sets them', () => {
  test('[ES-STORE-03] the clinic archive listens at 4000 as it is shipped, and at another port where it is told so', async (t) => {
    const [entity, worklist] = readConfiguration(['--profile', clinic], {}).entities;
    assert.deepEqual([entity?.port, worklist?.port], [4000, 4001]);
    const port = await freePort();
    const entities = [{ aeTitle: 'ECHOES', port, services: ['verification', 'storage'] }];
    const argv = ['--profile', clinic, '--config', await settingsFile({ entities })];
    const moved = readConfiguration(argv, {});
    assert.equal(moved.entities[0]?.port, port);
    const server = await startOn(t, argv);
    assert.equal((await run('echoscu', '-aec', 'ECHOES', '127.0.0.1', String(port))).exitCode, 0);
    await server.close();
    assert.notEqual((await run('echoscu', '-aec', 'ECHOES', '127.0.0.1', String(port))).exitCode, 0);
  });

  test('[IC-ASSOC-02] a listener moves to the port it is given; the old one refuses connections', async (t) => {
    const [first, second] = [await freePort(), await freePort()];
    for (const [port, other] of [
      [first, second],
      [second, first],
    ] as const) {
      const server = await startOn(t, ['--profile', veterinary, '--dicom-port', String(port)]);
      assert.equal((await run('echoscu', '-aec', 'IMPROMED', '127.0.0.1', String(port))).exitCode, 0);
      assert.notEqual((await run('echoscu', '-aec', 'IMPROMED', '127.0.0.1', String(other))).exitCode, 0);
      await server.close();
    }
  });

  for (const [ids, profile] of [
    ['[IC-CFG-01] [ES-CFG-01]', veterinary],
    ['[RV-CFG-01] [RV-CFG-02]', 'reviewer'],
  ] as const)
    test(`${ids} fifty peers that were added at a running server are there after a restart, and one is sent to`, async (t) => {
      const data = join(await temporaryFolder(), 'data');
      const argv = ['--data', data, '--profile', profile, '--dicom-port', '0', '--http-port', '0'];
      const dest = await startDestination(t);
      const begin = async () => {
        const server = await startServer(readConfiguration(withOwnFile(argv, {}), {}), silentLog);
        t.after(() => server.close());
        return { ...jobClient(server.httpPort), end: server.close };
      };
      const first = await begin();
      for (let number = 1; number <= 50; number += 1) {
        const peer = { host: 'localhost', port: number === 7 ? dest.port : 1000 + number, name: `Practice ${number}` };
        const title = number === 7 ? 'DEST' : `PEER${number}`;
        const { status, body } = await first.call('PUT', `/api/settings/peers/${title}`, peer);
        assert.deepEqual([status, body.peers.length, body.inForce], [200, number, true]);
      }
      assert.equal((await first.call('PUT', '/api/settings/peers/WRONG', { host: 'localhost', port: 0 })).status, 400);
      await storeOverWeb(first.origin, [madeFile({ instance: '1.2.9.1', study: '1.2.9', series: '1.2.9.0' })]);
      await first.until(await first.send('DEST', { studyInstanceUid: '1.2.9' }), 'done');
      assert.deepEqual(dest.asked, ['1.2.9.1'], 'without a restart');
      assert.equal((await first.call('DELETE', '/api/settings/peers/NOBODY')).status, 404);
      await first.end();
      const second = await begin();
      const { body: peers } = await second.call('GET', '/api/peers');
      assert.equal(peers.length, 50);
      assert.equal((await second.call('GET', '/api/settings/peers')).body.inForce, true);
      await second.until(await second.send('DEST', { studyInstanceUid: '1.2.9' }), 'done');
      assert.deepEqual(dest.asked, ['1.2.9.1', '1.2.9.1']);
      // Edited by hand, it holds at once and is seen on both sides.
      const file = join(data, 'concord.json');
      const content = JSON.parse(readFileSync(file, 'utf8'));
      content.peers[0].port = 4321;
      writeFileSync(file, JSON.stringify(content));
      const ports = async (path: string) => {
        const { body } = await second.call('GET', path);
        return (body.peers ?? body).filter(({ port }: { port: number }) => port === 4321).length;
      };
      assert.deepEqual([await ports('/api/settings/peers'), await ports('/api/peers')], [1, 1]);
      // A file that was broken by hand is refused with the place, what was known stays; the next start ends with it.
      writeFileSync(file, '{\n  "peers": nothing\n}');
      const broken = await second.call('GET', '/api/settings/peers');
      assert.deepEqual([broken.status, /line 2 column 12/.test(broken.body.detail)], [409, true], broken.body.detail);
      const put = await second.call('PUT', '/api/settings/peers/ANOTHER', { host: 'localhost', port: 104 });
      assert.deepEqual([put.status, (await second.call('GET', '/api/peers')).body.length], [409, 50]);
      assert.equal(await ports('/api/peers'), 1);
      assert.throws(
        () => readConfiguration(withOwnFile(argv, {}), {}),
        /concord\.json cannot be read: line 2 column 12/,
      );
    });

  test('[RV-CFG-03] the reviewer goes by the title that it is given', async (t) => {
    const [entity] = readConfiguration(['--profile', 'reviewer'], {}).entities;
    assert.ok(entity);
    const server = await startProfile(t, 'reviewer', { entities: [{ ...entity, aeTitle: 'WARD_3' }] });
    const echoed = (called: string) => run('echoscu', '-aec', called, '127.0.0.1', String(server.ports.get('WARD_3')));
    assert.equal((await echoed('WARD_3')).exitCode, 0);
    assert.notEqual((await echoed('REVIEWER')).exitCode, 0);
  });

  test('[IC-CFG-02] wrong titles, ports and entries that are there twice are refused in words', async () => {
    const good = { aeTitle: 'ARCHIVE', host: '127.0.0.1', port: 104 };
    const refusal = async (...peers: object[]): Promise<string> => {
      const file = await settingsFile({ peers });
      try {
        readConfiguration(['--profile', veterinary, '--config', file], {});
        return '';
      } catch (error) {
        return String(error);
      }
    };
    assert.equal(await refusal(good), '');
    for (const aeTitle of ['', '   ', 'SEVENTEEN_LETTERS', 'A\\B', 'A\u0007B', 'ÄRZTE'])
      assert.match(await refusal({ ...good, aeTitle }), /peers.*aeTitle/, JSON.stringify(aeTitle));
    for (const port of [0, -1, 65_536, 104.5, '104a'])
      assert.match(await refusal({ ...good, port }), /peers.*port/, String(port));
    assert.match(await refusal(good, good), /peers.*ARCHIVE is there twice/);
  });
});

/** An element in Implicit VR Little Endian: PS3.5 7.1.3. */
function element(tag: number, value: Uint8Array, length = value.length): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt16LE(tag >>> 16, 0);
  head.writeUInt16LE(tag & 0xffff, 2);
  head.writeUInt32LE(length, 4);
  return Buffer.concat([head, value]);
}
const undefinedLength = 0xffff_ffff;
const nothing = Buffer.alloc(0);
const words = (text: string) => Buffer.from(text.length % 2 === 0 ? text : `${text} `, 'latin1');

describe('what the veterinary viewer takes', () => {
  test('[IC-STORE-03] [IC-STORE-06] implicit VR with private and unknown elements and sequences of both kinds comes back as it went, and is read', async (t) => {
    const server = await startProfile(t, veterinary);
    const inner = element(0x0008_1150, words('1.2.840.10008.5.1.4.1.1.2\0'));
    const item = element(0xfffe_e000, inner);
    const open = [
      element(0xfffe_e000, inner, undefinedLength),
      element(0xfffe_e00d, nothing),
      element(0xfffe_e0dd, nothing),
    ];
    const own = [
      element(0x0008_1115, Buffer.concat([item, item])),
      element(0x0008_1140, Buffer.concat(open), undefinedLength),
      // A private block, and an attribute that no dictionary has.
      element(0x0009_0010, words('ANIMAL CLINIC')),
      element(0x0009_1001, Buffer.from([1, 2, 3, 254])),
      element(0x0009_1002, words('kept as it is')),
      element(0x0012_fffe, Buffer.from([9, 8, 7, 6])),
    ];
    // In the order of their tags: groups 0008 and 0009 of them stand before the patient's name in every slice, 0012 behind the patient.
    const whole = Buffer.from(encoded(ctSlice(), implicitVrLittleEndian));
    const patient = whole.indexOf(element(0x0010_0010, words('DOE^JANE')));
    const behind = whole.indexOf(element(0x0010_0040, words('F'))) + 10;
    assert.ok(patient > 0 && behind > patient);
    const parts = [whole.subarray(0, patient), ...own.slice(0, 5), whole.subarray(patient, behind), ...own.slice(5)];
    const complete = Buffer.concat([...parts, whole.subarray(behind)]);
    const association = await server.associate('IMPROMED', [
      { abstractSyntax: ctImageStorage, transferSyntaxes: [implicitVrLittleEndian] },
    ]);
    const { code } = await association.store({
      ...{ sopClassUid: ctImageStorage, sopInstanceUid: '1.2.3.1.1.1', transferSyntaxUid: implicitVrLittleEndian },
      open: () => inPieces(complete, 1000),
    });
    await association.release();
    assert.equal(code, 0);
    // Indexed when the answer came: asked for at once, without waiting. What is kept is what was sent, byte for byte.
    await using stored = await openStored(readConfiguration(['--data', join(server.folder, 'data')], {}));
    const [row] = await Array.fromAsync(vouchedRows(stored.database, {}));
    assert.equal(row?.sopInstanceUid, '1.2.3.1.1.1');
    const kept = Buffer.concat(await Array.fromAsync(stored.objects.read(row.key)));
    assert.ok(kept.subarray(row.dataSetOffset ?? 0).equals(complete));
    const path = '/dicom-web/studies/1.2.3.1/series/1.2.3.1.1/instances/1.2.3.1.1.1';
    const [metadata] = (await server.json(`${path}/metadata`)) as Record<string, { vr: string; Value?: unknown[] }>[];
    assert.deepEqual(
      [metadata?.['00091001']?.vr, metadata?.['00081115']?.Value?.length, metadata?.['00081140']?.Value?.length],
      ['UN', 2, 1],
    );
    assert.equal(metadata?.['7FE00010']?.vr, 'OW');
  });
});

describe('what the archive of images knows', () => {
  test('[QR-RCV-03] what was received is found by query, and what a user puts right is found instead', async (t) => {
    const server = await startArchive(t);
    const study = '20240115-20240115';
    const names = async () => {
      const keys = identifier('STUDY', {
        PatientID: 'PID001',
        StudyDate: study,
        PatientName: null,
        StudyDescription: null,
      });
      return (await find(server, models.studyFind, keys)).flatMap(({ identifier: found }) =>
        found ? [[found.string('PatientName'), found.string('StudyDescription')].join('|')] : [],
      );
    };
    const [before = ''] = await names();
    assert.match(before, /^DOE\^JANE\|./);
    const act = { kind: 'correct patient', patient: { patientId: 'PID001' }, values: { PatientName: 'DOE^JOAN' } };
    const response = await fetch(`http://127.0.0.1:${server.httpPort}/api/patients/events`, {
      method: 'POST',
      body: JSON.stringify({ act, reason: 'misspelt' }),
    });
    assert.equal(response.status, 200, await response.text());
    assert.deepEqual(await names(), [before.replace('JANE', 'JOAN')]);
  });
});
