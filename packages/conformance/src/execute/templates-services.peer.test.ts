// Items about queries, worklists, steps, commitment, print, logs and media: at DCMTK, and at providers that have one fault.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { run } from '../../../network/testing/programs.ts';
import { type LivePeer, startPeer } from '../../testing/live-peers.ts';
import { peerStatement } from '../../testing/peer-statements.ts';
import { operation, system } from '../../testing/systems.ts';
import { providedFinds, wholeProvider } from '../../testing/whole-provider.ts';
import { createPlan } from '../plan/plan.ts';
import { type RunReport, runPlan } from './run.ts';
import type { Target } from './target.ts';

const care = { pause: 0, objectsPerSecond: 5000, connect: 5, associate: 10, response: 30, patience: 2 };

const reportOf = (claims: unknown, target: Target, ids: RegExp): Promise<RunReport> =>
  runPlan(createPlan(claims), target, {
    care,
    allow: ['adds data', 'changes data', 'disturbs'],
    only: ({ id }) => ids.test(id),
  });

async function results(claims: unknown, target: Target, ids: RegExp): Promise<Readonly<Record<string, string>>> {
  const report = await reportOf(claims, target, ids);
  return Object.fromEntries(
    report.results
      .filter(({ id }) => ids.test(id))
      .map(({ id, result, observed, differences = [] }) => [id, `${result}: ${[observed, ...differences].join('; ')}`]),
  );
}

const all = (found: Readonly<Record<string, string>>, pattern: RegExp, least = 1): void => {
  assert.ok(Object.keys(found).length >= least, Object.keys(found).join());
  for (const [id, text] of Object.entries(found)) assert.match(text, pattern, id);
};

describe('dcmqrscp', () => {
  let peer: LivePeer;
  before(async () => {
    peer = await startPeer('dcmqrscp');
  });
  after(() => peer[Symbol.asyncDispose]());

  test('[CS-TPL-16] each level and matching, edges of ranges, nothing, wrong identifiers, cancel, the whole set: and findscu finds the same', async () => {
    const only = /^find\/1-2-840-10008-5-1-4-1-2-2-1\/(?!study\/00(?:10-21b0|10-4000))/;
    const claims = peerStatement('dcmqrscp');
    const report = await reportOf(claims, peer.target, new RegExp(`^store/many|${only.source}`));
    const found = report.results.filter(({ id }) => only.test(id));
    assert.ok(found.length > 30);
    assert.deepEqual(
      found.filter(({ result }) => result !== 'passed').map(({ id, observed }) => `${id}: ${observed}`),
      [],
    );
    for (const part of ['nothing', 'invalid', 'cancel', 'whole-set'])
      assert.ok(
        found.some(({ id }) => id.endsWith(part)),
        part,
      );
    const [left] = report.leftBehind;
    assert.ok(left);
    const keys = [
      'QueryRetrieveLevel=IMAGE',
      `StudyInstanceUID=${left.studyInstanceUid}`,
      'SeriesInstanceUID',
      'SOPInstanceUID',
    ];
    const { output } = await run('findscu', [
      '-S',
      '-v',
      '-aec',
      'ARCHIVE',
      '127.0.0.1',
      String(peer.target.port),
      ...keys.flatMap((key) => ['-k', key]),
    ]);
    const same = report.leftBehind.filter(({ studyInstanceUid }) => studyInstanceUid === left.studyInstanceUid);
    assert.equal(
      output.match(/Find Response: \d+ \(Pending\)|Find SCP Response|Received Find Response/g)?.length ?? 0,
      same.length,
      output.slice(-500),
    );
  });
});

test('[CS-TPL-19] wlmscpfs: by date, modality, station and patient, nothing, sequence keys, cancel; a key that it does not have is found', async () => {
  await using peer = await startPeer('wlmscpfs');
  const id = 'find/1-2-840-10008-5-1-4-31';
  const ids = /(?:nothing|cancel|worklist\/(?:0010-00[12]0|0008-0060|0040-000[12]|0040-0100))$/;
  const found = await results(peerStatement('wlmscpfs'), peer.target, ids);
  const passed = Object.entries(found).filter(([, text]) => text.startsWith('passed'));
  for (const part of [
    'nothing',
    'cancel',
    ...['0010-0010', '0010-0020', '0008-0060', '0040-0001', '0040-0002', '0040-0100'].map((tag) => `worklist/${tag}`),
  ])
    assert.ok(
      passed.some(([name]) => name === `${id}/${part}`),
      part,
    );
  const key = {
    level: 'WORKLIST',
    attribute: 'Requested Procedure Description',
    tag: '(0032,1060)',
    matching: ['single value'],
    returned: true,
  };
  const wrong = system({
    name: 'Worklist',
    accepts: [
      {
        name: 'Answer',
        offers: [{ uid: '1.2.840.10008.5.1.4.31' }],
        conformance: [operation('C-FIND', 'SCP', ['1.2.840.10008.5.1.4.31'], { keys: [key] })],
      },
    ],
  });
  all(await results(wrong, peer.target, /0032-1060/), /^failed: .*the key is not matched/);
});

describe('print', () => {
  const [meta, lut, annotation, job] = [
    '1.2.840.10008.5.1.1.9',
    '1.2.840.10008.5.1.1.23',
    '1.2.840.10008.5.1.1.15',
    '1.2.840.10008.5.1.1.14',
  ];
  const printer = (uids: readonly string[], formats = '') =>
    system({
      name: 'Printer',
      accepts: [
        {
          name: 'Print',
          offers: uids.map((uid) => ({ uid })),
          conformance: [operation('N-CREATE', 'SCP', uids, { description: `Formats: ${formats}.` })],
        },
      ],
    });

  test('[CS-TPL-23] dcmprscp: printer, films in each stated format, LUT, paper, a lost connection; formats and boxes that it lacks are found', async () => {
    await using peer = await startPeer('dcmprscp');
    const found = await results(printer([meta, lut], 'STANDARD\\1,1, STANDARD\\2,2'), peer.target, /^print-management/);
    const { 'print-management/grayscale-paper': byHand, ...others } = found;
    assert.match(byHand ?? '', /^not automatable/);
    all(others, /^passed/, 7);
    assert.ok('print-management/grayscale-presentation-lut' in others);
    const lacking = await results(printer([meta, annotation, job], 'STANDARD\\5,5'), peer.target, /annotation|5-5/);
    all(lacking, /^(?:failed|blocked)/, 2);
  });
});

describe('a provider of everything else', () => {
  const uids = {
    step: '1.2.840.10008.3.1.2.3.3',
    availability: '1.2.840.10008.5.1.4.33',
    events: '1.2.840.10008.1.40',
    substances: '1.2.840.10008.1.42',
    media: '1.2.840.10008.5.1.1.33',
    hangingMove: '1.2.840.10008.5.1.4.38.3',
  };
  const status = (code: string) => ({
    status: code === '0000' ? 'Success' : 'Failure',
    code,
    meaning: code,
    behavior: 'As said.',
  });
  const providing = (...parts: readonly (readonly [string, string, readonly string[]])[]) =>
    system({
      name: 'Provider',
      accepts: parts.map(([uid, does, codes], index) => ({
        name: `Work ${index}`,
        offers: [{ uid, syntaxes: ['1.2.840.10008.1.2.1', '1.2.840.10008.1.2'] }],
        conformance: [operation(does, 'SCP', [uid], { statuses: codes.map(status) })],
      })),
    });

  test('[CS-TPL-20] steps: begun, ended, discontinued, never changed after the end, never twice; one that takes everything is found', async () => {
    const claims = providing([uids.step, 'N-CREATE', ['0000', '0111']]);
    await using good = await wholeProvider();
    all(await results(claims, good.target, /^modality-performed/), /^passed/, 5);
    await using bad = await wholeProvider({ takesEverything: true });
    const found = await results(claims, bad.target, /^modality-performed/);
    const failed = Object.entries(found).filter(([, text]) => text.startsWith('failed'));
    assert.equal(failed.length, 3, JSON.stringify(found));
  });

  test('[CS-TPL-21] availability, events, substances: each with a stated status; a log that takes any action is found', async () => {
    const claims = providing(
      [uids.availability, 'N-CREATE', ['0000']],
      [uids.events, 'N-ACTION', ['0000']],
      [uids.substances, 'N-ACTION', ['0000', 'C110']],
    );
    const ids = /^(?:instance-availability|procedural-event|substance-administration)/;
    await using good = await wholeProvider();
    all(await results(claims, good.target, ids), /^passed/, 4);
    await using bad = await wholeProvider({ takesEverything: true });
    const found = await results(claims, bad.target, ids);
    assert.match(found['procedural-event-logging/unknown-log'] ?? '', /^failed: status 0000/);
    assert.match(found['substance-administration-logging/substance-log'] ?? '', /^failed: status C10E/);
  });

  test('[CS-TPL-22] relevant information, products, approvals, hanging protocols: keys, nothing, wrong identifiers; one that finds everybody is found', async () => {
    const find = (uid: string) => [uid, 'C-FIND', ['0000', 'A900']] as const;
    const claims = providing(...providedFinds.map(find), [uids.hangingMove, 'C-MOVE', ['0000', 'A801']]);
    await using good = await wholeProvider();
    all(await results(claims, good.target, /^special-queries/), /^passed/, 3 * providedFinds.length + 1);
    await using bad = await wholeProvider({ findsAnything: true });
    all(await results(claims, bad.target, /^special-queries.*nothing$/), /^failed: 1 matches/, providedFinds.length);
  });

  test('[CS-TPL-24] media: a request is made, asked for, started, cancelled; one that starts what nobody made is found', async () => {
    const claims = providing([uids.media, 'N-ACTION', ['0000']]);
    await using good = await wholeProvider();
    all(await results(claims, good.target, /^media-creation/), /^passed/, 4);
    await using bad = await wholeProvider({ takesEverything: true });
    const found = await results(claims, bad.target, /^media-creation/);
    assert.match(found['media-creation-management/unknown-media'] ?? '', /^failed: status 0000/);
    assert.match(found['media-creation-management/media-created'] ?? '', /^failed: .*no Execution Status/);
  });
});
