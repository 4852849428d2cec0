// What a run left is deleted through an interface that a test scripts: nothing else is touched, and every failure is told.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { describe, test } from 'node:test';
import { cleanerAt, type LeftBehind } from './clean-up.ts';

/** Undefined: none, for as long as the connection lasts. */
type Answer = readonly [status: number, json?: unknown] | undefined;

const limits = { patience: 30_000, answer: 10_000 };

/** A server that answers as scripted, and keeps what it was asked. */
async function scripted(answer: (request: string, body: string) => Answer, bounds = limits) {
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await Array.fromAsync(request)).toString();
    const line = `${request.method} ${request.url}`;
    asked.push(line);
    const answered = answer(line, body);
    if (!answered) return;
    const [status, json] = answered;
    response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
    response.end(typeof json === 'string' ? json : json === undefined ? '' : JSON.stringify(json));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(address && typeof address === 'object');
  return {
    asked,
    clean: cleanerAt(new URL(`http://user:secret@127.0.0.1:${address.port}`), bounds),
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

const left = (sopInstanceUid: string, studyInstanceUid = '2.25.1'): LeftBehind => ({
  patientId: 'ZZTEST-1',
  studyInstanceUid,
  sopClassUid: '1.2.840.10008.5.1.4.1.1.2',
  sopInstanceUid,
});

interface Stored {
  readonly sop: string;
  readonly study: string;
  readonly patient: string;
}

interface Archive {
  readonly stored: Stored[];
  readonly rejected: Stored[];
  readonly purged: string[];
}

const ours = (sop: string): Stored => ({ sop, study: '2.25.1', patient: 'ZZTEST-1' });
const foreign: Stored = { sop: '1.9', study: '1.2', patient: 'SOMEBODY' };

/** The part of Concord that matters, in memory. */
async function concord(
  stored: readonly Stored[],
  more: { webDelete?: boolean; rejected?: Stored[]; late?: Stored } = {},
) {
  const archive: Archive = { stored: [...stored], rejected: more.rejected ?? [], purged: [] };
  const take = (from: Stored[], to: Stored[], is: (each: Stored) => boolean): number => {
    const taken = from.filter(is);
    for (const each of taken) from.splice(from.indexOf(each), 1);
    to.push(...taken);
    return taken.length;
  };
  const peer = await scripted((request) => {
    const [, study = '', , sop = ''] =
      /studies\/([\d.]+)(?:\/series\/([\d.]+)\/instances\/([\d.]+))?/.exec(request) ?? [];
    const [, ofRejected = ''] = /rejected\/([\d.]+)/.exec(request) ?? [];
    if (request === 'GET /api/rejected')
      return [
        200,
        [...Map.groupBy(archive.rejected, (each) => each.study)].map(([studyInstanceUid, some]) => ({
          studyInstanceUid,
          instances: some.length,
        })),
      ];
    if (request.startsWith('GET /dicom-web')) {
      const found = archive.stored.filter((each) => each.study === study);
      if (found.length === 0) return [204];
      return [
        200,
        found.map((each) => ({
          '0020000E': { vr: 'UI', Value: ['2.25.7'] },
          '00080018': { vr: 'UI', Value: [each.sop] },
          '00100020': { vr: 'LO', Value: [each.patient] },
        })),
      ];
    }
    if (request.includes('/reject') && request.startsWith('POST /api/storage')) {
      if (more.late) archive.stored.push(more.late);
      return [200, { instances: take(archive.stored, archive.rejected, (each) => each.study === study) }];
    }
    if (request.endsWith('/restore'))
      return [200, { instances: take(archive.rejected, archive.stored, (each) => each.study === ofRejected) }];
    if (request.endsWith('/purge')) {
      const gone: Stored[] = [];
      const count = take(archive.rejected, gone, (each) => each.study === ofRejected);
      archive.purged.push(...gone.map((each) => each.sop));
      return [200, { instances: count }];
    }
    if (request.startsWith('DELETE')) {
      if (!more.webDelete) return [405, {}];
      take(archive.stored, archive.rejected, (each) => each.sop === sop);
      return [204];
    }
    return [404, {}];
  });
  return { ...peer, archive };
}

const uids = (some: readonly Stored[]): readonly string[] => some.map(({ sop }) => sop);

describe('[CS-EXE-10] at Concord', () => {
  test('the study of the run goes in two steps; the one beside it is neither asked for nor touched', async () => {
    await using peer = await concord([ours('2.25.11'), ours('2.25.12'), foreign]);
    const done = await peer.clean([left('2.25.11'), left('2.25.12'), left('2.25.13'), left('2.25.14', '')]);
    assert.deepEqual([done.deleted, done.notFound], [2, 1]);
    assert.match(done.by, /^the administration API of Concord at http:\/\/127/);
    assert.doesNotMatch(JSON.stringify(done), /secret/);
    assert.deepEqual(
      done.kept.map(({ sopInstanceUid, why }) => `${sopInstanceUid} ${why}`),
      ['2.25.14 it has no Study Instance UID'],
    );
    assert.deepEqual([uids(peer.archive.stored), peer.archive.purged], [['1.9'], ['2.25.11', '2.25.12']]);
    assert.ok(
      peer.asked.every((request) => !/\/1\.[29]/.test(request)),
      peer.asked.join(),
    );
  });

  test('what somebody else has in the study stays: its own go one by one where that is allowed, or are listed', async () => {
    const guest: Stored = { ...foreign, study: '2.25.1' };
    await using refuses = await concord([ours('2.25.11'), guest]);
    const refused = await refuses.clean([left('2.25.11')]);
    assert.match(refused.kept[0]?.why ?? '', /others too, and the setting webDelete is off/);
    assert.deepEqual([refused.deleted, uids(refuses.archive.stored)], [0, ['2.25.11', '1.9']]);
    await using allows = await concord([ours('2.25.11'), guest], { webDelete: true });
    assert.equal((await allows.clean([left('2.25.11')])).deleted, 1);
    assert.deepEqual([uids(allows.archive.stored), allows.archive.purged], [['1.9'], ['2.25.11']]);
  });

  test('what comes into the study meanwhile is put back, and what is rejected of it already is not purged', async () => {
    await using late = await concord([ours('2.25.11')], { late: { ...foreign, study: '2.25.1' } });
    const put = await late.clean([left('2.25.11')]);
    assert.match(put.kept[0]?.why ?? '', /put back/);
    assert.deepEqual([uids(late.archive.stored), late.archive.purged], [['2.25.11', '1.9'], []]);
    await using before = await concord([ours('2.25.11')], { rejected: [{ ...foreign, study: '2.25.1' }] });
    assert.match((await before.clean([left('2.25.11')])).kept[0]?.why ?? '', /would be purged with them/);
    assert.deepEqual([uids(before.archive.stored), before.archive.purged], [['2.25.11'], []]);
  });

  test('an instance that was given to another patient is let be', async () => {
    await using peer = await concord([{ ...ours('2.25.11'), patient: 'SOMEBODY' }]);
    const done = await peer.clean([left('2.25.11')]);
    assert.deepEqual([done.deleted, done.kept.length, peer.archive.stored.length], [0, 1, 1]);
  });
});

describe('at Orthanc', () => {
  test('each instance of the run by its own identifier, and no other', async () => {
    const there = new Map([
      ['a', '2.25.11'],
      ['b', '2.25.99'],
    ]);
    await using peer = await scripted((request, body) => {
      if (request === 'GET /system') return [200, { ApiVersion: 16 }];
      if (request === 'POST /tools/find') {
        assert.deepEqual(JSON.parse(body).Query, { StudyInstanceUID: '2.25.1', PatientID: 'ZZTEST-*' });
        return [200, [...there].map(([ID, SOPInstanceUID]) => ({ ID, MainDicomTags: { SOPInstanceUID } }))];
      }
      there.delete(request.replace('DELETE /instances/', ''));
      return [200, {}];
    });
    const done = await peer.clean([left('2.25.11')]);
    assert.deepEqual([done.deleted, done.kept, [...there.keys()]], [1, [], ['b']]);
  });
});

describe('where nothing can be deleted, all of it is listed with the reason', () => {
  const cases: Readonly<Record<string, readonly [(request: string) => Answer, RegExp]>> = {
    'another server': [() => [404, '<html>'], /no interface that deletes is known at http/],
    'one that wants a password': [() => [401, {}], /no interface that deletes/],
    'one that fails': [(request) => (request === 'GET /api/rejected' ? [200, []] : [500, 'oops']), /answered 500/],
    'one that answers something else': [
      (request) => (request === 'GET /system' ? [200, { ApiVersion: 1 }] : [200, { what: 1 }]),
      /is not understood/,
    ],
    'one that says it did and did not': [
      (request) =>
        request === 'GET /system'
          ? [200, { ApiVersion: 1 }]
          : [200, [{ ID: 'a', MainDicomTags: { SOPInstanceUID: '2.25.11' } }]],
      /it is there still/,
    ],
    'one that sends an answer without end': [() => [200, `["${'x'.repeat(20_000)}"]`], /longer than/],
  };
  for (const [name, [answer, why]] of Object.entries(cases))
    test(name, async () => {
      await using peer = await scripted(answer);
      const done = await peer.clean([left('2.25.11')]);
      assert.equal(done.deleted, 0);
      assert.match(done.kept.map((each) => each.why).join(), why);
    });

  test('one that never answers is given up', async () => {
    await using peer = await scripted(() => undefined, { ...limits, patience: 200 });
    assert.match((await peer.clean([left('2.25.11')])).kept[0]?.why ?? '', /^nobody answers at .*(?:timeout|abort)/i);
  });

  test('nobody at the address', async () => {
    const done = await cleanerAt(new URL('http://127.0.0.1:1/'))([left('2.25.11')]);
    assert.match(done.kept[0]?.why ?? '', /^nobody answers at http:\/\/127\.0\.0\.1:1\//);
  });
});
