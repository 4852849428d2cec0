// `concord find` against DCMTK's dcmqrscp and against our own server.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { startDcmqrscp, startStorescp } from '../testing/dcmtk.ts';
import { folderWith } from '../testing/folder.ts';
import { instanceFile } from '../testing/instance.ts';
import { freePort } from '../testing/program.ts';
import { startConcord } from '../testing/server.ts';
import { concord } from '../testing/terminal.ts';

const archives = {
  dcmqrscp: async (context: TestContext) => startDcmqrscp(context, await freePort()),
  Concord: startConcord,
};

/** An archive with three studies of one image each. */
async function filled(context: TestContext, start: (context: TestContext) => Promise<{ readonly peer: string }>) {
  const { peer } = await start(context);
  const names = ['DOE^JANE', 'DOE^JOHN', 'Müller^Jörg'];
  const files = folderWith(
    context,
    Object.fromEntries(
      names.map((patientName, at) => [
        `${at}.dcm`,
        instanceFile({
          sopInstanceUid: `1.2.3.${at + 1}.1.1`,
          studyInstanceUid: `1.2.3.${at + 1}`,
          seriesInstanceUid: `1.2.3.${at + 1}.1`,
          patientName,
          patientId: `PID00${at + 1}`,
        }),
      ]),
    ),
  );
  assert.equal((await concord(['store', files, '--peer', peer])).code, 0);
  return peer;
}

/** What is negotiated is done where the peer agrees, and said where it does not. */
async function negotiates(peer: string, agrees: boolean) {
  const ask = (...argv: readonly string[]) => concord(['find', '--peer', peer, ...argv]);
  const says = (...kinds: readonly string[]) =>
    agrees ? [] : kinds.map((kind) => `the peer does not agree to ${kind}`);
  const fuzzy = await ask('--fuzzy', 'PatientName=john do');
  const unheard = agrees ? [] : ['no match'];
  assert.deepEqual([fuzzy.code, fuzzy.notes], [0, [...says('fuzzy matching of names'), ...unheard]]);
  assert.equal(fuzzy.output.length, agrees ? 2 : 0);
  const zoned = await ask('--timezone', '+0000', '--combined-times', 'PatientID=PID001', 'StudyTime');
  assert.deepEqual(
    [zoned.code, zoned.notes],
    [0, says('combined matching of date and time', 'timezone query adjustment')],
  );
  assert.equal(/^TimezoneOffsetFromUTC|TimezoneOffsetFromUTC$/.test(zoned.output[0] ?? ''), agrees, zoned.output[0]);
  if (agrees) assert.match(zoned.output[1] ?? '', / [+-]\d{4}$/, 'the zone of the answer');
  const relational = await ask('--relational', '-l', 'series', 'PatientID=PID002', 'Modality');
  if (agrees) assert.deepEqual([relational.code, relational.output.length, relational.notes], [0, 2, []]);
  else assert.match(relational.notes.join(), /does not agree to relational queries/);
}

for (const [name, start] of Object.entries(archives))
  test(`queries to ${name}`, async (suite) => {
    const peer = await filled(suite, start);
    await suite.test('studies come as a table; keys match', async () => {
      const all = await concord(['find', '--peer', peer]);
      assert.deepEqual([all.code, all.notes, all.output.length], [0, [], 4]);
      assert.match(all.output[0] ?? '', /^PatientName +PatientID +StudyDate .*StudyInstanceUID$/);
      const some = await concord(['find', 'PatientName=DOE^JO*', '--peer', peer]);
      assert.equal(some.output.length, 2);
      assert.match(some.output[1] ?? '', /^DOE\^JOHN .* 1\.2\.3\.2$/);
      await negotiates(peer, name === 'Concord');
    });

    await suite.test(
      'series and images come by their level; --json is the DICOM JSON model, one line each',
      async () => {
        const series = await concord(['find', '-l', 'series', 'StudyInstanceUID=1.2.3.1', '--peer', peer, '--json']);
        assert.deepEqual([series.code, series.output.length], [0, 1]);
        assert.deepEqual(JSON.parse(series.output[0] ?? '')['0020000E'].Value, ['1.2.3.1.1']);
        const keys = ['StudyInstanceUID=1.2.3.1', 'SeriesInstanceUID=1.2.3.1.1', 'Rows'];
        const images = await concord(['find', '-l', 'image', ...keys, '--peer', peer]);
        assert.match(images.output[1] ?? '', /1\.2\.3\.1\.1\.1/);
      },
    );

    await suite.test('--limit stops the peer and says so', async () => {
      const { code, output, notes } = await concord(['find', '--limit', '1', '--peer', peer, '--json']);
      assert.deepEqual([code, output.length], [0, 1]);
      assert.deepEqual(
        notes.filter((note) => !/^stopped after 1 match/.test(note)),
        [],
      );
    });

    await suite.test('no match is no failure', async () => {
      assert.deepEqual(await concord(['find', 'PatientID=NOBODY', '--peer', peer]), {
        code: 0,
        output: [],
        notes: ['no match'],
      });
    });
  });

test('a peer that does not answer queries is a failure with the reason', async (context) => {
  const { peer } = await startStorescp(context);
  const { code, notes } = await concord(['find', '--peer', peer]);
  assert.equal(code, 1);
  assert.match(notes.join(), /context/);
});

test('a key that is no attribute is wrong use, before anything is connected', async () => {
  assert.equal((await concord(['find', '--timezone', 'Berlin'])).code, 2);
  const { code, notes } = await concord(['find', 'PatientNam=DOE*', '--peer', 'A@127.0.0.1:1']);
  assert.equal(code, 2);
  assert.match(notes.join(), /"PatientNam" is neither a keyword nor a tag/);
});
