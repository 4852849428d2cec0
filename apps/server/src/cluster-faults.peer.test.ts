// Several servers on one PostgreSQL and one S3 store, on bad days: the same instance at once through two, an S3 that is not well.
import assert from 'node:assert/strict';
import { createServer, request } from 'node:http';
import { after, describe, type TestContext, test } from 'node:test';
import { connect } from '@concord/network';
import { assertNothingLost, startSending, uidOf, until } from '../testing/cluster-senders.ts';
import { startCluster } from '../testing/cluster-settings.ts';
import { ctImageStorage, ctSlice, encoded, explicitVrLittleEndian, inPieces } from '../testing/data-sets.ts';
import { startServerProcess } from '../testing/programs.ts';
import { temporaryFolder } from '../testing/real-archive.ts';

const another = await startCluster({ after }, 'cluster-faults');

/**
 * What S3 does with what comes: it fails, breaks off, says nothing, says that it has an object that it does not have, keeps half of
 * one, or takes its time.
 */
const troubles = ['500', 'cut', 'silent', 'lies', 'half', 'slow'] as const;
type Trouble = (typeof troubles)[number];

/** Passes requests on to S3, unless it is told not to. */
async function startWayToS3(t: TestContext, to: string) {
  const { hostname, port } = new URL(to);
  const way: { endpoint: string; trouble: Trouble | undefined } = { endpoint: '', trouble: undefined };
  const web = createServer((incoming, answer) => {
    if (way.trouble === 'cut') return void incoming.socket.destroy();
    if (way.trouble === '500') {
      incoming.resume();
      return void answer.writeHead(500).end('<Error><Code>InternalError</Code></Error>');
    }
    if (way.trouble === 'silent') return void incoming.resume();
    const { method, url: path, headers } = incoming;
    if (way.trouble === 'lies' && method === 'PUT') {
      incoming.resume();
      return void incoming.on('end', () => answer.writeHead(200, { etag: '"x"' }).end());
    }
    const delay = way.trouble === 'slow' ? 300 : 0;
    const outgoing = request({ hostname, port, method, path, headers }, (response) => {
      setTimeout(() => {
        answer.writeHead(response.statusCode ?? 500, response.headers);
        response.pipe(answer);
      }, delay);
    });
    if (way.trouble === 'half' && method === 'PUT') {
      // The rest never comes: a server keeps nothing then, and says nothing.
      incoming.once('data', (bytes: Buffer) => void outgoing.write(bytes.subarray(0, bytes.length >> 1)));
      incoming.resume();
      incoming.on('close', () => outgoing.destroy());
      return void outgoing.on('error', () => answer.destroy());
    }
    outgoing.on('error', () => answer.destroy());
    incoming.on('error', () => outgoing.destroy());
    incoming.pipe(outgoing);
  });
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    web.closeAllConnections();
    web.close();
  });
  const address = web.address();
  assert.ok(address && typeof address === 'object');
  way.endpoint = `http://127.0.0.1:${address.port}`;
  return way;
}

describe('several servers on bad days', () => {
  test('two senders store the same instances at once with different bytes through two servers: each is answered, one is found, none is lost', async (t) => {
    const settings = await another();
    const folders = [await temporaryFolder(), await temporaryFolder()];
    const servers = await Promise.all(folders.map((data) => startServerProcess(t, data, ...settings)));
    const context = { abstractSyntax: ctImageStorage, transferSyntaxes: [explicitVrLittleEndian] };
    const associations = await Promise.all(
      servers.map(({ dicomPort: port }, index) =>
        connect({ host: '127.0.0.1', port, calledAeTitle: 'CONCORD', callingAeTitle: `S${index}` }, [context]),
      ),
    );
    for (let index = 1; index <= 8; index += 1) {
      const sopInstanceUid = uidOf(1, index);
      const statuses = await Promise.all(
        associations.map(async (association, from) => {
          const dataSet = ctSlice({
            ...{ SOPInstanceUID: sopInstanceUid, StudyInstanceUID: '1.2.7', SeriesInstanceUID: '1.2.7.1' },
            PixelData: new Uint8Array(2000).fill(from + 1),
          });
          const open = () => inPieces(encoded(dataSet), 1000);
          const sent = { sopClassUid: ctImageStorage, sopInstanceUid, transferSyntaxUid: explicitVrLittleEndian, open };
          return (await association.store(sent)).code;
        }),
      );
      assert.deepEqual(statuses, [0, 0]);
    }
    for (const association of associations) await association.release();
    const { rows, summary } = await assertNothingLost(settings, folders[0] ?? '', []);
    assert.deepEqual([rows, summary.rows], [8, 16], 'eight are found, the other eight are kept aside');
    for (const server of servers) assert.equal(await server.end(), 0);
  });

  test('S3 that answers 500, cuts connections, is silent, lies or keeps half: senders hear A701 in time, queries go on; when it is well again so are they', async (t) => {
    const settings = [...(await another()), '--s3-timeout', '2'];
    const endpoint = settings.indexOf('--s3-endpoint') + 1;
    const way = await startWayToS3(t, settings[endpoint] ?? '');
    settings[endpoint] = way.endpoint;
    const data = await temporaryFolder();
    const server = await startServerProcess(t, data, ...settings);
    const sender = startSending(server, 1);
    await until('objects are confirmed', () => sender.confirmed.size > 1);
    for (const trouble of troubles) {
      const before = sender.statuses.length;
      way.trouble = trouble;
      await until(`a sender is answered: ${trouble}`, () =>
        // What is slow is no trouble; every other is heard of.
        sender.statuses.slice(before).some((code, at) => (trouble === 'slow' ? at > 1 : code !== 0)),
      );
      const studies = await fetch(`http://127.0.0.1:${server.httpPort}/dicom-web/studies`);
      assert.equal(((await studies.json()) as unknown[]).length, 1);
      way.trouble = undefined;
      const confirmed = sender.confirmed.size;
      await until('objects are confirmed again', () => sender.confirmed.size > confirmed + 1);
    }
    await sender.stop();
    assert.ok(sender.longest() < 120_000, `${sender.longest()} ms for an answer`);
    assert.deepEqual([...new Set(sender.statuses)].sort(), [0, 0xa701]);
    assert.equal(await server.end(), 0);
    // What could not be removed while S3 was away goes with the next start.
    const again = await startServerProcess(t, data, ...settings);
    assert.equal(await again.end(), 0);
    await assertNothingLost(settings, data, [sender]);
  });
});
