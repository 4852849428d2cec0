// A server under a profile that searches another archive and fetches from it: what it proposes is read as it goes by.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createConnection, createServer, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import type { Configuration } from '../src/settings/settings.ts';
import { type AnsweringOptions, startAnsweringArchive } from './answering-archive.ts';
import { dataSetOf, type Values } from './data-sets.ts';
import { jobClient } from './job-client.ts';
import { startProfile } from './profile.ts';

interface Request {
  /** Abstract syntax and transfer syntaxes of each context. */
  readonly contexts: readonly string[];
  /** Types of the user information's sub-items. */
  readonly user: readonly number[];
}

function* itemsOf(bytes: Buffer): Generator<readonly [number, Buffer]> {
  for (let at = 0; at + 4 <= bytes.length; ) {
    const length = bytes.readUInt16BE(at + 2);
    yield [bytes[at] ?? 0, bytes.subarray(at + 4, at + 4 + length)];
    at += 4 + length;
  }
}

/** An A-ASSOCIATE-RQ as it came over the line. PS3.8 9.3.2 */
function readRequest(pdu: Buffer): Request {
  const items = [...itemsOf(pdu.subarray(74))];
  const contexts = items
    .filter(([type]) => type === 0x20)
    .map(([, body]) => [...itemsOf(body.subarray(4))].map(([, uid]) => uid.toString('latin1')).join(' '));
  const user = items.filter(([type]) => type === 0x50).flatMap(([, body]) => [...itemsOf(body)].map(([type]) => type));
  return { contexts, user };
}

/** A line to a port on which each A-ASSOCIATE-RQ is read as it goes by. */
async function startTap(t: TestContext, port: number) {
  const requests: Request[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((from) => {
    const to = createConnection({ host: '127.0.0.1', port });
    let begun: Buffer | undefined = Buffer.alloc(0);
    from.on('data', (chunk: Buffer) => {
      if (!begun) return;
      begun = Buffer.concat([begun, chunk]);
      if (begun.length < 6 || begun.length < 6 + begun.readUInt32BE(2)) return;
      requests.push(readRequest(begun.subarray(0, 6 + begun.readUInt32BE(2))));
      begun = undefined;
    });
    for (const socket of [from, to]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
    }
    from.pipe(to).pipe(from);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  assert.ok(address && typeof address === 'object');
  return { port: address.port, requests };
}

/** AE titles by profile. */
export const profiles = {
  'impromed-client': 'IMPROMED',
  reviewer: 'REVIEWER',
  viewer: 'VIEWER',
} as const;
export type ProfileName = keyof typeof profiles;

/** A server of the profile, and another archive that answers as the test says. */
export async function startAsking(
  t: TestContext,
  profile: ProfileName,
  options: AnsweringOptions = {},
  changes: Partial<Configuration> = {},
  peer: Partial<Configuration['peers'][number]> = {},
) {
  const archive = await startAnsweringArchive(t, options);
  const tap = await startTap(t, archive.port);
  const peers = [{ aeTitle: 'REMOTE', host: '127.0.0.1', port: tap.port, ...peer }];
  const server = await startProfile(t, profile, {
    peers,
    arrivalTimeout: 1,
    queryTimeout: 5,
    ...changes,
  });
  const { call, until, origin } = jobClient(server.httpPort);
  const search = async (keys: object, level = 'STUDY', more: object = {}) => {
    const body = JSON.stringify({ level, keys, ...more });
    const response = await fetch(`${origin}/api/archives/search`, { method: 'POST', body });
    const text = await response.text();
    assert.equal(response.status, 200, text);
    return text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  };
  const retrieve = async (wish: object) => {
    const { status, body } = await call('POST', '/api/archives/REMOTE/retrieve', wish);
    assert.equal(status, 200, JSON.stringify(body));
    return until(body.jobId, 'done', 'failed');
  };
  return { archive, tap, server, search, retrieve, call };
}

export const study = '1.2.3.9';
/** One study with one image. */
export const listing = (keys: { string(keyword: string): string | undefined }) => {
  const values: Readonly<Record<string, Values>> = {
    STUDY: { StudyInstanceUID: study, PatientID: 'P1' },
    SERIES: { SeriesInstanceUID: `${study}.1` },
    IMAGE: { SOPInstanceUID: `${study}.1.1`, SOPClassUID: '1.2.840.10008.5.1.4.1.1.2' },
  };
  return [dataSetOf({ ...values[keys.string('QueryRetrieveLevel') ?? ''] })];
};
