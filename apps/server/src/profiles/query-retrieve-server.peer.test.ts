// The profile query-retrieve-server as its peers see it: three application entities, what each takes and refuses.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NetworkError, type ProposedContext } from '@concord/network';
import { freePort, start } from '../../../../packages/network/testing/programs.ts';
import { st1, writeF1 } from '../../testing/fixture-f1.ts';
import { startProfile } from '../../testing/profile.ts';
import { run } from '../../testing/programs.ts';

const [implicit, explicit, jpeg] = ['1.2.840.10008.1.2', '1.2.840.10008.1.2.1', '1.2.840.10008.1.2.4.50'];
const [echo, ct, us, sr] = [
  '1.2.840.10008.1.1',
  '1.2.840.10008.5.1.4.1.1.2',
  '1.2.840.10008.5.1.4.1.1.6.1',
  '1.2.840.10008.5.1.4.1.1.88.11',
];
const [patientFind, studyFind, studyMove, studyGet, worklist] = [
  '1.2.840.10008.5.1.4.1.2.1.1',
  '1.2.840.10008.5.1.4.1.2.2.1',
  '1.2.840.10008.5.1.4.1.2.2.2',
  '1.2.840.10008.5.1.4.1.2.2.3',
  '1.2.840.10008.5.1.4.31',
];
const [store, query] = ['EX_STORE_SCP', 'EX_QUERY_SCP'];
const profile = 'query-retrieve-server';

const context = (abstractSyntax: string, ...transferSyntaxes: string[]): ProposedContext => ({
  abstractSyntax,
  transferSyntaxes,
});
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => assert.fail('was accepted'),
    (error) => (error instanceof NetworkError ? error.refusal : Promise.reject(error)),
  );

test('[QR-GEN-02] [QR-GEN-17] [QR-QRA-02] [QR-NET-08] each entity answers by its title at its port, and no other', async (t) => {
  const server = await startProfile(t, profile);
  for (const title of [store, query]) assert.equal((await run('echoscu', ...server.called(title))).exitCode, 0);
  const port = String(server.ports.get(query));
  const wrong = await run('echoscu', '-aec', store, '127.0.0.1', port);
  assert.match(wrong.output, /Called AE Title Not Recognized/);
  assert.equal(server.ports.has('EX_STORE_SCU'), false, 'it has no port');
});

test('[QR-GEN-12] [QR-GEN-13] one version name, and the implementation class of STORAGE-SCP is its own', async (t) => {
  const server = await startProfile(t, profile);
  const [keeper, finder] = [
    await server.associate(store, [context(echo, implicit)]),
    await server.associate(query, [context(echo, implicit)]),
  ];
  const [first, second] = [keeper.peer.peerImplementation, finder.peer.peerImplementation];
  assert.deepEqual([first.versionName, second.versionName], ['EX_VERS_01', 'EX_VERS_01']);
  assert.notEqual(first.classUid, second.classUid);
  await Promise.all([keeper.release(), finder.release()]);
});

test('[QR-CTX-02] [QR-CTX-04] [QR-CTX-05] [QR-GEN-09] STORAGE-SCP takes images only, JPEG only where it may, in its order', async (t) => {
  const server = await startProfile(t, profile);
  const association = await server.associate(store, [
    context(us, implicit, explicit, jpeg),
    context(ct, implicit, explicit),
    context(ct, implicit),
    context(ct, jpeg),
    context(sr, explicit),
    context(studyFind, implicit),
    context('1.2.3.4.5', implicit),
  ]);
  assert.deepEqual(
    association.accepted.map(({ id, transferSyntax }) => [id, transferSyntax]),
    [
      [1, jpeg],
      [3, explicit],
      [5, implicit],
    ],
  );
  assert.deepEqual(
    association.rejected.map(({ result }) => result),
    [4, 3, 3, 3],
  );
  await association.release();
});

test('[QR-QRA-14] [QR-QRA-15] [QR-GEN-14] [QR-QRA-06] [QR-REJ-07] QUERY-RETRIEVE-SCP takes queries and moves in Implicit VR alone; with nothing to accept the association is rejected', async (t) => {
  const server = await startProfile(t, profile);
  const association = await server.associate(query, [
    { ...context(studyFind, explicit, implicit), extendedNegotiation: Uint8Array.of(1, 1, 1) },
    context(patientFind, implicit),
    context(studyMove, implicit),
    context(studyGet, implicit),
  ]);
  assert.deepEqual(
    association.accepted.map(({ abstractSyntax, transferSyntax }) => [abstractSyntax, transferSyntax]),
    [studyFind, patientFind, studyMove].map((uid) => [uid, implicit]),
  );
  await association.release();
  const nothing = { result: 1, source: 1, reason: 1 };
  assert.deepEqual(await refusal(server.associate(query, [context(worklist, implicit)])), nothing);
  assert.deepEqual(await refusal(server.associate(query, [context(studyFind, explicit)])), nothing);
});

for (const [title, ids] of [
  [query, '[QR-QRA-03]'],
  [store, '[QR-STO-02]'],
] as const)
  test(`${ids} ten associations with ${title} at a time, and again one when one has ended`, async (t) => {
    const server = await startProfile(t, profile);
    const open = await Promise.all(
      Array.from({ length: 10 }, () => server.associate(title, [context(echo, implicit)])),
    );
    const full = { result: 2, source: 3, reason: 2 };
    assert.deepEqual(await refusal(server.associate(title, [context(echo, implicit)])), full);
    const other = title === query ? store : query;
    await (await server.associate(other, [context(echo, implicit)])).release();
    await open[0]?.release();
    await (await server.associate(title, [context(echo, implicit)])).release();
    await Promise.all(open.slice(1).map((association) => association.release()));
  });

test('[QR-GEN-07] [QR-QRA-12] [QR-SCU-02] [QR-SCU-03] [QR-SCU-16] a study moves over one association of STORAGE-SCU', async (t) => {
  const port = await freePort();
  const storescp = await start('storescp', ['-d', '--ignore', String(port)], port);
  t.after(() => storescp.stop());
  const peers = [{ aeTitle: 'DEST', host: '127.0.0.1', port }];
  const server = await startProfile(t, profile, { peers });
  assert.equal((await run('storescu', '+sd', ...server.called(store), await writeF1(server.folder))).exitCode, 0);
  const keys = ['-k', '0008,0052=STUDY', '-k', `0020,000D=${st1}`];
  const move = await run('movescu', '-d', '-S', '-aem', 'DEST', ...keys, ...server.called(query));
  assert.equal(move.exitCode, 0, move.output);
  assert.match(move.output, /Their Max PDU Receive Size: +16384/);
  const said = storescp.output();
  const times = (pattern: RegExp) => said.match(pattern)?.length ?? 0;
  const titles = [...said.matchAll(/Calling Application Name: +(\S+)/g)].map(([, title]) => title);
  assert.deepEqual(new Set(titles), new Set(['EX_STORE_SCU']));
  assert.equal(times(/I: Received Store Request/g), 5, said);
  assert.equal(times(/I: Association Release/g), 1, 'one association, released at the end');
  assert.equal(times(/Move Originator AE Title +: TESTER/g), 5);
});
