// Our side does wrong what it is told to do wrong, at the point it is told: seen from DCMTK's storescu, and byte by byte.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { writePart10 } from '@concord/dicom';
import { freePort, run, temporaryFolder } from '../../../network/testing/programs.ts';
import { ScriptedPeer } from '../../../network/testing/scripted-peer.ts';
import { associateRq, pData, storeRq } from '../../../network/testing/wire.ts';
import { operation, system } from '../../testing/systems.ts';
import { createPlan } from '../plan/plan.ts';
import { asPlan } from '../plan/read-plan.ts';
import { runPlan } from './run.ts';
import { testInstance, testPatient } from './test-data.ts';

const ct = '1.2.840.10008.5.1.4.1.1.2';
const implicit = '1.2.840.10008.1.2';
const statuses = [
  { status: 'Success', code: '0000', meaning: 'Stored', behavior: 'Done' },
  { status: 'Failure', code: 'A9xx', meaning: 'Data set does not match', behavior: 'It is shown as failed.' },
  { status: 'Failure', code: 'C123', meaning: 'Cannot understand', behavior: 'It is shown as failed.' },
  { status: 'Warning', code: 'B006', meaning: 'Elements discarded', behavior: 'It is done.' },
];
const sender = system({
  name: 'Modality',
  initiates: [{ name: 'Send', offers: [{ uid: ct }], conformance: [operation('C-STORE', 'SCU', [ct], { statuses })] }],
});

/** Plays one item, with `call` in the place of whoever sits at the system; what `call` saw comes with the result. */
async function played<T>(item: string, call: (port: number, text: string) => Promise<T>, patience = 20) {
  const calls: Promise<T>[] = [];
  const made = createPlan(sender);
  // Away for half a second in place of minutes.
  const items = made.items.map((each) =>
    each.check?.kind === 'called' && /away/.test(each.check.behaviour)
      ? { ...each, check: { ...each.check, seconds: 0.5 } }
      : each,
  );
  const plan = { ...made, items };
  const port = /away/.test(item) ? await freePort() : 0;
  const { results } = await runPlan(
    asPlan(JSON.parse(JSON.stringify(plan))) ?? assert.fail('the plan cannot be read again'),
    { host: '127.0.0.1', port: 1, calledAeTitle: 'NOBODY' },
    {
      care: { patience },
      assisted: true,
      ourSide: { host: '127.0.0.1', port, aeTitle: 'CSSINK' },
      only: ({ id }) => id === `called/send/c-store/${item}`,
      ask: (text) => {
        const each = call(Number(/ at port (\d+)/.exec(text)?.[1]), text);
        each.catch(() => undefined);
        calls.push(each);
      },
    },
  );
  assert.equal(results.length, 1, item);
  const [seen] = await Promise.all(calls);
  return { outcome: results[0] ?? assert.fail(), seen: seen ?? assert.fail('nobody was asked') };
}

describe('[CS-EXE-08] as SCP, seen from storescu', () => {
  const store = async (port: number, ...options: readonly string[]) => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'ct.dcm');
    const { dataSet } = testInstance(testPatient(), ct, { transferSyntaxUid: implicit });
    writeFileSync(file, writePart10({ dataSet, transferSyntaxUid: implicit }));
    const began = performance.now();
    const { code, output } = await run('storescu', ['-d', ...options, '-aec', 'CSSINK', '127.0.0.1', `${port}`, file]);
    return { code, output, seconds: (performance.now() - began) / 1000 };
  };
  const faults: readonly (readonly [item: string, RegExp])[] = [
    ['abort-before-the-data-set', /Peer aborted Association/],
    ['abort-during-the-data-set', /Peer aborted Association/],
    ['abort', /Peer aborted Association/],
    ['cut-during-the-data-set', /E: .*(?:Network|Connection|aborted)/],
    ['cut', /E: .*(?:Network|Connection|aborted)/],
    ['status/a9xx', /A900/i],
    ['status/c123', /C123/i],
    ['status/b006', /B006/i],
    ['refuse-contexts', /No Acceptable Presentation Contexts/],
    ['reject-the-called-title', /Called AE Title Not Recognized/],
  ];
  for (const [item, says] of faults)
    test(item, async () => {
      const { outcome, seen } = await played(item, (port) => store(port));
      assert.match(seen.output, says);
      assert.notEqual(outcome.result, 'not run', outcome.observed);
      assert.notEqual(outcome.result, 'failed', outcome.observed);
    });

  test('small PDUs: 4,096 bytes are announced, and the object comes through', async () => {
    const { outcome, seen } = await played('small-pdus', (port) => store(port));
    assert.match(seen.output, /Their Max PDU Receive Size:\s+4096/);
    assert.deepEqual([seen.code, outcome.result], [0, 'passed'], outcome.observed);
  });

  test('delay: the response comes five seconds late, and silence never ends by itself', async () => {
    const late = await played('delay', (port) => store(port));
    assert.ok(late.seen.seconds >= 4.9, `${late.seen.seconds} s`);
    assert.deepEqual([late.seen.code, late.outcome.result], [0, 'passed'], late.outcome.observed);
    const never = await played('silence', (port) => store(port, '-td', '1'));
    assert.match(never.seen.output, /timeout|Timeout|DIMSE No data available/);
    assert.equal(never.outcome.result, 'inconclusive', never.outcome.observed);
  });
});

describe('as SCP, each fault at its point', () => {
  const half = Buffer.alloc(2000);
  const open = (port: number) =>
    ScriptedPeer.associate(port, {
      called: 'CSSINK',
      contexts: [{ id: 1, abstract: ct, transfer: [implicit] }],
    });
  const points: readonly (readonly [item: string, parts: number, end: RegExp])[] = [
    ['abort-before-the-data-set', 1, /^07 /],
    ['abort-during-the-data-set', 2, /^07 /],
    ['abort', 3, /^07 /],
    ['cut-during-the-data-set', 2, /^closed$/],
    ['cut', 3, /^closed$/],
  ];
  for (const [item, parts, end] of points)
    test(`${item}: after ${parts} of command, half a data set, its end, and not before`, async () => {
      const { seen } = await played(item, async (port) => {
        using peer = await open(port);
        const steps = [storeRq(1, ct, '1.2.3'), pData(1, 0, half), pData(1, 2, half)];
        for (const step of steps.slice(0, parts - 1)) peer.send(step);
        const answer = peer.nextHex();
        const early = await Promise.race([answer, new Promise((resolve) => setTimeout(resolve, 150, 'nothing'))]);
        peer.send(...steps.slice(parts - 1, parts));
        return { early, late: await answer };
      });
      assert.equal(seen.early, 'nothing');
      assert.match(seen.late, end);
    });
});

describe('a fault that passes: whoever sends again is answered', () => {
  /** Associations one after the other, each with so many requests to store the same object. */
  const send = async (port: number, requests: readonly number[]): Promise<true> => {
    for (const count of requests) {
      using peer = await ScriptedPeer.connect(port);
      peer.send(associateRq({ called: 'CSSINK', contexts: [{ id: 1, abstract: ct, transfer: [implicit] }] }));
      await peer.next();
      for (let messageId = 1; messageId <= count; messageId += 1) {
        peer.send(storeRq(messageId, ct, '1.2.3'), pData(1, 2, Buffer.alloc(100)));
        await peer.next();
      }
    }
    return true;
  };
  test('sent again once: passed; never: inconclusive; twice: failed', async () => {
    const { outcome: once } = await played('then-answer/abort', (port) => send(port, [1, 1]));
    assert.equal(once.result, 'passed', once.observed);
    const { outcome: never } = await played('then-answer/abort', (port) => send(port, [1]), 2);
    assert.deepEqual([never.result, /not sent again/.test(never.observed)], ['inconclusive', true], never.observed);
    const { outcome: twice } = await played('then-answer/abort', (port) => send(port, [1, 2]));
    assert.deepEqual([twice.result, /more than once: 1\.2\.3/.test(twice.observed)], ['failed', true], twice.observed);
  });

  test('[CS-TPL-37] what waited while our side was away and the system was restarted comes once; from one that has forgotten it, nothing', async () => {
    const asked: string[] = [];
    const later = (port: number, text: string) => {
      asked.push(text);
      return once(port);
    };
    const once = async (port: number): Promise<true> => {
      for (;;)
        try {
          return await send(port, [1]);
        } catch {
          await new Promise((resolve) => setTimeout(resolve, 50)); // nobody listens yet
        }
    };
    const { outcome } = await played('then-answer/away-at-a-restart', later);
    assert.equal(outcome.result, 'passed', outcome.observed);
    assert.match(asked[0] ?? '', /not listen for 0\.5 s, in which the system is to be restarted, then answer/);
    const { outcome: forgotten } = await played('then-answer/long-away', async () => true, 0.4);
    assert.equal(forgotten.result, 'not run', forgotten.observed);
  });

  test('whoever waits for ever for the answer fails', async () => {
    const { outcome } = await played('then-answer/silence', (port) => send(port, [1]), 2);
    assert.deepEqual(
      [outcome.result, /still open after 2 s/.test(outcome.observed)],
      ['failed', true],
      outcome.observed,
    );
  });
});
