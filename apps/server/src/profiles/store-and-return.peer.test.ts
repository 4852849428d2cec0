// What the profiles of an archive and of the reviewer keep of an object, say about it and give back.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { readPart10, writeDataSet } from '@concord/dicom';
import { asPart10 } from '../../testing/data-sets.ts';
import { type ProfiledServer, startProfile } from '../../testing/profile.ts';
import { contextsOf } from '../../testing/profiled-archive.ts';
import { run } from '../../testing/programs.ts';
import { differences, slice, storingSuite, strangeFile } from '../../testing/storing-suite.ts';
import { readConfiguration } from '../settings/read-configuration.ts';

const implicit = '1.2.840.10008.1.2';
const [echo, ct] = ['1.2.840.10008.1.1', '1.2.840.10008.5.1.4.1.1.2'];
const own = '1.2.826.0.1.6';

/** Statuses of objects that cannot be taken as they are. */
async function refusals(server: ProfiledServer, title: string): Promise<readonly string[]> {
  await using association = await server.associate(title, contextsOf(ct, echo));
  const statusOf = async (sopInstanceUid: string, bytes: Uint8Array) => {
    const { code, comment } = await association.store({
      sopClassUid: ct,
      sopInstanceUid,
      transferSyntaxUid: implicit,
      async *open() {
        yield bytes;
      },
    });
    return `${code.toString(16)} ${comment ? 'explained' : 'bare'}`;
  };
  const right = writeDataSet(slice(`${own}.90`), implicit);
  const statuses = [
    await statusOf('1.2.3.4', right),
    await statusOf(`${own}.90.1.1`, right.subarray(0, right.length - 9)),
  ];
  assert.equal((await association.echo()).code, 0, 'the association goes on');
  return statuses;
}

describe('the clinic archive', () => {
  const { server, store, sent, instances } = storingSuite('echoes-server', 'ECHOES');

  test('[ES-STORE-09] everything comes back as it went, private and unknown elements too', async () => {
    const path = await store('strange', await strangeFile(server().folder, `${own}.1`), '-xe');
    const [back = ''] = await sent(`${own}.1`);
    assert.equal(await differences(path, back), '');
  });

  test('[ES-STORE-05] what came in big endian comes back with the same values and pixels', async () => {
    const study = `${own}.2`;
    const [plain, big] = ['little.dcm', 'big.dcm'].map((name) => join(server().folder, name)) as [string, string];
    writeFileSync(plain, asPart10(slice(study)));
    assert.equal((await run('dcmconv', '+tb', plain, big)).exitCode, 0);
    await store('sent-big', readFileSync(big), '-xb');
    const [back = ''] = await sent(study);
    const uncompressed = `${back}.little`;
    assert.equal((await run('dcmconv', '+te', back, uncompressed)).exitCode, 0);
    assert.equal(await differences(plain, uncompressed), '');
  });

  test('[ES-STORE-06] retired and trial classes are kept, listed and given back', async () => {
    const study = `${own}.3`;
    const classes = ['3', '6', '5', '12.3', '77.1', '77.2', '88.1', '9.1'].map(
      (end) => `1.2.840.10008.5.1.4.1.1.${end}`,
    );
    await using association = await server().associate('ECHOES', contextsOf(...classes));
    for (const [index, sopClassUid] of classes.entries()) {
      const dataSet = slice(study, { SOPClassUID: sopClassUid, SOPInstanceUID: `${study}.1.${index + 1}` });
      const status = await association.store({
        sopClassUid,
        sopInstanceUid: `${study}.1.${index + 1}`,
        transferSyntaxUid: implicit,
        async *open() {
          yield writeDataSet(dataSet, implicit);
        },
      });
      assert.equal(status.code, 0, sopClassUid);
    }
    const listed = (await instances(study)).map((instance) => String(instance['00080016']?.Value?.[0]));
    assert.deepEqual(listed.sort(), [...classes].sort());
    assert.equal((await sent(study)).length, classes.length);
  });

  test('[ES-STORE-07] a full disk, what contradicts its command, and garbage: A700, A900, C000, each explained', async (t) => {
    assert.deepEqual(await refusals(server(), 'ECHOES'), ['a900 explained', 'c000 explained']);
    const full = await startProfile(t, 'echoes-server', { diskReserve: 1_048_576 });
    await using association = await full.associate('ECHOES', contextsOf(ct));
    const { code, comment } = await association.store({
      sopClassUid: ct,
      sopInstanceUid: `${own}.91.1.1`,
      transferSyntaxUid: implicit,
      async *open() {
        yield writeDataSet(slice(`${own}.91`), implicit);
      },
    });
    assert.equal(code, 0xa700);
    assert.ok(comment);
  });

  test('[ES-ASSOC-05] [ES-ASSOC-01] twenty senders at once are all served, beside echoes', async () => {
    const study = `${own}.4`;
    const senders = Array.from({ length: 20 }, (_, index) =>
      store(`parallel-${index}`, asPart10(slice(study, { SOPInstanceUID: `${study}.1.${index + 1}` }))),
    );
    const echoes = Array.from({ length: 3 }, () => run('echoscu', ...server().called('ECHOES')));
    for (const { exitCode } of await Promise.all(echoes)) assert.equal(exitCode, 0);
    await Promise.all(senders);
    assert.equal((await instances(study)).length, 20);
    assert.equal((await sent(study)).length, 20, 'each once');
    assert.equal(readConfiguration(['--profile', 'echoes-server'], {}).jobs, 2);
  });
});

describe('the reviewer', () => {
  const { server, store, sent, instances, echoOf } = storingSuite('reviewer', 'REVIEWER');

  test('[RV-STORE-04] [RV-STORE-07] compressed objects are kept and given back as they came', async () => {
    const study = `${own}.31`;
    const plain = join(server().folder, 'to-compress.dcm');
    for (const [index, program] of ['dcmcjpls', 'dcmcjpeg'].entries()) {
      const uid = `${study}.1.${index + 1}`;
      writeFileSync(plain, asPart10(slice(study, { SOPInstanceUID: uid })));
      const compressed = join(server().folder, `${program}.dcm`);
      const made = await run(program, ...(program === 'dcmcjpeg' ? ['+e1'] : []), plain, compressed);
      assert.equal(made.exitCode, 0, made.output);
      await store(`compressed-${index}`, readFileSync(compressed), index === 0 ? '-xt' : '-xs');
    }
    assert.equal((await instances(study)).length, 2);
    const back = (await sent(study)).map((path) => ({ path, ...readPart10(readFileSync(path)) }));
    assert.deepEqual(back.map(({ transferSyntaxUid }) => transferSyntaxUid).sort(), [
      '1.2.840.10008.1.2.4.70',
      '1.2.840.10008.1.2.4.80',
    ]);
    for (const program of ['dcmcjpls', 'dcmcjpeg']) {
      const path = join(server().folder, `${program}.dcm`);
      const uid = readPart10(readFileSync(path)).dataSet.string('SOPInstanceUID');
      const same = back.find(({ dataSet }) => dataSet.string('SOPInstanceUID') === uid);
      assert.equal(await differences(path, same?.path ?? ''), '');
    }
  });

  test('[RV-VER-01] a C-ECHO on request: success, or the failure in words', async () => {
    assert.equal((await echoOf('DEST')).status, 'success');
    assert.match((await echoOf('CLOSED')).detail, /refused/i);
    assert.match((await echoOf('SILENT')).detail, /no answer/i);
  });
});
