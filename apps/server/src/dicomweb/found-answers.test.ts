// What is written straight from rows of the index is the text of the data set that the row makes, whatever the row and the query.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { describeTag, readDataSet, tagOf } from '@concord/dicom';
import { startDicomweb } from '../../testing/archive.ts';
import { ctSlice, dataSetOf, encoded, explicitVrLittleEndian, type Values } from '../../testing/data-sets.ts';
import { f1, st1 } from '../../testing/fixture-f1.ts';
import { openRealArchive } from '../../testing/real-archive.ts';
import { addSyntheticStudies, syntheticStudy } from '../../testing/synthetic-studies.ts';
import { webText } from '../archive/answer-texts.ts';
import type { Archive, Level } from '../archive/archive.ts';
import { attributes, keptTogether, tables } from '../archive/attributes.ts';
import { type Database, join, literal, type Query, sql } from '../database/database.ts';
import { createZone } from '../settings/time-zones.ts';
import { all, countRemaining, dataSetsOf, gather, textsOf } from './found-answers.ts';
import { parseQuery } from './query.ts';
import { parseSearch, type SearchLevel } from './search-parameters.ts';
import type { Target } from './target.ts';

const form = (level: SearchLevel) => ({
  constants: level === 'SERIES' ? {} : { InstanceAvailability: 'ONLINE' },
  retrieveUrl: (uids: readonly string[]) => `http://here/${uids.map(encodeURIComponent).join('/')}`,
});

/** A search as texts from rows and as texts of data sets, each with what it says of the answers beyond its limit. */
async function bothWays(archive: Archive, level: SearchLevel, parameters: string, target: Target = {}) {
  const search = parseSearch(parseQuery(`?${parameters}`), level, target);
  const parts = { archive, zone: createZone('+0100', Date.now) } as Parameters<typeof countRemaining>[2];
  const texts = await gather(textsOf(search, form(level), parts));
  const dataSets = await gather(dataSetsOf(search, form(level), parts));
  const written = { remaining: await countRemaining(search, texts, parts), answers: await Array.fromAsync(all(texts)) };
  const remaining = await countRemaining(search, dataSets, parts);
  const made = { remaining, answers: (await Array.fromAsync(all(dataSets))).map(webText) };
  return { written, made };
}

const levels: readonly SearchLevel[] = ['STUDY', 'SERIES', 'IMAGE'];
const uid = syntheticStudy(7).uid;
const queries: readonly string[] = [
  '',
  'includefield=all',
  'limit=0',
  'limit=3',
  'limit=3&offset=2&includefield=all',
  'limit=300&offset=1',
  'limit=5&orderby=-PatientName',
  'orderby=StudyDescription&limit=4&offset=4',
  'PatientName=*a*&limit=2',
  'PatientName=family&fuzzymatching=true',
  'PatientID=%22%22&emptyvaluematching=true',
  'ModalitiesInStudy=CT,MR&multiplevaluematching=true&limit=2',
  'StudyDate=20100101-20201231&StudyTime=0800-1200',
  'StudyDate=20100101-20201231&limit=4',
  'StudyDescription=*1*&limit=3',
  'Modality=CT&limit=3',
  'SOPClassUID=1.2.840.10008.5.1.4.1.1.2&limit=2&offset=1',
  'StudyDate=20100101-20201231&TimezoneOffsetFromUTC=-0800',
  `StudyInstanceUID=${uid},${st1}`,
  'includefield=RequestAttributesSequence,ProcedureCodeSequence,OtherPatientIDsSequence,ConceptNameCodeSequence',
  'includefield=AnatomicRegionsInStudyCodeSequence.CodeValue,AnatomicRegionSequence,00081190,PixelData',
  'includefield=SpecificCharacterSet,InstanceAvailability,TimezoneOffsetFromUTC,SOPClassesInStudy',
];

async function same(archive: Archive, level: SearchLevel, parameters: string, target?: Target): Promise<number> {
  const { written, made } = await bothWays(archive, level, parameters, target);
  assert.deepEqual(written, made, `${level}?${parameters}`);
  for (const text of written.answers) JSON.parse(text);
  return written.answers.length;
}

test('studies, series and instances as they are stored, whatever is asked for', async (t) => {
  const { archive, put, database } = await openRealArchive(t);
  await addSyntheticStudies(database, 1, 20);
  for (const dataSet of f1) await put(dataSet);
  await put(ctSlice({ ...withSequences, StudyInstanceUID: '1.2.3.4', SOPInstanceUID: '1.2.3.4.1' }));
  let answers = 0;
  for (const level of levels) {
    for (const query of queries) answers += await same(archive, level, query);
    answers += await same(archive, level, 'includefield=all', { studyInstanceUid: st1 });
    answers += await same(archive, level, 'StudyInstanceUID=1.2.9', { studyInstanceUid: st1 });
  }
  assert.ok(answers > 500, `${answers}`);
});

const code = dataSetOf({ CodeValue: 'C1', CodingSchemeDesignator: 'DCM', CodeMeaning: 'a "meaning" \\ of it' });
const withSequences: Values = {
  SpecificCharacterSet: 'ISO_IR 100',
  RequestAttributesSequence: [
    dataSetOf({
      ScheduledProcedureStepID: 'STEP\\X',
      RequestedProcedureID: 'R1',
      RequestedProcedureCodeSequence: [code],
    }),
    dataSetOf({ ScheduledProcedureStepID: 'STEP2' }),
  ],
  ProcedureCodeSequence: [code],
  AnatomicRegionSequence: [code, dataSetOf({})],
  OtherPatientIDsSequence: [dataSetOf({ PatientID: 'OTHER', IssuerOfPatientID: 'Ä' })],
  TimezoneOffsetFromUTC: '+0200',
  ImageType: ['ORIGINAL', 'PRIMARY', ''],
  PatientWeight: '070.50',
};

/** Numbers that look random and are the same in each run. */
const dice = (seed: number) => (sides: number) => {
  seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fff_ffff;
  return (seed >>> 8) % sides;
};

const pieces = [
  '',
  ' ',
  '"',
  '\\',
  '^',
  '=',
  '/',
  '\t',
  '\r\n',
  '\u001f',
  '\u007f',
  '{}',
  '20200102',
  '-12',
  '01.50',
  'CT',
  'Doe',
];
const beyondAscii = ['é', 'Ä\u0308', '山田', '\u2028', '\ud83d\ude00', '\ufffd'];

/** VRs whose text has a character set. PS3.5 6.1.2.3. */
const extended = new Set(['LO', 'LT', 'PN', 'SH', 'ST', 'UC', 'UT']);

/** Text that no sender should send, now and then as much of it as there is room for. */
function oddText(roll: ReturnType<typeof dice>, vr: string): string {
  const from = extended.has(vr) ? [...pieces, ...beyondAscii] : pieces;
  const text = Array.from({ length: roll(5) }, () => from[roll(from.length)] ?? '').join('');
  return roll(300) === 0 ? text.padEnd(9000, '"x\\') : text;
}

/** What a level keeps of one object: some attributes, each with values it should have or should not. */
function oddKept(roll: ReturnType<typeof dice>, level: Level): string {
  const kept: Record<string, unknown> = {};
  for (const keyword of keptTogether(level).filter(() => roll(3) > 0)) {
    const vr = describeTag(tagOf(keyword))?.vr[0] ?? '';
    const texts = Array.from({ length: roll(4) }, () => oddText(roll, vr));
    if (vr === 'SQ') kept[keyword] = texts.map((text) => ({ '80100': [text.slice(0, 16)], '80104': [text] }));
    else kept[keyword] = vr === 'US' ? texts.map(() => roll(65_536)) : texts;
  }
  return JSON.stringify(kept);
}

const simple = /^[psei]\.(\w+)$/u;

/** Puts odd values into every column that answers are made of, row by row; UIDs stay different. */
async function makeOdd(database: Database, rows: number): Promise<void> {
  const roll = dice(4711);
  const statements: Query[] = [];
  for (let row = 1; row <= rows; row += 1)
    for (const level of ['PATIENT', 'STUDY', 'SERIES', 'IMAGE'] as const) {
      const own = attributes.filter((attribute) => attribute.level === level && simple.test(attribute.column ?? ''));
      const values = own.map(({ keyword, column = '', narrowing }) => {
        const vr = describeTag(tagOf(keyword))?.vr[0] ?? '';
        const text = oddText(roll, vr);
        const number = [null, 0, roll(65_536)][roll(keyword.startsWith('Number') ? 2 : 3)] ?? 1;
        const value =
          narrowing === 'integer'
            ? number
            : keyword.endsWith('InstanceUID') || keyword === 'PatientID'
              ? `1.${row}${text.slice(0, 30)}`
              : text;
        return sql`${literal(column.slice(2))} = ${value}`;
      });
      const [table = '', alias = ''] = tables[level].from.split(' ');
      const key = literal(tables[level].key.replace(`${alias}.`, ''));
      statements.push(
        sql`update ${literal(table)} set ${join(values, ', ')}, attributes = ${oddKept(roll, level)} where ${key} = ${row}`,
      );
    }
  await database.batch(statements);
}

test('rows of values that nobody should send: odd characters, several values, none, long ones', async (t) => {
  const { archive, database } = await openRealArchive(t);
  const rows = 40;
  await addSyntheticStudies(database, 1, rows);
  await makeOdd(database, rows);
  for (const level of levels) {
    for (const query of queries) await same(archive, level, query);
    assert.equal(await same(archive, level, 'includefield=all&limit=200'), rows);
  }
});

test('a byte that no code may have is no reason to give nobody any answers', async (t) => {
  const { archive, database, put } = await openRealArchive(t);
  await addSyntheticStudies(database, 1, 2);
  const bytes = encoded(ctSlice({ StudyInstanceUID: '1.2.3', Modality: 'CXT', PatientSex: 'X', StudyTime: '08X000' }));
  for (const value of ['CXT', '08X000']) bytes[Buffer.from(bytes).indexOf(value) + value.indexOf('X')] = 0xe9;
  await put(readDataSet(bytes, explicitVrLittleEndian));
  const { written, made } = await bothWays(archive, 'STUDY', 'StudyInstanceUID=1.2.3,1.2.840.99.1');
  assert.equal(made.answers.length, 2);
  assert.ok(made.answers.join().includes('"C?T"'), made.answers.join());
  assert.ok(written.answers.join().includes('"C\ufffdT"'), written.answers.join());
});

test('many answers of which nobody takes any leave no query of the index open', async (t) => {
  let opened = 0;
  let left = 0;
  const { archive, database } = await openRealArchive(t, {
    database: (real) => ({
      ...real,
      async *iterate<R>(...asked: Parameters<Database['iterate']>) {
        opened += 1;
        try {
          yield* real.iterate<R>(...asked);
        } finally {
          left += 1;
        }
      },
    }),
  });
  await addSyntheticStudies(database, 1, 3000);
  const { service } = await startDicomweb(t, { archive });
  for (const accept of ['application/dicom+json', 'multipart/related; type="application/dicom+xml"']) {
    const asked = await fetch(`${service}/studies`, { method: 'HEAD', headers: { accept } });
    assert.equal(asked.status, 200);
    const leaving = new AbortController();
    const answer = await fetch(`${service}/studies`, { headers: { accept }, signal: leaving.signal });
    await answer.body?.getReader().read();
    leaving.abort();
    const whole = await fetch(`${service}/studies?limit=1200`, { headers: { accept } });
    assert.ok((await whole.bytes()).length > 100_000);
  }
  const deadline = Date.now() + 5000;
  while (left < opened && Date.now() < deadline) await setTimeout(5);
  assert.deepEqual({ opened, left }, { opened: 6, left: 6 });
});
