// Captures of associations of our own, in every form that captures have, and what is no capture.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { connect, contextsFor, NetworkError } from '@concord/network';
import { testAcceptor } from '../../../network/testing/acceptor.ts';
import { memoryArchive } from '../../../network/testing/archive.ts';
import { ctSlice } from '../../../network/testing/instances.ts';
import { inChunks, packetsOf, pcap, pcapng, type Said, type Segment, segmentsOf } from '../../testing/pcap.ts';
import { type Ending, recordingProxy } from '../../testing/recording-proxy.ts';
import { explained } from './explanation.ts';
import { explanationText } from './explanation-text.ts';
import { addMessage, newAssociation } from './observed.ts';
import { operationsOf } from './operations-seen.ts';
import { type Explanation, explainRecording } from './read-recording.ts';

const explain = (bytes: Uint8Array, size?: number): Promise<Explanation> => explainRecording(inChunks(bytes, size));
const ofSegments = (segments: readonly Segment[], linkType = 1): Promise<Explanation> =>
  explain(pcap(packetsOf(segments, linkType), linkType));

/** Everything that an explanation says, one line each. */
const words = ({ associations, notes }: Explanation): string =>
  [
    ...associations.flatMap(({ title, facts, contexts, operations, end, findings }) => [
      title,
      ...facts,
      ...contexts.map(({ text, remedy = '' }) => `${text} ${remedy}`),
      ...operations,
      end,
      ...findings.map(({ severity, text, remedy = '' }) => `${severity}: ${text} ${remedy}`),
    ]),
    ...notes,
  ].join('\n');

/** Two instances are stored and one context is refused, recorded through a proxy. */
async function storing(context: Ending): Promise<Said[]> {
  await using acceptor = await testAcceptor(memoryArchive().services);
  const proxy = await recordingProxy(context, acceptor.port);
  const slices = [ctSlice(1, { size: 64 }), ctSlice(2, { size: 64 })];
  const unknown = { sopClassUid: '1.2.826.0.1.3680043.10.9.1', transferSyntaxUid: '1.2.840.10008.1.2.1' };
  const association = await connect({ ...acceptor.peer, port: proxy.port }, contextsFor([...slices, unknown]));
  for (const slice of slices) await association.store(slice);
  await association.echo().catch((error: unknown) => {
    if (!(error instanceof NetworkError)) throw error;
  });
  await association.release();
  return proxy.connections[0] ?? [];
}

describe('a capture of an association', () => {
  let said: Said[] = [];
  before(async () => {
    said = await storing({ after });
  });

  const told = (explanation: Explanation): void => {
    const [association, ...others] = explanation.associations;
    assert.deepEqual(others, []);
    assert.ok(association);
    const all = words(explanation);
    assert.match(all, /CONCORD at /);
    assert.match(all, /CT Image Storage: accepted in /);
    assert.match(all, /1\.2\.826\.0\.1\.3680043\.10\.9\.1: refused with 3, abstract syntax not supported.* enable /);
    assert.match(
      all,
      /the requestor asks: C-STORE \(CT Image Storage, instance 1\.2\.826\.0\.1\.3680043\.8\.498\.1\.1\.1/,
    );
    assert.equal(association.counts['C-STORE-RSP 0000H'], 2);
    assert.match(association.end, /released by the requestor/);
    assert.ok(!association.findings.some(({ severity }) => severity === 'error'), all);
  };

  for (const linkType of [0, 1, 101, 113, 276])
    test(`over link type ${linkType}`, async () => told(await ofSegments(segmentsOf(said), linkType)));

  test('over IPv6, as pcapng, and wherever the file is cut into chunks', async () => {
    const packets = packetsOf(segmentsOf(said), 1, { version: 6 });
    for (const size of [1, 7, 100_000]) told(await explain(pcapng(packets), size));
    told(await explain(pcap(packets), 3));
  });

  test('sent twice and out of order', async () => {
    const segments = segmentsOf(said);
    const [syn, answer, ...rest] = segments;
    assert.ok(syn && answer);
    const repeated = rest.flatMap((segment, index) => (index % 3 === 0 ? [segment, segment] : [segment]));
    told(await ofSegments([syn, answer, ...repeated]));
    const swapped = [...rest];
    for (let at = 1; at + 2 < swapped.length - 2; at += 3)
      [swapped[at], swapped[at + 1]] = [swapped[at + 1] as Segment, swapped[at] as Segment];
    told(await ofSegments([syn, answer, ...swapped]));
  });

  test('without its beginning: what is left is told, and that it is not whole', async () => {
    const segments = segmentsOf(said);
    const store = segments.findIndex(({ from, payload }) => from === 'client' && payload[0] === 0x04);
    const explanation = await ofSegments(segments.slice(store));
    const all = words(explanation);
    assert.match(all, /begins in the middle/);
    assert.match(all, /C-STORE/);
    assert.match(all, /released/);
  });

  test('with packets missing: the gap is told, and later messages are read', async () => {
    const segments = segmentsOf(said);
    const data = segments.filter(({ from, payload }) => from === 'client' && payload.length > 1000);
    const lost = data[2];
    assert.ok(lost);
    const all = words(await ofSegments(segments.filter((segment) => segment !== lost)));
    assert.match(all, /bytes of the requestor are not in the capture/);
    assert.match(all, /released/);
  });

  test('cut anywhere, it is explained as far as it goes', async () => {
    const file = pcap(packetsOf(segmentsOf(said)));
    for (let length = 0; length < file.length; length += 211) {
      const { kind } = await explain(file.subarray(0, length));
      assert.ok(kind === 'capture' || length < 4);
    }
  });

  test('with bytes changed anywhere, nothing throws', async () => {
    const file = pcap(packetsOf(segmentsOf(said)));
    for (let at = 0; at < file.length; at += 97) {
      const changed = Buffer.from(file);
      changed.writeUInt8((changed.readUInt8(at) + 1 + (at % 250)) & 0xff, at);
      assert.equal(typeof explanationText(await explain(changed)), 'string');
    }
  });

  test('as text it can be read by a person', async () => {
    const text = explanationText(await ofSegments(segmentsOf(said)));
    assert.match(text, /^1\. .* → CONCORD at /);
    assert.match(text, /presentation contexts:\n {4}/);
    assert.match(text, /what to do: enable /);
  });
});

test('an association that is rejected is told with its reason and a remedy', async (context) => {
  await using acceptor = await testAcceptor(memoryArchive().services);
  const proxy = await recordingProxy(context, acceptor.port);
  const wrong = { ...acceptor.peer, port: proxy.port, calledAeTitle: 'OTHER' };
  await assert.rejects(connect(wrong, contextsFor([ctSlice(1)])));
  const all = words(await ofSegments(segmentsOf(proxy.connections[0] ?? [])));
  assert.match(
    all,
    /error: the association was rejected: called AE title not recognized .*1\/1\/7.* correct the called AE title/,
  );
});

test('a connection that nobody answers, or that ends without a word, is told', async () => {
  const refused = words(await ofSegments(segmentsOf([], 'reset')));
  assert.match(refused, /before an association was asked for.*nothing may be listening/);
});

test('TLS and other protocols are recognized', async () => {
  const hello = Uint8Array.from([0x16, 0x03, 0x01, 0x00, 0x05, 1, 2, 3, 4, 5]);
  assert.match(words(await ofSegments(segmentsOf([{ from: 'client', bytes: hello }]))), /encrypted \(TLS\)/);
  const http = Buffer.from('GET / HTTP/1.1\r\n\r\n');
  const all = words(await ofSegments(segmentsOf([{ from: 'client', bytes: http }])));
  assert.match(all, /1 connections are no DICOM: an HTTP request/);
});

test('what is no recording says so, and lengths of gigabytes are not believed', async () => {
  for (const bytes of [Buffer.alloc(0), Buffer.from('x'), Buffer.from('hello\nworld'), Buffer.from('{"a": 1}')])
    assert.equal((await explain(bytes)).kind, 'unknown');
  const file = pcap(packetsOf(segmentsOf([])));
  file.writeUInt32LE(0xffff_fff0, 24 + 8);
  assert.match(words(await explain(file)), /damaged/);
  const next = pcapng(packetsOf(segmentsOf([])));
  next.writeUInt32LE(0xffff_fff0, 28 + 4);
  assert.match(words(await explain(next)), /damaged/);
});

test('association records of Concord are explained as a capture is', async () => {
  await using acceptor = await testAcceptor(memoryArchive().services);
  const association = await connect(
    acceptor.peer,
    contextsFor([ctSlice(1), { sopClassUid: '1.2.826.0.1.3680043.10.9.1', transferSyntaxUid: '1.2.840.10008.1.2.1' }]),
  );
  await association.store(ctSlice(1));
  await association.release();
  const record = await acceptor.nextRecord();
  for (const text of [JSON.stringify(record), JSON.stringify([record]), `${JSON.stringify(record)}\n`]) {
    const explanation = await explain(Buffer.from(text));
    assert.equal(explanation.kind, 'association records');
    assert.match(words(explanation), /refused with 3/);
    assert.match(words(explanation), /the acceptor answers to C-STORE of CT Image Storage: success 0000H/);
  }
});

test('an answer that took long, and the wait for one that never came, are told in seconds; a quick one is not', () => {
  const findingsOf = (answeredAt: number | undefined, ended: number) => {
    const association = newAssociation();
    association.ended = 100;
    addMessage(association, { from: 'requestor', name: 'C-ECHO-RQ', contextId: 1, messageId: 7, dataSetBytes: 0 });
    if (answeredAt !== undefined) {
      association.ended = answeredAt;
      const answer = { from: 'acceptor', name: 'C-ECHO-RSP', contextId: 1, messageId: 7, status: 0 } as const;
      addMessage(association, { ...answer, dataSetBytes: 0 });
    }
    association.ended = ended;
    return operationsOf(association).findings.map(({ severity, text }) => `${severity}: ${text}`);
  };
  assert.deepEqual(findingsOf(100.5, 101), []);
  assert.deepEqual(findingsOf(104.25, 105), ['note: the acceptor took 4.3 s to answer C-ECHO']);
  assert.deepEqual(findingsOf(undefined, 130), [
    'error: C-ECHO with message ID 7 of the requestor was not answered in the 30.0 s until the end',
  ]);
});

test('contexts that were accepted and not used are counted where they are many; refused ones are all told', () => {
  const association = newAssociation();
  association.requested = true;
  association.accepted = true;
  for (let id = 1; id < 60; id += 2)
    association.contexts.push({ id, abstractSyntax: `1.2.3.${id}`, proposed: ['1.2'], result: id % 3 === 0 ? 3 : 0 });
  const text = explanationText({ kind: 'capture', associations: [explained(association)], notes: [] });
  assert.match(text, /and 12 contexts more, accepted and not used/);
  assert.equal(text.match(/^ {4}1\.2\.3\.\d+: accepted/gm)?.length, 8);
  assert.equal(text.match(/^ {4}1\.2\.3\.\d+: refused with 3/gm)?.length, 10);
});
