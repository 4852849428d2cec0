// The clock against time servers: messages, a real server on the loopback interface, what is told, and what the statement says of it.
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { describe, type TestContext, test } from 'node:test';
import { readStatement, renderMarkdown, statementDocument, validate } from '@concord/conformance';
import { silentLog } from '@concord/network';
import { startProfile } from '../../testing/profile.ts';
import { readTimeServer } from '../settings/time-servers.ts';
import { askTime, type TimeServer } from './ask-time.ts';
import { messageLength, type Sample, SntpError, setTimeAt, sntpRequest, sntpSample } from './sntp-message.ts';
import { createClockComparison } from './watch-clock.ts';

type Change = (answer: Uint8Array, view: DataView) => void;

/** An answer to a request, by a clock that is `ahead` milliseconds of ours. */
function answerTo(request: Uint8Array, ahead: number, change: Change = () => undefined): Uint8Array {
  const answer = new Uint8Array(messageLength);
  const view = new DataView(answer.buffer);
  answer[0] = (4 << 3) | 4;
  answer[1] = 2;
  answer.set(request.subarray(40, 48), 24);
  setTimeAt(view, 'receive', Date.now() + ahead);
  setTimeAt(view, 'transmit', Date.now() + ahead);
  change(answer, view);
  return answer;
}

/** A time server; undefined: it is silent. Everything it was asked is in `asked`. */
async function timeServer(t: TestContext, answers: (request: Uint8Array) => readonly Uint8Array[]) {
  const socket = createSocket('udp4');
  const asked: Uint8Array[] = [];
  socket.on('message', (request, { port, address }) => {
    asked.push(request);
    for (const answer of answers(request)) socket.send(answer, port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  t.after(() => void socket.close());
  return { server: { host: '127.0.0.1', port: socket.address().port }, asked };
}

const hour = 3_600_000;
const never = new AbortController().signal;
const options = { wait: 30_000, signal: never, now: Date.now };
const nonce = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
const kiss: Change = (answer) => {
  answer[1] = 0;
  answer.set(Buffer.from('RATE'), 12);
};

describe('messages of SNTP', () => {
  test('a request tells nothing of our clock; offset and delay follow from the four times', () => {
    const request = sntpRequest(nonce);
    assert.deepEqual([request.length, request[0]], [48, 0x23]);
    assert.deepEqual([...request.subarray(40)], [...nonce]);
    assert.ok(request.subarray(1, 40).every((byte) => byte === 0));
    const sent = Date.UTC(2026, 4, 1);
    const answer = answerTo(request, 0, (_, view) => {
      setTimeAt(view, 'receive', sent + 5000 + 40);
      setTimeAt(view, 'transmit', sent + 5000 + 50);
    });
    const { offset, delay, stratum } = sntpSample(answer, { nonce, sent, received: sent + 90 });
    assert.deepEqual([Math.round(offset), Math.round(delay), stratum], [5000, 80, 2]);
  });

  test('after 2036 timestamps begin anew, and are read as before', () => {
    const sent = Date.UTC(2040, 0, 1);
    const answer = answerTo(sntpRequest(nonce), 0, (_, view) => {
      setTimeAt(view, 'receive', sent - hour);
      setTimeAt(view, 'transmit', sent - hour);
    });
    assert.equal(Math.round(sntpSample(answer, { nonce, sent, received: sent }).offset), -hour);
  });

  test('what is no answer is refused: short, of a client, to another request, of a server without the time, from the past', () => {
    const refused = (change: Change, length = messageLength) => {
      const sent = Date.now();
      const answer = answerTo(sntpRequest(nonce), 0, change).subarray(0, length);
      try {
        sntpSample(answer, { nonce, sent, received: sent });
      } catch (error) {
        return error instanceof SntpError ? error.fault : error;
      }
      return 'taken';
    };
    assert.equal(
      refused(() => undefined, 47),
      'malformed',
    );
    assert.equal(
      refused((answer) => answer.set([0x23])),
      'malformed',
    );
    assert.equal(
      refused((answer) => answer.fill(9, 24, 32)),
      'not ours',
    );
    assert.equal(
      refused((answer) => answer.set([0xe4])),
      'not synchronized',
    );
    assert.equal(
      refused((answer) => answer.set([16], 1)),
      'not synchronized',
    );
    assert.equal(
      refused((answer) => answer.fill(0, 40, 48)),
      'not synchronized',
    );
    assert.equal(refused(kiss), 'kiss');
    assert.equal(
      refused((_, view) => setTimeAt(view, 'transmit', Date.now() + hour)),
      'malformed',
    );
    for (let length = 0; length < 60; length += 1)
      assert.throws(() => sntpSample(new Uint8Array(length).fill(0xff), { nonce, sent: 0, received: 0 }), SntpError);
  });
});

describe('a time server that is asked', () => {
  test('the answer that belongs to the request counts; others are passed over', async (t) => {
    const { server, asked } = await timeServer(t, (request) => [
      Buffer.from('no answer'),
      answerTo(request, 7 * hour, (answer) => answer.fill(9, 24, 32)),
      answerTo(request, hour),
    ]);
    const { offset } = await askTime(server, options);
    assert.ok(Math.abs(offset - hour) < 60_000, `${offset}`);
    await askTime(server, options);
    assert.notDeepEqual(asked[0]?.subarray(40), asked[1]?.subarray(40), 'each request has a number of its own');
  });

  test('a silent one and a stop end the wait', async (t) => {
    const { server } = await timeServer(t, () => []);
    await assert.rejects(askTime(server, { ...options, wait: 50 }), /no answer within 50 ms/);
    const stopping = new AbortController();
    const asking = askTime(server, { ...options, signal: stopping.signal });
    asking.catch(() => undefined);
    stopping.abort();
    await assert.rejects(asking, { name: 'AbortError' });
  });
});

describe('the clock is compared', () => {
  const first = { host: 'first.example', port: 123 };
  const second = { host: 'second.example', port: 123 };
  const sample = (offset: number, delay = 10): Sample => ({ offset, delay, stratum: 2 });

  function comparing(answers: Readonly<Record<string, () => Sample>>, clock = { now: 0 }) {
    const lines: string[] = [];
    const asked: string[] = [];
    const compare = createClockComparison(
      { servers: [first, second], every: 60, tolerance: 2 },
      {
        log: {
          ...silentLog,
          info: (_, text) => void lines.push(`info ${text}`),
          warn: (_, text) => void lines.push(`warn ${text}`),
        },
        signal: never,
        now: () => clock.now,
        ask: async ({ host }: TimeServer) => {
          asked.push(host);
          const answer = answers[host];
          if (!answer) throw new Error('no answer');
          return answer();
        },
      },
    );
    return { compare, lines, asked };
  }

  test('[CS-NIF-07] a difference beyond the tolerance is warned of each time, what is within once; the quickest answer counts', async () => {
    const samples = [sample(-2500), sample(1900, 5), sample(90_000, 200)];
    let offset = 0;
    const { compare, lines, asked } = comparing({
      'first.example': () => samples.shift() ?? sample(offset),
    });
    assert.deepEqual(await compare(), { state: 'within', offset: 1900, server: 'first.example:123' });
    assert.deepEqual(asked, ['first.example', 'first.example', 'first.example']);
    await compare();
    assert.deepEqual(lines, ['info this clock is 1.900 s behind that of first.example:123']);
    for (offset of [2001, -2001, 1]) await compare();
    assert.deepEqual(lines.slice(1), [
      'warn this clock is 2.001 s behind that of first.example:123, more than the 2 s that are tolerated',
      'warn this clock is 2.001 s before that of first.example:123, more than the 2 s that are tolerated',
      'info this clock is 0.001 s behind that of first.example:123',
    ]);
  });

  test('the next server is asked where one is silent or slow; nobody who asked for it is asked for a day; without any answer nothing is claimed', async () => {
    const clock = { now: 0 };
    const { compare, lines, asked } = comparing(
      {
        'first.example': () => {
          throw new SntpError('kiss', 'the server asks not to be asked (RATE)');
        },
        'second.example': () => sample(0, 5000),
      },
      clock,
    );
    assert.deepEqual(await compare(), { state: 'unknown' });
    assert.match(
      lines[0] ?? '',
      /^warn the clock cannot be compared: first\.example:123: .*RATE.*its answer took 5000 ms/,
    );
    await compare();
    assert.deepEqual([lines.length, asked.filter((host) => host === 'first.example').length], [1, 1]);
    clock.now = 25 * hour;
    await compare();
    assert.equal(asked.filter((host) => host === 'first.example').length, 2);
  });

  test('[CS-NIF-07] the running server warns, and its statement tells alternatives and greatest error; without servers it claims nothing', async (t) => {
    const { server: far } = await timeServer(t, (request) => [answerTo(request, hour)]);
    const server = await startProfile(t, 'default', { timeServers: [far], timeTolerance: 600 });
    const limit = Date.now() + 60_000;
    const warned = () => server.lines.some((line) => /this clock is 3\d\d\d\.\d+ s behind .*600 s/.test(line));
    while (!warned() && Date.now() < limit) await new Promise((resolve) => setTimeout(resolve, 20));
    assert.ok(warned(), server.lines.join('\n'));
    const statement = readStatement(JSON.stringify(await server.json('/conformance?format=json')));
    assert.ok(statement.networking.state === 'described');
    const { managementProfiles, managementText, timeAccuracy } = statement.networking.interfaces;
    assert.deepEqual(
      managementProfiles.map(({ actor, protocols }) => [actor, protocols]),
      [['SNTP Client', ['SNTP']]],
    );
    assert.match(
      managementText[0]?.text ?? '',
      /unicast[\s\S]*every 3600 s[\s\S]*timeServers[\s\S]*not set by this product/,
    );
    assert.equal(timeAccuracy?.seconds, 600);
    assert.match(renderMarkdown(statementDocument(statement)), /### 4\.3\.2 [\s\S]*SNTP Client[\s\S]*more than 600 s/);
    const broken = (changed: unknown) => validate(changed).findings.map(({ rule }) => rule);
    assert.ok(!broken(statement).includes('CS-VX-20'));
    statement.networking.interfaces.managementText = [];
    assert.ok(broken(statement).includes('CS-VX-20'));
    const shipped = readStatement(JSON.stringify(await server.json('/conformance?format=json&edition=as-shipped')));
    assert.ok(shipped.networking.state === 'described');
    assert.deepEqual(shipped.networking.interfaces.managementProfiles, []);
    assert.equal(shipped.networking.interfaces.timeAccuracy, undefined);
  });

  test('settings name servers by name or address, and nothing else', () => {
    assert.deepEqual(readTimeServer('ntp.example'), { host: 'ntp.example', port: 123 });
    assert.deepEqual(readTimeServer('10.0.0.1:1123'), { host: '10.0.0.1', port: 1123 });
    assert.deepEqual(readTimeServer('[fd00::1]:123'), { host: 'fd00::1', port: 123 });
    for (const wrong of ['', 'a b', 'ntp.example:0', 'ntp.example:70000', 'http://ntp.example', '[10.0.0.1]', 7, '::1'])
      assert.throws(() => readTimeServer(wrong), /must be a host/);
  });
});
