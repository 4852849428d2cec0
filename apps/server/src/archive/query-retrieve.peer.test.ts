// DCMTK's tools against our server over the fixture archive F1: C-ECHO, C-FIND at every level, C-MOVE, C-GET.
import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { readPart10 } from '@concord/dicom';
import { type Association, connect, queryRetrieveSopClasses, type RetrieveProgress } from '@concord/network';
import { ctImageStorage, dataSetOf, encoded } from '../../testing/data-sets.ts';
import { f1, st1, st2, st3, st4, writeF1 } from '../../testing/fixture-f1.ts';
import { freePort } from '../../testing/ports.ts';
import { run, type ServerProcess, startServerProcess, startStorescp } from '../../testing/programs.ts';
import { temporaryFolder } from '../../testing/real-archive.ts';
import { type ReceivingPeer, startReceivingPeer } from '../../testing/receiving-peer.ts';
import { queryKeys } from './keys.ts';

interface Found {
  readonly status: string;
  /** Lines of dcmdump's form of each answer. */
  readonly answers: readonly string[];
}

describe('archive F1 with DCMTK', () => {
  let server: ServerProcess;
  let folder = '';
  let back = '';
  let target: string[] = [];
  let holding: ReceivingPeer;
  /** Before the peer HOLDS confirms an object. */
  let beforeAnswer = async (_confirmed: number): Promise<void> => undefined;
  const endings: (() => void)[] = [];

  before(async () => {
    const hooks = { after: (end: () => void) => void endings.push(end) };
    folder = await temporaryFolder();
    back = join(folder, 'back');
    await mkdir(back);
    const port = await freePort();
    const answer = (_uid: string, count: number) => beforeAnswer(count).then(() => undefined);
    holding = await startReceivingPeer(hooks, { aeTitle: 'HOLDS', answer });
    const peers = [
      { aeTitle: 'HOLDS', host: '127.0.0.1', port: holding.port },
      { aeTitle: 'DEST', host: '127.0.0.1', port },
      { aeTitle: 'DOWN', host: '127.0.0.1', port: await freePort() },
      { aeTitle: 'SEES_ORIGINALS', host: '127.0.0.1', port, demographics: 'original' },
      { aeTitle: 'SEES_LESS', host: '127.0.0.1', port, filter: 'less' },
      { aeTitle: 'SEES_NOBODY', host: '127.0.0.1', port, filter: 'nobody' },
    ];
    const attributeFilters = [
      { name: 'less', remove: ['ReferringPhysicianName'], set: { StudyDescription: 'STUDY' } },
      { name: 'nobody', deidentify: [] },
    ];
    await writeFile(join(folder, 'concord.json'), JSON.stringify({ peers, attributeFilters }));
    server = await startServerProcess(hooks, join(folder, 'data'), '--config', join(folder, 'concord.json'));
    await startStorescp(hooks, back, port, '-pm');
    target = ['-aet', 'TESTER', '-aec', 'CONCORD', '127.0.0.1', String(server.dicomPort)];
    const { exitCode, output } = await run('storescu', '-R', '-nh', '+sd', ...target, await writeF1(folder));
    assert.equal(exitCode, 0, output);
  });
  after(() => {
    for (const end of endings) end();
  });

  const find = async (model: string, ...keys: string[]): Promise<Found> => {
    const { output } = await run('findscu', '-d', model, ...target, ...keys.flatMap((key) => ['-k', key]));
    const status = /Received Final Find Response[^\n]*\n[\s\S]*?DIMSE Status\s*: 0x([0-9a-f]{4})/.exec(output)?.[1];
    assert.ok(status, output);
    const answers = output.split(/Received Find Response \d+/).slice(1);
    return { status, answers: answers.map((answer) => answer.split('Received Final')[0] ?? '') };
  };
  /** Values of one attribute in the answers, sorted. */
  const values = ({ answers }: Found, tag: string): string[] =>
    answers
      .map(
        (answer) => new RegExp(`\\(${tag}\\) .. \\[?([^\\]#]*)`).exec(answer)?.[1]?.replaceAll('\0', '').trim() ?? '-',
      )
      .sort();
  const study = 'QueryRetrieveLevel=STUDY';
  const uids = async (...keys: string[]) => values(await find('-S', study, 'StudyInstanceUID', ...keys), '0020,000d');

  test('[QR-GEN-17] echoscu is answered', async () => {
    assert.equal((await run('echoscu', ...target)).exitCode, 0);
  });

  test('[QR-GEN-01] [QR-FIND-20] one answer per match, one final response', async () => {
    const found = await find('-S', study, 'StudyInstanceUID', 'PatientID=*');
    assert.equal(found.status, '0000');
    assert.deepEqual(values(found, '0020,000d'), [st1, st2, st3, st4]);
  });

  test('[QR-FIND-02] [QR-FIND-03] an answer has the keys that were asked for, level, and where to retrieve', async () => {
    const [answer = ''] = (await find('-S', study, 'StudyInstanceUID', 'PatientID=XID100')).answers;
    const tags = [...answer.matchAll(/D: \(([0-9a-f,]{9})\)/g)].map(([, tag]) => tag);
    assert.deepEqual(tags, ['0008,0052', '0008,0054', '0010,0020', '0020,000d']);
    assert.match(answer, /0008,0054\) AE \[CONCORD/);
  });

  test('[QR-FIND-13] single values', async () => {
    assert.deepEqual(await uids('AccessionNumber=ACC001'), [st1]);
    assert.deepEqual(await uids('AccessionNumber=ACC00'), []);
    assert.deepEqual(await uids('PatientID=PID002'), [st3]);
    assert.deepEqual(await uids('StudyID=S4'), [st4]);
    assert.deepEqual(await uids('PatientSex=F'), [st1, st2]);
    assert.deepEqual(await uids('PatientBirthDate=19551231'), [st3]);
  });

  test('[QR-FIND-14] wildcards', async () => {
    assert.deepEqual(await uids('PatientName=DOE^J?NE'), [st1, st2]);
    assert.deepEqual(await uids('PatientName=DOE^*'), [st1, st2, st3]);
    assert.deepEqual(await uids('PatientName=*N'), [st3, st4]);
    assert.deepEqual(await uids('StudyDescription=*CHEST'), [st1]);
    assert.deepEqual(await uids('ReferringPhysicianName=REF^A*'), [st1, st3]);
    const images = await find(
      '-S',
      'QueryRetrieveLevel=IMAGE',
      `StudyInstanceUID=${st1}`,
      `SeriesInstanceUID=${st1}.1`,
      'InstanceNumber=?',
      'SOPInstanceUID',
    );
    assert.equal(images.answers.length, 3);
  });

  test('[QR-FIND-15] ranges of dates and times', async () => {
    assert.deepEqual(await uids('StudyDate=20240115-20240310'), [st1, st2, st3]);
    assert.deepEqual(await uids('StudyDate=-20231231'), [st4]);
    assert.deepEqual(await uids('StudyDate=20240310-'), [st2]);
    assert.deepEqual(await uids('StudyTime=0800-0930'), [st1, st4]);
    assert.deepEqual(await uids('StudyDate=20240310-20240115'), [], 'a range backwards matches nothing');
  });

  test('[QR-FIND-16] [QR-FIND-24] an empty key matches everything and is answered, empty where there is no value', async () => {
    const found = await find('-S', study, 'ReferringPhysicianName', 'AccessionNumber');
    assert.deepEqual(values(found, '0008,0090'), ['(no value available)', 'REF^ALPHA', 'REF^ALPHA', 'REF^BETA']);
  });

  test('[QR-FIND-17] lists of UIDs', async () => {
    assert.deepEqual(await uids(`StudyInstanceUID=${st1}\\${st3}`), [st1, st3]);
  });

  test('[QR-FIND-19] [QR-FIND-21] keys restrict together; no match is only a final response', async () => {
    assert.deepEqual(await uids('PatientID=PID*', 'StudyDate=20240115'), [st1, st3]);
    const found = await find('-S', study, 'StudyInstanceUID', 'PatientID=NONE1');
    assert.deepEqual(found, { status: '0000', answers: [] });
  });

  test('[QR-FIND-25] names ignore case and trailing delimiters, other text does not', async () => {
    assert.deepEqual(await uids('PatientName=doe^jane'), [st1, st2]);
    assert.deepEqual(await uids('PatientName=DOE^JANE^^'), [st1, st2]);
    assert.deepEqual(await uids('AccessionNumber=acc001'), []);
  });

  test('[QR-FIND-05] [QR-FIND-07] [QR-FIND-10] every model at every level', async () => {
    const level = (name: string) => `QueryRetrieveLevel=${name}`;
    const counts = async (model: string, name: string, ...keys: string[]) => {
      const { status, answers } = await find(model, level(name), ...keys);
      return [status, answers.length];
    };
    const series = [`StudyInstanceUID=${st1}`, 'SeriesInstanceUID', 'Modality'];
    const image = [`StudyInstanceUID=${st1}`, `SeriesInstanceUID=${st1}.2`, 'SOPInstanceUID'];
    assert.deepEqual(await counts('-P', 'PATIENT', 'PatientID=PID*', 'PatientName'), ['0000', 2]);
    assert.deepEqual(await counts('-P', 'STUDY', 'PatientID=PID001', 'StudyInstanceUID'), ['0000', 2]);
    assert.deepEqual(await counts('-P', 'SERIES', 'PatientID=PID001', ...series), ['0000', 2]);
    assert.deepEqual(await counts('-P', 'IMAGE', 'PatientID=PID001', ...image), ['0000', 2]);
    assert.deepEqual(await counts('-S', 'SERIES', ...series), ['0000', 2]);
    assert.deepEqual(await counts('-S', 'IMAGE', ...image), ['0000', 2]);
    assert.deepEqual(await counts('-O', 'PATIENT', 'PatientID=PID*'), ['0000', 2]);
    assert.deepEqual(await counts('-O', 'STUDY', 'PatientID=PID001', 'StudyInstanceUID'), ['0000', 2]);
  });

  test('[QR-FIND-09] [QR-FIND-12] [QR-FST-03] what does not fit the level or the model is A900', async () => {
    const refused = async (...parameters: [string, ...string[]]) => (await find(...parameters)).status;
    assert.equal(await refused('-S', 'QueryRetrieveLevel=SERIES', 'Modality=CT', 'SeriesInstanceUID'), 'a900');
    assert.equal(await refused('-S', 'QueryRetrieveLevel=SERIES', `StudyInstanceUID=${st1}\\${st2}`), 'a900');
    assert.equal(await refused('-S', 'QueryRetrieveLevel=IMAGE', 'StudyInstanceUID=*', 'SeriesInstanceUID=*'), 'a900');
    assert.equal(await refused('-S', 'QueryRetrieveLevel=PATIENT', 'PatientID=*'), 'a900');
    assert.equal(await refused('-O', 'QueryRetrieveLevel=SERIES', 'PatientID=PID001'), 'a900');
    assert.equal(await refused('-S', 'PatientID=*'), 'a900');
    assert.equal(await refused('-S', 'QueryRetrieveLevel=PLANET'), 'a900');
    assert.equal(await refused('-P', 'QueryRetrieveLevel=STUDY', 'StudyInstanceUID'), 'a900');
    assert.equal(await refused('-S', study, 'Modality=CT', 'StudyInstanceUID'), 'a900', 'a key below the level');
  });

  test('[QR-FST-06] [QR-FST-07] an unsupported key is left out and the answers say so', async () => {
    const { output } = await run(
      'findscu',
      '-d',
      '-S',
      ...target,
      '-k',
      study,
      '-k',
      'StudyInstanceUID',
      '-k',
      '0029,1010',
    );
    assert.equal([...output.matchAll(/DIMSE Status\s*: 0xff01/g)].length, 4);
    const plain = await run('findscu', '-d', '-S', ...target, '-k', study, '-k', 'StudyInstanceUID');
    assert.equal([...plain.output.matchAll(/DIMSE Status\s*: 0xff00/g)].length, 4);
  });

  test('counts and sets of a study', async () => {
    const keys = [
      'ModalitiesInStudy',
      'NumberOfStudyRelatedSeries',
      'NumberOfStudyRelatedInstances',
      'InstanceAvailability',
    ];
    const found = await find('-S', study, `StudyInstanceUID=${st1}`, ...keys);
    assert.deepEqual(
      ['0008,0061', '0020,1206', '0020,1208', '0008,0056'].map((tag) => values(found, tag)[0]),
      ['CT', '2', '5', 'ONLINE'],
    );
    assert.deepEqual(await uids('ModalitiesInStudy=US'), [st3]);
  });

  test('[CS-GEN-02] availability and the title to retrieve from are answered at the levels that the statement names', async () => {
    const stated = (keyword: string) =>
      queryKeys.flatMap((key) => (key.keyword === keyword ? [`${key.level} ${key.matched ?? true}`] : [])).sort();
    assert.deepEqual(stated('InstanceAvailability'), ['IMAGE true', 'SERIES true', 'STUDY true']);
    assert.deepEqual(stated('RetrieveAETitle'), ['IMAGE false', 'PATIENT false', 'SERIES false', 'STUDY false']);
    const above = [`StudyInstanceUID=${st1}`, `SeriesInstanceUID=${st1}.2`];
    const questions: [string, string[]][] = [
      ['PATIENT', ['PatientID=PID001']],
      ['STUDY', above.slice(0, 1)],
      ['SERIES', above],
      ['IMAGE', above],
    ];
    for (const [level, keys] of questions) {
      const found = await find(
        '-P',
        `QueryRetrieveLevel=${level}`,
        'PatientID=PID001',
        ...keys,
        'InstanceAvailability',
      );
      assert.ok(found.answers.length > 0, level);
      assert.deepEqual(new Set(values(found, '0008,0054')), new Set(['CONCORD']), `${level}: it is not asked for`);
      assert.deepEqual(new Set(values(found, '0008,0056')), new Set([level === 'PATIENT' ? '-' : 'ONLINE']), level);
      const other = await find(
        '-P',
        `QueryRetrieveLevel=${level}`,
        'PatientID=PID001',
        ...keys,
        'RetrieveAETitle=OTHER',
      );
      assert.equal(other.answers.length, found.answers.length, `${level}: no value of it restricts the search`);
    }
    for (const level of ['STUDY', 'SERIES', 'IMAGE'])
      for (const [value, many] of [
        ['ONLINE', true],
        ['OFFLINE', false],
      ] as const) {
        const keys = level === 'STUDY' ? above.slice(0, 1) : above;
        const found = await find(
          '-P',
          `QueryRetrieveLevel=${level}`,
          'PatientID=PID001',
          ...keys,
          `InstanceAvailability=${value}`,
        );
        assert.equal(found.answers.length > 0, many, `${level} ${value}`);
      }
  });

  /** Names of SOP instances that arrived, and how the command ended; empties the folder. */
  const arrived = async (received: string): Promise<string[]> => {
    const names = await readdir(received);
    const found = await Promise.all(
      names.map(
        async (name) => readPart10(await readFile(join(received, name))).dataSet.string('SOPInstanceUID') ?? '',
      ),
    );
    return found.sort();
  };
  const retrieve = async (command: 'movescu' | 'getscu', model: string, keys: string[], destination = 'DEST') => {
    const received = command === 'movescu' ? back : join(folder, `got-${Math.random()}`);
    if (command === 'getscu') await mkdir(received);
    else for (const name of await readdir(back)) await run('rm', join(back, name));
    const how = command === 'movescu' ? ['-aem', destination] : ['-od', received, '+B'];
    const { output } = await run(command, '-d', model, ...how, ...target, ...keys.flatMap((key) => ['-k', key]));
    const statuses = [...output.matchAll(/DIMSE Status\s*: 0x([0-9a-f]{4})/g)].map(([, status]) => status);
    return { status: statuses.at(-1), uids: await arrived(received), output };
  };
  const instancesOf = (prefix: string) =>
    f1
      .map((dataSet) => dataSet.string('SOPInstanceUID') ?? '')
      .filter((uid) => uid.startsWith(prefix))
      .sort();

  for (const command of ['movescu', 'getscu'] as const)
    test(`[QR-MOVE-01] [QR-MOVE-02] [QR-MOVE-03] ${command} at every level and in every model`, async () => {
      const cases: [string, string[], string[]][] = [
        [
          '-P',
          ['QueryRetrieveLevel=PATIENT', 'PatientID=PID001'],
          [...instancesOf(`${st1}.`), ...instancesOf(`${st2}.`)],
        ],
        ['-S', [study, `StudyInstanceUID=${st1}`], instancesOf(`${st1}.`)],
        ['-S', [study, `StudyInstanceUID=${st1}\\${st4}`], [...instancesOf(`${st1}.`), ...instancesOf(`${st4}.`)]],
        ['-O', [study, 'PatientID=PID001', `StudyInstanceUID=${st2}`], instancesOf(`${st2}.`)],
        [
          '-S',
          ['QueryRetrieveLevel=SERIES', `StudyInstanceUID=${st1}`, `SeriesInstanceUID=${st1}.2`],
          instancesOf(`${st1}.2.`),
        ],
        [
          '-S',
          [
            'QueryRetrieveLevel=IMAGE',
            `StudyInstanceUID=${st1}`,
            `SeriesInstanceUID=${st1}.1`,
            `SOPInstanceUID=${st1}.1.1\\${st1}.1.3`,
          ],
          [`${st1}.1.1`, `${st1}.1.3`],
        ],
      ];
      for (const [model, keys, expected] of cases) {
        const { status, uids: got, output } = await retrieve(command, model, keys);
        assert.deepEqual(got, expected, output.slice(-3000));
        assert.equal(status, '0000');
      }
    });

  for (const command of ['movescu', 'getscu'] as const)
    test(`[QR-MOVE-04] [QR-MOVE-05] [QR-MST-05] ${command} with keys that do not fit is A900 and sends nothing`, async () => {
      const cases: [string, string[]][] = [
        ['-S', ['QueryRetrieveLevel=SERIES', `StudyInstanceUID=${st1}\\${st2}`, `SeriesInstanceUID=${st1}.1`]],
        ['-S', ['QueryRetrieveLevel=SERIES', `SeriesInstanceUID=${st1}.1`]],
        ['-P', ['QueryRetrieveLevel=PATIENT', 'PatientID=PID*']],
        ['-P', ['QueryRetrieveLevel=PATIENT', 'PatientID=PID001\\PID002']],
        ['-S', [study, 'StudyInstanceUID']],
        ['-S', [study, 'StudyInstanceUID=*']],
        ['-S', ['QueryRetrieveLevel=PATIENT', 'PatientID=PID001']],
      ];
      for (const [model, keys] of cases) {
        const { status, uids: got } = await retrieve(command, model, keys);
        assert.deepEqual([status, got], ['a900', []], keys.join());
      }
    });

  test('[QR-MOVE-18] what matches nothing is success without sub-operations', async () => {
    const { status, uids: got } = await retrieve('movescu', '-S', [study, 'StudyInstanceUID=1.2.3']);
    assert.deepEqual([status, got], ['0000', []]);
  });

  test('[QR-MOVE-19] [QR-MST-04] [QR-SCU-13] an unknown destination is A801, whatever is asked for', async () => {
    assert.equal((await retrieve('movescu', '-S', [study, `StudyInstanceUID=${st1}`], 'NOBODY')).status, 'a801');
    assert.equal((await retrieve('movescu', '-S', [study, 'StudyInstanceUID=1.2.3'], 'NOBODY')).status, 'a801');
  });

  test('a destination that does not answer is A702, and the server goes on', async () => {
    assert.equal((await retrieve('movescu', '-S', [study, `StudyInstanceUID=${st1}`], 'DOWN')).status, 'a702');
    assert.equal((await run('echoscu', ...target)).exitCode, 0);
  });

  test('[QR-GEN-05] [QR-GEN-06] an object is found and sent as soon as it is stored, and keeps its bytes', async () => {
    const { uids: got } = await retrieve('movescu', '-S', [study, `StudyInstanceUID=${st4}`]);
    assert.deepEqual(got, instancesOf(st4));
    const [name = ''] = await readdir(back);
    const dump = async (file: string) =>
      (await run('dcmdump', '-q', '+L', file)).output.replace(/[\s\S]*# Dicom-Data-Set/, '');
    assert.equal(await dump(join(back, name)), await dump(join(folder, 'f1', '10.dcm')));
  });

  test('relational queries and retrieval are agreed to where they are offered, and only there', async () => {
    const { studyRootFind, studyRootGet } = queryRetrieveSopClasses;
    const peer = { host: '127.0.0.1', port: server.dicomPort, calledAeTitle: 'CONCORD', callingAeTitle: 'TESTER' };
    const transferSyntaxes = ['1.2.840.10008.1.2.1'];
    const ask = async (extendedNegotiation?: Uint8Array) => {
      const find = {
        abstractSyntax: studyRootFind,
        transferSyntaxes,
        ...(extendedNegotiation && { extendedNegotiation }),
      };
      const get = {
        abstractSyntax: studyRootGet,
        transferSyntaxes,
        ...(extendedNegotiation && { extendedNegotiation }),
      };
      const crStorage = '1.2.840.10008.5.1.4.1.1.1';
      const store = { abstractSyntax: crStorage, transferSyntaxes, roles: { scu: false, scp: true } };
      await using association = await connect(peer, [find, get, store]);
      const series = dataSetOf({ QueryRetrieveLevel: 'SERIES', Modality: 'CR', SeriesInstanceUID: null });
      const answers = await Array.fromAsync(association.find(studyRootFind, series));
      const image = dataSetOf({ QueryRetrieveLevel: 'IMAGE', SOPInstanceUID: `${st4}.1.1` });
      let got = 0;
      const onStore = async ({ dataSet }: { dataSet: AsyncIterable<Uint8Array> }) => {
        await Array.fromAsync(dataSet);
        got += 1;
        return { code: 0x0000 };
      };
      const progress = await Array.fromAsync(association.get(studyRootGet, image, { onStore }));
      return { find: answers.at(-1)?.status.code, answers: answers.length - 1, get: progress.at(-1)?.status.code, got };
    };
    assert.deepEqual(await ask(Uint8Array.of(1)), { find: 0, answers: 1, get: 0, got: 1 });
    assert.deepEqual(await ask(), { find: 0xa900, answers: 0, get: 0xa900, got: 0 });
  });

  test('each peer gets what its entry says: latest demographics with the original values, the untouched original, less, or nobody', async () => {
    const values = { PatientName: 'SMITH^ANNA', PatientBirthDate: '19900506' };
    const act = { kind: 'correct patient', patient: { patientId: 'XID100' }, values };
    const response = await fetch(`http://127.0.0.1:${server.httpPort}/api/patients/events`, {
      method: 'POST',
      body: JSON.stringify({ act, by: 'vet', reason: 'misspelt' }),
    });
    assert.equal(response.status, 200, await response.text());
    const sentTo = async (destination: string) => {
      const { status, output } = await retrieve('movescu', '-S', [study, `StudyInstanceUID=${st4}`], destination);
      assert.equal(status, '0000', output.slice(-2000));
      const [file = ''] = await readdir(back);
      return readPart10(await readFile(join(back, file))).dataSet;
    };
    const stored = f1.find((dataSet) => dataSet.string('StudyInstanceUID') === st4);
    const latest = await sentTo('DEST');
    const [layer] = latest.items('OriginalAttributesSequence');
    assert.deepEqual([latest.string('PatientName'), latest.string('PatientBirthDate')], ['SMITH^ANNA', '19900506']);
    assert.equal(layer?.items('ModifiedAttributesSequence')[0]?.string('PatientName'), 'SMITH^ANN');
    assert.equal(layer?.string('ReasonForTheAttributeModification'), 'CORRECT');
    const original = await sentTo('SEES_ORIGINALS');
    assert.ok(stored && Buffer.from(encoded(original)).equals(encoded(stored)), 'every byte of it');
    const less = await sentTo('SEES_LESS');
    assert.deepEqual([less.has('ReferringPhysicianName'), less.string('StudyDescription')], [false, 'STUDY']);
    assert.equal(less.string('PatientName'), 'SMITH^ANNA');
    const nobody = await sentTo('SEES_NOBODY');
    assert.equal(nobody.string('PatientIdentityRemoved'), 'YES');
    const left = JSON.stringify([...nobody.elements()].map(({ tag }) => nobody.strings(tag)));
    for (const trace of ['SMITH', 'XID100', '1990050', st4, 'ACC020']) assert.ok(!left.includes(trace), trace);
    for (const dataSet of [latest, original, less, nobody])
      assert.deepEqual([...(dataSet.bytes('PixelData') ?? [])], [...(stored?.bytes('PixelData') ?? [])]);
  });

  const everyWay = ['1.2.840.10008.1.2.1'];
  const { studyRootFind, studyRootMove, studyRootGet } = queryRetrieveSopClasses;
  const associate = () =>
    connect({ host: '127.0.0.1', port: server.dicomPort, calledAeTitle: 'CONCORD', callingAeTitle: 'TESTER' }, [
      ...[studyRootFind, studyRootMove, studyRootGet, '1.2.840.10008.1.1'].map((abstractSyntax) => ({
        abstractSyntax,
        transferSyntaxes: everyWay,
      })),
      { abstractSyntax: ctImageStorage, transferSyntaxes: everyWay, roles: { scu: false, scp: true } },
    ]);
  /** The final response of a retrieval that is stopped, and that the association is as good as before. */
  const stopped = async (association: Association, progress: AsyncIterable<RetrieveProgress>) => {
    const responses = await Array.fromAsync(progress);
    const keys = dataSetOf({ QueryRetrieveLevel: 'STUDY', StudyInstanceUID: st1 });
    const found = await Array.fromAsync(association.find(studyRootFind, keys));
    assert.deepEqual(
      found.map(({ status }) => status.code),
      [0xff00, 0x0000],
      'the association goes on',
    );
    for (const { status, remaining } of responses.slice(0, -1))
      assert.deepEqual([status.code, typeof remaining], [0xff00, 'number']);
    return responses.at(-1);
  };
  const whole = dataSetOf({ QueryRetrieveLevel: 'STUDY', StudyInstanceUID: st1 });

  test('C-CANCEL of a C-GET: FE00 with what was sent and what was not; nothing more comes, and the association goes on', async () => {
    await using association = await associate();
    const cancel = new AbortController();
    let came = 0;
    const onStore = async ({ dataSet }: { dataSet: AsyncIterable<Uint8Array> }) => {
      await Array.fromAsync(dataSet);
      came += 1;
      // The C-CANCEL goes out in front of the second C-STORE response.
      if (came === 2) cancel.abort();
      return { code: 0x0000 };
    };
    const last = await stopped(association, association.get(studyRootGet, whole, { onStore, signal: cancel.signal }));
    const { status, remaining, completed, failed, warning, failedUids } = last ?? {};
    assert.deepEqual([status?.code, remaining, completed, failed, warning], [0xfe00, 3, 2, 0, 0]);
    assert.deepEqual([came, failedUids], [2, []]);
  });

  test('C-CANCEL of a C-MOVE: FE00 with the counts, the rest stays here, and the association goes on', async () => {
    await using association = await associate();
    await using beside = await associate();
    const cancel = new AbortController();
    beforeAnswer = async (confirmed) => {
      if (confirmed === 1) cancel.abort();
      // Behind an answer over another association the C-CANCEL has been read.
      if (confirmed > 0) for (let asked = 0; asked < 3; asked += 1) await beside.echo();
    };
    const options = { signal: cancel.signal };
    const last = await stopped(association, association.move(studyRootMove, whole, 'HOLDS', options));
    const { status, remaining = 0, completed = 0, failed, warning } = last ?? {};
    assert.deepEqual([status?.code, failed, warning, completed + remaining], [0xfe00, 0, 0, 5]);
    assert.ok(completed >= 2 && remaining > 0, `${completed} completed, ${remaining} remaining`);
    assert.equal(holding.confirmed.size, completed, 'what was counted was sent, and no more');
  });
});
