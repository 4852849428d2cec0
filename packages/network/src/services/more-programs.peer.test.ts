// Programs of DCMTK and CTN that no other test runs: dcmsend, dcmrecv, dcmpsrcv, dcmpssnd, dcmqrti, termscu; dicom_echo, send_image, simple_storage.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { readPart10, writeDataSet } from '@concord/dicom';
import { testAcceptor } from '../../testing/acceptor.ts';
import { memoryArchive } from '../../testing/archive.ts';
import { ctImageStorage, ctSlice, implicitVrLittleEndian } from '../../testing/instances.ts';
import { assertSays, freePort, run, start, temporaryFolder } from '../../testing/programs.ts';
import { type Association, connect, contextsFor, type OutgoingInstance } from '../index.ts';

const slices = [1, 2, 3].map((number) => ctSlice(number));
const studyUid = '1.2.826.0.1.3680043.8.498.1';
function writeSlices(folder: string): readonly string[] {
  return slices.map(({ part10 }, index) => {
    const file = join(folder, `${index}.dcm`);
    writeFileSync(file, part10);
    return file;
  });
}
const at = (port: number, calledAeTitle: string) => ({
  host: '127.0.0.1',
  port,
  calledAeTitle,
  callingAeTitle: 'CONCORD',
});

async function storeAll(port: number, calledAeTitle: string, instances: readonly OutgoingInstance[] = slices) {
  await using association = await connect(at(port, calledAeTitle), contextsFor(instances));
  for (const instance of instances) assert.equal((await association.store(instance)).code, 0);
}

describe('DCMTK', () => {
  test('dcmsend stores files at our SCP', async () => {
    using folder = temporaryFolder();
    const archive = memoryArchive();
    await using acceptor = await testAcceptor(archive.services);
    const files = writeSlices(folder.path);
    const { code, output } = await run('dcmsend', ['-v', '-aec', 'CONCORD', '127.0.0.1', `${acceptor.port}`, ...files]);
    assert.equal(code, 0, output);
    assertSays(output, /with status SUCCESS *: 3/);
    assert.equal(archive.instances.size, 3);
  });

  test('dcmrecv keeps what we send', async () => {
    using folder = temporaryFolder();
    const port = await freePort();
    const profile = join(folder.path, 'recv.cfg');
    writeFileSync(
      profile,
      '[[TransferSyntaxes]]\n[Any]\nTransferSyntax1 = LittleEndianExplicit\n' +
        '[[PresentationContexts]]\n[Images]\nPresentationContext1 = CTImageStorage\\Any\n' +
        '[[Profiles]]\n[Test]\nPresentationContexts = Images\n',
    );
    const kept = join(folder.path, 'kept');
    mkdirSync(kept);
    const parameters = ['-v', '-aet', 'RECV', '-xf', profile, 'Test', '-od', kept, `${port}`];
    const server = await start('dcmrecv', parameters, port);
    try {
      await storeAll(port, 'RECV');
      const received = readdirSync(kept).map((name) => readPart10(readFileSync(join(kept, name))).dataSet);
      assert.deepEqual(
        received.map((dataSet) => dataSet.string('SOPInstanceUID')).sort(),
        slices.map(({ sopInstanceUid }) => sopInstanceUid),
      );
    } finally {
      await server.stop();
    }
  });

  test('dcmpsrcv takes a study from us, dcmpssnd sends it back', async () => {
    using folder = temporaryFolder();
    const archive = memoryArchive();
    await using acceptor = await testAcceptor(archive.services);
    const port = await freePort();
    mkdirSync(join(folder.path, 'database'));
    const file = join(folder.path, 'dcmpstat.cfg');
    const entry = (name: string, ae: string, on: number, type: string) =>
      `[${name}]\nAetitle = ${ae}\nHostname = 127.0.0.1\nPort = ${on}\nType = ${type}\nDescription = test\nMaxPDU = 32768\n`;
    writeFileSync(
      file,
      `[[GENERAL]]\n[DATABASE]\nDirectory = ${folder.path}/database\n[NETWORK]\naetitle = VIEWER\n[[COMMUNICATION]]\n` +
        entry('IN', 'RECEIVER', port, 'RECEIVER') +
        entry('OUT', 'CONCORD', acceptor.port, 'STORAGE'),
    );
    const server = await start('dcmpsrcv', ['-v', file, 'IN'], port);
    try {
      await storeAll(port, 'RECEIVER');
      const { code, output } = await run('dcmpssnd', ['-v', file, 'OUT', studyUid]);
      assert.equal(code, 0, output);
      assert.deepEqual(
        [...archive.instances.keys()].sort(),
        slices.map(({ sopInstanceUid }) => sopInstanceUid),
      );
    } finally {
      await server.stop();
    }
  });

  test('dcmqrti, by its keyboard, echoes us', async () => {
    using folder = temporaryFolder();
    await using acceptor = await testAcceptor(memoryArchive().services);
    const file = join(folder.path, 'dcmqrti.cfg');
    writeFileSync(
      file,
      `NetworkType = "tcp"\nNetworkTCPPort = ${await freePort()}\nMaxPDUSize = 16384\nMaxAssociations = 16\n` +
        `HostTable BEGIN\nconcord = (CONCORD, 127.0.0.1, ${acceptor.port})\nHostTable END\n` +
        `VendorTable BEGIN\n"Concord" = concord\nVendorTable END\n` +
        `AETable BEGIN\nTI ${folder.path} RW (10, 1024mb) ANY\nAETable END\n`,
    );
    // It wants a database that is not empty.
    const [first = ''] = writeSlices(folder.path);
    await run('dcmqridx', [folder.path, first]);
    const child = spawn('dcmqrti', ['-c', file, '-d', 'concord'], { stdio: ['pipe', 'pipe', 'pipe'], timeout: 20_000 });
    const output: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
    child.stdin.end('echo\nquit\n');
    await once(child, 'close');
    const record = acceptor.records.find(({ counts }) => 'C-ECHO 0000H' in counts);
    assert.ok(record, Buffer.concat(output).toString('latin1').slice(-2000));
  });

  test('termscu may not shut us down: its SOP Class is refused, with the reason in the record', async () => {
    await using acceptor = await testAcceptor(memoryArchive().services);
    const { output } = await run('termscu', ['-v', '-aec', 'CONCORD', '127.0.0.1', `${acceptor.port}`]);
    assertSays(output, /No Acceptable Presentation Contexts|no presentation context/i);
    const record = await acceptor.nextRecord();
    assert.deepEqual(
      record.contexts.map(({ result }) => result),
      [3],
    );
    assert.match(record.contexts[0]?.reason ?? '', /not a SOP Class of the standard|is not provided here/);
    const association = await connect(acceptor.peer, [
      { abstractSyntax: '1.2.840.10008.1.1', transferSyntaxes: [implicitVrLittleEndian] },
    ]);
    assert.equal((await association.echo()).code, 0, 'we are still there');
    await association.release();
  });
});

describe('CTN', () => {
  test('dicom_echo is answered', async () => {
    await using acceptor = await testAcceptor(memoryArchive().services);
    const { output } = await run('dicom_echo', ['-a', 'CTN', '-c', 'CONCORD', '127.0.0.1', `${acceptor.port}`]);
    const record = await acceptor.nextRecord();
    assert.deepEqual([record.callingAeTitle, record.counts], ['CTN', { 'C-ECHO 0000H': 1 }], output);
    assert.equal(record.end.kind, 'released');
  });

  test('send_image stores at our SCP', async () => {
    using folder = temporaryFolder();
    const archive = memoryArchive();
    await using acceptor = await testAcceptor(archive.services);
    const files = writeSlices(folder.path);
    const to = ['-a', 'CTN', '-c', 'CONCORD', '127.0.0.1', `${acceptor.port}`];
    const { output } = await run('send_image', [...to, ...files]);
    assert.equal(archive.instances.size, 3, output);
  });

  test('simple_storage takes what we send', async () => {
    using folder = temporaryFolder();
    const port = await freePort();
    // A connection that is only tried ends it: nothing may knock before the association.
    const server = spawn('simple_storage', ['-c', 'CTN', '-x', folder.path, `${port}`], {
      cwd: folder.path,
      stdio: 'ignore',
    });
    const ended = once(server, 'close');
    try {
      const association = await connectWhenReady(port);
      const [slice] = slices;
      assert.ok(slice);
      const bytes = writeDataSet(slice.dataSet, implicitVrLittleEndian);
      const sent = {
        ...slice,
        transferSyntaxUid: implicitVrLittleEndian,
        open: async function* () {
          yield bytes;
        },
      };
      assert.equal((await association.store(sent)).code, 0);
      await association.release();
    } finally {
      server.kill('SIGKILL');
      await ended;
    }
  });
});

async function connectWhenReady(port: number): Promise<Association> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await connect(at(port, 'CTN'), [
        { abstractSyntax: ctImageStorage, transferSyntaxes: [implicitVrLittleEndian] },
      ]);
    } catch (error) {
      if (tries === 50) throw error;
      await pause(100);
    }
  }
}
