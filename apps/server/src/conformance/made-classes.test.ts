// What the tables of created objects say, against objects that were really made: of nothing, of everything, and under other settings. PS3.2 A.8.1.1
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contentFaults, createdObjectsOf, type ObjectBuilder } from '@concord/conformance';
import { DataSet, describeTag, formatTag } from '@concord/dicom';
import { deidentify, profileRows, pseudonymous } from '@concord/dicom/deidentify';
import { keyObjectDocuments } from '../key-objects/declaration.ts';
import { keyObjectDocument } from '../key-objects/document.ts';
import { titleGroupOf } from '../key-objects/title-group.ts';
import { deidentifiedCopies } from '../outgoing/deidentified-copies.ts';
import { readConfiguration } from '../settings/read-configuration.ts';
import { createTestEncoder } from './encode-test-object.ts';
import { madeClasses } from './made-classes.ts';
import { sampleImage, sampleSyntax, sampleUid, secondaryCapture } from './sample-image.ts';

const configured = (file: object = {}) => readConfiguration(['--config', 'site.json'], {}, () => JSON.stringify(file));

const tableOf = (builder: ObjectBuilder) => {
  const created = createdObjectsOf([builder], 'none');
  assert.ok(created.state === 'described' && created.objects[0]);
  return created.objects[0];
};

const peer = { aeTitle: 'P', host: 'h', port: 104, lossy: 'preferred', filter: 'plain' };
const filter = { name: 'plain', deidentify: ['retain-uids', 'retain-longitudinal-full-dates'] };

test('[CS-IOD-02] each sample is what its table says: nothing beside it, and everything that is always there, with and without settings', async () => {
  const kinds = async (file: object) => {
    const made = madeClasses(configured(file));
    for (const { builder, sample } of made) {
      const { dataSet } = await sample();
      assert.deepEqual(contentFaults(tableOf(builder), dataSet, sampleImage()), [], builder.variant ?? 'selection');
    }
    return made.map(({ builder }) => builder.variant ?? builder.template);
  };
  assert.deepEqual(await kinds({}), ['TID 2010', 'Copies without identity by the URI Service']);
  assert.deepEqual(await kinds({ peers: [peer], attributeFilters: [filter] }), [
    ...['TID 2010', 'Derived images', 'Copies without identity by the URI Service'],
    'Copies without identity by the filter plain',
  ]);
});

test('a selection from an object that says nothing of patient and study has what is always there, and nothing is missing from its table', () => {
  const group = titleGroupOf(configured(), new Date(0));
  const [title] = group.titles;
  assert.ok(title);
  const uids = { studyInstanceUid: '1.2', seriesInstanceUid: '1.3', sopInstanceUid: '1.4' };
  const reference = { ...uids, sopClassUid: secondaryCapture, kind: 'IMAGE', frames: [] } as const;
  const facts = { ...uids, title, group, at: new Date(0), version: '1', seriesNumber: 9001, identical: [] };
  const document = keyObjectDocument({ ...facts, like: new DataSet(), references: [reference] });
  assert.deepEqual(contentFaults(tableOf(keyObjectDocuments), document), []);
  assert.throws(() => keyObjectDocument({ ...facts, like: new DataSet(), references: [] }), TypeError);
});

/** One value of each attribute that the profile names, as its VR has it. */
function everything(): DataSet {
  const values: Partial<Record<string, string | number>> = {
    ...{ DA: '20260102', TM: '030405', DT: '20260102030405', AS: '070Y', IS: '4711', DS: '47.11', UI: '1.2.3.4711' },
    ...{ US: 4711, UL: 4711, SS: 4711, SL: 4711, FL: 4711, FD: 4711, UR: 'https://clinic.example/4711' },
  };
  const dataSet = sampleImage();
  for (const { tag: digits } of profileRows(new Set())) {
    const tag = Number.parseInt(digits, 16);
    const vr = describeTag(tag)?.vr[0];
    if (!/^[0-9A-F]{8}$/.test(digits) || tag >>> 16 < 8 || vr === undefined || vr === 'AT') continue;
    if (vr === 'SQ') {
      const item = new DataSet();
      item.set('CodeMeaning', 'Kept secret');
      dataSet.set(tag, [item]);
    } else if (/^O|^UN$/.test(vr)) dataSet.set(tag, new Uint8Array(4).fill(47), vr);
    else dataSet.set(tag, values[vr] ?? 'KEPT SECRET', vr);
  }
  dataSet.set(0x00090010, 'A MAKER', 'LO');
  dataSet.set(0x00091001, 'Kept secret', 'LO');
  return dataSet;
}

test('copies of an object with every attribute of the profile are what their tables say, for any options: replaced, emptied, left out', () => {
  const settings = configured({ peers: [peer], attributeFilters: [filter] });
  const source = everything();
  const secret = new Uint8Array(32).fill(7);
  for (const { builder, options } of deidentifiedCopies(settings)) {
    const { dataSet: copy } = deidentify(source, { secret, options });
    assert.deepEqual(contentFaults(tableOf(builder), copy, source), [], builder.variant);
    const left = new Set(builder.leftOut?.map(({ tag }) => tag));
    for (const { tag: digits, actions } of profileRows(new Set(options))) {
      const tag = Number.parseInt(digits, 16);
      if (!/^[0-9A-F]{8}$/.test(digits) || !source.has(tag)) continue;
      const text = formatTag(tag);
      const [before, after] = [source.strings(tag).join(), copy.strings(tag).join()];
      if (actions.every((action) => action === 'X')) assert.ok(left.has(text) && !copy.has(tag), text);
      else if (actions.join() === 'Z' && !pseudonymous.has(tag)) assert.equal(copy.element(tag)?.length, 0, text);
      else if (before !== '') assert.notEqual(after, before, text);
    }
    assert.ok(!copy.has(0x00091001));
  }
});

test('images that are derived from gray and from colour have what their table says is always there', async (t) => {
  const encoder = createTestEncoder();
  t.after(encoder.close);
  const [, derived] = madeClasses(configured({ peers: [{ ...peer, filter: undefined }] }));
  assert.equal(derived?.builder.variant, 'Derived images');
  const colour = sampleImage();
  for (const [keyword, value] of [
    ['SamplesPerPixel', 3],
    ['PhotometricInterpretation', 'RGB'],
    ['PlanarConfiguration', 0],
    ['PixelData', new Uint8Array(96 * 96 * 3).fill(99)],
  ] as const)
    colour.set(keyword, value);
  const seen = new Set<number>();
  for (const source of [sampleImage(), colour]) {
    const instance = {
      ...{ sopClassUid: secondaryCapture, sopInstanceUid: sampleUid(3), transferSyntaxUid: sampleSyntax },
      ...{ dataSet: source, bytes: new Uint8Array(), open: async function* () {} },
    };
    const made = await encoder.encode(instance, '1.2.840.10008.1.2.4.50', sampleUid(6));
    assert.ok(made);
    const faults = contentFaults(tableOf(derived.builder), made.dataSet, source);
    assert.deepEqual(faults, []);
    for (const { tag } of made.dataSet.elements()) seen.add(tag);
  }
  for (const { tag } of derived.builder.attributes) assert.ok(seen.has(tag), `${formatTag(tag)} is never there`);
});
