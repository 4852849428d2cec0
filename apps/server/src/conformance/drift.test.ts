// Alarms where what runs contradicts its statement: planted contradictions, and none where there is none.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DataSet } from '@concord/dicom';
import {
  type AssociationRecord,
  type BoundService,
  bind,
  connect,
  implementation,
  listen,
  type OperationRecord,
  silentLog,
  verificationScp,
} from '@concord/network';
import fastify from 'fastify';
import { query, storage } from '../archive/declaration.ts';
import { derivedImages } from '../archive/derived-images.ts';
import { readConfiguration } from '../settings/read-configuration.ts';
import { registerConformance } from './conformance.ts';
import { type SystemParts, statementOf } from './describe-system.ts';
import { createDriftWatch, type DriftWatch, mostKinds } from './drift.ts';
import { lateDriftWatch } from './late-drift.ts';
import { contentsAgainst } from './made-objects.ts';
import { statedBy } from './stated-behaviour.ts';

const [verification, ct, studyRoot] = ['1.2.840.10008.1.1', '1.2.840.10008.5.1.4.1.1.2', '1.2.840.10008.5.1.4.1.2.2.1'];
const [implicit, jpeg] = ['1.2.840.10008.1.2', '1.2.840.10008.1.2.4.50'];

const never = async () => {
  throw new Error('nothing is asked of it');
};
const storing = bind(storage, { 'C-STORE': never });
/** PS3.7 gives 0124H to any operation, so that a handler may answer it; no table of the statement has it. */
const refusing = bind(query, {
  async *'C-FIND'() {
    yield { code: 0x0124 };
  },
});

const filled = (tag: number): string | number => (tag >>> 16 === 0x0028 && tag !== 0x00280004 ? 8 : '1.2');

const systemOf = (services: readonly BoundService[], argv: readonly string[] = [], file = '{}'): SystemParts => {
  const configuration = readConfiguration(argv, {}, () => file);
  return {
    configuration,
    entities: ({ aeTitle, dicomPort: port }) => [
      { settings: { aeTitle, name: 'Concord AE', services: [] }, port, implementation, services },
    ],
    ports: new Map(),
  };
};

/** A watch over the statement of a system with these services. */
function watching(services: readonly BoundService[], argv: readonly string[] = []) {
  const warnings: string[] = [];
  const drift = createDriftWatch({
    stated: statedBy(statementOf(systemOf(services, argv), 'as-configured')),
    contents: contentsAgainst,
    log: { ...silentLog, warn: (_, text) => void warnings.push(text) },
    margin: 1000,
  });
  return { drift, warnings };
}

const start = Date.UTC(2026, 10, 21, 12);
const record = (id: string, more: Partial<AssociationRecord> = {}): AssociationRecord => ({
  id,
  callingAeTitle: 'CT1',
  calledAeTitle: 'CONCORD',
  address: '127.0.0.1',
  port: 104,
  requestor: false,
  peerImplementation: { classUid: undefined, versionName: undefined },
  user: undefined,
  tls: undefined,
  startedAt: start,
  milliseconds: 10,
  contexts: [],
  operations: [],
  omitted: 0,
  counts: {},
  bytesReceived: 0,
  bytesSent: 0,
  end: { kind: 'released', detail: 'released' },
  ...more,
});
const operation = (more: Partial<OperationRecord>): OperationRecord => ({
  operation: 'C-STORE',
  by: 'peer',
  sopClassUid: ct,
  status: 0x0000,
  milliseconds: 1,
  ...more,
});
const context = (abstractSyntax: string, transferSyntax: string, result = 0) => ({
  id: 1,
  abstractSyntax,
  offeredTransferSyntaxes: [transferSyntax],
  result,
  ...(result === 0 && { transferSyntax }),
});
const kindsOf = (drift: DriftWatch) => drift.list().map(({ kind, observed }) => `${kind}: ${observed}`);

/** A server with these services, asked by C-ECHO and C-FIND; what it notes of it. */
async function asked(services: readonly BoundService[], drift: DriftWatch): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const acceptor = await listen({
    host: '127.0.0.1',
    port: 0,
    applicationEntities: [{ aeTitle: 'CONCORD', services }],
    implementation,
    onAssociation: (ended) => {
      drift.see(ended);
      resolve();
    },
  });
  try {
    const peer = { host: '127.0.0.1', port: acceptor.port, calledAeTitle: 'CONCORD', callingAeTitle: 'CT1' };
    const association = await connect(peer, [
      { abstractSyntax: verification, transferSyntaxes: [implicit] },
      { abstractSyntax: studyRoot, transferSyntaxes: [implicit] },
    ]);
    await association.echo();
    const key = new DataSet();
    key.set('QueryRetrieveLevel', 'STUDY');
    await Array.fromAsync(association.find(studyRoot, key));
    await association.release();
    await promise;
  } finally {
    await acceptor.close();
  }
}

describe('[CS-UI-09] [CS-GEN-10] what runs is compared with what is stated', () => {
  test('a status that no table has is an alarm, logged once with its association', async () => {
    const services = [verificationScp, storing, refusing];
    const { drift, warnings } = watching(services);
    await asked(services, drift);
    await asked(services, drift);
    const [alarm, ...others] = drift.list();
    assert.deepEqual(others, []);
    assert.equal(alarm?.kind, 'undeclared status');
    assert.equal(alarm.observed, `C-FIND of ${studyRoot} answered with 0124H`);
    assert.match(alarm.stated, /A700H/);
    assert.equal(alarm.times, 2);
    assert.notEqual(alarm.association, '');
    assert.deepEqual(warnings, [`contradicts the conformance statement: undeclared status: ${alarm.observed}`]);
  });

  test('a service that the statement does not have: its context and its success are alarms; what is stated is none', async () => {
    const { drift, warnings } = watching([verificationScp, storing]);
    const answering = bind(query, {
      async *'C-FIND'() {
        yield { code: 0x0000 };
      },
    });
    await asked([verificationScp, answering], drift);
    assert.deepEqual(kindsOf(drift).sort(), [
      `undeclared context: ${studyRoot} accepted with ${implicit}`,
      'undeclared status: C-FIND answered with 0000H',
    ]);
    assert.equal(warnings.length, 2);
    const agreeing = watching([verificationScp, storing, answering]);
    await asked([verificationScp, answering], agreeing.drift);
    assert.deepEqual(agreeing.drift.list(), []);
  });

  test('what we asked for, what was refused and what was rejected contradicts nothing; a syntax that is not in the row does', () => {
    const { drift } = watching([verificationScp, storing]);
    drift.see(record('1', { contexts: [context(verification, jpeg, 4)] }));
    drift.see(record('2', { contexts: [context(verification, jpeg)], requestor: true }));
    drift.see(record('3', { contexts: [context(verification, jpeg)], end: { kind: 'rejected', detail: 'limit' } }));
    drift.see(record('4', { operations: [operation({ by: 'us', status: 0x9999 })] }));
    for (const status of [0x0211, 0x0212])
      drift.see(record('5', { operations: [operation({ operation: 'N-GET', status })] }));
    for (const status of [0x0122, 0x0210, 0x0211, 0x0212, 0xc000])
      drift.see(record('every service refuses so', { operations: [operation({ status })] }));
    drift.see(record('6', { contexts: [context(ct, jpeg)], operations: [operation({ status: 0xa700 })] }));
    drift.see(record('unknown', { contexts: [context('1.2.3.4', jpeg)] }));
    assert.deepEqual(drift.list(), []);
    drift.see(record('7', { contexts: [context(verification, jpeg)] }));
    assert.deepEqual(kindsOf(drift), [`undeclared context: ${verification} accepted with ${jpeg}`]);
  });

  test('[CS-GEN-12] an object that was made is compared with its table; where the statement says that none is made, any is an alarm', () => {
    const peers = JSON.stringify({ peers: [{ aeTitle: 'WEB', host: 'localhost', port: 104, lossy: 'preferred' }] });
    const derived = createDriftWatch({
      stated: statedBy(statementOf(systemOf([verificationScp], ['--config', 'site.json'], peers), 'as-configured')),
      contents: contentsAgainst,
      log: silentLog,
      margin: 0,
    });
    const image = new DataSet();
    for (const { tag, presence } of derivedImages.attributes) if (presence === 'ALWAYS') image.set(tag, filled(tag));
    derived.made(image);
    assert.deepEqual(kindsOf(derived), []);
    image.set('PatientID', 'ZZ1');
    image.delete('HighBit');
    derived.made(image);
    assert.deepEqual(kindsOf(derived).sort(), [
      'missing attribute: High Bit (0028,0102)',
      'undeclared attribute: Patient ID (0010,0020)',
    ]);
    const { drift } = watching([verificationScp]);
    drift.made(image);
    assert.deepEqual(kindsOf(drift), ['undeclared attribute: an object was made']);
  });

  test('more associations at a time than stated; short ones and those after each other are not counted', () => {
    const { drift } = watching([verificationScp], ['--maximum-associations', '2']);
    const long = (id: string, from: number) => record(id, { startedAt: start + from, milliseconds: 10_000 });
    for (const [index, from] of [0, 100, 10_000, 20_000].entries()) drift.see(long(`after ${index}`, from));
    for (let short = 0; short < 20; short += 1) drift.see(record(`short ${short}`, { milliseconds: 1900 }));
    assert.deepEqual(drift.list(), []);
    for (const [index, from] of [50_000, 51_000, 52_000].entries()) drift.see(long(`beside ${index}`, from));
    const [alarm] = drift.list();
    assert.deepEqual(
      [alarm?.kind, alarm?.stated, alarm?.association],
      ['exceeded limit', '2 associations', 'beside 2'],
    );
  });

  test('kinds are bounded, and a statement that cannot be made is logged, not thrown', () => {
    const { drift, warnings } = watching([verificationScp]);
    for (let title = 0; title < mostKinds + 50; title += 1)
      drift.see(record(`${title}`, { calledAeTitle: `T${title}`, contexts: [context(ct, implicit)] }));
    assert.deepEqual([drift.list().length, warnings.length], [mostKinds, mostKinds]);
  });

  test('the statement is asked for at rest, once; what came before it is compared then, and one that cannot be made is asked for again', async () => {
    const stated = statedBy(statementOf(systemOf([verificationScp]), 'as-configured'));
    const { promise: rest, resolve: atRest } = Promise.withResolvers<void>();
    const errors: string[] = [];
    let asked = 0;
    const drift = lateDriftWatch({
      stated: async () => {
        asked += 1;
        if (asked === 1) throw new Error('no statement');
        return stated;
      },
      contents: async () => contentsAgainst,
      rest,
      log: { ...silentLog, error: (_, text) => void errors.push(text) },
      margin: 1000,
    });
    drift.see(record('1', { contexts: [context(ct, implicit)] }));
    assert.equal(asked, 0, 'nobody has asked, and something may be received');
    atRest();
    while (errors.length === 0) await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(errors, ['associations cannot be compared with the statement']);
    drift.see(record('2', { contexts: [context(ct, implicit)] }));
    const [alarm, ...others] = await drift.list();
    assert.deepEqual([alarm?.association, alarm?.times, others, asked], ['1', 2, [], 2], 'asking tries again');
    drift.see(record('3', { contexts: [context(ct, implicit)] }));
    assert.deepEqual([(await drift.list())[0]?.times, asked], [3, 2]);
    drift.made(new DataSet());
    assert.match((await drift.list())[0]?.observed ?? '', /an object was made/);
  });

  test('alarms are told over HTTP', async () => {
    const { drift } = watching([verificationScp]);
    drift.see(record('1', { contexts: [context(ct, implicit)] }));
    const app = fastify();
    registerConformance(app, { ...systemOf([verificationScp]), drift });
    assert.deepEqual((await app.inject('/conformance/drift')).json(), [...drift.list()]);
    await app.close();
    const silent = fastify();
    registerConformance(silent, systemOf([verificationScp]));
    assert.deepEqual((await silent.inject('/conformance/drift')).json(), []);
    await silent.close();
  });
});
