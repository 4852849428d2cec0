// QIDO-RS against a real archive: resources, attributes, paging, and queries that make no sense.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { DataSet } from '@concord/dicom';
import { startFilled } from '../../testing/archive.ts';
import { type Made, madeSeries, madeStudy } from '../../testing/instances.ts';

type Found = Record<string, { vr: string; Value?: unknown[] }>;

const start = async (t: TestContext, files: readonly Made[]) => {
  const web = await startFilled(t, files);
  const get = (path: string, accept = 'application/dicom+json') =>
    fetch(`${web.service}${path}`, { headers: { accept } });
  const find = async (path: string): Promise<Found[]> => {
    const response = await get(path);
    assert.equal(response.status, 200, `${path}: ${response.status}`);
    assert.equal(response.headers.get('content-type'), 'application/dicom+json');
    return response.json();
  };
  const values = async (path: string, tag: string) => (await find(path)).map((one) => one[tag]?.Value?.[0]);
  return { ...web, get, find, values };
};

const second = '1.2.826.0.1.3680043.10.2';
const files: readonly Made[] = [
  { instance: '1.2.1' },
  { instance: '1.2.2', instanceNumber: 2 },
  { instance: '1.2.3', series: `${madeSeries}.2`, modality: 'MR', instanceNumber: 3 },
  { instance: '1.2.4', study: second, series: `${second}.1`, patientName: 'Doe^John', patientId: 'P2', rows: 6 },
];

test('searches of the same studies', async (t) => {
  const { get, find, values, service } = await start(t, files);

  await t.test('each resource finds its level, with links', async () => {
    const [study] = await find(`/studies?StudyInstanceUID=${madeStudy}`);
    assert.deepEqual(study?.['0020000D'], { vr: 'UI', Value: [madeStudy] });
    assert.deepEqual(study?.['00100010'], { vr: 'PN', Value: [{ Alphabetic: 'Müller^Jürgen' }] });
    assert.deepEqual(study?.['00201206']?.Value, [2]);
    assert.deepEqual(study?.['00201208']?.Value, [3]);
    assert.deepEqual([...(study?.['00080061']?.Value ?? [])].sort(), ['CT', 'MR']);
    assert.deepEqual(study?.['00081190'], { vr: 'UR', Value: [`${service}/studies/${madeStudy}`] });
    assert.deepEqual(study?.['00080056']?.Value, ['ONLINE']);
    assert.deepEqual((await values(`/studies/${madeStudy}/series`, '0020000E')).sort(), [
      madeSeries,
      `${madeSeries}.2`,
    ]);
    assert.deepEqual(await values(`/studies/${madeStudy}/series/${madeSeries}/instances`, '00080018'), [
      '1.2.1',
      '1.2.2',
    ]);
    assert.equal((await find(`/studies/${madeStudy}/instances`)).length, 3);
    assert.equal((await find('/series')).length, 3);
    const all = await find('/instances');
    assert.equal(all.length, 4);
    const last = all.find((one) => one['00080018']?.Value?.[0] === '1.2.4');
    assert.deepEqual(last?.['00081190']?.Value, [`${service}/studies/${second}/series/${second}.1/instances/1.2.4`]);
    assert.deepEqual(last?.['00280010']?.Value, [6]);
    assert.deepEqual(last?.['00100020']?.Value, ['P2']);
  });

  await t.test('attributes by keyword and by tag, wildcards, ranges, lists', async () => {
    const studies = async (query: string) => (await values(`/studies?${query}`, '0020000D')).sort();
    assert.deepEqual(await studies('PatientName=Doe*'), [second]);
    assert.deepEqual(await studies('00100010=doe%5Ejohn'), [second]);
    assert.deepEqual(await studies('PatientID=P1'), [madeStudy]);
    assert.deepEqual(await studies('PatientName=M%C3%BCller*'), [madeStudy]);
    assert.deepEqual(await studies('StudyDate=20260101-20260103'), [madeStudy, second]);
    assert.deepEqual(await studies('StudyDate=20270101-'), []);
    // A year or a month alone, the old form, and ends of ranges behind the last day or hour, as C-FIND takes them.
    for (const key of ['2026', '202601', '2026.01.02-2026.01.31', '20260101-20260231', '2026-2027', '*'])
      assert.ok((await studies(`StudyDate=${key}`)).includes(madeStudy), key);
    assert.deepEqual(await studies('StudyDate=202702'), []);
    for (const key of ['10', '1011-1012', '000000-240000', '10:11:12'])
      assert.ok((await studies(`StudyTime=${key}`)).includes(madeStudy), key);
    assert.deepEqual(await studies(`StudyInstanceUID=${madeStudy},${second}`), [madeStudy, second]);
    assert.deepEqual(await studies('ModalitiesInStudy=MR'), [madeStudy]);
    assert.deepEqual(await studies('ModalitiesInStudy=MR,CT&PatientID=P2'), [second]);
    assert.deepEqual(await studies('ModalitiesInStudy=MR&ModalitiesInStudy=US'), [madeStudy]);
    assert.deepEqual(await values(`/studies/${madeStudy}/series?Modality=MR`, '0020000E'), [`${madeSeries}.2`]);
    assert.deepEqual(await values('/instances?SOPInstanceUID=1.2.3', '0020000E'), [`${madeSeries}.2`]);
  });

  await t.test('an attribute by two names is one key; another study than that of the address has nothing', async () => {
    const both = `/studies?StudyInstanceUID=${madeStudy}&0020000D=${second}`;
    assert.deepEqual((await values(both, '0020000D')).sort(), [madeStudy, second]);
    assert.equal((await get('/studies?PatientID=P1&00100020=P2')).status, 400);
    const inStudy = (query: string) => values(`/studies/${madeStudy}/series?${query}`, '0020000E');
    for (const same of [`StudyInstanceUID=${madeStudy}`, 'StudyInstanceUID=', 'StudyInstanceUID=*'])
      assert.ok((await inStudy(same)).length > 0, same);
    assert.ok((await inStudy(`StudyInstanceUID=${second},${madeStudy}`)).length > 0);
    for (const other of [`StudyInstanceUID=${second}`, `0020000D=${second}&limit=0`])
      assert.deepEqual(await inStudy(other), [], other);
    const path = `/studies/${madeStudy}/series/${madeSeries}/instances`;
    assert.deepEqual(await values(`${path}?SeriesInstanceUID=${madeSeries}.2`, '00080018'), []);
  });

  await t.test('names without accents and in another order, where fuzzy matching is asked for', async () => {
    assert.deepEqual(await values('/studies?PatientName=jurgen&fuzzymatching=true', '0020000D'), [madeStudy]);
  });

  await t.test('includefield adds attributes, one by one and all', async () => {
    const [plain] = await find('/studies?PatientID=P1');
    assert.equal(plain?.['00081030'], undefined);
    for (const field of ['StudyDescription', '00081030', 'StudyID,StudyDescription', 'all']) {
      const [study] = await find(`/studies?PatientID=P1&includefield=${field}`);
      assert.deepEqual(study?.['00081030']?.Value, ['Brain'], field);
    }
  });

  await t.test('pages, and the number of what is left', async () => {
    const response = await get('/instances?limit=3');
    assert.equal((await response.json()).length, 3);
    assert.match(
      response.headers.get('warning') ?? '',
      /^299 http:\/\/127\.0\.0\.1:\d+\/dicom-web: There are 1 additional results/,
    );
    const pages = [];
    for (const offset of [0, 2, 4]) pages.push(...(await values(`/instances?limit=2&offset=${offset}`, '00080018')));
    assert.deepEqual(pages.sort(), ['1.2.1', '1.2.2', '1.2.3', '1.2.4']);
    assert.equal((await get('/instances?limit=4')).headers.get('warning'), null);
    const none = await get('/instances?limit=0');
    assert.deepEqual(await none.json(), []);
    assert.match(none.headers.get('warning') ?? '', /There are 4 additional/);
  });

  await t.test('answers as XML', async () => {
    const text = await (await get('/studies', 'multipart/related; type=application/dicom+xml')).text();
    assert.equal(text.match(/<NativeDicomModel/g)?.length, 2);
  });

  await t.test('queries that make no sense are 400 and name what is wrong', async () => {
    const bad = [
      ...['limit=-1', 'limit=x', 'limit=1&limit=2', 'offset=1.5', 'offset=', 'fuzzymatching=maybe'],
      ...[
        'PatientID=a&PatientID=b',
        'includefield=NoSuchThing',
        '0010001=x',
        '001000101=x',
        'RequestAttributesSequence=x',
      ],
      ...[
        '%3Cscript%3E=1',
        'a..b=1',
        '.=1',
        '(0010,0010)=x',
        'PatientID=%00%ff',
        'orderby=',
        'orderby=--StudyDate',
        'orderby=PixelData',
        'orderby=NoSuchKeyword',
        'PatientID=%5C',
        'StudyDate=yesterday',
        'StudyDate=20209999',
        'StudyDate=20200230',
        'StudyDate=202013',
        'StudyDate=20200101-20209999',
        'StudyDate=-',
        'StudyTime=2500',
        'StudyTime=-9999',
        'StudyTime=-',
        'StudyInstanceUID=1..2',
      ],
      `${Array(12).fill('RequestAttributesSequence').join('.')}=1`,
    ];
    for (const query of bad) {
      const response = await get(`/studies?${query}`);
      const text = await response.text();
      assert.equal(response.status, 400, `${query}: ${text}`);
      assert.match(response.headers.get('content-type') ?? '', /problem\+json/);
      assert.doesNotMatch(text, /<script/);
    }
    assert.equal((await get('/studies', 'text/html')).status, 406);
  });

  await t.test('parameters that are not supported have no effect, and a warning names them', async () => {
    for (const [query, ignored] of [
      ['PatentName=x', ['PatentName']],
      ['__proto__=1&constructor=1', ['__proto__', 'constructor']],
      ['00230010=AcmeCompany&00231001=001239&includefield=00231002', ['00230010', '00231001']],
      ['PatientID=P2&OtherPatientIDsSequence.PatientPetName=x', ['OtherPatientIDsSequence.PatientPetName']],
      ['KVP=120', ['KVP']],
    ] as const) {
      const response = await get(`/studies?${query}&limit=1`);
      assert.equal(response.status, 200, `${query}: ${await response.clone().text()}`);
      assert.equal((await response.json()).length, 1, query);
      const text = `The following parameters are not supported and were ignored: ${ignored.map((name) => `"${name}"`).join(', ')}`;
      assert.ok(response.headers.get('warning')?.includes(text), `${query}: ${response.headers.get('warning')}`);
    }
    const plain = await get('/studies?PatientID=P2&includefield=00231002');
    assert.equal(plain.headers.get('warning'), null);
    const [study] = await find('/studies?PatientID=P2&includefield=Modality,Rows,StudyDescription');
    assert.ok(study?.['00081030'] && !study['00080060'] && !study['00280010'], 'nothing of lower levels');
    const one = await get(`/studies/${second}?x=1`, 'application/zip');
    assert.equal(one.status, 200);
    assert.match(one.headers.get('warning') ?? '', /^299 http:\S+\/dicom-web: .* ignored: "x"$/);
  });

  await t.test('hostile values are values: they match nothing and break nothing', async () => {
    const hostile = [
      '..',
      '../../etc/passwd',
      '1'.repeat(65),
      'a\0b',
      '<b>',
      "' or 1=1 --",
      '%',
      '_',
      '"',
      '\u{1f600}',
    ];
    for (const value of hostile) {
      assert.deepEqual(await find(`/studies?PatientID=${encodeURIComponent(value)}`), [], value);
      assert.deepEqual(await find(`/studies?PatientName=${encodeURIComponent(value)}`), [], value);
    }
  });

  await t.test('orderby sorts over everything that matches, not within the page', async () => {
    const names = async (query: string) =>
      (await find(`/studies?${query}`)).map((study) => JSON.stringify(study['00100010'] ?? ''));
    const all = await names('orderby=PatientName');
    assert.ok(all.length > 1);
    assert.deepEqual(await names('orderby=PatientName&limit=1'), all.slice(0, 1));
    assert.deepEqual(await names('orderby=PatientName&limit=1&offset=1'), all.slice(1, 2));
    assert.deepEqual(new Set(await names('orderby=-PatientName')), new Set(all));
  });
});

test('two quotation marks find what is empty, where empty value matching is asked for', async (t) => {
  const third = '1.2.826.0.1.3680043.10.3';
  const emptied = (dataSet: DataSet) => {
    for (const keyword of ['AccessionNumber', 'StudyDate', 'PatientSex', 'BodyPartExamined'])
      dataSet.set(keyword, null);
  };
  const filled = (dataSet: DataSet) => {
    dataSet.set('PatientSex', 'F');
    dataSet.set('BodyPartExamined', 'HEAD');
  };
  const { get, values } = await start(t, [
    { instance: '1.2.1', change: filled },
    { instance: '1.2.5', study: third, series: `${third}.1`, patientId: 'P3', change: emptied },
  ]);
  const studies = async (query: string) => (await values(`/studies?${query}`, '0020000D')).sort();
  for (const keyword of ['AccessionNumber', 'StudyDate', 'PatientSex', 'BodyPartExamined'])
    assert.deepEqual(await studies(`${keyword}=%22%22&emptyvaluematching=true`), [third], keyword);
  assert.deepEqual(await studies('PatientName=%22%22&emptyvaluematching=true'), []);
  assert.deepEqual(await studies('AccessionNumber=A1&emptyvaluematching=true'), [madeStudy]);
  assert.deepEqual(await studies('AccessionNumber=&emptyvaluematching=true'), [madeStudy, third]);
  assert.deepEqual(await studies('AccessionNumber=%22%22'), []);
  const first = await get('/studies?AccessionNumber=%22%22&emptyvaluematching=true&limit=0');
  assert.match(first.headers.get('warning') ?? '', /There are 1 additional/);
  for (const query of ['emptyvaluematching=perhaps', 'StudyDate=%22%22', 'Rows=%22%22&emptyvaluematching=true'])
    assert.equal((await get(`/instances?${query}`)).status, 400, query);
});

test('each of several values has to be found, where multiple value matching is asked for', async (t) => {
  const many = (dataSet: DataSet) => dataSet.set('OperatorsName', ['Roe^Ann', 'Poe^Bob, Jr.']);
  const { get, values } = await start(t, [
    ...files,
    { instance: '1.2.6', study: second, series: `${second}.2`, change: many },
  ]);
  const studies = async (query: string) => (await values(`/studies?${query}`, '0020000D')).sort();
  const all = 'multiplevaluematching=true';
  assert.deepEqual(await studies(`ModalitiesInStudy=CT,MR&${all}`), [madeStudy]);
  assert.deepEqual(await studies(`ModalitiesInStudy=MR%5CCT&${all}`), [madeStudy]);
  assert.deepEqual(await studies('ModalitiesInStudy=CT,MR'), [madeStudy, second]);
  assert.deepEqual(await studies(`ModalitiesInStudy=CT,US&${all}`), []);
  assert.deepEqual(await studies(`ModalitiesInStudy=M*&${all}`), [madeStudy]);
  const series = (query: string) => values(`/series?${query}`, '0020000E');
  assert.deepEqual(await series(`OperatorsName=Poe%5EBob, Jr.%5CRoe%5EAnn&${all}`), [`${second}.2`]);
  assert.deepEqual(await series(`OperatorsName=Roe%5EAnn%5CDoe%5EJohn&${all}`), []);
  // Where an attribute has one value, a list still asks for any of its values; one of UIDs always does.
  assert.deepEqual((await series(`Modality=CT,MR&StudyInstanceUID=${madeStudy}&${all}`)).length, 2);
  assert.deepEqual(await studies(`StudyInstanceUID=${madeStudy},${second}&${all}`), [madeStudy, second]);
  const bad = ['multiplevaluematching=1', `ModalitiesInStudy=C*,MR&${all}`, `PatientID=P1%5CP2&${all}`];
  for (const query of [...bad, 'OperatorsName=Roe%5EAnn%5CPoe%5EBob'])
    assert.equal((await get(`/series?${query}`)).status, 400, query);
});

test('nothing found is 200 with an empty list, as XML a multipart without parts', async (t) => {
  const { find, get } = await start(t, []);
  for (const path of ['/studies', '/series', '/instances', `/studies/${madeStudy}/series`, '/studies?PatientID=x']) {
    assert.deepEqual(await find(path), []);
  }
  const xml = await get('/studies', 'multipart/related; type="application/dicom+xml"');
  assert.equal(xml.status, 200);
  assert.match(await xml.text(), /^--concord-[\w-]+--\r\n$/);
});

test('dates with their times are one span, in the zone that the query names', async (t) => {
  const at = (instance: string, date: string, time: string, zone?: string): Made => ({
    instance,
    study: `1.9.${instance}`,
    series: `1.9.${instance}.1`,
    change: (dataSet) => {
      dataSet.set('StudyDate', date);
      dataSet.set('StudyTime', time);
      if (zone !== undefined) dataSet.set('TimezoneOffsetFromUTC', zone);
    },
  });
  const { values, get } = await start(t, [
    at('1', '20260310', '0800'),
    at('2', '20260310', '2000'),
    at('3', '20260311', '0700'),
    at('4', '20260311', '2300'),
    at('5', '20260312', '0300', '+0900'),
  ]);
  const found = async (query: string) =>
    (await values(`/studies?${query}`, '0020000D')).map((uid) => String(uid).at(-1)).sort();
  assert.deepEqual(await found('StudyDate=20260310-20260311&StudyTime=1200-1200'), ['2', '3']);
  assert.deepEqual(await found('StudyDate=20260310-20260311&StudyTime=0000-0900'), ['1', '2', '3']);
  const zoned = 'StudyDate=20260311-20260311&StudyTime=1750-1810&TimezoneOffsetFromUTC=%2B0000';
  assert.deepEqual(await found(zoned), ['5'], 'three in the morning, nine hours east');
  const days = 'StudyDate=20260310-20260312&StudyTime=0000-2359&TimezoneOffsetFromUTC=%2B0000';
  const page = await get(`/studies?${days}&limit=2&offset=1`);
  assert.equal((await page.json()).length, 2);
  assert.match(page.headers.get('warning') ?? '', /There are 2 additional results/);
  assert.equal((await get('/studies?TimezoneOffsetFromUTC=%2B2500')).status, 400);
});
