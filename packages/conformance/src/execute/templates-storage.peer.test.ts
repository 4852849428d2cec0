// Items about storing and retrieving, at DCMTK, at Orthanc and at an archive of ours with faults.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { freePort, start, temporaryFolder } from '../../../network/testing/programs.ts';
import { dcmtkEncoder } from '../../testing/dcmtk-encoder.ts';
import { keepingArchive } from '../../testing/keeping-archive.ts';
import { type LivePeer, startConfiguredArchive, startPeer } from '../../testing/live-peers.ts';
import { peerStatement } from '../../testing/peer-statements.ts';
import { recordingProxy } from '../../testing/recording-proxy.ts';
import { operation, system } from '../../testing/systems.ts';
import { createPlan } from '../plan/plan.ts';
import { runPlan } from './run.ts';
import type { Target } from './target.ts';
import { testInstance, testPatient } from './test-data.ts';

const [verification, ct, mr, get] = [
  '1.2.840.10008.1.1',
  '1.2.840.10008.5.1.4.1.1.2',
  '1.2.840.10008.5.1.4.1.1.4',
  '1.2.840.10008.5.1.4.1.2.2.3',
];
const [studyMove, patientGet] = ['1.2.840.10008.5.1.4.1.2.2.2', '1.2.840.10008.5.1.4.1.2.1.3'];
const [implicit, explicit, baseline] = ['1.2.840.10008.1.2', '1.2.840.10008.1.2.1', '1.2.840.10008.1.2.4.50'];
const care = { pause: 0, objectsPerSecond: 5000, connect: 5, associate: 10, response: 30, patience: 0.2 };

async function results(
  claims: unknown,
  target: Target,
  ids: RegExp,
  more: Partial<Parameters<typeof runPlan>[2]> = {},
): Promise<Readonly<Record<string, string>>> {
  const report = await runPlan(createPlan(claims), target, {
    care,
    allow: ['adds data', 'changes data', 'disturbs'],
    only: ({ id }) => ids.test(id),
    ...more,
  });
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

const status = (name: string, code: string) => ({ status: name, code, meaning: name, behavior: 'As said.' });
const stored = (statuses: readonly object[] = [], rest: object = {}) =>
  operation('C-STORE', 'SCP', [ct, mr], { statuses, ...rest });

type Parts = Partial<Parameters<typeof system>[0]>;
/** Keeps CT and MR, gives them back by C-GET, and moves them. */
const archive = (conformance: readonly object[] = [stored()], parts: Parts = {}) =>
  system({
    name: 'Archive',
    accepts: [
      { name: 'Echo', offers: [{ uid: verification, syntaxes: [explicit, implicit] }] },
      {
        name: 'Keep',
        offers: [ct, mr].map((uid) => ({ uid, syntaxes: [explicit, implicit, baseline] })),
        conformance,
      },
      { name: 'Give', offers: [{ uid: get, syntaxes: [explicit, implicit] }] },
      {
        name: 'Move',
        offers: [{ uid: studyMove, syntaxes: [explicit, implicit] }],
        conformance: [
          operation('C-MOVE', 'SCP', [studyMove], {
            statuses: [status('Success', '0000'), status('Failure', 'A801'), status('Warning', 'B000')],
          }),
        ],
      },
    ],
    ...parts,
  });

describe('storescp, which takes everything', () => {
  const folder = temporaryFolder();
  let port = 0;
  let stop: () => Promise<void>;
  before(async () => {
    port = await freePort();
    const running = await start('storescp', ['+xa', '--ignore', '-pdu', '8192', String(port)], port, folder.path);
    stop = running.stop;
  });
  after(async () => {
    await stop();
    folder[Symbol.dispose]();
  });
  const target = (): Target => ({ host: '127.0.0.1', port, calledAeTitle: 'ANY' });

  test('[CS-TPL-12] an object of 65 MB, and five hundred small ones over one association', async () => {
    const found = await results(archive(), target(), /^store\/(?:65|five)/);
    assert.match(found['store/65-megabytes'] ?? '', /^passed: status 0000/);
    assert.match(found['store/five-hundred'] ?? '', /^passed: 500 times status 0000/);
  });

  test('[CS-TPL-12] with a stated limit: one frame below is stored, what is beyond has to be refused, and storescp takes it', async () => {
    const limited = archive([stored([status('Success', '0000'), status('Failure', 'A700')])], {
      parameters: [{ ae: 'main', name: 'Maximum object size', configurable: false, default: '2097152', unit: 'bytes' }],
    });
    const found = await results(limited, target(), /the-limit/);
    assert.match(found['store/below-the-limit'] ?? '', /^passed/);
    assert.match(found['store/above-the-limit'] ?? '', /^failed: status 0000/);
  });

  test('[CS-TPL-11] what is wrong and is stored without a word is found', async () => {
    const strict = archive([stored([status('Success', '0000'), status('Failure', 'A900')])]);
    const found = await results(strict, target(), /^store\/(?:class|missing|again)/);
    assert.match(found['store/class-mismatch'] ?? '', /^failed: status 0000/);
    assert.match(found['store/again'] ?? '', /^passed: status 0000/);
    assert.match(found['store/missing-attribute'] ?? '', /^passed: status 0000/);
  });

  test('[CS-TPL-38] eighteen gray steps are stored, and who looks at the display answers for it; nothing of it where no display is stated', async () => {
    const grayscale = 'Images are displayed through the Grayscale Standard Display Function (PS3.14).';
    const claims = archive([stored()], { rest: { annexes: { grayscale } } });
    const item = createPlan(claims).items.find(({ id }) => id === 'grayscale/displayed');
    assert.equal(item?.automation, 'manual');
    assert.match(item?.criterion ?? '', /Measured: .*10 percent.*By eye: all seventeen edges/);
    const seen = await results(claims, target(), /^grayscale/, {
      answer: async () => ({ result: 'failed', observed: 'the two darkest bars are one' }),
    });
    assert.match(seen['grayscale/pattern'] ?? '', /^passed: status 0000/);
    assert.match(seen['grayscale/displayed'] ?? '', /^failed: the two darkest bars are one/);
    assert.match((await results(claims, target(), /^grayscale/))['grayscale/displayed'] ?? '', /^not automatable/);
    assert.deepEqual(await results(archive(), target(), /^grayscale/), {});
    const { dataSet } = testInstance(testPatient(), ct, { transferSyntaxUid: explicit, graySteps: true });
    const levels = [...new Set(dataSet.bytes('PixelData'))];
    assert.deepEqual([levels.length, levels[0], levels[1], levels.at(-1)], [18, 0, 15, 255]);
  });

  test('[CS-TPL-07] no P-DATA-TF that we send is longer than what the peer announces', async (context) => {
    const proxy = await recordingProxy(context, port);
    const found = await results(archive(), { ...target(), port: proxy.port }, /^store\/(?:many|65)/);
    all(found, /^passed/, 2);
    const lengths = proxy.connections.flatMap((said) => {
      const bytes = Buffer.concat(said.filter(({ from }) => from === 'client').map((each) => Buffer.from(each.bytes)));
      const found: number[] = [];
      for (let at = 0; at + 6 <= bytes.length; at += 6 + bytes.readUInt32BE(at + 2))
        if (bytes[at] === 4) found.push(bytes.readUInt32BE(at + 2));
      return found;
    });
    assert.ok(lengths.length > 1000);
    assert.ok(Math.max(...lengths) <= 8192, `${Math.max(...lengths)} bytes`);
    assert.ok(Math.max(...lengths) > 4096, 'what is allowed is used');
  });
});

describe('an archive of ours that does what it says, or something else', () => {
  test('[CS-TPL-10] [CS-TPL-18] [CS-TPL-27] [CS-TPL-34] what was stored comes back: each class, each character set, added attributes, in short PDUs', async () => {
    await using peer = await keepingArchive();
    const described = archive([stored()], {
      rest: {
        characterSets: {
          state: 'described',
          supported: [
            { definedTerm: 'ISO_IR 100', services: ['Storage'], direction: 'both' },
            { definedTerm: 'ISO_IR 144', services: ['Storage'], direction: 'both' },
          ],
        },
      },
    });
    const found = await results(described, peer.target, /^(?:get|store)\/(?!.*(?:bytes|lossy|4-50|five|mismatch))/);
    all(found, /^passed|^not automatable/, 18);
    assert.match(found[`get/${get.replaceAll('.', '-')}/character-set-iso-ir-144`] ?? '', /^passed/);
    assert.match(found[`get/${get.replaceAll('.', '-')}/all`] ?? '', /^passed: \d+ instances came back unchanged/);
  });

  test('[CS-TPL-34] [CS-TPL-36] an attribute that is dropped, changed or added is found; what is stated to be coerced is not', async () => {
    await using peer = await keepingArchive({
      change: (dataSet) => {
        dataSet.delete('00291001');
        dataSet.set('PatientID', 'CHANGED');
        dataSet.set('InstitutionAddress', 'ADDED');
      },
    });
    const id = `get/${get.replaceAll('.', '-')}/all`;
    const coercing = (tags: readonly string[]) =>
      archive([stored()], {
        rest: {
          annexes: {
            coercion: {
              state: 'described',
              rows: tags.map((tag) => ({ attribute: 'Attribute', tag, vr: 'LO', condition: 'Always.' })),
            },
          },
        },
      });
    const found = await results(archive(), peer.target, /all$|get.*added/);
    assert.match(found[id] ?? '', /^failed: .*Patient ID \(0010,0020\) came back as \["CHANGED"\]/);
    assert.match(found[id] ?? '', /Institution Address \(0008,0081\) is there with \["ADDED"\], and was not sent/);
    assert.match(found[`get/${get.replaceAll('.', '-')}/added-attributes`] ?? '', /\(0029,1001\) is missing/);
    const stated = await results(coercing(['(0010,0020)', '(0008,0081)', '(0029,1001)']), peer.target, /all$/);
    all(stated, /^passed/);
  });

  test('[CS-TPL-27] a name that comes back as question marks is found', async () => {
    await using peer = await keepingArchive({ change: (dataSet) => dataSet.set('PatientName', '???') });
    all(await results(archive(), peer.target, /get.*character-set/), /^failed: .*came back as/);
  });

  test('[CS-TPL-07] [CS-TPL-18] a provider that sends longer PDUs than we take, and one that sends what was not asked for', async () => {
    await using peer = await keepingArchive({ ignoresMaximumLength: true });
    all(await results(archive(), peer.target, /get.*short/), /^failed/);
    await using other = await keepingArchive({ sendsAnother: true });
    all(await results(archive(), other.target, /get.*all/), /^failed: .*was not stored by this run/);
  });

  test('[CS-TPL-14] lossy instances are decompressed, or are not sent, as is stated', async () => {
    const encode = dcmtkEncoder;
    const saying = (lossyOnly: string) => archive([stored([], { lossyOnly })]);
    const ids = /get.*lossy/;
    await using keeps = await keepingArchive();
    all(
      await results(saying('The move fails.'), keeps.target, ids, { encode }),
      /^passed: it did not come, status [AB]/,
    );
    all(await results(saying('It is decompressed.'), keeps.target, ids, { encode }), /^failed: it did not come/);
    all(await results(archive(), keeps.target, ids, { encode }), /^inconclusive/);
    all(await results(archive(), keeps.target, /store.*4-50/), /^not automatable: no encoder/);
  });

  test('[CS-TPL-33] a private class with its related general class: accepted or refused, as is stated', async () => {
    const saying = (note: string) =>
      system({
        name: 'Archive',
        accepts: [{ name: 'Keep', offers: [{ uid: ct, notes: [note] }, { uid: verification }] }],
      });
    await using takes = await keepingArchive();
    await using refuses = await startPeer('storescp');
    const [yes, no] = ['Specialized classes are accepted.', 'Specialized classes are not accepted.'].map(saying);
    const ids = /specialized-class/;
    all(await results(yes, takes.target, ids), /^passed: accepted/);
    all(await results(no, takes.target, ids), /^failed: accepted/);
    all(await results(no, refuses.target, ids), /^passed: refused/);
    all(await results(yes, refuses.target, ids), /^failed: refused/);
  });
});

describe('moves', () => {
  let port = 0;
  let peer: LivePeer;
  before(async () => {
    port = await freePort();
    peer = await startConfiguredArchive({ hosts: `ours = (CSSINK, localhost, ${port})` });
  });
  after(() => peer[Symbol.asyncDispose]());

  test('[CS-TPL-17] dcmqrscp: a destination that is known, unknown, refuses, or is cancelled; counts that add up', async () => {
    const ourSide = { host: '127.0.0.1', port, aeTitle: 'CSSINK' };
    const claims = peerStatement('dcmqrscp');
    const only = /^move\/1-2-840-10008-5-1-4-1-2-2-2\//;
    const found = await results(claims, peer.target, only, { ourSide });
    all(found, /^(?:passed|failed)/, 4);
    const id = 'move/1-2-840-10008-5-1-4-1-2-2-2';
    assert.match(found[`${id}/known-destination`] ?? '', /^passed: \d+ of \d+ instances? came, status 0000|^passed/);
    assert.match(found[`${id}/unknown-destination`] ?? '', /^passed/);
    assert.match(found[`${id}/cancel`] ?? '', /^passed/);
    assert.match(found[`${id}/refusing-destination`] ?? '', /^passed/);
    const without = await results(claims, peer.target, /^move.*known-dest/, {});
    assert.match(without[`${id}/known-destination`] ?? '', /^not run: it has not been said where/);
  });

  test('[CS-TPL-17] counts that do not add up, and an instance that is not sent, are found', async () => {
    const ourPort = await freePort();
    await using liar = await keepingArchive({ forgetsOne: true, destination: { aeTitle: 'CSSINK', port: ourPort } });
    const ourSide = { host: '127.0.0.1', port: ourPort, aeTitle: 'CSSINK' };
    const found = await results(archive(), liar.target, /^move.*known-dest|^store\/[1m]/, { ourSide });
    assert.match(found[`move/${studyMove.replaceAll('.', '-')}/known-destination`] ?? '', /^failed: .*did not come/);
  });
});

test('[CS-TPL-10] [CS-TPL-11] Orthanc gives back every class that it has taken, attribute by attribute', async () => {
  await using peer = await startPeer('orthanc');
  const classes = new RegExp(
    `^store/(?:${[ct, mr, '1.2.840.10008.5.1.4.1.1.7'].map((uid) => uid.replaceAll('.', '-')).join('|')}|class|again|missing)`,
  );
  const found = await results(
    peerStatement('orthanc'),
    peer.target,
    new RegExp(`^get/.*(?:all|short|added)$|${classes.source}$`),
  );
  const failed = Object.entries(found).filter(([, text]) => /^failed/.test(text));
  assert.deepEqual(failed, []);
  assert.match(found[`get/${patientGet.replaceAll('.', '-')}/all`] ?? '', /^passed|^$/);
});
