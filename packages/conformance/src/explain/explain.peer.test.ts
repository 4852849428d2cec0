// Associations of DCMTK's programs, recorded between them and put into captures, and their own debug logs.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ctSlice } from '../../../network/testing/instances.ts';
import { freePort, run, start, temporaryFolder } from '../../../network/testing/programs.ts';
import { inChunks, packetsOf, pcap, segmentsOf } from '../../testing/pcap.ts';
import { recordingProxy } from '../../testing/recording-proxy.ts';
import { explanationText } from './explanation-text.ts';
import { explainRecording } from './read-recording.ts';

const explainText = async (bytes: Uint8Array): Promise<string> =>
  explanationText(await explainRecording(inChunks(bytes, 65_536)));

interface Peers {
  readonly capture: string;
  readonly log: string;
  /** The log itself. */
  readonly written: Buffer;
}

/** What a program of DCMTK says to another, as a capture and as its own log explain it. */
async function between(
  context: TestContext,
  server: readonly [string, ...string[]],
  client: (port: number, file: string) => readonly [string, ...string[]],
): Promise<Peers> {
  using folder = temporaryFolder();
  const port = await freePort();
  const [program, ...args] = server;
  const files = join(folder.path, 'files');
  mkdirSync(files);
  const file = join(folder.path, 'ct.dcm');
  writeFileSync(file, ctSlice(1, { size: 64 }).part10);
  const config = join(folder.path, 'dcmqrscp.cfg');
  writeFileSync(
    config,
    `NetworkTCPPort = ${port}\nMaxPDUSize = 16384\nMaxAssociations = 4\nHostTable BEGIN\nHostTable END\nVendorTable BEGIN\nVendorTable END\nAETable BEGIN\nARCHIVE ${files} RW (10, 1024mb) ANY\nAETable END\n`,
  );
  const running = await start(
    program,
    [...args.map((each) => (each === 'CONFIG' ? config : each)), String(port)],
    port,
    files,
  );
  try {
    if (program === 'dcmqrscp') await run('storescu', ['-aec', 'ARCHIVE', '127.0.0.1', String(port), file]);
    const proxy = await recordingProxy(context, port);
    const [name, ...more] = client(proxy.port, file);
    const { output } = await run(name, more);
    const segments = segmentsOf(proxy.connections[0] ?? []);
    const written = Buffer.from(output, 'latin1');
    return { capture: await explainText(pcap(packetsOf(segments))), log: await explainText(written), written };
  } finally {
    await running.stop();
  }
}

test('storescu to storescp: stored, in the capture and in the log', async (context) => {
  const { capture, log, written } = await between(context, ['storescp'], (port, file) => [
    'storescu',
    '-d',
    '127.0.0.1',
    String(port),
    file,
  ]);
  for (const text of [capture, log]) {
    assert.match(text, /STORESCU .*→ ANY-SCP/);
    assert.match(text, /CT Image Storage: accepted in Explicit VR Little Endian/);
    assert.match(text, /asks: C-STORE \(CT Image Storage, instance 1\.2\.826\.0\.1\.3680043\.8\.498\.1\.1\.1/);
    assert.match(text, /answers to C-STORE of CT Image Storage: success 0000H/);
    assert.match(text, /end: released by the requestor/);
    assert.match(text, /OFFIS_DCMTK_/);
  }
  // A log that is cut, or damaged, is explained as far as it goes.
  for (let length = 0; length < written.length; length += Math.ceil(written.length / 60))
    assert.equal(typeof (await explainText(written.subarray(0, length))), 'string');
  const part = await explainText(written.subarray(0, Math.floor((written.length * 2) / 3)));
  assert.match(part, /no answer was seen[\s\S]*the end is not in what was recorded/);
  for (let at = 0; at < written.length; at += Math.ceil(written.length / 60)) {
    const damaged = Buffer.from(written);
    damaged.fill(at % 256, at, at + 40);
    assert.equal(typeof (await explainText(damaged)), 'string');
  }
});

test('echoscu to storescp --refuse: rejected, and what to do', async (context) => {
  const { capture, log } = await between(context, ['storescp', '--refuse'], (port) => [
    'echoscu',
    '-d',
    '127.0.0.1',
    String(port),
  ]);
  for (const text of [capture, log]) assert.match(text, /ERROR: the association was rejected: no reason given/);
});

test('storescp --abort-during: who aborted is told', async (context) => {
  const { capture } = await between(context, ['storescp', '--abort-during'], (port, file) => [
    'storescu',
    '-d',
    '127.0.0.1',
    String(port),
    file,
  ]);
  assert.match(capture, /ERROR: aborted by the acceptor/);
  assert.match(capture, /was not answered/);
});

test('a transfer syntax that the peer does not take: why the context was refused', async (context) => {
  const { capture, log } = await between(context, ['storescp', '+xi'], (port, file) => [
    'storescu',
    '-d',
    '-R',
    '-xe',
    '--required',
    '127.0.0.1',
    String(port),
    file,
  ]);
  for (const text of [capture, log]) assert.match(text, /CT Image Storage/);
  assert.match(capture, /presentation contexts:/);
});

test('movescu to an archive that does not know the destination', async (context) => {
  const { capture, log } = await between(context, ['dcmqrscp', '-c', 'CONFIG'], (port) => [
    'movescu',
    '-d',
    '-S',
    '-aec',
    'ARCHIVE',
    '-aem',
    'NOWHERE',
    '-k',
    '0008,0052=STUDY',
    '-k',
    '0020,000D=1.2.826.0.1.3680043.8.498.1',
    '127.0.0.1',
    String(port),
  ]);
  for (const text of [capture, log]) {
    assert.match(text, /asks: C-MOVE \(.*to NOWHERE/);
    assert.match(text, /C-MOVE ended once with failure A801H: refused: move destination unknown/);
    assert.match(text, /what to do: register the move destination/);
  }
});

test('findscu: what was asked and how many answers came', async (context) => {
  const { capture } = await between(context, ['dcmqrscp', '-c', 'CONFIG'], (port) => [
    'findscu',
    '-d',
    '-S',
    '-aec',
    'ARCHIVE',
    '-k',
    '0008,0052=STUDY',
    '-k',
    'PatientName',
    '127.0.0.1',
    String(port),
  ]);
  assert.match(capture, /asks: C-FIND \(Study Root/);
  assert.match(capture, /answers to C-FIND.*success 0000H/);
});

test('movescu for a study that is not there: success with nothing is pointed out', async (context) => {
  const { capture } = await between(context, ['dcmqrscp', '-c', 'CONFIG'], (port) => [
    'movescu',
    '-S',
    '-aec',
    'ARCHIVE',
    '-aem',
    'NOWHERE',
    '-k',
    '0008,0052=STUDY',
    '-k',
    '0020,000D=1.2.3',
    '127.0.0.1',
    String(port),
  ]);
  assert.match(capture, /WARNING: C-MOVE ended with success, and nothing was sent/);
});
