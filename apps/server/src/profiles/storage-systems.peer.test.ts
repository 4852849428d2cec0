// Four profiles that store: which SOP Classes in which transfer syntaxes, who may call, what is said to them.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { ProposedContext } from '@concord/network';
import { ScriptedPeer } from '../../../../packages/network/testing/scripted-peer.ts';
import { associateRq, dataSet, readAccept, storeRq, windowItem } from '../../../../packages/network/testing/wire.ts';
import { ctSlice, encoded } from '../../testing/data-sets.ts';
import { madeFile } from '../../testing/instances.ts';
import { startProfile } from '../../testing/profile.ts';
import { run } from '../../testing/programs.ts';
import {
  clinicArchiveStorage,
  reviewerStorage,
  veterinaryViewerStorage,
  viewerStorage,
} from '../settings/profiles/storage-classes.ts';

const [implicit, explicit, bigEndian, jpeg, mpeg2] = [
  '1.2.840.10008.1.2',
  '1.2.840.10008.1.2.1',
  '1.2.840.10008.1.2.2',
  '1.2.840.10008.1.2.4.50',
  '1.2.840.10008.1.2.4.100',
];
const [echo, ct, pdf, enhancedCt, studyFind, worklist] = [
  '1.2.840.10008.1.1',
  '1.2.840.10008.5.1.4.1.1.2',
  '1.2.840.10008.5.1.4.1.1.104.1',
  '1.2.840.10008.5.1.4.1.1.2.1',
  '1.2.840.10008.5.1.4.1.2.2.1',
  '1.2.840.10008.5.1.4.31',
];

type Server = Awaited<ReturnType<typeof startProfile>>;

/** What is accepted of one context for each class, in associations of at most 128. */
async function acceptedOf(server: Server, title: string, sopClasses: readonly string[], syntaxes: readonly string[]) {
  const accepted: string[] = [];
  for (let start = 0; start < sopClasses.length; start += 100) {
    const part = sopClasses.slice(start, start + 100);
    const contexts = part.map(
      (abstractSyntax): ProposedContext => ({ abstractSyntax, transferSyntaxes: [...syntaxes] }),
    );
    const association = await server.associate(title, contexts);
    accepted.push(
      ...association.accepted.map(({ abstractSyntax, transferSyntax }) => `${abstractSyntax} ${transferSyntax}`),
    );
    await association.release();
  }
  return accepted;
}

async function resultsOf(server: Server, title: string, contexts: readonly ProposedContext[]) {
  const association = await server.associate(title, contexts);
  const { accepted, rejected } = association;
  await association.release();
  return new Map([
    ...accepted.map(({ id, transferSyntax }) => [id, transferSyntax] as const),
    ...rejected.map(({ id, result }) => [id, String(result)] as const),
  ]);
}

const one = (abstractSyntax: string, ...transferSyntaxes: string[]): ProposedContext => ({
  abstractSyntax,
  transferSyntaxes,
});

async function takesAll(
  t: TestContext,
  profile: string,
  title: string,
  sopClasses: readonly string[],
  syntaxes: readonly string[],
) {
  const server = await startProfile(t, profile);
  for (const syntax of syntaxes) {
    const accepted = await acceptedOf(server, title, sopClasses, [syntax]);
    assert.deepEqual(
      accepted,
      sopClasses.map((uid) => `${uid} ${syntax}`),
    );
  }
  return server;
}

test('[ES-STORE-01] [ES-STORE-02] [ES-STORE-10] the clinic archive takes 84 classes in three syntaxes, Explicit VR Little Endian first', async (t) => {
  assert.equal(clinicArchiveStorage.length, 84);
  const server = await takesAll(t, 'echoes-server', 'ECHOES', clinicArchiveStorage, [implicit, explicit, bigEndian]);
  const results = await resultsOf(server, 'ECHOES', [
    one(ct, bigEndian, implicit, explicit),
    one(ct, bigEndian, implicit),
    one(ct, jpeg),
    one(worklist, implicit),
    one(studyFind, implicit),
    one(echo, implicit),
  ]);
  assert.deepEqual(
    [...results],
    [
      [1, explicit],
      [3, implicit],
      [11, implicit],
      [5, '4'],
      [7, '3'],
      [9, '3'],
    ],
  );
});

test('[ES-ASSOC-02] [ES-ASSOC-04] anybody may call the clinic archive by any title; with a list of callers 1/1/3', async (t) => {
  const server = await startProfile(t, 'echoes-server');
  const file = join(server.folder, '1.dcm');
  writeFileSync(file, madeFile({ instance: '1.2.1', rows: 256, columns: 256 }));
  const port = String(server.ports.get('ECHOES'));
  for (const pdu of ['4096', '131072']) {
    const called = ['-aet', 'ANYTHING', '-aec', 'WHATEVER', '--max-pdu', pdu, '127.0.0.1', port];
    const { exitCode, output } = await run('storescu', '-d', ...called, file);
    assert.equal(exitCode, 0, output);
    assert.match(output, /Their Max PDU Receive Size: +49152/);
  }
  const closed = await startProfile(t, 'echoes-server', { callers: 'known peers' });
  const { output } = await run('echoscu', '-aet', 'ANYTHING', '127.0.0.1', String(closed.ports.get('ECHOES')));
  assert.match(output, /Calling AE Title Not Recognized/);
});

test('[ES-STORE-11] [ES-STORE-04] a study of three associations is listed once, and its counts grow', async (t) => {
  const server = await startProfile(t, 'echoes-server');
  for (const number of [1, 2, 3]) {
    const file = join(server.folder, `${number}.dcm`);
    writeFileSync(file, madeFile({ instance: `1.2.${number}` }));
    assert.equal((await run('storescu', ...server.called('ECHOES'), file)).exitCode, 0);
    const studies = await server.json('/dicom-web/studies?includefield=00201208');
    assert.ok(Array.isArray(studies) && studies.length === 1);
    assert.deepEqual(studies[0]['00201208'].Value, [number]);
  }
});

test('[IC-STORE-01] [IC-GEN-01] [IC-ASSOC-07] the veterinary viewer takes 65 classes in Implicit VR Little Endian alone, and no queries', async (t) => {
  assert.equal(veterinaryViewerStorage.length, 65);
  const server = await takesAll(t, 'impromed-client', 'IMPROMED', veterinaryViewerStorage, [implicit]);
  const results = await resultsOf(server, 'IMPROMED', [
    one(ct, explicit, implicit),
    one(ct, explicit),
    one(pdf, implicit),
    one(studyFind, implicit),
    one(worklist, implicit),
    one(echo, implicit),
  ]);
  assert.deepEqual(
    [...results],
    [
      [1, implicit],
      [11, implicit],
      [3, '4'],
      [5, '3'],
      [7, '3'],
      [9, '3'],
    ],
  );
});

test('[IC-ASSOC-05] [IC-ASSOC-06] [IC-ASSOC-08] the veterinary viewer says who it is, negotiates nothing more, and checks no titles', async (t) => {
  const server = await startProfile(t, 'impromed-client');
  const association = await server.associate('IMPROMED', [
    { ...one(ct, implicit), extendedNegotiation: Uint8Array.of(2) },
    one(echo, implicit),
  ]);
  assert.deepEqual(association.peer.peerImplementation, {
    classUid: '1.2.826.0.1.3680043.8.226',
    versionName: 'InfinityDS 1.0',
  });
  assert.equal(association.accepted[0]?.extendedNegotiation, undefined);
  await association.release();
  const wrong = ['-aet', 'STRANGER', '-aec', 'WRONG', '127.0.0.1', String(server.ports.get('IMPROMED'))];
  assert.equal((await run('echoscu', ...wrong)).exitCode, 0);
  const checking = await startProfile(t, 'impromed-client', { calledAeTitle: 'check' });
  const refused = await run('echoscu', '-aec', 'WRONG', '127.0.0.1', String(checking.ports.get('IMPROMED')));
  assert.match(refused.output, /Called AE Title Not Recognized/);
});

test('[IC-ASSOC-03] [VW-ASSOC-03] 200 senders at once are all served', async (t) => {
  const server = await startProfile(t, 'impromed-client');
  const files = Array.from({ length: 200 }, (_, index) => {
    const file = join(server.folder, `${index}.dcm`);
    writeFileSync(file, madeFile({ instance: `1.2.${index + 1}` }));
    return file;
  });
  const associations = await Promise.all(
    files.map(() => server.associate('IMPROMED', [one(ct, implicit), one(echo, implicit)])),
  );
  const codes = await Promise.all(associations.map(async (association) => (await association.echo()).code));
  assert.deepEqual(new Set(codes), new Set([0]));
  await Promise.all(associations.map((association) => association.release()));
  const sent = await Promise.all(
    files.slice(0, 20).map((file) => run('storescu', '-xi', ...server.called('IMPROMED'), file)),
  );
  assert.deepEqual(new Set(sent.map(({ exitCode }) => exitCode)), new Set([0]));
  const studies = await server.json('/dicom-web/studies?includefield=00201208');
  assert.ok(Array.isArray(studies));
  assert.deepEqual(studies[0]['00201208'].Value, [20]);
});

test('[VW-STP-01] [VW-ASSOC-09] [VW-ECHO-02] [VW-ASSOC-11] [VW-ASSOC-12] the viewer takes 60 classes in three syntaxes, the first explicit one that is listed', async (t) => {
  assert.equal(viewerStorage.length, 60);
  const server = await takesAll(t, 'viewer', 'VIEWER', viewerStorage, [implicit, explicit, bigEndian]);
  const results = await resultsOf(server, 'VIEWER', [
    one(ct, implicit, bigEndian, explicit),
    one(ct, implicit, explicit, bigEndian),
    one(ct, jpeg),
    one('1.2.3.4', implicit),
    one(echo, bigEndian),
  ]);
  assert.deepEqual(
    [...results],
    [
      [1, bigEndian],
      [3, explicit],
      [9, bigEndian],
      [5, '4'],
      [7, '3'],
    ],
  );
});

test('[VW-ASSOC-07] [VW-ASSOC-08] [VW-ASSOC-16] the viewer announces 16384, answers no window and no extended negotiation', async (t) => {
  const server = await startProfile(t, 'viewer');
  using peer = await ScriptedPeer.connect(server.ports.get('VIEWER') ?? 0);
  peer.send(
    associateRq({
      contexts: [{ id: 1, abstract: ct, transfer: [implicit] }],
      called: 'VIEWER',
      user: [windowItem(5, 5)],
    }),
  );
  const answer = await peer.next();
  assert.ok(answer !== 'closed' && answer.type === 2);
  const { user } = readAccept(answer.body);
  assert.equal(user.get(0x51)?.[0]?.readUInt32BE(0), 16_384);
  assert.deepEqual([user.has(0x53), user.has(0x54), user.has(0x56)], [false, false, false]);
  assert.equal(user.get(0x55)?.[0]?.toString('latin1'), 'Viewer1.0');
});

test('[VW-ASSOC-05] the viewer takes a PDU of 1 MiB from a sender that ignores the 16384 it was told', async (t) => {
  const server = await startProfile(t, 'viewer');
  const contexts = [{ id: 1, abstract: ct, transfer: [explicit] }];
  using peer = await ScriptedPeer.associate(server.ports.get('VIEWER') ?? 0, { contexts, called: 'VIEWER' });
  const slice = ctSlice({ Rows: 1024, Columns: 512, PixelData: new Uint8Array(1 << 20) });
  peer.send(storeRq(1, ct, slice.string('SOPInstanceUID') ?? ''), dataSet(1, encoded(slice)));
  assert.equal((await peer.nextCommand()).get(0x0900), 0);
});

test('[RV-STORE-01] [RV-STORE-02] [RV-STORE-03] [RV-VER-02] the reviewer takes 66 classes in twelve syntaxes, in the order of the requestor', async (t) => {
  assert.equal(reviewerStorage.length, 66);
  const syntaxes = [
    '.1.2',
    '.1.2.1',
    '.1.2.2',
    ...['50', '51', '57', '70', '80', '81', '90', '91', '100'].map((n) => `.1.2.4.${n}`),
  ].map((end) => `1.2.840.10008${end}`);
  const server = await takesAll(t, 'reviewer', 'REVIEWER', reviewerStorage, syntaxes);
  const results = await resultsOf(server, 'REVIEWER', [
    one(ct, jpeg, implicit, explicit),
    one(ct, bigEndian, mpeg2),
    one(enhancedCt, implicit),
    one(echo, mpeg2),
  ]);
  assert.deepEqual(
    [...results],
    [
      [1, jpeg],
      [3, bigEndian],
      [7, mpeg2],
      [5, '3'],
    ],
  );
});

test('[RV-ASSOC-05] the reviewer names its implementation', async (t) => {
  const server = await startProfile(t, 'reviewer');
  const association = await server.associate('REVIEWER', [one(echo, implicit)]);
  const { classUid, versionName } = association.peer.peerImplementation;
  assert.equal(classUid, '2.16.840.1.114444');
  assert.match(versionName ?? '', /^RVWR\d/);
  await association.release();
});
