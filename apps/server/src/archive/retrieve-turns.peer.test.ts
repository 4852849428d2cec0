// A retrieve that takes its time: each object goes out as it is when its turn comes, or not at all.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readDataSet } from '@concord/dicom';
import { connect, queryRetrieveSopClasses, type RetrieveProgress } from '@concord/network';
import { dataSetOf } from '../../testing/data-sets.ts';
import { ctImageStorage, madeFile, madeSeries, madeStudy } from '../../testing/instances.ts';
import { jobClient, storeOverWeb } from '../../testing/job-client.ts';
import { startServerProcess } from '../../testing/programs.ts';
import { temporaryFolder } from '../../testing/real-archive.ts';
import { startReceivingPeer } from '../../testing/receiving-peer.ts';

const explicit = '1.2.840.10008.1.2.1';
const { studyRootMove, studyRootGet } = queryRetrieveSopClasses;
const uid = (number: number) => `${madeSeries}.${number}`;
const nameIn = (dataSet: Uint8Array) => readDataSet(dataSet, explicit).string('PatientName') ?? '';

/** A server with six objects, where something happens while the second is on its way. */
async function startWith(t: TestContext, port: number) {
  const folder = await temporaryFolder();
  const config = join(folder, 'concord.json');
  const peers = [{ aeTitle: 'DESTINATION', host: '127.0.0.1', port }];
  writeFileSync(config, JSON.stringify({ peers, networkTimeout: 30, webDelete: 'reject' }));
  const server = await startServerProcess(t, join(folder, 'data'), '--config', config);
  const client = jobClient(server.httpPort);
  const six = Array.from({ length: 6 }, (_, at) => madeFile({ instance: uid(at + 1), instanceNumber: at + 1 }));
  await storeOverWeb(client.origin, six);
  const change = async () => {
    const values = { PatientName: 'RIGHT^NAME' };
    const act = { kind: 'correct patient', patient: { studyInstanceUid: madeStudy }, values };
    assert.equal((await client.call('POST', '/api/patients/events', { act, by: 'vet', reason: '' })).status, 200);
    const taken = `${client.origin}/dicom-web/studies/${madeStudy}/series/${madeSeries}/instances/${uid(5)}`;
    assert.equal((await fetch(taken, { method: 'DELETE' })).status, 204);
    // What comes meanwhile is not part of what was asked for.
    await storeOverWeb(client.origin, [madeFile({ instance: uid(7), instanceNumber: 7 })]);
    await new Promise((resolve) => setTimeout(resolve, 1100));
  };
  const peer = { host: '127.0.0.1', port: server.dicomPort, calledAeTitle: 'CONCORD', callingAeTitle: 'ASKER' };
  const transferSyntaxes = [explicit];
  const association = await connect(peer, [
    { abstractSyntax: studyRootMove, transferSyntaxes },
    { abstractSyntax: studyRootGet, transferSyntaxes },
    { abstractSyntax: ctImageStorage, transferSyntaxes, roles: { scu: false, scp: true } },
  ]);
  t.after(() => association.abort());
  return { association, change };
}

const keys = dataSetOf({ QueryRetrieveLevel: 'STUDY', StudyInstanceUID: madeStudy });

function check(responses: readonly RetrieveProgress[], names: ReadonlyMap<string, string>) {
  const last = responses.at(-1);
  assert.deepEqual([last?.status.code, last?.completed, last?.failed, last?.warning], [0xb000, 5, 1, 0]);
  assert.deepEqual(last?.failedUids, [uid(5)]);
  assert.deepEqual([...names.keys()], [1, 2, 3, 4, 6].map(uid));
  const said = [...names.values()];
  assert.deepEqual(
    said.slice(2),
    Array.from({ length: 3 }, () => 'RIGHT^NAME'),
  );
  assert.ok(!said.slice(0, 2).includes('RIGHT^NAME'), said.join());
}

test('what is put right, taken out or added while a C-MOVE is under way goes out put right, or not at all', async (t) => {
  const names = new Map<string, string>();
  const begun = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  const peer = await startReceivingPeer(t, {
    keep: (each, dataSet) => names.set(each, nameIn(dataSet)),
    answer: async (_, count) => {
      if (count !== 1) return undefined;
      begun.resolve();
      await go.promise;
      return undefined;
    },
  });
  const { association, change } = await startWith(t, peer.port);
  const moving = Array.fromAsync(association.move(studyRootMove, keys, 'DESTINATION'));
  await begun.promise;
  await change();
  go.resolve();
  check(await moving, names);
});

test('the same of a C-GET', async (t) => {
  const names = new Map<string, string>();
  const { association, change } = await startWith(t, 9);
  const onStore = async ({
    dataSet,
    affectedSopInstanceUid,
  }: {
    dataSet: AsyncIterable<Uint8Array>;
    affectedSopInstanceUid: string;
  }) => {
    names.set(
      affectedSopInstanceUid,
      nameIn(Buffer.concat(await Array.fromAsync(dataSet, (chunk) => Buffer.from(chunk)))),
    );
    if (names.size === 2) await change();
    return { code: 0x0000 } as const;
  };
  check(await Array.fromAsync(association.get(studyRootGet, keys, { onStore })), names);
});
