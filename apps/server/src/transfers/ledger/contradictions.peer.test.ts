// What contradicts itself: names that lie elsewhere, names of several, studies of which something was taken out. The ledger stays true.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import {
  connect,
  createStep,
  dataSetSyntaxes,
  instanceAvailabilitySopClass,
  notifyOfInstances,
  performedProcedureStepSopClasses,
  setStep,
} from '@concord/network';
import { dataSetOf } from '../../../testing/data-sets.ts';
import { ctImageStorage, type Made, madeFile, madeSeries, madeStudy } from '../../../testing/instances.ts';
import { jobClient } from '../../../testing/job-client.ts';
import { startServerProcess } from '../../../testing/programs.ts';
import { temporaryFolder } from '../../../testing/real-archive.ts';
import { startReceivingPeer } from '../../../testing/receiving-peer.ts';
import type { LedgerLine, StudyLedger } from './ledger-shape.ts';
import type { ProofLine } from './proof-lines.ts';

const uid = (number: number) => `${madeSeries}.${number}`;
const otherStudy = '1.2.826.0.1.3680043.10.2';
const otherSeries = '1.2.826.0.1.3680043.10.2.1';

const startWith = async (t: TestContext, settings: object = {}) => {
  const folder = await temporaryFolder();
  const config = join(folder, 'concord.json');
  writeFileSync(config, JSON.stringify({ quietTime: 1, webDelete: 'reject', ...settings }));
  const server = await startServerProcess(t, join(folder, 'data'), '--config', config);
  const client = jobClient(server.httpPort);
  const store = async (...files: readonly Made[]) => {
    for (const made of files) {
      const headers = { 'content-type': 'application/dicom' };
      const body = madeFile(made);
      const response = await fetch(`${client.origin}/dicom-web/studies`, { method: 'POST', headers, body });
      assert.ok(response.ok, await response.text());
    }
  };
  const storeNumbers = (...numbers: readonly number[]) =>
    store(...numbers.map((number) => ({ instance: uid(number), instanceNumber: number })));
  const ledger = async (study = madeStudy): Promise<StudyLedger> =>
    (await client.call('GET', `/api/transfers/studies/${study}`)).body;
  const until = async (what: (study: LedgerLine) => boolean, study = madeStudy): Promise<StudyLedger> => {
    for (const end = Date.now() + 60_000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 50))) {
      const seen = await ledger(study);
      if (seen.study && what(seen.study)) return seen;
    }
    return assert.fail(`it never came to that: ${JSON.stringify(await ledger(study))}`);
  };
  const proof = async (study = madeStudy): Promise<readonly ProofLine[]> =>
    (await client.call('GET', `/api/transfers/studies/${study}/proof`)).body;
  const listed = async () => (await client.call('GET', '/api/transfers?state=incomplete')).body.length;
  const remove = async (number: number) => {
    const path = `/dicom-web/studies/${madeStudy}/series/${madeSeries}/instances/${uid(number)}`;
    assert.equal((await fetch(`${client.origin}${path}`, { method: 'DELETE' })).status, 204);
  };
  const association = async (callingAeTitle: string) => {
    const peer = { host: '127.0.0.1', port: server.dicomPort, calledAeTitle: 'CONCORD', callingAeTitle };
    const classes = [performedProcedureStepSopClasses.step, instanceAvailabilitySopClass];
    return connect(
      peer,
      classes.map((abstractSyntax) => ({ abstractSyntax, transferSyntaxes: dataSetSyntaxes })),
    );
  };
  /** @param items of the Referenced SOP Sequence, as they are written */
  const notify = async (
    aeTitle: string,
    items: readonly { readonly number: number; readonly available?: string }[],
  ) => {
    await using to = await association(aeTitle);
    const ReferencedSOPSequence = items.map(({ number, available = 'ONLINE' }) =>
      dataSetOf({
        ...{ ReferencedSOPClassUID: ctImageStorage, ReferencedSOPInstanceUID: uid(number) },
        ...{ InstanceAvailability: available, RetrieveAETitle: aeTitle },
      }),
    );
    const series = dataSetOf({ SeriesInstanceUID: madeSeries, ReferencedSOPSequence });
    const told = dataSetOf({ StudyInstanceUID: madeStudy, ReferencedSeriesSequence: [series] });
    assert.equal((await notifyOfInstances(to, `1.2.5.${Math.random().toString().slice(2, 12)}1`, told)).code, 0x0000);
  };
  const perform = async (aeTitle: string, numbers: readonly number[]) => {
    await using to = await association(aeTitle);
    const step = `1.2.6.${Math.random().toString().slice(2, 12)}1`;
    const ScheduledStepAttributesSequence = [dataSetOf({ StudyInstanceUID: madeStudy })];
    const begun = dataSetOf({ PerformedProcedureStepStatus: 'IN PROGRESS', ScheduledStepAttributesSequence });
    assert.equal((await createStep(to, step, begun)).code, 0x0000);
    const ReferencedImageSequence = numbers.map((number) =>
      dataSetOf({ ReferencedSOPClassUID: ctImageStorage, ReferencedSOPInstanceUID: uid(number) }),
    );
    const series = dataSetOf({ SeriesInstanceUID: madeSeries, ReferencedImageSequence });
    const ended = { PerformedProcedureStepStatus: 'COMPLETED', PerformedSeriesSequence: [series] };
    assert.equal((await setStep(to, step, dataSetOf(ended))).code, 0x0000);
  };
  return {
    ...client,
    dicomPort: server.dicomPort,
    store,
    storeNumbers,
    ledger,
    until,
    proof,
    listed,
    remove,
    notify,
    perform,
  };
};
const uids = (missing: readonly { readonly sopInstanceUid: string }[]) =>
  missing.map(({ sopInstanceUid }) => sopInstanceUid);

test('of a complete study something is taken out: what is left is complete as before, and what comes then is sent on', async (t) => {
  const peer = await startReceivingPeer(t);
  const server = await startWith(t, {
    peers: [{ aeTitle: 'DESTINATION', host: '127.0.0.1', port: peer.port }],
  });
  const rule = { name: 'all', when: 'study complete', destinations: ['DESTINATION'] };
  const made = await server.call('POST', '/api/rules', rule);
  assert.ok(made.status < 300, JSON.stringify(made.body));
  await server.storeNumbers(1, 2, 3);
  await peer.until(3);
  await server.until(({ state, received }) => state === 'complete' && received === 3);
  await server.remove(3);
  const left = await server.ledger();
  assert.deepEqual([left.study.received, left.study.state, left.series[0]?.state], [2, 'complete', 'complete']);
  // As many as before, and another one.
  await server.storeNumbers(4);
  await peer.until(4);
  assert.ok(peer.confirmed.has(uid(4)));
  await server.until(({ state, received }) => state === 'complete' && received === 3);
});

test('what was named and taken out is missing, and the study listed as incomplete', async (t) => {
  const server = await startWith(t);
  await server.notify('PACS', [{ number: 1 }, { number: 2 }]);
  await server.storeNumbers(1, 2);
  await server.until(({ state }) => state === 'complete');
  assert.equal(await server.listed(), 0);
  await server.remove(2);
  const short = await server.ledger();
  assert.deepEqual([short.study.state, uids(short.missing), await server.listed()], ['incomplete', [uid(2)], 1]);
});

test('what was named of a study and came in another one is missing, and the proof says where it is', async (t) => {
  const server = await startWith(t);
  await server.perform('CT1', [1, 2]);
  await server.storeNumbers(1, 3);
  await server.store({ study: otherStudy, series: otherSeries, instance: uid(2) });
  const short = await server.until(({ state }) => state === 'incomplete');
  assert.deepEqual([short.study.received, short.study.expected, uids(short.missing)], [2, 3, [uid(2)]]);
  const [missing] = (await server.proof()).filter(({ event }) => event === 'missing');
  assert.equal(missing?.sopInstanceUid, uid(2));
  assert.match(missing?.detail ?? '', /it is in study 1\.2\.826\.0\.1\.3680043\.10\.2$/);
});

test('who takes back what he named does not take back what another one named', async (t) => {
  const server = await startWith(t);
  await server.notify('PACS', [{ number: 1 }, { number: 2 }]);
  await server.perform('CT1', [1, 2]);
  await server.notify('PACS', [{ number: 1 }, { number: 2, available: 'UNAVAILABLE' }]);
  await server.storeNumbers(1, 3);
  const short = await server.until(({ state }) => state === 'incomplete');
  assert.deepEqual(uids(short.missing), [uid(2)]);
  assert.equal((await server.proof()).filter(({ event }) => event === 'missing').length, 1);
});

test('an object that a notification names twice is expected once', async (t) => {
  const server = await startWith(t, { quietTime: 3600 });
  await server.notify('PACS', [{ number: 1 }, { number: 1, available: 'NEARLINE' }, { number: 2 }]);
  await server.storeNumbers(1, 2);
  const whole = await server.until(({ state }) => state === 'complete');
  assert.equal(whole.study.evidence, '2 expected: notification of PACS');
  await server.notify('PACS', [{ number: 1 }, { number: 1, available: 'UNAVAILABLE' }]);
  assert.equal((await server.ledger()).study.expected, 1);
});
