// Under the profile query-retrieve-server: what goes wrong has its line in the log; the one thing people are alerted of they can acknowledge.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startDestination } from '../../testing/answering-destination.ts';
import { asPart10, ctSlice } from '../../testing/data-sets.ts';
import { st1, st2 } from '../../testing/fixture-f1.ts';
import {
  contextsOf,
  find,
  identifier,
  models,
  moveStudy,
  queryTitle,
  startArchive,
  storeTitle,
} from '../../testing/profiled-archive.ts';
import { run } from '../../testing/programs.ts';
import type { Alert } from './alert.ts';

test('[QR-GEN-15] [QR-GEN-16] each error has a line with peer, operation and status; only failed moves are alerts, until they are acknowledged', async (t) => {
  let status = 0x0000;
  const dest = await startDestination(t, () => status);
  const server = await startArchive(t, dest.port);
  const alerts = async () => (await server.json('/api/alerts')) as readonly Alert[];
  const logged = (...wanted: readonly string[]) =>
    server.entries.some(({ fields: { peer, operation, status: code, callingAeTitle = peer, of = '' }, line }) => {
      const words = [callingAeTitle, operation, code, of, line].map((word) => String(word ?? '')).join(' ');
      return wanted.every((each) => words.includes(each));
    });
  assert.deepEqual(await server.json('/api/viewer'), { overlays: 'first group' });

  const open = identifier('STUDY', { StudyInstanceUID: null, PatientSex: 'F' });
  assert.equal((await find(server, models.studyFind, open)).at(-1)?.status.code, 0xc001);
  assert.ok(logged('TESTER', 'C-FIND', 'C001H'));
  const lacking = identifier('SERIES', { SeriesInstanceUID: null });
  assert.equal((await find(server, models.studyFind, lacking)).at(-1)?.status.code, 0xa900);
  assert.ok(logged('TESTER', 'C-FIND', 'A900H'));
  {
    await using association = await server.associate(queryTitle, contextsOf(models.studyMove));
    const keys = identifier('STUDY', { StudyInstanceUID: st1 });
    const refused = await Array.fromAsync(association.move(models.studyMove, keys, 'NOBODY'));
    assert.equal(refused.at(-1)?.status.code, 0xa801);
  }
  assert.ok(logged('TESTER', 'C-MOVE', 'A801H'));
  const contradicting = join(server.folder, 'contradicting.dcm');
  writeFileSync(contradicting, asPart10(ctSlice({ StudyInstanceUID: undefined })));
  await run('storescu', ...server.called(storeTitle), contradicting);
  assert.ok(logged('TESTER', 'C-STORE', 'A900H'));
  await run('echoscu', ...server.called('NO_SUCH_TITLE'));
  assert.ok(logged('TESTER', 'association rejected', '1/1/7'));
  await run('echoscu', '--abort', ...server.called(queryTitle));
  assert.ok(logged('TESTER', 'association ended', 'A-ABORT'));
  status = 0xb007;
  assert.equal((await moveStudy(server, st2)).at(-1)?.status.code, 0x0000);
  assert.ok(logged('DEST', 'C-STORE', 'B007H', 'with a warning'));
  status = 0x0000;
  assert.equal((await moveStudy(server, st2)).at(-1)?.status.code, 0x0000);
  assert.ok(logged('DEST', 'C-STORE', '0000H', '2 completed'));
  assert.deepEqual(await alerts(), [], 'so far nobody is alerted');

  status = 0xa700;
  for (const study of [st1, st2]) {
    const last = (await moveStudy(server, study)).at(-1);
    assert.deepEqual(
      [last?.status.code, last?.status.comment],
      [0xa702, `${study === st1 ? 5 : 2} not sent: status A700H`],
    );
  }
  assert.ok(logged('DEST', 'C-STORE', 'A700H', 'C-MOVE'));
  assert.ok(logged('TESTER', 'C-MOVE', 'A702H'));
  const [alert, ...others] = await alerts();
  const { entity, operation, status: code, peer, destination, times } = alert ?? {};
  assert.deepEqual(
    [entity, operation, code, peer, destination, times, others.length],
    [queryTitle, 'C-MOVE', 'A702H', 'TESTER', 'DEST', 2, 0],
    'the C-STORE itself raises none',
  );

  const acknowledge = async (id = '', body = '{"by":"vet"}') => {
    const address = `http://127.0.0.1:${server.httpPort}/api/alerts/${encodeURIComponent(id)}/acknowledge`;
    const headers = { 'content-type': 'application/json' };
    return (await fetch(address, { method: 'POST', headers, body })).status;
  };
  assert.equal(await acknowledge(alert?.alertId, '{"by":7}'), 400);
  assert.equal(await acknowledge('nothing'), 404);
  assert.equal(await acknowledge(alert?.alertId), 200);
  assert.equal(await acknowledge(alert?.alertId), 404, 'once is enough');
  assert.deepEqual(
    (await alerts()).map(({ acknowledgedBy }) => acknowledgedBy),
    ['vet, web 127.0.0.1'],
  );
});
