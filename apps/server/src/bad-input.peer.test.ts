// What a hostile, broken or unlucky peer may do to the running server: it answers as the standard says and goes on.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect as connectTcp } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { connect, NetworkError, queryRetrieveSopClasses } from '@concord/network';
import { ctImageStorage, ctSlice, dataSetOf, encoded, explicitVrLittleEndian, inPieces } from '../testing/data-sets.ts';
import { run, type ServerProcess, startServerProcess } from '../testing/programs.ts';
import { temporaryFolder } from '../testing/real-archive.ts';

const verification = { abstractSyntax: '1.2.840.10008.1.1', transferSyntaxes: ['1.2.840.10008.1.2'] };
const storage = { abstractSyntax: ctImageStorage, transferSyntaxes: [explicitVrLittleEndian] };
const studyFind = { abstractSyntax: queryRetrieveSopClasses.studyRootFind, transferSyntaxes: [explicitVrLittleEndian] };

describe('a server among bad peers', () => {
  let server: ServerProcess;
  let folder = '';
  const endings: (() => void)[] = [];
  const hooks = { after: (end: () => void) => void endings.push(end) };
  before(async () => {
    folder = await temporaryFolder();
    server = await startServerProcess(hooks, join(folder, 'data'), '--artim-timeout', '2', '--idle-timeout', '3');
  });
  after(() => {
    for (const end of endings) end();
  });
  const peer = (calledAeTitle = 'CONCORD') => ({
    host: '127.0.0.1',
    port: server.dicomPort,
    calledAeTitle,
    callingAeTitle: 'TESTER',
  });
  const goesOn = async () => {
    await using association = await connect(peer(), [verification]);
    assert.equal((await association.echo()).code, 0);
  };
  /** How many instances there are, by a query at every level from the top. */
  const studies = async (): Promise<string[]> => {
    await using association = await connect(peer(), [studyFind]);
    const keys = dataSetOf({ QueryRetrieveLevel: 'STUDY', StudyInstanceUID: null });
    const answers = await Array.fromAsync(association.find(studyFind.abstractSyntax, keys));
    return answers.flatMap(({ identifier }) => identifier?.string('StudyInstanceUID') ?? []);
  };
  /** Opens a connection, sends the bytes, waits until the server closes it. Resolves with what came back. */
  const provoke = async (...parts: Uint8Array[]): Promise<Buffer> => {
    const socket = connectTcp(server.dicomPort, '127.0.0.1');
    await once(socket, 'connect');
    const answer: Buffer[] = [];
    socket.on('data', (part: Buffer) => answer.push(part));
    socket.on('error', () => undefined);
    for (const part of parts) socket.write(part);
    await once(socket, 'close');
    return Buffer.concat(answer);
  };

  for (const [what, bytes] of [
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')],
    ['TLS', Buffer.from('160301020001000001fc0303', 'hex')],
    ['random bytes', Buffer.from(Array.from({ length: 500 }, (_, index) => (index * 7919) & 0xff))],
    ['an A-ASSOCIATE-RQ of endless length', Buffer.from('0100ffffffff0001', 'hex')],
    ['a P-DATA-TF before any association', Buffer.from('0400000000060000000201ff', 'hex')],
    ['zeros', Buffer.alloc(64)],
    ['nothing at all', Buffer.alloc(0)],
  ] as const)
    test(`[QR-GEN-20] [QR-NET-08] ${what} on the DICOM port: the connection is closed, others go on`, async () => {
      const idle = await connect(peer(), [verification]);
      const started = performance.now();
      await provoke(bytes);
      assert.ok(performance.now() - started < 5000);
      assert.equal((await idle.echo()).code, 0);
      await idle.release();
    });

  test('[QR-REJ-04] [QR-SRJ-04] a wrong called AE title is rejected 1/1/7', async () => {
    const error: unknown = await connect(peer('WRONG'), [verification]).catch((thrown: unknown) => thrown);
    assert.ok(error instanceof NetworkError);
    assert.deepEqual(error.refusal, { result: 1, source: 1, reason: 7 });
  });

  test('an association with no acceptable context ends without harm', async () => {
    const print = { abstractSyntax: '1.2.840.10008.5.1.1.9', transferSyntaxes: ['1.2.840.10008.1.2'] };
    const outcome = await connect(peer(), [print]).then(
      async (association) => {
        assert.deepEqual(association.accepted, []);
        await association.release();
        return 'accepted without contexts';
      },
      (error: unknown) => (error instanceof NetworkError ? error.fault : 'unknown'),
    );
    assert.ok(['accepted without contexts', 'rejected'].includes(outcome), outcome);
    await goesOn();
  });

  /** Stores one data set; resolves with the status code. */
  const store = async (bytes: Uint8Array, sopInstanceUid: string) => {
    await using association = await connect(peer(), [storage]);
    const open = () => inPieces(bytes, 4000);
    const instance = { sopClassUid: ctImageStorage, sopInstanceUid, transferSyntaxUid: explicitVrLittleEndian, open };
    return await association.store(instance);
  };

  test('[QR-RST-04] objects that cannot be kept are refused, the association goes on, nothing is indexed', async () => {
    const bytes = encoded(ctSlice({ StudyInstanceUID: '1.2.66' }));
    const uid = '1.2.3.1.1.1';
    assert.equal((await store(bytes.subarray(0, bytes.length - 9), uid)).code, 0xc000, 'cut in the pixel data');
    assert.equal((await store(bytes.subarray(0, 100), uid)).code, 0xc000, 'cut in the header');
    assert.equal((await store(Buffer.alloc(3000, 0x5a), uid)).code, 0xc000, 'no data set');
    assert.equal((await store(bytes, '1.2.3.999')).code, 0xa900, 'another UID than the request');
    assert.equal((await store(encoded(ctSlice({ SOPInstanceUID: undefined })), uid)).code, 0xa900, 'no UID');
    assert.deepEqual(await studies(), []);
  });

  test('[QR-RCV-05] [QR-RCV-06] [QR-RST-08] an object that is cut off with its connection leaves nothing', async () => {
    const association = await connect(peer(), [storage]);
    const whole = encoded(ctSlice({ StudyInstanceUID: '1.2.66', PixelData: new Uint8Array(3_000_000) }));
    async function* half() {
      yield* inPieces(whole.subarray(0, 1_500_000), 50_000);
      association.abort();
      throw new Error('cut');
    }
    const instance = {
      sopClassUid: ctImageStorage,
      sopInstanceUid: '1.2.3.1.1.1',
      transferSyntaxUid: explicitVrLittleEndian,
    };
    await assert.rejects(association.store({ ...instance, open: half }));
    assert.deepEqual(await studies(), []);
    await goesOn();
  });

  for (const uid of ['..', '../../etc/passwd', `1.${'2'.repeat(63)}`, '1.2\u00003', '<b>1</b>', '1.2/3'])
    test(`the UID ${JSON.stringify(uid)} is refused and names no file`, async () => {
      const hostile = encoded(ctSlice({ SOPInstanceUID: Buffer.from(uid.length % 2 ? `${uid}\0` : uid, 'latin1') }));
      const outcome = await store(hostile, '1.2.3.1.1.1').catch(() => ({ code: -1 }));
      assert.notEqual(outcome.code, 0);
      assert.deepEqual(await studies(), []);
      await goesOn();
    });

  test('hostile names are text and nothing else', async () => {
    const names = [
      '../../etc/passwd',
      "Robert'); drop table patient;--",
      '<script>alert(1)</script>',
      '%n%s\u001b[31m',
    ];
    for (const [index, name] of names.entries()) {
      const values = {
        PatientName: name,
        PatientID: name,
        StudyInstanceUID: `1.2.77.${index}`,
        SOPInstanceUID: `1.2.77.${index}.1`,
      };
      assert.equal((await store(encoded(ctSlice(values)), `1.2.77.${index}.1`)).code, 0);
    }
    await using association = await connect(peer(), [studyFind]);
    for (const name of names) {
      const keys = dataSetOf({ QueryRetrieveLevel: 'STUDY', StudyInstanceUID: null, PatientID: name });
      const answers = await Array.fromAsync(association.find(studyFind.abstractSyntax, keys));
      assert.equal(answers.filter(({ identifier }) => identifier).length, 1, name);
    }
  });

  test('eight senders store one instance at once, each with other bytes: each is answered, the first stays whole, seven are put aside', async () => {
    const uid = '1.2.99.1.1';
    const uids = { StudyInstanceUID: '1.2.99', SeriesInstanceUID: '1.2.99.1', SOPInstanceUID: uid };
    const versions = Array.from({ length: 8 }, (_, sender) =>
      encoded(ctSlice({ ...uids, PixelData: new Uint8Array(32).fill(sender + 1) })),
    );
    const statuses = await Promise.all(versions.map((bytes) => store(bytes, uid)));
    assert.deepEqual(
      statuses.map(({ code }) => code),
      Array(8).fill(0x0000),
    );
    const web = `http://127.0.0.1:${server.httpPort}`;
    const one = await fetch(`${web}/dicom-web/studies/1.2.99/series/1.2.99.1/instances/${uid}`, {
      headers: { accept: 'multipart/related; type="application/dicom"; transfer-syntax=*' },
    });
    assert.equal(one.status, 200);
    const body = Buffer.from(await one.arrayBuffer());
    assert.equal(versions.filter((bytes) => body.includes(Buffer.from(bytes))).length, 1, 'whole, and one of them');
    const conflicts: readonly { sopInstanceUid?: string }[] = await (
      await fetch(`${web}/api/patients/quarantine`)
    ).json();
    const aside = JSON.stringify(conflicts);
    assert.equal(aside.split(`"${uid}"`).length - 1, 7, aside);
  });
});

/** What a process has taken of memory at most so far, in MB. */
const mostMemory = (pid: number | undefined): number =>
  Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

test('[QR-QRA-03] [QR-REJ-01] [QR-SRJ-01] 200 associations at once against a limit of 100: each is answered; so are a thousand queries', {
  timeout: 300_000,
}, async (t) => {
  const server = await startServerProcess(t, await temporaryFolder(), '--artim-timeout', '120');
  const titles = { calledAeTitle: 'CONCORD', callingAeTitle: 'TESTER' };
  const timeouts = { connect: 120, associate: 120, response: 120 };
  const peer = { host: '127.0.0.1', port: server.dicomPort, ...titles, timeouts };
  const outcomes = await Promise.allSettled(Array.from({ length: 200 }, () => connect(peer, [verification])));
  const open = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const rejections = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason.refusal] : []));
  assert.equal(open.length, 100);
  assert.deepEqual(rejections, Array(100).fill({ result: 2, source: 3, reason: 2 }));
  await Promise.all(open.map((association) => association.release()));
  await using again = await connect(peer, [verification, storage]);
  assert.equal((await again.echo()).code, 0);
  for (let number = 1; number <= 20; number += 1) {
    const study = `1.2.88.${number}`;
    const values = { StudyInstanceUID: study, SeriesInstanceUID: `${study}.1`, SOPInstanceUID: `${study}.1.1` };
    const bytes = encoded(ctSlice(values));
    const instance = { sopClassUid: ctImageStorage, sopInstanceUid: values.SOPInstanceUID };
    const open = () => inPieces(bytes);
    const { code } = await again.store({ ...instance, transferSyntaxUid: explicitVrLittleEndian, open });
    assert.equal(code, 0);
  }
  const before = mostMemory(server.process.pid);
  const everything = dataSetOf({ QueryRetrieveLevel: 'STUDY', StudyInstanceUID: null, PatientName: null });
  const refusals = new Set(['2/3/2', 'closed']);
  /** How many answers, or how the association was refused: beyond 400 connections without a word. */
  const ask = async () => {
    const opened = await connect(peer, [studyFind]).catch((error: unknown) => {
      if (!(error instanceof NetworkError) || !error.refusal) throw error;
      const { result, source, reason } = error.refusal;
      return result === undefined ? error.fault : `${result}/${source}/${reason}`;
    });
    if (typeof opened === 'string') return opened;
    await using association = opened;
    const answers = await Array.fromAsync(association.find(studyFind.abstractSyntax, everything));
    assert.equal(answers.at(-1)?.status.code, 0);
    return answers.length - 1;
  };
  const told = await Promise.all(Array.from({ length: 1000 }, ask));
  const refused = told.filter((each) => each !== 20);
  assert.ok(told.length - refused.length > 50, `${refused.length} refused, but nearly all places were free`);
  assert.deepEqual(
    refused.filter((each) => !refusals.has(String(each))),
    [],
  );
  if (refused.includes('closed')) await server.logged(/400 connections are open, as many as allowed/);
  const later = await Promise.all(Array.from({ length: 40 }, ask));
  assert.deepEqual(new Set(later), new Set([20]), 'whoever comes again is answered');
  const more = mostMemory(server.process.pid) - before;
  t.diagnostic(`${1000 - refused.length} of 1,000 answered at once, ${Math.round(more)} MB more memory`);
  assert.ok(more < 300, `${more} MB more`);
  assert.equal((await again.echo()).code, 0, 'who was there before is served');
});

/** A file system of a few megabytes; only root may make one. */
async function smallDisk(hooks: { after(end: () => void): void }, megabytes: number): Promise<string> {
  const folder = join(await temporaryFolder(), 'disk');
  await mkdir(folder);
  const { exitCode, output } = await run('mount', '-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder);
  assert.equal(exitCode, 0, output);
  hooks.after(() => void run('umount', '-l', folder));
  return folder;
}

const noRoot = process.getuid?.() === 0 ? false : 'only root can mount a small disk';

test('[QR-RST-02] [VW-STP-08] a full disk is A700; the server goes on and stores again when there is room', {
  skip: noRoot,
  timeout: 120_000,
}, async (t) => {
  const disk = await smallDisk(t, 40);
  const server = await startServerProcess(t, join(disk, 'data'), '--disk-reserve', '0');
  const peer = { host: '127.0.0.1', port: server.dicomPort, calledAeTitle: 'CONCORD', callingAeTitle: 'TESTER' };
  await using association = await connect(peer, [storage, studyFind]);
  const store = async (number: number, size: number) => {
    const sopInstanceUid = `1.2.88.${number}`;
    const bytes = encoded(ctSlice({ SOPInstanceUID: sopInstanceUid, PixelData: new Uint8Array(size) }));
    const open = () => inPieces(bytes, 60_000);
    return association.store({
      sopClassUid: ctImageStorage,
      sopInstanceUid,
      transferSyntaxUid: explicitVrLittleEndian,
      open,
    });
  };
  const codes: number[] = [];
  for (let number = 0; codes.at(-1) !== 0xa700 && number < 60; number += 1)
    codes.push((await store(number, 1_000_000)).code);
  assert.deepEqual([...new Set(codes)], [0, 0xa700]);
  const stored = codes.filter((code) => code === 0).length;
  assert.equal((await store(100, 30_000_000)).code, 0xa700);
  const { exitCode } = await run('mount', '-o', 'remount,size=80m', disk);
  assert.equal(exitCode, 0);
  assert.equal((await store(200, 1_000_000)).code, 0);
  const keys = dataSetOf({ QueryRetrieveLevel: 'STUDY', NumberOfStudyRelatedInstances: null });
  const [answer] = await Array.fromAsync(association.find(studyFind.abstractSyntax, keys));
  assert.equal(answer?.identifier?.number('NumberOfStudyRelatedInstances'), stored + 1);
});

test('a taken port, a wrong setting, a folder in use: one line that names the setting, exit status 2', async (t) => {
  const folder = await temporaryFolder();
  const server = await startServerProcess(t, join(folder, 'data'));
  const attempt = async (...args: string[]) => {
    const { exitCode, output } = await run(process.execPath, join(import.meta.dirname, 'serve.ts'), ...args);
    assert.equal(exitCode, 2, output);
    assert.equal(output.trim().split('\n').length, 1, output);
    return output;
  };
  const other = ['--data', join(folder, 'other')];
  assert.match(
    await attempt(...other, '--dicom-port', String(server.dicomPort)),
    /^--dicom-port: port \d+ on 127.0.0.1 is in use/,
  );
  const web = ['--dicom-port', '0', '--http-port', String(server.httpPort)];
  assert.match(await attempt(...other, ...web), /^--http-port: port \d+ on 127.0.0.1 is in use/);
  assert.match(
    await attempt('--data', join(folder, 'data'), '--dicom-port', '0'),
    /^--data: .* is in use by another server/,
  );
  assert.match(await attempt('--dicom-port', 'x'), /^--dicom-port: must be/);
  await writeFile(join(folder, 'file'), '');
  assert.match(await attempt('--data', join(folder, 'file', 'data')), /^--data: .* cannot be made/);
  assert.match(await attempt(...other, '--dicom-port', '0', '--host', '192.0.2.1'), /^--host: 192.0.2.1 is no address/);
});

test('SIGTERM lets the object that is coming in arrive, then ends; what was answered is there afterwards', async (t) => {
  const folder = await temporaryFolder();
  const server = await startServerProcess(t, folder);
  const peer = { host: '127.0.0.1', port: server.dicomPort, calledAeTitle: 'CONCORD', callingAeTitle: 'TESTER' };
  const association = await connect(peer, [storage]);
  const whole = encoded(ctSlice({ PixelData: new Uint8Array(3_000_000) }));
  let ended: Promise<number> | undefined;
  async function* slow() {
    for await (const piece of inPieces(whole, 600_000)) {
      yield piece;
      await new Promise((resolve) => setTimeout(resolve, 100));
      ended ??= server.end('SIGTERM');
    }
  }
  const instance = {
    sopClassUid: ctImageStorage,
    sopInstanceUid: '1.2.3.1.1.1',
    transferSyntaxUid: explicitVrLittleEndian,
  };
  assert.equal((await association.store({ ...instance, open: slow })).code, 0);
  assert.equal(await ended, 0);
  const again = await startServerProcess(t, folder);
  const target = ['-aec', 'CONCORD', '127.0.0.1', String(again.dicomPort)];
  const { output } = await run(
    'findscu',
    '-S',
    ...target,
    '-k',
    'QueryRetrieveLevel=STUDY',
    '-k',
    'NumberOfStudyRelatedInstances',
  );
  assert.match(output, /\(0020,1208\) IS \[1 \]/);
});

test('a second signal ends the server at once', async (t) => {
  const server = await startServerProcess(t, await temporaryFolder());
  const peer = { host: '127.0.0.1', port: server.dicomPort, calledAeTitle: 'CONCORD', callingAeTitle: 'TESTER' };
  const association = await connect(peer, [storage]);
  const never = new Promise<void>(() => undefined);
  async function* stuck() {
    yield encoded(ctSlice({ PixelData: new Uint8Array(3_000_000) })).subarray(0, 1_000_000);
    await never;
  }
  const instance = {
    sopClassUid: ctImageStorage,
    sopInstanceUid: '1.2.3.1.1.1',
    transferSyntaxUid: explicitVrLittleEndian,
  };
  association.store({ ...instance, open: stuck }).catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, 300));
  const started = performance.now();
  const ended = server.end('SIGTERM');
  await new Promise((resolve) => setTimeout(resolve, 200));
  server.process.kill('SIGTERM');
  assert.equal(await ended, 1);
  assert.ok(performance.now() - started < 3000);
});
