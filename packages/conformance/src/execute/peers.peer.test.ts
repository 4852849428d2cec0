// Plans from what other programs' documents claim, run against those programs: what they find is known, and nothing else is found.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
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

/** What the page about other programs says, as data. */
interface Kept {
  readonly versions: Readonly<Record<'DCMTK' | 'Orthanc', string>>;
  /** For each program: what did not pass, and what was seen of items that did. */
  readonly runs: Readonly<Record<PeerName, Readonly<Record<'findings' | 'seen', Readonly<Record<string, string>>>>>>;
  /** Each statement of the page: the runs or the test that find it again, or why nothing does. */
  readonly page: Readonly<Record<string, readonly PeerName[] | string>>;
}
const docs = join(import.meta.dirname, '../../../../docs');
const kept = JSON.parse(readFileSync(join(docs, 'interoperability.json'), 'utf8')) as Kept;

const installed: Readonly<Record<keyof Kept['versions'], string>> = {
  DCMTK: /v(\d+\.\d+\.\d+)/.exec(spawnSync('storescp', ['--version'], { encoding: 'utf8' }).stdout)?.[1] ?? '?',
  Orthanc: /(\d+\.\d+\.\d+)/.exec(spawnSync('Orthanc', ['--version'], { encoding: 'utf8' }).stdout)?.[1] ?? '?',
};
const makerOf = (name: PeerName): keyof Kept['versions'] => (name === 'orthanc' ? 'Orthanc' : 'DCMTK');
const toldOf = (name: PeerName): string => {
  const maker = makerOf(name);
  return kept.versions[maker] === installed[maker]
    ? `${name} is not as docs/interoperability.json says`
    : `docs/interoperability.json tells of ${maker} ${kept.versions[maker]}, and ${installed[maker]} is installed`;
};

/** What was found is what the page says, and nothing else: the result, and as much of what was seen as is kept. */
function compareWithPage(name: PeerName, report: RunReport): void {
  const found = findings(report);
  const { findings: known, seen } = kept.runs[name];
  assert.deepEqual(Object.keys(found).sort(), Object.keys(known).sort(), toldOf(name));
  for (const [id, text] of Object.entries(known))
    assert.ok(found[id]?.startsWith(text), `${toldOf(name)}: ${id}: ${found[id]}`);
  for (const [id, text] of Object.entries(seen)) {
    const item = report.results.find((each) => each.id === id);
    const words = [item?.observed, ...(item?.associations.map(({ end }) => end) ?? [])].join('; ');
    assert.ok(item?.result === 'passed' && words.includes(text), `${toldOf(name)}: ${id}: ${words}`);
  }
}

describe('plans at other programs find what docs/interoperability.md says, and nothing else', () => {
  test('storescp does what its manual says', async () => {
    compareWithPage('storescp', await runAt('storescp'));
  });

  test('dcmqrscp: two keys that its manual lists do not come back', async () => {
    const report = await runAt(
      'dcmqrscp',
      ({ id, service }) => shortly({ id, service } as PlanItem) && !/1-2-[13]-1/.test(id),
    );
    compareWithPage('dcmqrscp', report);
    assert.ok(report.results.some(({ id, result }) => /^get\//.test(id) && result === 'passed'));
    assert.ok(report.results.some(({ id, result }) => id === 'associations' && result === 'passed'));
  });

  test('wlmscpfs does what its manual says', async () => {
    compareWithPage('wlmscpfs', await runAt('wlmscpfs'));
  });

  test('dcmprscp lays a film out', async () => {
    const report = await runAt('dcmprscp');
    compareWithPage('dcmprscp', report);
    assert.ok(report.results.some(({ id, result }) => id === 'print-management/grayscale-film' && result === 'passed'));
  });

  test('Orthanc: classes and syntaxes beside its statement, and an abort for an unknown destination', async () => {
    const report = await runAt('orthanc');
    compareWithPage('orthanc', report);
    const store = report.results.find(({ id }) => id === 'negotiation/store');
    assert.ok(store?.differences?.every((text) => /^(?:Generic Implant|Implant).*result 3/.test(text)));
    assert.ok(report.results.some(({ id, result }) => /^get\//.test(id) && result === 'passed'));
  });

  test('each statement of the page about them has its run, its test, or the reason why nothing repeats it; versions are those of the page', () => {
    const page = readFileSync(join(docs, 'interoperability.md'), 'utf8');
    const [, dcmtk = ''] = /\n## DCMTK ([\d.]+)\n/.exec(page) ?? [];
    const [, orthanc = ''] = /\n## Orthanc ([\d.]+)\n/.exec(page) ?? [];
    assert.deepEqual({ DCMTK: dcmtk, Orthanc: orthanc }, kept.versions);
    for (const name of Object.keys(kept.runs) as PeerName[]) {
      const [, version, items] =
        new RegExp(`^\\| ${name} \\| \\D*([\\d.]+)[^|]*\\|[^|]*\\| (\\d+) \\|`, 'im').exec(page) ?? [];
      const planned = createPlan(peerStatement(name)).items.filter(({ id }) => !id.endsWith('gigabytes'));
      assert.deepEqual([version, items], [kept.versions[makerOf(name)], String(planned.length)], name);
    }
    const about = page.slice(page.indexOf('\n## DCMTK'), page.indexOf('\n## Concord'));
    const statements = about
      .split('\n- ')
      .slice(1)
      .map((text) => text.replaceAll(/\*\*|\s+/g, (each) => (each === '**' ? '' : ' ')));
    const entries = Object.entries(kept.page);
    assert.equal(statements.length, entries.length);
    for (const text of statements)
      assert.equal(entries.filter(([words]) => text.includes(words)).length, 1, `in interoperability.json: ${text}`);
    for (const [words, how] of entries) {
      if (typeof how !== 'string') for (const name of how) assert.ok(name in kept.runs, words);
      else if (!how.startsWith('not repeated: ')) {
        const [file = '', title = ''] = how.split(/: (.*)/s);
        assert.ok(readFileSync(join(import.meta.dirname, file), 'utf8').includes(title), `${words}: ${how}`);
      }
    }
    // Another release of the same line is told and compared all the same; another line is another program.
    for (const [maker, version] of Object.entries(kept.versions) as [keyof Kept['versions'], string][]) {
      const now = installed[maker];
      if (now !== version) console.log(`${maker}: the page tells of ${version}, ${now} is installed`);
      const line = version.slice(0, version.lastIndexOf('.') + 1);
      assert.ok(
        now.startsWith(line),
        `${maker} ${now} is installed: run the plans again, and write docs/interoperability.md anew`,
      );
    }
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
