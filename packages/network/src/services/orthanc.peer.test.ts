// Orthanc and gdcmscu as SCU and SCP: storage, queries, moves, storage commitment with its report.
import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { DataSet } from '@concord/dicom';
import { testAcceptor } from '../../testing/acceptor.ts';
import { memoryArchive } from '../../testing/archive.ts';
import { ctSlice } from '../../testing/instances.ts';
import { startOrthanc } from '../../testing/orthanc.ts';
import { freePort, run, temporaryFolder } from '../../testing/programs.ts';
import {
  bind,
  commitmentReportOf,
  commitmentRequestOf,
  connect,
  contextsFor,
  queryRetrieveSopClasses,
  reportingContext,
  reportOf,
  requestCommitment,
  storageCommitment,
  storageCommitmentReports,
  storageCommitmentSopClass,
} from '../index.ts';

const slices = [1, 2, 3].map((number) => ctSlice(number));
const studyUid = '1.2.826.0.1.3680043.8.498.1';
const { studyRootFind, studyRootMove } = queryRetrieveSopClasses;
const explicit = '1.2.840.10008.1.2.1';

test('we store to Orthanc, find there and have the study moved back', async () => {
  const archive = memoryArchive();
  await using acceptor = await testAcceptor(archive.services);
  await using orthanc = await startOrthanc(acceptor.port);
  const contexts = [
    ...contextsFor(slices),
    ...[studyRootFind, studyRootMove].map((abstractSyntax) => ({ abstractSyntax, transferSyntaxes: [explicit] })),
  ];
  await using association = await connect(
    { host: '127.0.0.1', port: orthanc.dicomPort, calledAeTitle: 'ORTHANC', callingAeTitle: 'CONCORD' },
    contexts,
  );
  for (const slice of slices) assert.equal((await association.store(slice)).code, 0);
  const keys = new DataSet();
  keys.set('QueryRetrieveLevel', 'STUDY');
  keys.set('StudyInstanceUID', studyUid);
  keys.set('PatientName', null);
  const [match] = await Array.fromAsync(association.find(studyRootFind, keys));
  assert.equal(match?.identifier?.string('PatientName'), 'Doe^Jane1');
  const progress = await Array.fromAsync(association.move(studyRootMove, keys, 'CONCORD'));
  assert.equal(progress.at(-1)?.status.code, 0);
  assert.deepEqual(
    [...archive.instances.keys()].sort(),
    slices.map(({ sopInstanceUid }) => sopInstanceUid),
  );
});

test('Orthanc stores to us, echoes, finds and retrieves', async () => {
  const archive = memoryArchive();
  const port = await freePort();
  await using orthanc = await startOrthanc(port);
  await using _acceptor = await testAcceptor(
    memoryArchive(slices, {
      ORTHANC: { host: '127.0.0.1', port: orthanc.dicomPort, calledAeTitle: 'ORTHANC', callingAeTitle: 'CONCORD' },
    }).services,
    { port },
  );
  await orthanc.rest('POST', '/modalities/concord/echo', {});
  const query = (await orthanc.rest('POST', '/modalities/concord/query', {
    Level: 'Study',
    Query: { PatientID: '' },
  })) as { Path: string };
  const answers = (await orthanc.rest('GET', `${query.Path}/answers`)) as readonly string[];
  assert.equal(answers.length, 1);
  await orthanc.rest('POST', `${query.Path}/answers/0/retrieve`, 'ORTHANC');
  assert.equal(((await orthanc.rest('GET', '/instances')) as readonly string[]).length, 3);
  assert.equal(archive.instances.size, 0);
});

test('Orthanc commits itself to what we stored, and reports over an association of its own', async () => {
  const reported = Promise.withResolvers<ReturnType<typeof commitmentReportOf>>();
  const reports = bind(storageCommitmentReports, {
    'N-EVENT-REPORT': async (request) => {
      reported.resolve(commitmentReportOf(request));
      return { code: 0x0000 };
    },
  });
  await using acceptor = await testAcceptor([reports]);
  await using orthanc = await startOrthanc(acceptor.port);
  const contexts = [
    ...contextsFor(slices),
    { abstractSyntax: storageCommitmentSopClass, transferSyntaxes: [explicit] },
  ];
  await using association = await connect(
    { host: '127.0.0.1', port: orthanc.dicomPort, calledAeTitle: 'ORTHANC', callingAeTitle: 'CONCORD' },
    contexts,
  );
  for (const slice of slices.slice(0, 2)) await association.store(slice);
  const instances = slices.map(({ sopClassUid, sopInstanceUid }) => ({ sopClassUid, sopInstanceUid }));
  assert.equal((await requestCommitment(association, { transactionUid: '1.2.3.99', instances })).code, 0);
  const report = await reported.promise;
  assert.equal(report?.transactionUid, '1.2.3.99');
  assert.deepEqual(report?.instances, instances.slice(0, 2));
  assert.deepEqual(
    report?.failed.map(({ sopInstanceUid, failureReason }) => [sopInstanceUid, failureReason]),
    [[slices[2]?.sopInstanceUid, 0x0112]],
  );
});

test('Orthanc asks us for commitment and takes our report', async () => {
  const port = await freePort();
  await using orthanc = await startOrthanc(port);
  const scp = bind(storageCommitment, {
    'N-ACTION': async (request) => {
      const asked = commitmentRequestOf(request);
      if (asked === undefined) return { code: 0x0115 };
      void report(asked.transactionUid, asked.instances);
      return { code: 0x0000 };
    },
  });
  const report = async (
    transactionUid: string,
    instances: readonly { sopClassUid: string; sopInstanceUid: string }[],
  ) => {
    await using association = await connect(
      { host: '127.0.0.1', port: orthanc.dicomPort, calledAeTitle: 'ORTHANC', callingAeTitle: 'CONCORD' },
      [reportingContext],
    );
    await association.nEventReport(reportOf({ transactionUid, instances, failed: [] }));
  };
  await using _acceptor = await testAcceptor([scp], { port });
  const job = (await orthanc.rest('POST', '/modalities/concord/storage-commitment', {
    DicomInstances: [{ SOPClassUID: slices[0]?.sopClassUid, SOPInstanceUID: '1.2.3' }],
  })) as { Path: string };
  let state = '';
  for (let tries = 0; tries < 50 && state !== 'Success'; tries += 1) {
    await pause(100);
    state = ((await orthanc.rest('GET', job.Path)) as { Status: string }).Status;
  }
  assert.equal(state, 'Success');
});

test('gdcmscu echoes, stores, finds and moves', async () => {
  using folder = temporaryFolder();
  for (const [index, { part10 }] of slices.entries()) writeFileSync(join(folder.path, `${index}.dcm`), part10);
  const destinationPort = await freePort();
  const archive = memoryArchive([], {
    GDCMSCU: { host: '127.0.0.1', port: destinationPort, calledAeTitle: 'GDCMSCU', callingAeTitle: 'CONCORD' },
  });
  await using acceptor = await testAcceptor(archive.services);
  const gdcm = (...args: string[]) => run('gdcmscu', ['--call', 'CONCORD', ...args, '127.0.0.1', `${acceptor.port}`]);
  const nextWith = async (count: string) => {
    for (;;) {
      const record = await acceptor.nextRecord();
      if (count in record.counts) return record;
    }
  };
  // It aborts itself after any release (with DCMTK's servers too): our record says how the association went.
  await gdcm('--echo');
  const echoed = await nextWith('C-ECHO 0000H');
  assert.deepEqual([echoed.counts, echoed.end.kind], [{ 'C-ECHO 0000H': 1 }, 'released']);
  await gdcm('--store', '-r', '-i', folder.path);
  assert.equal(archive.instances.size, 3);
  await gdcm('--find', '--studyroot', '--study', '--key', '10,10=', '--key', '20,d=');
  const found = await nextWith('C-FIND 0000H');
  assert.deepEqual([found.counts, found.end.kind], [{ 'C-FIND 0000H': 1 }, 'released']);
  using received = temporaryFolder();
  const key = `20,d=${studyUid}`;
  await gdcm('--move', '--studyroot', '--study', '--port-scp', `${destinationPort}`, '-o', received.path, '--key', key);
  assert.equal(readdirSync(received.path).length, 3);
});
