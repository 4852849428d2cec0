// What goes along with the objects a rule holds for: what refers to them at any depth, the whole study, or nothing.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { silentLog } from '@concord/network';
import { ctSlice, dataSetOf, type Values } from '../../testing/data-sets.ts';
import { openRealArchive } from '../../testing/real-archive.ts';
import { arrivedOf } from '../arrivals/arrival-rows.ts';
import { ruleSchema } from './rule-schema.ts';
import { taken } from './take-along.ts';

const classes = {
  CT: '2',
  MR: '4',
  PR: '11.1',
  KO: '88.59',
  SR: '88.33',
  SEG: '66.4',
  DOC: '104.1',
} as const;

const reference = (name: string) => dataSetOf({ ReferencedSOPInstanceUID: `1.2.3.${name}` });

/** An object without pixels, in a series of its modality. */
const object = (kind: keyof typeof classes, name: number, values: Values = {}) =>
  ctSlice({
    SOPClassUID: `1.2.840.10008.5.1.4.1.1.${classes[kind]}`,
    SOPInstanceUID: `1.2.3.${name}`,
    SeriesInstanceUID: `1.2.3.1.${classes[kind]}`,
    Modality: kind,
    PixelData: undefined,
    ...values,
  });

const inSeries = (...names: readonly string[]): Values => ({
  ReferencedSeriesSequence: [dataSetOf({ ReferencedImageSequence: names.map(reference) })],
});

/** The references stand three items deep, beside a text. */
const inContent = (...names: readonly string[]): Values => {
  const image = dataSetOf({ ValueType: 'IMAGE', ReferencedSOPSequence: names.map(reference) });
  const group = dataSetOf({ ValueType: 'CONTAINER', ContentSequence: [dataSetOf({ TextValue: 'seen' }), image] });
  return { ContentSequence: [group] };
};

const study = [
  object('PR', 31, inSeries('11')),
  object('KO', 41, inContent('31')),
  object('CT', 11, { BodyPartExamined: 'KNEE' }),
  object('CT', 12),
  object('MR', 21, inSeries('11')),
  object('PR', 32, inSeries('21')),
  object('SR', 51, inContent('21', '12')),
  object('SR', 52),
  object('SEG', 61, { ReferencedSeriesSequence: [dataSetOf({ ReferencedInstanceSequence: [reference('12')] })] }),
  object('DOC', 71, inSeries('11')),
];

async function filled(t: TestContext) {
  const { archive, database, put, folder } = await openRealArchive(t);
  for (const dataSet of study) await put(dataSet);
  const all = await arrivedOf(database, '1.2.3.1');
  const named = (names: readonly string[]) => all.filter((each) => names.includes(each.sopInstanceUid.slice(6)));
  const ask = async (content: object, offered = { instances: all, ofStudy: all }) => {
    const { held, along } = await taken(ruleSchema.parse({ name: 'R', destinations: ['A'], ...content }), offered, {
      archive,
      log: silentLog,
    });
    return [held, along].map((each) => each.map(({ sopInstanceUid }) => sopInstanceUid.slice(6)).join(' '));
  };
  return { archive, all, named, ask, folder };
}

test('with what a rule holds for goes what refers to it, in its turn too; not what refers to others, images, documents', async (t) => {
  const { ask } = await filled(t);
  assert.deepEqual(await ask({ modalities: ['CT'] }), ['11 12', '31 41 51 61']);
  assert.deepEqual(await ask({ bodyParts: ['KNEE'] }), ['11', '31 41']);
  assert.deepEqual(
    await ask({ modalities: ['CT', 'PR'] }),
    ['31 11 12 32', '41 51 61'],
    'what is held for is not counted twice',
  );
  assert.deepEqual(await ask({ modalities: ['US'] }), ['', '']);
  assert.deepEqual(await ask({}), ['31 41 11 12 21 32 51 52 61 71', '']);
  assert.deepEqual(await ask({ modalities: ['CT'], takeAlong: 'nothing' }), ['11 12', '']);
});

test('one object that a rule holds for takes all of its study along, and none nothing', async (t) => {
  const { ask } = await filled(t);
  assert.deepEqual(await ask({ bodyParts: ['KNEE'], takeAlong: 'study' }), ['11', '31 41 12 21 32 51 52 61 71']);
  assert.deepEqual(await ask({ bodyParts: ['HIP'], takeAlong: 'study' }), ['', '']);
});

test('what came first goes when what it refers to comes; what comes later goes with what it refers to', async (t) => {
  const { ask, named } = await filled(t);
  const offered = (fresh: readonly string[], ofStudy: readonly string[]) => ({
    instances: named(fresh),
    ofStudy: named(ofStudy),
  });
  assert.deepEqual(await ask({ bodyParts: ['KNEE'] }, offered(['31', '41'], ['31', '41'])), ['', '']);
  assert.deepEqual(await ask({ bodyParts: ['KNEE'] }, offered(['11'], ['31', '41', '11'])), ['11', '31 41']);
  assert.deepEqual(await ask({ bodyParts: ['KNEE'] }, offered(['41'], ['31', '41', '11', '12'])), ['', '31 41']);
  assert.deepEqual(await ask({ modalities: ['CT'], takeAlong: 'study' }, offered(['21'], ['21', '12'])), ['12', '21']);
});

test('what goes along is one of three words', () => {
  for (const takeAlong of ['all', '', 1, ['study']])
    assert.throws(() => ruleSchema.parse({ name: 'R', destinations: ['A'], takeAlong }), JSON.stringify(takeAlong));
});
