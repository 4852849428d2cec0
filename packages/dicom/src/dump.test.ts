// Dumps, tags and what a listing shows of them.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { concat, explicit, file, item, sequenceEnd } from '../testing/bytes.ts';
import {
  DataSet,
  describeTag,
  dump,
  explicitVrLittleEndian,
  formatTag,
  isPrivate,
  isPrivateCreator,
  keywordOf,
  parseTag,
  readPart10,
  readSourceSync,
  tagOf,
} from './index.ts';

const columns = (line: string): string => line.replace(/ +#/, ' #');

describe('a dump', () => {
  test('is a line for each element: tag, VR, value, length, number of values, name; items below their sequence', () => {
    const sequence = concat(
      explicit(0x00400275, 'SQ', item(explicit(0x00400009, 'SH', 'S1'), true), 0xffffffff),
      sequenceEnd,
    );
    const bytes = file(
      explicitVrLittleEndian,
      concat(
        explicit(0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.2\0'),
        explicit(0x00280030, 'DS', '0.5\\1 '),
        sequence,
        explicit(0x7fe00010, 'OB', [1, 255]),
      ),
    );
    assert.deepEqual([...dump(readPart10(bytes))].slice(3).map(columns), [
      '# Data Set: 1.2.840.10008.1.2.1',
      '(0008,0016) UI =CTImageStorage # 26, 1 SOPClassUID',
      '(0028,0030) DS [0.5\\1] # 6, 2 PixelSpacing',
      '(0040,0275) SQ (1 item) # u/l, 1 RequestAttributesSequence',
      '  (FFFE,E000) item 0, undefined length',
      '    (0040,0009) SH [S1] # 2, 1 ScheduledProcedureStepID',
      '(7FE0,0010) OB 01\\ff # 2, 1 PixelData',
    ]);
  });

  test('cuts long values, shows references by place, stops at a depth', () => {
    const bytes = file(
      explicitVrLittleEndian,
      concat(explicit(0x00104000, 'LT', 'x'.repeat(200)), explicit(0x7fe00010, 'OW', new Uint8Array(5000))),
    );
    const source = { read: (offset: number, length: number) => bytes.slice(offset, offset + length) };
    const lines = [...dump(readSourceSync(source, { bulkThreshold: 1000 }).dataSet, { valueWidth: 20 })];
    assert.ok(lines[0]?.includes('xxx...') && lines[0].length < 100);
    assert.ok(lines[1]?.includes('(5000 bytes at '));
    const nested = new DataSet();
    nested.set('RequestAttributesSequence[0].ScheduledProtocolCodeSequence[0].CodeValue', 'A');
    assert.equal([...dump(nested, { depth: 0 })].length, 1);
    assert.equal([...dump(nested)].length, 5);
  });
});

describe('tags', () => {
  test('are read in every common writing, and in no other', () => {
    for (const text of ['PatientName', '00100010', '0010,0010', '(0010,0010)'])
      assert.equal(parseTag(text), 0x00100010);
    for (const text of [
      '',
      'patientname',
      '0010',
      '(0010,00100)',
      '0x00100010',
      'constructor',
      '__proto__',
      'toString',
    ])
      assert.equal(parseTag(text), undefined, text);
    assert.equal(formatTag(0xfffee000), '(FFFE,E000)');
    assert.equal(formatTag(8), '(0000,0008)');
  });

  test('and keywords name each other; repeating groups are known in each of their groups', () => {
    assert.equal(tagOf('PixelData'), 0x7fe00010);
    assert.equal(keywordOf(0x7fe00010), 'PixelData');
    assert.equal(keywordOf(0x00090010), undefined);
    assert.equal(describeTag(0x60023000)?.keyword, describeTag(0x60003000)?.keyword);
    assert.deepEqual(describeTag(0x00280106)?.vr, ['US', 'SS']);
  });

  test('private ones, and the names of their creators', () => {
    assert.deepEqual([isPrivate(0x00290010), isPrivate(0x00280010)], [true, false]);
    assert.deepEqual([isPrivateCreator(0x00290010), isPrivateCreator(0x002900ff)], [true, true]);
    assert.deepEqual([isPrivateCreator(0x00291010), isPrivateCreator(0x0029000f)], [false, false]);
  });
});
