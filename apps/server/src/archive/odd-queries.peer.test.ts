// Queries that ask for what does not fit, for what few ask for, for what is negotiated, and for every key there is.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type DataSet, describeTag, tagOf } from '@concord/dicom';
import { type Association, connect, findOptions, queryRetrieveSopClasses, type Status } from '@concord/network';
import { asPart10, ctSlice, dataSetOf, type Values } from '../../testing/data-sets.ts';
import { st1, st2, st3, st4, writeF1 } from '../../testing/fixture-f1.ts';
import { run, type ServerProcess, startServerProcess } from '../../testing/programs.ts';
import { expectedValue, keyedObjects, keyedStudy, questionsOf, standardKeys } from '../../testing/query-keys.ts';
import { rawRequest } from '../../testing/raw-request.ts';
import { temporaryFolder } from '../../testing/real-archive.ts';
import { levels, uniqueKeys } from './attributes.ts';
import { queryKeys } from './keys.ts';

const elsewhere = '1.2.826.0.1.9';
const [ctImage, mrImage, ultrasound] = [
  '1.2.840.10008.5.1.4.1.1.2',
  '1.2.840.10008.5.1.4.1.1.4',
  '1.2.840.10008.5.1.4.1.1.6.1',
];

describe('queries that few make', () => {
  let server: ServerProcess;
  let folder = '';
  let target: string[] = [];
  const endings: (() => void)[] = [];

  before(async () => {
    const hooks = { after: (end: () => void) => void endings.push(end) };
    folder = await temporaryFolder();
    server = await startServerProcess(hooks, join(folder, 'data'), '--time-zone', '+0100');
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
    assert.equal(await zoneOf(st1), undefined, 'it is never sent without a value');
    assert.deepEqual(await studies('PatientID=*', 'TimezoneOffsetFromUTC=-0500'), [st1, st2, st3, st4, elsewhere]);
  });

  const { studyRootFind, patientRootFind, patientStudyOnlyFind } = queryRetrieveSopClasses;
  type Options = Parameters<typeof findOptions.encode>[0];
  const open = (options?: Options) =>
    connect(
      { host: '127.0.0.1', port: server.dicomPort, calledAeTitle: 'CONCORD', callingAeTitle: 'TESTER' },
      [studyRootFind, patientRootFind, patientStudyOnlyFind].map((abstractSyntax) => ({
        abstractSyntax,
        transferSyntaxes: ['1.2.840.10008.1.2.1'],
        ...(options && { extendedNegotiation: findOptions.encode(options) }),
      })),
    );
  const ask = async (association: Association, keys: Values, model: string = studyRootFind) => {
    const answers: DataSet[] = [];
    let final: Status = { code: -1 };
    for await (const { status, identifier } of association.find(model, dataSetOf(keys)))
      if (identifier) answers.push(identifier);
      else final = status;
    return { answers, final };
  };
  /** Studies that match, over an association of its own. */
  const agreeing = async (options: Options | undefined, keys: Values) => {
    await using association = await open(options);
    const { answers, final } = await ask(association, { QueryRetrieveLevel: 'STUDY', StudyInstanceUID: null, ...keys });
    assert.equal(final.code, 0, JSON.stringify(final));
    return answers.map((answer) => answer.string('StudyInstanceUID')).sort();
  };

  test('SOP Class Extended Negotiation: byte for byte what is supported of what is offered, and nothing where nothing is offered', async () => {
    const item = (type: number, ...parts: (string | Buffer)[]) => {
      const value = Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
      return Buffer.concat([Buffer.from([type, 0, value.length >> 8, value.length & 0xff]), value]);
    };
    const sopClass = Buffer.concat([Buffer.from([0, studyRootFind.length]), Buffer.from(studyRootFind)]);
    // PS3.8 9.3.2, PS3.7 D.3.3.5: written here by hand, so that our own encoder has no part in it.
    const answerTo = async (offered: string | undefined) => {
      const context = Buffer.concat([
        Buffer.from([1, 0, 0, 0]),
        item(0x30, studyRootFind),
        item(0x40, '1.2.840.10008.1.2'),
      ]);
      const user = [
        item(0x51, Buffer.from([0, 0, 0x40, 0])),
        item(0x52, '1.2.826.0.1.9.9'),
        ...(offered === undefined ? [] : [item(0x56, sopClass, Buffer.from(offered, 'hex'))]),
      ];
      const titles = Buffer.from(`${'CONCORD'.padEnd(16)}${'TESTER'.padEnd(16)}`);
      const body = Buffer.concat([
        Buffer.from([0, 1, 0, 0]),
        titles,
        Buffer.alloc(32),
        item(0x10, '1.2.840.10008.3.1.1.1'),
        item(0x20, context),
        item(0x50, ...user),
      ]);
      const header = Buffer.from([1, 0, 0, 0, body.length >> 8, body.length & 0xff]);
      const answer = Buffer.from(
        await rawRequest(server.dicomPort, Buffer.concat([header, body]), 200, 30_000),
        'latin1',
      );
      assert.equal(answer[0], 2, 'A-ASSOCIATE-AC');
      const at = answer.indexOf(Buffer.concat([Buffer.from([0x56, 0])]).toString('latin1'), 'latin1');
      const found = answer.indexOf(sopClass, at);
      if (at < 0 || found < 0) return undefined;
      const length = answer.readUInt16BE(found - 2);
      return answer.subarray(found + sopClass.length, found - 0 + length).toString('hex');
    };
    assert.equal(await answerTo('01'), '01');
    assert.equal(await answerTo('01010101'), '01010101');
    assert.equal(await answerTo('0000010000'), '0000010000');
    assert.equal(await answerTo('0101010101'), '0101010100', 'Enhanced Multi-Frame Image Conversion is not offered');
    assert.equal(await answerTo(undefined), undefined);
  });

  test('fuzzy matching of names: words in any order by their beginnings where it is agreed, and only there', async () => {
    const fuzzy = { fuzzyPersonNames: true };
    for (const name of ['jane do', 'DO JAN', 'Jane^Doe']) {
      assert.deepEqual(await agreeing(fuzzy, { PatientName: name }), [st1, st2, elsewhere], name);
      assert.deepEqual(await agreeing(undefined, { PatientName: name }), [], name);
    }
    assert.deepEqual(await agreeing(fuzzy, { PatientName: 'jane smith' }), []);
    assert.deepEqual(
      await agreeing(fuzzy, { PatientName: 'DOE^J*' }),
      [st1, st2, st3, elsewhere],
      'what matches literally still does',
    );
    assert.deepEqual(await agreeing({ relational: true }, { PatientName: 'jane do' }), [], 'each option for itself');
  });

  test('combined matching of date and time: one span of moments where it is agreed, two ranges otherwise', async () => {
    const combined = { combinedDateTime: true };
    const overnight = { StudyDate: '20240114-20240115', StudyTime: '2200-0900' };
    assert.deepEqual(await agreeing(combined, overnight), [st1, elsewhere]);
    assert.deepEqual(await agreeing(undefined, overnight), [], 'no time of day lies in a range backwards');
    const from = { StudyDate: '20240115-', StudyTime: '0900-' };
    assert.deepEqual(await agreeing(combined, from), [st2, st3]);
    assert.deepEqual(await agreeing(undefined, { StudyDate: '20231201-', StudyTime: '0900-' }), [st2, st3, st4]);
    assert.deepEqual(await agreeing(combined, { StudyDate: '20231201-', StudyTime: '0900-' }), [
      st1,
      st2,
      st3,
      st4,
      elsewhere,
    ]);
  });

  test('timezone query adjustment: moments of the query meet those of the objects, each in the zone that it names', async () => {
    const zone = { timezone: true };
    // 08:30 in +0900; the studies of F1 say no zone, and the setting says +0100.
    const utc = (keys: Values) => ({ TimezoneOffsetFromUTC: '+0000', ...keys });
    assert.deepEqual(await agreeing(zone, utc({ StudyDate: '20240114', StudyTime: '2330' })), [elsewhere]);
    assert.deepEqual(await agreeing(zone, utc({ StudyDate: '20240115', StudyTime: '0730' })), [st1]);
    assert.deepEqual(
      await agreeing(zone, utc({ StudyDate: '20240114' })),
      [elsewhere],
      'a day is one of the zone of the query',
    );
    assert.deepEqual(await agreeing(zone, utc({ StudyTime: '2300-2359' })), [elsewhere]);
    assert.deepEqual(await agreeing(zone, utc({ StudyDate: '-20240114' })), [st4, elsewhere]);
    const far = { TimezoneOffsetFromUTC: '-1200', StudyDate: '20240114', StudyTime: '1130' };
    assert.deepEqual(await agreeing(zone, far), [elsewhere]);
    const both = { timezone: true, combinedDateTime: true };
    assert.deepEqual(await agreeing(both, utc({ StudyDate: '20240114-20240115', StudyTime: '2330-0730' })), [
      st1,
      elsewhere,
    ]);
    assert.deepEqual(
      await agreeing(undefined, utc({ StudyDate: '20240114', StudyTime: '2330' })),
      [],
      'it was not agreed',
    );
    assert.deepEqual(
      await agreeing(zone, { StudyDate: '20240115', StudyTime: '0830' }),
      [st1, elsewhere],
      'no zone: as kept',
    );
    assert.deepEqual(await agreeing(zone, utc({ PatientBirthDate: '19600101' })), [st1, st2, elsewhere]);
    const relational = { timezone: true, relational: true };
    assert.deepEqual(await agreeing(relational, utc({ StudyDate: '20240114', Modality: 'CT' })), [elsewhere]);
  });

  test('with timezone query adjustment answers keep their times and name the zone of each; an offset that is none is A900', async () => {
    await using association = await open({ timezone: true });
    const of = async (keys: Values, model: string = studyRootFind) =>
      (await ask(association, keys, model)).answers.map((answer) =>
        [...answer.elements()].map(({ tag }) => answer.string(tag)),
      );
    const atStudy = { QueryRetrieveLevel: 'STUDY', StudyDate: null, StudyTime: null };
    const constants = ['STUDY', 'CONCORD'];
    assert.deepEqual(await of({ ...atStudy, StudyInstanceUID: st1, TimezoneOffsetFromUTC: '-0500' }), [
      ['20240115', '083000', ...constants, '+0100', st1],
    ]);
    assert.deepEqual(await of({ ...atStudy, StudyInstanceUID: elsewhere }), [
      ['20240115', '083000', ...constants, '+0900', elsewhere],
    ]);
    const timeless = { QueryRetrieveLevel: 'STUDY', StudyInstanceUID: st1, TimezoneOffsetFromUTC: '-0500' };
    assert.deepEqual(await of(timeless), [[...constants, st1]], 'without a time there is nothing to say of its zone');
    const patient = {
      QueryRetrieveLevel: 'PATIENT',
      PatientID: 'PID002',
      PatientBirthDate: '19551231',
      TimezoneOffsetFromUTC: '-1200',
    };
    assert.deepEqual(await of(patient, patientRootFind), [['PATIENT', 'CONCORD', 'PID002', '19551231']]);
    for (const offset of ['+2500', '+0160', '+0100\\-0100', 'Berlin', '-1300']) {
      const { answers, final } = await ask(association, { ...atStudy, TimezoneOffsetFromUTC: offset.split('\\') });
      assert.deepEqual([answers.length, final.code, final.offending], [0, 0xa900, [0x00080201]], offset);
    }
    assert.equal((await of({ ...atStudy, StudyInstanceUID: st1 })).length, 1, 'the association goes on');
    assert.deepEqual(await agreeing(undefined, { PatientID: 'PID002', TimezoneOffsetFromUTC: 'Berlin' }), [st3]);
  });

  test('every key of PS3.4 C.6 is declared with its type, and none twice', () => {
    const declared = queryKeys.map(({ level, keyword }) => `${level} ${keyword}`);
    assert.equal(new Set(declared).size, declared.length);
    for (const [level, type, keyword] of standardKeys)
      assert.equal(
        queryKeys.find((key) => key.level === level && key.keyword === keyword)?.type,
        type,
        `${level} ${keyword}`,
      );
  });

  test('every declared key is taken, answered and matched as its VR says, at its level, in all three models', async () => {
    const objects = keyedObjects(queryKeys.map(({ keyword }) => keyword));
    const files = objects.map((_, index) => join(folder, `keyed-${index}.dcm`));
    for (const [index, object] of objects.entries()) writeFileSync(files[index] ?? '', asPart10(object));
    const { exitCode, output } = await run('storescu', '-R', '-nh', ...target, ...files);
    assert.equal(exitCode, 0, output);
    const [first = ctSlice()] = objects;
    await using association = await open();
    const failures: string[] = [];
    for (const [model, depths] of [
      [patientRootFind, levels],
      [studyRootFind, levels.slice(1)],
      [patientStudyOnlyFind, levels.slice(0, 2)],
    ] as const) {
      for (const level of depths) {
        const uniques = depths.slice(0, depths.indexOf(level) + 1).map((each) => uniqueKeys[each]);
        const own = {
          QueryRetrieveLevel: level,
          ...Object.fromEntries(uniques.map((key) => [key, first.string(key)])),
        };
        const order: readonly string[] = levels;
        // What is above the root of a model belongs to the root. PS3.4 C.6.2.1
        const belongs = (of: string) =>
          of === level || (level === depths[0] && order.indexOf(of) < order.indexOf(level));
        const keys = queryKeys.filter((key) => belongs(key.level) && key.keyword !== 'SpecificCharacterSet');
        const everything = Object.fromEntries(keys.map(({ keyword }) => [keyword, null]));
        const { answers, final } = await ask(association, { ...everything, ...own }, model);
        assert.deepEqual([answers.length, final.code], [1, 0], `${level}: ${JSON.stringify(final)}`);
        const [answer = ctSlice()] = answers;
        for (const { keyword, matched = true } of keys) {
          const isSequence = describeTag(tagOf(keyword))?.vr[0] === 'SQ';
          const value = expectedValue(keyword, first);
          const found = isSequence ? value : answer.strings(keyword).join('\\');
          if (!answer.has(keyword) || found !== value) failures.push(`${level} ${keyword} is ${found}, not ${value}`);
          // Every kind of matching once, in one model; in the others that a key restricts.
          const questions = questionsOf(keyword, value).slice(0, model === patientRootFind ? undefined : 2);
          for (const [wanted, isMatch] of questions) {
            const reply = await ask(association, { ...own, [keyword]: wanted }, model);
            const expected = (isMatch || !matched) && keyword !== 'AlternateRepresentationSequence' ? 1 : 0;
            if (reply.final.code !== 0 || reply.answers.length !== expected)
              failures.push(`${level} ${keyword}=${wanted}: ${reply.answers.length}, ${JSON.stringify(reply.final)}`);
          }
        }
      }
    }
    assert.deepEqual(failures.slice(0, 20), []);
    const regions = await ask(association, {
      QueryRetrieveLevel: 'STUDY',
      StudyInstanceUID: keyedStudy,
      AnatomicRegionsInStudyCodeSequence: null,
    });
    const codes = regions.answers[0]
      ?.items('AnatomicRegionsInStudyCodeSequence')
      .map((item) => item.string('CodeValue'));
    assert.deepEqual(codes?.sort(), ['Key value', 'OTHER'], 'those of all series');
  });
});
