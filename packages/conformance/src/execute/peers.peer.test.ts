// Plans from what other programs' documents claim, run against those programs: what they find is known, and nothing else is found.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { startPeer } from '../../testing/live-peers.ts';
import { type PeerName, peerStatement } from '../../testing/peer-statements.ts';
import type { PlanItem } from '../plan/item.ts';
import { createPlan } from '../plan/plan.ts';
import { junitXml } from './junit.ts';
import { type RunReport, runPlan } from './run.ts';

const care = { pause: 0, objectsPerSecond: 1000, response: 20, associate: 10, patience: 0.3 };

/** Of the many classes that are stored alike, one. */
const shortly = ({ id, service }: PlanItem): boolean =>
  service !== 'Storage' || /store\/(?:class|again|character|many)/.test(id);

async function runAt(name: PeerName, only: (item: PlanItem) => boolean = shortly): Promise<RunReport> {
  await using peer = await startPeer(name);
  const plan = createPlan(peerStatement(name));
  return await runPlan(plan, peer.target, { care, allow: ['adds data', 'disturbs'], only });
}

/** What did not pass, by identifier. */
const findings = ({ results }: RunReport): Readonly<Record<string, string>> =>
  Object.fromEntries(
    results
      .filter(({ result }) => result === 'failed' || result === 'inconclusive')
      .map(({ id, result, observed }) => [id, `${result}: ${observed}`]),
  );

describe('plans at other programs', () => {
  test('storescp does what its manual says', async () => {
    assert.deepEqual(findings(await runAt('storescp')), {});
  });

  test('dcmqrscp: two keys that its manual lists do not come back', async () => {
    const report = await runAt(
      'dcmqrscp',
      ({ id, service }) => shortly({ id, service } as PlanItem) && !/1-2-[13]-1/.test(id),
    );
    const found = findings(report);
    const find = 'find/1-2-840-10008-5-1-4-1-2-2-1/study';
    assert.deepEqual(Object.keys(found).sort(), [`${find}/0010-21b0`, `${find}/0010-4000`]);
    assert.match(found[`${find}/0010-4000`] ?? '', /failed: the attribute is not in the answer/);
    assert.ok(report.results.some(({ id, result }) => /^get\//.test(id) && result === 'passed'));
    assert.ok(report.results.some(({ id, result }) => id === 'associations' && result === 'passed'));
  });

  test('wlmscpfs does what its manual says', async () => {
    const found = findings(await runAt('wlmscpfs'));
    const find = 'find/1-2-840-10008-5-1-4-31/worklist';
    assert.deepEqual(Object.keys(found).sort(), [`${find}/0010-2297`, `${find}/0010-2298`]);
    assert.ok(Object.values(found).every((text) => /inconclusive: it is returned without a value/.test(text)));
  });

  test('dcmprscp lays a film out', async () => {
    const report = await runAt('dcmprscp');
    assert.deepEqual(findings(report), {});
    assert.ok(report.results.some(({ id, result }) => id === 'print-management/grayscale-film' && result === 'passed'));
  });

  test('Orthanc: classes and syntaxes beside its statement, and an abort for an unknown destination', async () => {
    const report = await runAt('orthanc');
    const found = findings(report);
    assert.deepEqual(
      Object.keys(found)
        .map((id) => id.split('/').slice(0, 2).join('/'))
        .sort(),
      [
        'move/1-2-840-10008-5-1-4-1-2-1-2',
        'move/1-2-840-10008-5-1-4-1-2-2-2',
        'negotiation/find',
        'negotiation/get',
        'negotiation/move',
        'negotiation/store',
        'negotiation/unstated',
        'negotiation/verification',
      ],
    );
    const store = report.results.find(({ id }) => id === 'negotiation/store');
    assert.equal(store?.differences?.length, 99);
    assert.ok(store?.differences?.every((text) => /^(?:Generic Implant|Implant).*result 3/.test(text)));
    assert.ok(report.results.some(({ id, result }) => /^get\//.test(id) && result === 'passed'));
  });
});

test('test instances are listed at the end', async () => {
  const report = await runAt('storescp', ({ id }) => id === 'store/many');
  assert.equal(report.leftBehind.length, 20);
});

test('a report in JUnit XML is read by another program', async () => {
  const report = await runAt('storescp', ({ id }) => id === 'verification');
  const script = 'import sys,xml.etree.ElementTree as e; print(len(e.parse(sys.stdin).findall(".//testcase")))';
  const { stdout } = spawnSync('/usr/bin/python3', ['-c', script], { input: junitXml(report), encoding: 'utf8' });
  assert.equal(stdout.trim(), String(report.results.length));
});
