// Editing by path: order, lengths, group lengths and private blocks stay right; what is not named stays as it was.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { concat, explicit, implicit, item, sequenceEnd } from '../testing/bytes.ts';
import { changedPaths } from '../testing/spans.ts';
import {
  DataSet,
  DicomError,
  explicitVrLittleEndian as explicitLe,
  type Fault,
  privateTag,
  readDataSet,
  reservePrivateTag,
  writeDataSet,
} from './index.ts';

const fails = (run: () => unknown, fault: Fault): void =>
  assert.throws(run, (error) => error instanceof DicomError && error.fault === fault);
const tagsOf = (dataSet: DataSet): readonly number[] => [...dataSet.elements()].map(({ tag }) => tag);
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Two items, the first of defined length, the second not, in a sequence of the given form. */
function example(open: boolean): Uint8Array {
  const items = concat(
    item(concat(explicit(0x00400007, 'LO', 'one '), explicit(0x00400009, 'SH', 'S1'))),
    item(explicit(0x00400009, 'SH', 'S2'), true),
  );
  const sequence = open
    ? concat(explicit(0x00400275, 'SQ', items, 0xffffffff), sequenceEnd)
    : explicit(0x00400275, 'SQ', items);
  return concat(explicit(0x00100020, 'LO', 'P1'), sequence, explicit(0x00402017, 'LO', 'F1'));
}

describe('nested items', () => {
  for (const open of [false, true])
    test(`a value set within a sequence of ${open ? 'undefined' : 'defined'} length: lengths follow, forms stay`, () => {
      const bytes = example(open);
      const dataSet = readDataSet(bytes, explicitLe);
      dataSet.set('RequestAttributesSequence[0].ScheduledProcedureStepID', 'STEP 1');
      const written = writeDataSet(dataSet, explicitLe);
      const expected = Buffer.from(bytes).toString('latin1').replace('SH\x02\0S1', 'SH\x06\0STEP 1');
      const grown = Buffer.from(expected, 'latin1');
      const at = 10 + (open ? 12 : 0);
      if (!open) grown.writeUInt32LE(grown.readUInt32LE(at + 8) + 4, at + 8);
      const itemAt = 10 + 12 + 4;
      grown.writeUInt32LE(grown.readUInt32LE(itemAt) + 4, itemAt);
      assert.equal(hexOf(written), hexOf(grown));
      const changed = changedPaths(readDataSet(bytes, explicitLe), readDataSet(written, explicitLe));
      assert.deepEqual(changed, ['(0040,0275)', '(0040,0275)[0]', '(0040,0275)[0].(0040,0009)']);
    });

  test('inserted elements stand in their order, whatever order they are set in', () => {
    const dataSet = readDataSet(example(false), explicitLe);
    for (const path of ['PatientName', 'PixelData', 'SOPClassUID', 'Rows'])
      dataSet.set(path, path === 'Rows' ? 1 : path === 'PixelData' ? new Uint8Array(2) : '1.2');
    assert.deepEqual(
      tagsOf(dataSet),
      tagsOf(dataSet).toSorted((a, b) => a - b),
    );
    assert.deepEqual(tagsOf(readDataSet(writeDataSet(dataSet, explicitLe), explicitLe)), tagsOf(dataSet));
  });

  test('sequences and items are made on the way, one after the last at most', () => {
    const dataSet = new DataSet();
    dataSet.set('RequestAttributesSequence[0].ScheduledProtocolCodeSequence[0].CodeValue', 'A');
    dataSet.set('RequestAttributesSequence[1].ScheduledProcedureStepID', 'B');
    assert.equal(dataSet.string('RequestAttributesSequence.ScheduledProtocolCodeSequence.CodeValue'), 'A');
    assert.equal(dataSet.items('RequestAttributesSequence').length, 2);
    fails(() => dataSet.set('RequestAttributesSequence[3].ScheduledProcedureStepID', 'D'), 'bad-path');
    fails(
      () => dataSet.set('RequestAttributesSequence[0].ScheduledProtocolCodeSequence[0].CodeValue[0].X', 'D'),
      'bad-path',
    );
    fails(() => dataSet.set('', 'D'), 'bad-path');
    fails(() => dataSet.set('RequestAttributesSequence[-1].PatientID', 'D'), 'bad-path');
    fails(() => dataSet.set('NoSuchKeyword', 'D'), 'bad-path');
  });

  test('an item and an element are deleted; what is not there is not', () => {
    const dataSet = readDataSet(example(true), explicitLe);
    assert.equal(dataSet.delete('RequestAttributesSequence[0].(0040,0007)'), true);
    assert.equal(dataSet.delete('RequestAttributesSequence[0].(0040,0007)'), false);
    assert.equal(dataSet.delete('RequestAttributesSequence[0]'), true);
    assert.equal(dataSet.delete('RequestAttributesSequence[7]'), false);
    const written = writeDataSet(dataSet, explicitLe);
    const expected = concat(
      explicit(0x00100020, 'LO', 'P1'),
      explicit(0x00400275, 'SQ', item(explicit(0x00400009, 'SH', 'S2'), true), 0xffffffff),
      sequenceEnd,
      explicit(0x00402017, 'LO', 'F1'),
    );
    assert.equal(hexOf(written), hexOf(expected));
    assert.equal(dataSet.delete('RequestAttributesSequence'), true);
    assert.deepEqual(tagsOf(dataSet), [0x00100020, 0x00402017]);
  });

  test('an item of another data set is copied: changing one leaves the other', () => {
    const [from, to] = [readDataSet(example(false), explicitLe), new DataSet()];
    to.set('RequestAttributesSequence', from.items('RequestAttributesSequence'));
    to.set('RequestAttributesSequence[0].ScheduledProcedureStepID', 'OTHER');
    assert.equal(from.string('RequestAttributesSequence[0].ScheduledProcedureStepID'), 'S1');
    const copy = from.clone();
    copy.set('RequestAttributesSequence[1].ScheduledProcedureStepID', 'COPY');
    assert.equal(hexOf(writeDataSet(from, explicitLe)), hexOf(example(false)));
  });

  test('a data set cannot become an item of itself', () => {
    const dataSet = readDataSet(example(false), explicitLe);
    dataSet.set('RequestAttributesSequence', [dataSet]);
    assert.equal(dataSet.items('RequestAttributesSequence[0].RequestAttributesSequence').length, 2);
    assert.ok(writeDataSet(dataSet, explicitLe).length > 0);
  });

  test('an edit within UN that holds a sequence keeps UN and Implicit VR, CP-246', () => {
    const bytes = concat(explicit(0x00091010, 'UN', item(implicit(0x00080100, 'C1')), 0xffffffff), sequenceEnd);
    const dataSet = readDataSet(bytes, explicitLe);
    dataSet.set('(0009,1010)[0].CodeValue', 'C2');
    assert.equal(hexOf(writeDataSet(dataSet, explicitLe)), hexOf(bytes).replace('4331', '4332'));
  });
});

describe('group lengths', () => {
  const group = (length: number) => explicit(0x00100000, 'UL', [length, 0, 0, 0]);
  const name = explicit(0x00100010, 'PN', 'Doe^Jane');
  const modality = explicit(0x00080060, 'CS', 'CT');
  const patient = explicit(0x00100020, 'LO', 'P1');

  test('follow an edit of their group, and stay as they are for one elsewhere, wrong ones too', () => {
    for (const length of [name.length + patient.length, 99]) {
      const bytes = concat(modality, group(length), name, patient);
      const elsewhere = readDataSet(bytes, explicitLe);
      elsewhere.set('Modality', 'MR');
      assert.equal(
        hexOf(writeDataSet(elsewhere, explicitLe)),
        hexOf(concat(explicit(0x00080060, 'CS', 'MR'), group(length), name, patient)),
      );
      const inside = readDataSet(bytes, explicitLe);
      inside.set('PatientID', 'P1234');
      const longer = explicit(0x00100020, 'LO', 'P1234 ');
      assert.equal(
        hexOf(writeDataSet(inside, explicitLe)),
        hexOf(concat(modality, group(name.length + longer.length), name, longer)),
      );
      inside.delete('PatientID');
      assert.equal(hexOf(writeDataSet(inside, explicitLe)), hexOf(concat(modality, group(name.length), name)));
    }
  });
});

describe('private blocks', () => {
  test('a creator gets the first free block, and the same one again', () => {
    const dataSet = new DataSet();
    const tag = reservePrivateTag(dataSet, 0x0029, 'ONE', 0x10);
    assert.equal(tag, 0x00291010);
    dataSet.set(tag, 'value', 'LO');
    assert.equal(reservePrivateTag(dataSet, 0x0029, 'TWO', 0x10), 0x00291110);
    assert.equal(reservePrivateTag(dataSet, 0x0029, 'ONE', 0xff), 0x002910ff);
    assert.equal(dataSet.string('(0029,0010)'), 'ONE');
    assert.equal(privateTag(dataSet, 0x0029, 'THREE', 1), undefined);
    fails(() => reservePrivateTag(dataSet, 0x0028, 'EVEN', 1), 'bad-path');
  });

  test('blocks used without a creator are not given away', () => {
    const dataSet = new DataSet();
    dataSet.set(0x00291005, 'orphan', 'LO');
    assert.equal(reservePrivateTag(dataSet, 0x0029, 'ONE', 1), 0x00291101);
  });

  test('each item has its own blocks, and a full group is refused', () => {
    const dataSet = new DataSet();
    dataSet.set('RequestAttributesSequence', [new DataSet()]);
    reservePrivateTag(dataSet, 0x0029, 'ONE', 1);
    const inside = dataSet.items('RequestAttributesSequence')[0] ?? new DataSet();
    assert.equal(reservePrivateTag(inside, 0x0029, 'TWO', 1), 0x00291001);
    for (let block = 0x10; block <= 0xff; block += 1) inside.set(0x00290000 + block, `C${block}`, 'LO');
    fails(() => reservePrivateTag(inside, 0x0029, 'MORE', 1), 'bad-path');
  });

  test('an unknown element needs a VR, once', () => {
    const dataSet = new DataSet();
    fails(() => dataSet.set(0x00291001, 'x'), 'bad-vr');
    dataSet.set(0x00291001, 'x', 'LO');
    dataSet.set(0x00291001, 'y');
    assert.equal(dataSet.element(0x00291001)?.vr, 'LO');
  });
});
