// QIDO-RS of archives that give fewer answers at a time than were asked for, and of those that know no pages. PS3.18 8.3.4.4
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type TestContext, test } from 'node:test';
import { queryByDicomweb } from './query-dicomweb.ts';
import { identifierOf } from './question.ts';

/** So many studies, at most so many at a time. */
async function startWeb(t: TestContext, { total, most, warns, pages = true }: Served): Promise<string> {
  const server = createServer((request, response) => {
    const parameters = new URL(request.url ?? '', 'http://x').searchParams;
    const offset = pages ? Number(parameters.get('offset')) : 0;
    const end = Math.min(total, offset + Math.min(most, Number(parameters.get('limit'))));
    const found = Array.from({ length: Math.max(0, end - offset) }, (_, index) => ({
      '0020000D': { vr: 'UI', Value: [`1.2.${offset + index}`] },
    }));
    if (warns && end < total) response.setHeader('warning', `299 x "There are ${total - end} additional results"`);
    response.setHeader('content-type', 'application/dicom+json');
    response.end(JSON.stringify(found));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const address = server.address();
  assert.ok(typeof address === 'object' && address);
  return `http://127.0.0.1:${address.port}`;
}

interface Served {
  readonly total: number;
  readonly most: number;
  readonly warns?: boolean;
  readonly pages?: boolean;
}

for (const [name, served, expected] of [
  ['that says what it leaves out', { total: 95, most: 30, warns: true }, 95],
  ['that leaves out what is behind a round number, without a word', { total: 260, most: 100 }, 260],
  ['that has exactly a round number', { total: 100, most: 1000 }, 100],
  ['that knows no pages', { total: 150, most: 150, pages: false }, 150],
  ['that has nothing', { total: 0, most: 100 }, 0],
] as const)
  test(`an archive ${name} is heard to the end`, async (t) => {
    const dicomweb = await startWeb(t, served);
    const archive = {
      ...({ aeTitle: 'WEB', host: '', port: 0, query: 'QIDO-RS', retrieve: 'WADO-RS', dicomweb } as const),
      peer: { host: '', port: 0, calledAeTitle: '', callingAeTitle: '' },
    };
    const question = {
      ...({ level: 'STUDY', keys: identifierOf('STUDY', {}), limit: 1000 } as const),
      signal: AbortSignal.timeout(10_000),
    };
    const found = await Array.fromAsync(queryByDicomweb(archive, question, 5000));
    const uids = new Set(found.map((answer) => answer.string('StudyInstanceUID')));
    assert.deepEqual([found.length, uids.size], [expected, expected]);
  });
