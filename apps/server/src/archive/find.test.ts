// The query engine over a real index: what matches, what is answered, and that SQL never keeps a match back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Keyword } from '@concord/dicom';
import { ctSlice, dataSetOf, type Values } from '../../testing/data-sets.ts';
import { f1, st1, st2, st3, st4 } from '../../testing/fixture-f1.ts';
import { openRealArchive, type RealArchive } from '../../testing/real-archive.ts';
import { createZone } from '../settings/time-zones.ts';
import { ArchiveError, type FindOptions, type Level } from './archive.ts';
import { findInZone } from './find-in-zone.ts';

const keysOf = (values: Values) => dataSetOf({ StudyInstanceUID: null, ...values });

async function openF1(t: Parameters<typeof openRealArchive>[0]): Promise<RealArchive> {
  const opened = await openRealArchive(t);
  for (const dataSet of f1) assert.equal((await opened.put(dataSet)).status.code, 0);
  return opened;
}

test('pages of a search are stable, newest first, and add up to the whole', async (t) => {
  const { archive } = await openF1(t);
  const uids = async (options: object) => {
    const answers = await Array.fromAsync(archive.find('STUDY', keysOf({ PatientID: '*' }), options));
    return answers.map((answer) => answer.string('StudyInstanceUID'));
  };
  assert.deepEqual(await uids({ limit: 10 }), [st2, st3, st1, st4]);
  assert.deepEqual(await uids({ limit: 2 }), [st2, st3]);
  assert.deepEqual(await uids({ limit: 2, offset: 2 }), [st1, st4]);
  assert.deepEqual(await uids({ offset: 3 }), [st4]);
  assert.deepEqual(await uids({ limit: 2, offset: 9 }), []);
});

test('a page of what only matching decides leaves out the same answers', async (t) => {
  const { archive } = await openF1(t);
  const answers = await Array.fromAsync(
    archive.find('STUDY', keysOf({ StudyTime: '0800-1200' }), { limit: 1, offset: 1 }),
  );
  assert.deepEqual(
    answers.map((answer) => answer.string('StudyInstanceUID')),
    [st1],
  );
});

test('count and find agree for every kind of key', async (t) => {
  const { archive } = await openF1(t);
  const kinds: Values[] = [
    {},
    { PatientName: 'doe*' },
    { PatientID: 'PID001' },
    { StudyDate: '20240101-' },
    { StudyTime: '-0900' },
    { ModalitiesInStudy: 'US' },
    { ModalitiesInStudy: 'CT\\MR' },
    { NumberOfStudyRelatedInstances: '5' },
    { ReferringPhysicianName: 'ref^alpha' },
    { AccessionNumber: 'ACC0?0' },
    { StudyInstanceUID: `${st1}\\${st4}` },
    { PatientID: 'NOBODY' },
  ];
  for (const values of kinds) {
    const keys = keysOf(values);
    const found = await Array.fromAsync(archive.find('STUDY', keys));
    assert.equal(await archive.count('STUDY', keys), found.length, JSON.stringify(values));
  }
});

test('a date of a month or a year alone lies in every range that touches it, at both of its ends', async (t) => {
  const { archive, put, ask } = await openRealArchive(t);
  const dates = ['202003', '2020', '2020.03.01', '20200315', '20210101', '202013', ''];
  for (const [index, date] of dates.entries()) {
    const uids = {
      StudyInstanceUID: `1.2.${index}`,
      SeriesInstanceUID: `1.2.${index}.0`,
      SOPInstanceUID: `1.2.${index}.1`,
    };
    await put(ctSlice({ ...uids, PatientID: `P${index}`, StudyDate: date, PatientBirthDate: date }));
  }
  const found = async (range: string) => {
    const keys = keysOf({ StudyDate: range });
    const answers = (await ask('STUDY', keys, 'StudyDate')).sort();
    assert.equal(await archive.count('STUDY', keys), answers.length, range);
    return answers;
  };
  assert.deepEqual(await found('20200301-20200331'), ['2020', '202003', '20200301', '20200315']);
  assert.deepEqual(await found('20200310-20200320'), ['2020', '202003', '20200315']);
  assert.deepEqual(await found('20200315'), ['2020', '202003', '20200315']);
  assert.deepEqual(await found('20201231-'), ['2020', '202013', '20210101']);
  assert.deepEqual(await found('-20200229'), ['2020']);
  assert.deepEqual(await found('20200401-20200430'), ['2020']);
  assert.deepEqual(await found('2020.03.01'), ['2020', '202003', '20200301']);
  const byBirth = keysOf({ PatientBirthDate: '20200310', StudyDate: null });
  assert.deepEqual((await ask('STUDY', byBirth, 'StudyDate')).sort(), ['2020', '202003']);
  const paged = await Array.fromAsync(
    archive.find('STUDY', keysOf({ StudyDate: '20200310-20200401' }), { limit: 2, offset: 1 }),
  );
  assert.deepEqual(
    paged.map((answer) => answer.string('StudyDate')),
    ['202003', '2020'],
  );
});

test('wildcards of SQL are plain text, and so is everything else that is special there', async (t) => {
  const { put, ask } = await openRealArchive(t);
  const ids = ['100%', '100x', 'a_b', 'axb', "o'hara", 'x!y', 'back/slash'];
  for (const [index, id] of ids.entries())
    await put(ctSlice({ PatientID: id, StudyInstanceUID: `1.2.${index}`, SOPInstanceUID: `1.2.${index}.1` }));
  const found = (id: string) => ask('STUDY', keysOf({ PatientID: id }), 'PatientID');
  assert.deepEqual(await found('100%*'), ['100%']);
  assert.deepEqual(await found('a_?'), ['a_b']);
  assert.deepEqual(await found("o'*"), ["o'hara"]);
  assert.deepEqual(await found('x!*'), ['x!y']);
  assert.deepEqual(await found('%'), []);
  assert.deepEqual(await found('___'), []);
});

test('names in several groups are found by each of them, and answered in UTF-8 or in the character set asked with', async (t) => {
  const { archive, put } = await openRealArchive(t);
  const yamada = 'Yamada^Tarou=山田^太郎=やまだ^たろう';
  await put(ctSlice({ SpecificCharacterSet: 'ISO_IR 192', PatientName: yamada }));
  const muller = {
    SpecificCharacterSet: 'ISO_IR 100',
    PatientName: 'MÜLLER^JÖRG',
    PatientID: 'M',
    StudyInstanceUID: '1.2.9',
  };
  await put(ctSlice({ ...muller, SOPInstanceUID: '1.2.9.1' }));
  const names = async (values: Values) => {
    const answers = await Array.fromAsync(
      archive.find('STUDY', keysOf({ SpecificCharacterSet: 'ISO_IR 192', ...values })),
    );
    return answers.map((answer) => answer.string('PatientName'));
  };
  for (const name of ['yamada^tarou', '山田*', 'やまだ^たろう', 'YAMADA*', '*=山田^*', yamada])
    assert.deepEqual(await names({ PatientName: name }), [yamada], name);
  for (const name of ['muller^jorg', 'MÜLLER*', 'müller^jörg'])
    assert.deepEqual(await names({ PatientName: name }), ['MÜLLER^JÖRG'], name);
  const latin = dataSetOf({ SpecificCharacterSet: 'ISO_IR 100', PatientID: 'M', PatientName: null });
  const [answer] = await Array.fromAsync(archive.find('STUDY', latin));
  assert.deepEqual(answer?.specificCharacterSet, ['ISO_IR 100']);
  const plain = dataSetOf({ PatientID: 'M', PatientName: null });
  const [other] = await Array.fromAsync(archive.find('STUDY', plain));
  assert.deepEqual(other?.specificCharacterSet, ['ISO_IR 192']);
});

test('[QR-CHS-01] an answer names a character set only where it needs one', async (t) => {
  const { archive } = await openF1(t);
  const [answer] = await Array.fromAsync(archive.find('STUDY', keysOf({ PatientID: 'XID100', PatientName: null })));
  assert.equal(answer?.has('SpecificCharacterSet'), false);
});

test('what has no column is answered and matched too, sequences by their items', async (t) => {
  const { put, ask } = await openRealArchive(t);
  const code = (value: string) =>
    dataSetOf({ CodeValue: value, CodingSchemeDesignator: '99X', CodeMeaning: `m ${value}` });
  const request = dataSetOf({ RequestedProcedureID: 'RP1', ScheduledProcedureStepID: 'SPS1' });
  await put(
    ctSlice({
      ProcedureCodeSequence: [code('A'), code('B')],
      RequestAttributesSequence: [request],
      SeriesDescription: 'THIN SLICES',
      OperatorsName: 'ONE^OP\\TWO^OP',
      PatientComments: 'back\\slash',
    }),
  );
  await put(ctSlice({ StudyInstanceUID: '1.2.9', SOPInstanceUID: '1.2.9.1' }));
  const study = (value: string) =>
    keysOf({ ProcedureCodeSequence: [dataSetOf({ CodeValue: value, CodeMeaning: null })] });
  assert.deepEqual(await ask('STUDY', study('B'), 'ProcedureCodeSequence[1].CodeMeaning'), ['m B']);
  assert.deepEqual(await ask('STUDY', study('C'), 'StudyInstanceUID'), []);
  const series = (values: Values) => dataSetOf({ StudyInstanceUID: '1.2.3.1', SeriesInstanceUID: null, ...values });
  assert.deepEqual(await ask('SERIES', series({ SeriesDescription: 'THIN*' }), 'SeriesDescription'), ['THIN SLICES']);
  assert.deepEqual(await ask('SERIES', series({ OperatorsName: 'two^op' }), 'OperatorsName'), ['ONE^OP\\TWO^OP']);
  const step = [dataSetOf({ ScheduledProcedureStepID: null })];
  const path = 'RequestAttributesSequence[0].ScheduledProcedureStepID';
  assert.deepEqual(await ask('SERIES', series({ RequestAttributesSequence: step }), path), ['SPS1']);
  assert.deepEqual(
    await ask('STUDY', keysOf({ PatientComments: null }), 'PatientComments'),
    Array(2).fill('back\\slash'),
  );
});

test('the anatomic regions of a study are those of all its series, each once; a study of other regions does not match', async (t) => {
  const { put, archive } = await openRealArchive(t);
  const region = (...codes: readonly string[]) => codes.map((CodeValue) => dataSetOf({ CodeValue, CodeMeaning: 'm' }));
  for (const [at, codes] of [['1'], ['2', '1'], ['2'], []].entries())
    await put(
      ctSlice({
        SeriesInstanceUID: `1.2.3.1.${at}`,
        SOPInstanceUID: `1.2.3.1.${at}.1`,
        ...(codes.length > 0 && { AnatomicRegionSequence: region(...codes) }),
      }),
    );
  await put(ctSlice({ StudyInstanceUID: '1.2.9', SeriesInstanceUID: '1.2.9.1', SOPInstanceUID: '1.2.9.1.1' }));
  const found = async (AnatomicRegionsInStudyCodeSequence: Values[string]) => {
    const answers = await Array.fromAsync(archive.find('STUDY', keysOf({ AnatomicRegionsInStudyCodeSequence })));
    return answers.map((answer) =>
      [
        answer.string('StudyInstanceUID'),
        ...answer
          .items('AnatomicRegionsInStudyCodeSequence')
          .map((item) => item.string('CodeValue'))
          .sort(),
      ].join(),
    );
  };
  assert.deepEqual((await found(null)).sort(), ['1.2.3.1,1,2', '1.2.9']);
  assert.deepEqual(await found([dataSetOf({ CodeValue: '2' })]), ['1.2.3.1,1,2']);
  assert.deepEqual(await found([dataSetOf({ CodeValue: '3' })]), []);
});

test('leaving the loop or the signal ends a search, and the archive goes on', async (t) => {
  const { archive } = await openF1(t);
  for await (const _answer of archive.find('STUDY', keysOf({}))) break;
  const controller = new AbortController();
  let seen = 0;
  for await (const _answer of archive.find('STUDY', keysOf({}), { signal: controller.signal })) {
    seen += 1;
    controller.abort();
  }
  assert.equal(seen, 1);
  assert.equal(await archive.count('STUDY', keysOf({})), 4);
});

test('a thousand queries at once are all answered', async (t) => {
  const { archive } = await openF1(t);
  const counts = await Promise.all(
    Array.from(
      { length: 1000 },
      async () => (await Array.fromAsync(archive.find('STUDY', keysOf({ PatientID: 'PID001' })))).length,
    ),
  );
  assert.ok(counts.every((found) => found === 2));
});

test('a list of thousands of UIDs selects what is there', async (t) => {
  const { archive } = await openF1(t);
  const many = [...Array.from({ length: 3000 }, (_, index) => `1.2.7.${index}`), `${st1}.1.1`, `${st4}.1.1`];
  const found = await archive.instances({ sopInstanceUid: many });
  assert.deepEqual(found.map(({ sopInstanceUid }) => sopInstanceUid).sort(), [`${st1}.1.1`, `${st4}.1.1`]);
  assert.deepEqual(await archive.instances({}), []);
  assert.deepEqual(await archive.instances({ studyInstanceUid: [] }), []);
});

test('a relational search takes keys of lower levels and leaves out keys above', async (t) => {
  const { archive } = await openF1(t);
  const relational = async (level: 'PATIENT' | 'STUDY' | 'SERIES' | 'IMAGE', values: Values, wanted: string) => {
    const answers = await Array.fromAsync(
      archive.find(level, dataSetOf({ [wanted]: null, ...values }), { relational: true }),
    );
    return answers.map((answer) => answer.string(wanted)).sort();
  };
  assert.deepEqual(await relational('STUDY', { Modality: 'CT' }, 'StudyInstanceUID'), [st1]);
  assert.deepEqual(await relational('STUDY', { InstanceNumber: '2' }, 'StudyInstanceUID'), [st1, st2, st3]);
  assert.deepEqual(await relational('PATIENT', { StudyDate: '20240115' }, 'PatientID'), ['PID001', 'PID002']);
  assert.deepEqual(await relational('SERIES', { PatientID: 'PID002' }, 'SeriesInstanceUID'), [`${st3}.1`, `${st3}.2`]);
  assert.deepEqual(await relational('IMAGE', { Modality: 'CR' }, 'SOPInstanceUID'), [`${st4}.1.1`]);
  const keys = dataSetOf({ PatientName: null, Modality: 'CT' });
  const [answer] = await Array.fromAsync(archive.find('STUDY', keys, { relational: true }));
  assert.deepEqual(
    [...(answer?.elements() ?? [])].map(({ tag }) => tag),
    [0x00100010],
    'keys of its own level only',
  );
  assert.equal(await archive.count('STUDY', keysOf({ InstanceNumber: '1' }), { relational: true }), 4);
});

test('fuzzy names and combined dates and times, where they are agreed', async (t) => {
  const { archive } = await openF1(t);
  const uids = async (values: Values, options: object) => {
    const answers = await Array.fromAsync(archive.find('STUDY', keysOf(values), options));
    return answers.map((answer) => answer.string('StudyInstanceUID')).sort();
  };
  assert.deepEqual(await uids({ PatientName: 'jane doe' }, { fuzzy: true }), [st1, st2]);
  assert.deepEqual(await uids({ PatientName: 'jane doe' }, {}), []);
  const span = { StudyDate: '20240115-20240310', StudyTime: '090000-100000' };
  assert.deepEqual(await uids(span, {}), [st3], 'two ranges');
  assert.deepEqual(await uids(span, { combinedDateTime: true }), [st3], 'one span: from 09:00 of the first day');
  const later = { StudyDate: '20240115-20240310', StudyTime: '090000-150000' };
  assert.deepEqual(await uids(later, { combinedDateTime: true }), [st2, st3]);
});

test('moments in another zone: days around them are looked through, and only what is within the moment matches', async (t) => {
  const { archive } = await openF1(t);
  const zone = createZone('+0100', Date.now);
  const uids = async (values: Values, combinedDateTime = false) => {
    const keys = keysOf({ TimezoneOffsetFromUTC: '-0800', ...values });
    const answers = await Array.fromAsync(
      findInZone(archive, 'STUDY', keys, { zone, combinedDateTime, constants: { QueryRetrieveLevel: 'STUDY' } }),
    );
    return answers.map((answer) => answer.string('StudyInstanceUID')).sort();
  };
  assert.deepEqual(await uids({ StudyDate: '20240114', StudyTime: '2330' }), [st1]);
  assert.deepEqual(await uids({ StudyDate: '20240115' }), [st3], 'from 09:00 of the same day here');
  assert.deepEqual(await uids({ StudyDate: '20240114-20240115', StudyTime: '2300-0100' }, true), [st1, st3]);
  assert.deepEqual(await uids({ StudyDate: '-20231130' }), []);
  assert.deepEqual(await uids({ StudyDate: '-20231201', PatientName: 'SMITH*' }), [st4]);
});

test('answers are ordered by any attribute with a column, page by page, the usual order among equals', async (t) => {
  const { archive } = await openF1(t);
  const uids = async (options: FindOptions) => {
    const answers = await Array.fromAsync(archive.find('STUDY', keysOf({}), options));
    return answers.map((answer) => answer.string('StudyInstanceUID') ?? '');
  };
  const values = async (keyword: Keyword, level: Level, descending: boolean) => {
    const keys = dataSetOf({ [keyword]: null, StudyInstanceUID: null });
    const answers = await Array.fromAsync(archive.find(level, keys, { orderBy: { keyword, descending } }));
    return answers.map((answer) => answer.string(keyword) ?? '');
  };
  const keywords = ['PatientName', 'PatientID', 'AccessionNumber', 'StudyDescription', 'ModalitiesInStudy'] as const;
  for (const keyword of keywords) {
    const ascending = await values(keyword, 'STUDY', false);
    assert.equal(ascending.length, 4);
    assert.deepEqual(ascending, ascending.toSorted(), keyword);
    assert.deepEqual((await values(keyword, 'STUDY', true)).toSorted(), ascending.toSorted(), keyword);
    const orderBy = { keyword, descending: true };
    const pages = [await uids({ orderBy, limit: 3 }), await uids({ orderBy, limit: 3, offset: 3 })].flat();
    assert.deepEqual(pages, await uids({ orderBy }), `pages by ${keyword}`);
    assert.equal(new Set(pages).size, 4);
  }
  const counts = (await values('NumberOfStudyRelatedInstances', 'STUDY', true)).map(Number);
  assert.deepEqual(
    counts,
    counts.toSorted((a, b) => b - a),
  );
  assert.deepEqual(await uids({ orderBy: { keyword: 'StudyDate', descending: true } }), [st2, st3, st1, st4]);
});

test('an order the index does not have is refused', async (t) => {
  const { archive } = await openF1(t);
  for (const keyword of ['PixelData', 'SeriesNumber', 'PatientComments'] as const)
    await assert.rejects(
      Array.fromAsync(archive.find('STUDY', keysOf({}), { orderBy: { keyword, descending: false } })),
      (error) => error instanceof ArchiveError && error.fault === 'keys-refused',
      keyword,
    );
});
