// Queries by DCMTK that ask for what does not fit, and for what few ask for: the status, the element that is wrong, the answers.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { asPart10, ctSlice } from '../../testing/data-sets.ts';
import { st1, st2, st3, st4, writeF1 } from '../../testing/fixture-f1.ts';
import { run, type ServerProcess, startServerProcess } from '../../testing/programs.ts';
import { temporaryFolder } from '../../testing/real-archive.ts';

const elsewhere = '1.2.826.0.1.9';
const [ctImage, mrImage, ultrasound] = [
  '1.2.840.10008.5.1.4.1.1.2',
  '1.2.840.10008.5.1.4.1.1.4',
  '1.2.840.10008.5.1.4.1.1.6.1',
];

describe('queries that few make', () => {
  let server: ServerProcess;
  let target: string[] = [];
  const endings: (() => void)[] = [];

  before(async () => {
    const hooks = { after: (end: () => void) => void endings.push(end) };
    const folder = await temporaryFolder();
    server = await startServerProcess(hooks, join(folder, 'data'));
    target = ['-aec', 'CONCORD', '127.0.0.1', String(server.dicomPort)];
    const uids = {
      StudyInstanceUID: elsewhere,
      SeriesInstanceUID: `${elsewhere}.1`,
      SOPInstanceUID: `${elsewhere}.1.1`,
    };
    const zoned = ctSlice({ ...uids, PatientID: 'ZONE', TimezoneOffsetFromUTC: '+0900' });
    writeFileSync(join(folder, 'zoned.dcm'), asPart10(zoned));
    const inOneStudy = { ...uids, SeriesInstanceUID: `${elsewhere}.2`, SOPInstanceUID: `${elsewhere}.2.1` };
    const second = ctSlice({ ...inOneStudy, PatientID: 'ZONE', SOPClassUID: mrImage, Modality: 'MR' });
    writeFileSync(join(folder, 'second.dcm'), asPart10(second));
    const files = ['+sd', '-nh', ...target, await writeF1(folder)];
    const further = ['zoned.dcm', 'second.dcm'].map((name) => join(folder, name));
    for (const given of [files, ['-nh', ...target, ...further]]) {
      const { exitCode, output } = await run('storescu', '-R', ...given);
      assert.equal(exitCode, 0, output);
    }
  });
  after(() => {
    for (const end of endings) end();
  });

  const find = async (...keys: string[]) => {
    const { output } = await run('findscu', '-d', '-S', ...target, ...keys.flatMap((key) => ['-k', key]));
    const [, final = ''] = output.split(/Received Final Find Response/);
    const answers = output.split(/Received Find Response \d+/).slice(1);
    return {
      status: /DIMSE Status\s*: 0x([0-9a-f]{4})/.exec(final)?.[1],
      final,
      answers: answers.map((answer) => answer.split('Received Final')[0] ?? ''),
    };
  };
  const atStudy = 'QueryRetrieveLevel=STUDY';
  const studies = async (...keys: string[]) =>
    (await find(atStudy, 'StudyInstanceUID', ...keys)).answers
      .map((answer) => /\(0020,000d\) UI \[([0-9.]+)/.exec(answer)?.[1])
      .sort();

  test('a UID takes no wildcards: A900, and the element is named; a lone star is no restriction', async () => {
    for (const key of ['StudyInstanceUID=1.2.826.*', `StudyInstanceUID=${st1}\\1.?`]) {
      const { status, final, answers } = await find(atStudy, key);
      assert.deepEqual([status, answers.length], ['a900', 0], key);
      assert.match(final, /takes no wildcards/, key);
    }
    assert.equal((await find(atStudy, 'StudyInstanceUID=*')).answers.length, 5);
  });

  test('a key of a level below, with a value, is A900 and named; without one it is left out and the answers say so', async () => {
    for (const key of ['SOPInstanceUID=1.2.3', 'SeriesNumber=1', 'InstanceNumber=1', 'Modality=CT']) {
      const { status, final, answers } = await find(atStudy, key);
      assert.deepEqual([status, answers.length], ['a900', 0], key);
      assert.match(final, /is below the STUDY level/, key);
    }
    const { status, answers } = await find(atStudy, 'StudyInstanceUID', 'SeriesNumber', `PatientID=PID002`);
    assert.deepEqual([status, answers.length], ['0000', 1]);
    assert.match(answers[0] ?? '', /DIMSE Status\s*: 0xff01/);
  });

  test('a level that the model does not have, or none, is A900', async () => {
    for (const level of ['QueryRetrieveLevel=PATIENT', 'QueryRetrieveLevel=FRAME', 'QueryRetrieveLevel'])
      assert.equal((await find(level, 'PatientID=PID001')).status, 'a900', level);
  });

  test('SOP Classes in Study: any of the classes of a study matches, and all of them are answered', async () => {
    assert.deepEqual(await studies(`SOPClassesInStudy=${ctImage}`), [st1, elsewhere]);
    assert.deepEqual(await studies(`SOPClassesInStudy=${mrImage}`), [st2, elsewhere]);
    assert.deepEqual(await studies(`SOPClassesInStudy=${ultrasound}`), [st3]);
    assert.deepEqual(await studies('SOPClassesInStudy=1.2.840.10008.5.1.4.1.1.128'), []);
    const [answer = ''] = (await find(atStudy, `StudyInstanceUID=${elsewhere}`, 'SOPClassesInStudy')).answers;
    assert.match(answer, /\(0008,0062\) UI (\[1\.2\.840\.10008\.5\.1\.4\.1\.1\.[24]\\|=CTImageStorage\\=?)/);
  });

  test('Timezone Offset From UTC: answered where the study has one; in a query it restricts nothing that was not negotiated', async () => {
    const zoneOf = async (study: string) =>
      /\(0008,0201\) SH \[?([^\] ]+)/.exec(
        (await find(atStudy, `StudyInstanceUID=${study}`, 'TimezoneOffsetFromUTC')).answers[0] ?? '',
      )?.[1];
    assert.equal(await zoneOf(elsewhere), '+0900');
    assert.equal(await zoneOf(st1), '(no', 'DCMTK says so of an empty value');
    assert.deepEqual(await studies('PatientID=*', 'TimezoneOffsetFromUTC=-0500'), [st1, st2, st3, st4, elsewhere]);
  });
});
