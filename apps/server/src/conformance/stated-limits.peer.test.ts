// What the statement says of time-outs, the largest object, signatures, lossy images and addresses, against stub peers and DCMTK.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  compareStatements,
  createPlan,
  planDigest,
  readStatement,
  runPlan,
  type Statement,
} from '@concord/conformance';
import { type DataSet, readPart10 } from '@concord/dicom';
import { connect } from '@concord/network';
import { startPeer } from '../../../../packages/conformance/testing/live-peers.ts';
import { peerStatement } from '../../../../packages/conformance/testing/peer-statements.ts';
import { asPart10, ctSlice, type Values } from '../../testing/data-sets.ts';
import { jobClient, storeOverWeb } from '../../testing/job-client.ts';
import { freePort } from '../../testing/ports.ts';
import { type ProfiledServer, startProfile } from '../../testing/profile.ts';
import { run, startStorescp } from '../../testing/programs.ts';
import { makeSigner, type Signer } from '../../testing/signer.ts';
import { silentPort } from '../../testing/silent-port.ts';
import { droppingPort, haltingPort, unansweringPort } from '../../testing/waiting-ports.ts';
import { readAttributeFilter } from '../settings/attribute-filters.ts';

const [secondaryCapture, echoClass] = ['1.2.840.10008.5.1.4.1.1.7', '1.2.840.10008.1.1'];
const implicit = '1.2.840.10008.1.2';
/** In seconds, all different, so that it shows which one ended a wait. */
const waits = { connectTimeout: 1, networkTimeout: 2, dataTimeout: 3, responseTimeout: 4 };
const largest = 200_000;

/** The longest time, in milliseconds, in which this process did nothing else than something else. */
function watchLag(): { readonly longest: () => number; readonly end: () => void } {
  let [last, longest] = [performance.now(), 0];
  const timer = setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - last - 20);
    last = now;
  }, 20);
  return { longest: () => longest, end: () => clearInterval(timer) };
}

const image = (values: Values): DataSet =>
  ctSlice({
    SOPClassUID: secondaryCapture,
    Modality: 'OT',
    ConversionType: 'WSD',
    Rows: 16,
    Columns: 16,
    BitsAllocated: 8,
    BitsStored: 8,
    HighBit: 7,
    PixelData: new Uint8Array(256).map((_, index) => index),
    ...values,
  });

describe('what is stated of waits, sizes and kinds of objects', () => {
  const ends: (() => void | Promise<void>)[] = [];
  const hooks = { after: (end: () => void | Promise<void>) => void ends.push(end) };
  let server: ProfiledServer;
  let statement: Statement;
  let signer: Signer;
  before(async () => {
    signer = makeSigner(hooks); // well before anything is signed: certificates are valid from the second on they were made in
    const ports = {
      DROPPING: await droppingPort(hooks),
      SILENT: await silentPort(hooks),
      HALTING: await haltingPort(hooks),
      UNANSWERING: await unansweringPort(hooks),
      IMPLICIT: await freePort(),
    };
    const known = Object.entries(ports).map(([aeTitle, port]) => ({ aeTitle, host: '127.0.0.1', port }));
    const research = { aeTitle: 'RESEARCH', host: '127.0.0.1', port: ports.IMPLICIT, filter: 'research' };
    const peers = [...known, research];
    const deidentify = ['retain-longitudinal-full-dates', 'retain-device-identity'];
    const attributeFilters = [readAttributeFilter({ name: 'research', deidentify })];
    const given = { attributeFilters, ...waits, host: '::', peers, sendAttempts: 1, maximumObjectSize: largest };
    server = await startProfile({ after: (end) => void ends.push(end) }, 'default', given);
    mkdirSync(join(server.folder, 'implicit'));
    await startStorescp(hooks, join(server.folder, 'implicit'), ports.IMPLICIT, '+xi');
    statement = readStatement(JSON.stringify(await server.json('/conformance?format=json')));
  });
  after(async () => {
    for (const end of ends.reverse()) await end();
  });

  const networking = () => (statement.networking.state === 'described' ? statement.networking : assert.fail());
  const parameter = (name: string): string => {
    const row = networking().configuration.parameters.find((each) => each.name.startsWith(name));
    return row?.effective ?? assert.fail(name);
  };
  const onDisk = (name: string, bytes: Uint8Array): string => {
    writeFileSync(join(server.folder, name), bytes);
    return join(server.folder, name);
  };
  const stored = async (...args: readonly string[]) => run('storescu', '-v', ...server.called('CONCORD'), ...args);

  test('[CS-CFG-09] each time-out is stated apart, and ends the wait that it is for after the stated seconds', async () => {
    const { origin, call, send, until } = jobClient(server.httpPort);
    const uids = { StudyInstanceUID: '1.2.9.1', SeriesInstanceUID: '1.2.9.1.1', SOPInstanceUID: '1.2.9.1.1.1' };
    await storeOverWeb(origin, [Uint8Array.from(asPart10(ctSlice(uids)))]);
    const lag = watchLag();
    const echoed = async (aeTitle: string) => (await call('POST', `/api/peers/${aeTitle}/echo`)).body;
    const sending = async () => {
      const began = performance.now();
      await until(await send('UNANSWERING', { studyInstanceUid: '1.2.9.1' }), 'failed');
      return { status: 'failure', milliseconds: performance.now() - began };
    };
    const [dropped, silent, halted, unanswered] = await Promise.all([
      echoed('DROPPING'),
      echoed('SILENT'),
      echoed('HALTING'),
      sending(),
    ]);
    lag.end();
    const rows = [
      ['Time-out waiting for response to TCP/IP connect() request', waits.connectTimeout, dropped],
      ['Time-out waiting for acceptance or rejection response', waits.networkTimeout, silent],
      ['Time-out for waiting for data between TCP/IP packets', waits.dataTimeout, halted],
      ['General DIMSE level time-out values', waits.responseTimeout, unanswered],
    ] as const;
    for (const [name, seconds, { status, milliseconds }] of rows) {
      assert.equal(parameter(name), String(seconds), name);
      assert.equal(status, 'failure', name);
      // What the machine kept this process from is no part of the wait.
      const most = seconds * 1000 + 1000 + 2 * lag.longest();
      assert.ok(milliseconds > seconds * 1000 - 100 && milliseconds < most, `${name}: ${milliseconds} ms`);
    }
    assert.match(
      networking()
        .configuration.parameters.map(({ name, default: value }) => `${name}: ${value}`)
        .join('\n'),
      /Any changes to default TCP\/IP settings.*TCP_NODELAY/,
    );
  });

  test('[CS-CFG-11] an object over the stated size is refused with the stated status, and the service stays up', async () => {
    assert.equal(parameter('Size constraint in maximum object size'), String(largest));
    const uids = { StudyInstanceUID: '1.2.9.2', SeriesInstanceUID: '1.2.9.2.1' };
    const sized = (name: string, rows: number) => {
      const PixelData = new Uint8Array(rows * 400);
      const dataSet = image({ ...uids, SOPInstanceUID: `1.2.9.2.1.${rows}`, Rows: rows, Columns: 400, PixelData });
      return onDisk(name, asPart10(dataSet));
    };
    const [over, under] = [sized('over.dcm', 502), sized('under.dcm', 490)];
    const refused = await stored('-d', over);
    assert.match(refused.output, /0xa700|Refused: OutOfResources/i, refused.output);
    assert.match(refused.output, /larger than 200000 bytes/);
    const rows = networking().applicationEntities.flatMap(({ acceptance }) =>
      acceptance.state === 'described' ? acceptance.activities.flatMap((each) => each.sopConformance) : [],
    );
    const told = rows.find(({ operation }) => operation === 'C-STORE')?.statuses.find(({ code }) => code === 'A700');
    assert.match(told?.meaning ?? '', /larger than the settings allow/);
    assert.equal((await stored(under)).exitCode, 0);
    assert.equal((await run('echoscu', ...server.called('CONCORD'))).exitCode, 0);
    const kept = await server.json('/dicom-web/instances?StudyInstanceUID=1.2.9.2');
    assert.equal(Array.isArray(kept) && kept.length, 1);
  });

  test('[CS-INI-11] an image that is there in lossy form only goes decompressed to who takes nothing else, as stated', async () => {
    const sent = networking().applicationEntities.flatMap(({ initiation }) =>
      initiation.state === 'described' ? initiation.activities.flatMap((each) => each.sopConformance) : [],
    );
    const text = sent.find(({ operation }) => operation === 'C-STORE')?.lossyOnly ?? '';
    assert.match(text, /decompressed where the peer takes only an uncompressed transfer syntax/);
    const uids = { StudyInstanceUID: '1.2.9.3', SeriesInstanceUID: '1.2.9.3.1', SOPInstanceUID: '1.2.9.3.1.1' };
    const plain = onDisk('plain.dcm', asPart10(image(uids)));
    const lossy = join(server.folder, 'lossy.dcm');
    const made = await run('dcmcjpeg', '+eb', '+un', plain, lossy);
    assert.equal(made.exitCode, 0, made.output);
    assert.equal((await stored('-xy', lossy)).exitCode, 0);
    const { send, until } = jobClient(server.httpPort);
    await until(await send('IMPLICIT', { studyInstanceUid: '1.2.9.3' }), 'done', 'completed', 'succeeded');
    const [file = ''] = readdirSync(join(server.folder, 'implicit'));
    const { dataSet, meta } = readPart10(readFileSync(join(server.folder, 'implicit', file)));
    assert.equal(meta.string('TransferSyntaxUID'), implicit);
    assert.equal(dataSet.bytes('PixelData')?.length, 256);
    assert.equal(dataSet.string('LossyImageCompression'), '01');
  });

  test('[CS-SEC-02] signatures are preserved, not verified and not replaced, as the three sentences say', async () => {
    assert.ok(statement.security.state === 'described');
    const { preserved, verified, replaced } = statement.security.signatures;
    assert.match(preserved, /always in what is stored and retrieved in its stored transfer syntax/);
    assert.match(`${verified} ${replaced}`, /not verified.*not replaced/);
    const uids = { StudyInstanceUID: '1.2.9.4', SeriesInstanceUID: '1.2.9.4.1', SOPInstanceUID: '1.2.9.4.1.1' };
    const signed = join(server.folder, 'signed.dcm');
    const made = await run(
      'dcmsign',
      '--sign',
      signer.key,
      signer.certificate,
      onDisk('bare.dcm', asPart10(image(uids))),
      signed,
    );
    assert.equal(made.exitCode, 0, made.output);
    const broken = readPart10(readFileSync(signed)).dataSet;
    broken.set('PatientName', 'CHANGED^AFTER');
    broken.set('SOPInstanceUID', '1.2.9.4.1.2');
    for (const file of [signed, onDisk('broken.dcm', asPart10(broken))])
      assert.equal((await stored('-xe', file)).exitCode, 0, 'neither is refused');
    const verdictOf = async (instance: string) => {
      const path = `/dicom-web/studies/1.2.9.4/series/1.2.9.4.1/instances/${instance}`;
      const headers = { accept: 'application/dicom; transfer-syntax=*' };
      const answer = await fetch(`http://127.0.0.1:${server.httpPort}${path}`, { headers });
      assert.equal(answer.status, 200);
      const given = onDisk(`${instance}.dcm`, Buffer.from(await answer.arrayBuffer()));
      return run('dcmsign', '--verify', '--require-sig', '--add-cert-file', signer.certificate, given);
    };
    const whole = await verdictOf('1.2.9.4.1.1');
    assert.equal(whole.exitCode, 0, whole.output);
    assert.notEqual((await verdictOf('1.2.9.4.1.2')).exitCode, 0, 'what came broken stays broken');
  });

  test('[CS-SEC-07] a de-identified export follows the profile with the options that are listed', async () => {
    assert.ok(statement.security.state === 'described');
    const row = statement.security.profiles.find(({ profile }) => /Confidentiality/.test(profile));
    assert.equal(row?.profile, 'Basic Application Level Confidentiality Profile');
    const uids = { StudyInstanceUID: '1.2.9.5', SeriesInstanceUID: '1.2.9.5.1', SOPInstanceUID: '1.2.9.5.1.1' };
    const named = onDisk('named.dcm', asPart10(image({ ...uids, StudyDate: '20240115', PatientName: 'DOE^SECRET' })));
    assert.equal((await stored(named)).exitCode, 0);
    const methodsOf = (dataSet: DataSet) => {
      assert.equal(dataSet.string('PatientIdentityRemoved'), 'YES');
      assert.notEqual(dataSet.string('PatientName'), 'DOE^SECRET');
      return dataSet.items('DeidentificationMethodCodeSequence').map((item) => item.string('CodeValue') ?? '');
    };
    const query = `studyUID=1.2.9.5&seriesUID=1.2.9.5.1&objectUID=1.2.9.5.1.1&contentType=application/dicom&anonymize=yes`;
    const answer = await fetch(`http://127.0.0.1:${server.httpPort}/wado?requestType=WADO&${query}`);
    assert.equal(answer.status, 200);
    const { dataSet } = readPart10(Buffer.from(await answer.arrayBuffer()));
    assert.deepEqual(methodsOf(dataSet), ['113100']);
    assert.match(row.features, /URI Service: none;/);
    const { send, until } = jobClient(server.httpPort);
    const before = readdirSync(join(server.folder, 'implicit'));
    await until(await send('RESEARCH', { studyInstanceUid: '1.2.9.5' }), 'done', 'completed', 'succeeded');
    const [file = ''] = readdirSync(join(server.folder, 'implicit')).filter((name) => !before.includes(name));
    const came = readPart10(readFileSync(join(server.folder, 'implicit', file))).dataSet;
    const [profile, ...options] = methodsOf(came);
    assert.equal(profile, '113100');
    assert.equal(options.length, 2);
    for (const code of options) assert.ok(row.features.includes(`(${code})`), code);
    assert.equal(came.string('StudyDate'), '20240115', 'full dates are retained');
  });

  test('[CS-NIF-08] an association is accepted at the address of IPv4 and at that of IPv6, as stated', async () => {
    const { ipv4, ipv6 } = networking().interfaces;
    assert.ok(ipv4.supported && ipv6.supported);
    assert.match(ipv6.text, /listened on and called; no IPv6 security or configuration facility is used/);
    assert.equal((await run('echoscu', ...server.called('CONCORD'))).exitCode, 0);
    for (const host of ['127.0.0.1', '::1']) {
      const peer = { host, port: server.dicomPort, calledAeTitle: 'CONCORD', callingAeTitle: 'TESTER' };
      const association = await connect(peer, [{ abstractSyntax: echoClass, transferSyntaxes: [implicit] }]);
      assert.equal((await association.echo()).code, 0, host);
      await association.release();
    }
  });

  test('[CS-SCOPE-03] [CS-SCOPE-07] our statement and that of Orthanc are compared, planned for and tried: each step names what it rests on', async () => {
    const orthanc = peerStatement('orthanc');
    const comparison = compareStatements(statement, orthanc);
    const [ours] = comparison.directions;
    assert.ok(ours.pairs.length > 100);
    for (const { verdict, reasons, sopClass } of comparison.directions.flatMap(({ pairs }) => pairs)) {
      assert.match(verdict, /^(can|can with limits|cannot|unknown)$/);
      assert.ok(verdict === 'can' || reasons.length > 0, sopClass.name);
    }
    const plan = createPlan(orthanc, { partner: statement });
    const items = plan.items.filter(({ claim }) => claim.rows);
    assert.ok(items.length > 0);
    for (const row of items.flatMap(({ claim }) => claim.rows ?? []))
      assert.ok(
        ours.pairs.some(
          ({ sopClass, verdict, initiator, acceptor }) =>
            sopClass.uid === row.sopClass &&
            verdict === row.verdict &&
            initiator.path === row.partner &&
            acceptor?.path === row.system,
        ),
        `${row.sopClass}: ${row.verdict}`,
      );
    const own = ours.pairs[0]?.initiator;
    assert.match(own?.source ?? '', /^registry: declaration of /);
    await using peer = await startPeer('orthanc');
    const chosen = items.slice(0, 3).map(({ id }) => id);
    const report = await runPlan(plan, peer.target, { only: ({ id }) => chosen.includes(id), care: { pause: 0 } });
    assert.equal(report.plan, planDigest(plan));
    const ran = report.results.filter(({ result }) => result !== 'not run');
    assert.deepEqual(
      ran.map(({ id }) => id).filter((id) => chosen.includes(id)),
      chosen,
    );
    assert.ok(ran.every(({ id }) => plan.items.some((item) => item.id === id)));
  });
});
