// Old and legal oddities that a strict reader would refuse: each opens, is read as meant, and is written as it came.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { big, concat, explicit, file, implicit, item, sequenceEnd } from '../testing/bytes.ts';
import { type DataSet, implicitVrLittleEndian, type Part10File, readPart10, writeDataSet } from './index.ts';

const explicitLe = '1.2.840.10008.1.2.1';
const patient = explicit(0x00100020, 'LO', 'P1');

/** What a reader says where it keeps what is there: by fault and path. */
const said = ({ findings }: Part10File): readonly string[] => findings.map(({ fault, path }) => `${fault} ${path}`);

/** A legal oddity: opens, is read as meant, and is written as it came. */
function opens(bytes: Uint8Array, check: (dataSet: DataSet) => void): Part10File {
  const read = readPart10(bytes);
  check(read.dataSet);
  assert.deepEqual(writeDataSet(read.dataSet, read.transferSyntaxUid), bytes.slice(read.dataSetOffset));
  return read;
}

describe('old and legal oddities keep opening', () => {
  test('Siemens MAGNETOM as GDCM 1.2 wrote it: UN with a length of 16 bits', () => {
    const un = concat([0x09, 0, 0x14, 0x12], 'UN', [4, 0], '    ');
    const bytes = file(explicitLe, concat(explicit(0x00090010, 'LO', 'SIEMENS '), un, patient));
    const read = opens(bytes, (dataSet) => {
      assert.equal(dataSet.string('PatientID'), 'P1');
      assert.deepEqual(dataSet.bytes('(0009,1214)'), concat('    '));
    });
    assert.deepEqual(said(read), ['bad-length (0009,1214)']);
  });

  test('a Siemens UL of 6 bytes where 4 belong', () => {
    const bytes = file(explicitLe, concat(explicit(0x00091113, 'UL', [1, 0, 0, 0, 2, 0]), patient));
    opens(bytes, (dataSet) => assert.deepEqual(dataSet.numbers('(0009,1113)'), [1]));
  });

  test('Implicit VR with a private sequence of undefined length', () => {
    const inner = implicit(0x20051142, 'yes ');
    const bytes = file(
      implicitVrLittleEndian,
      concat(
        implicit(0x20050010, 'Philips '),
        implicit(0x20051080, item(inner, true), 0xffffffff),
        sequenceEnd,
        implicit(0x21100030, 'A1'),
      ),
    );
    opens(bytes, (dataSet) => {
      assert.deepEqual([...(dataSet.items('(2005,1080)')[0]?.bytes('(2005,1142)') ?? [])], [...concat('yes ')]);
      assert.equal(dataSet.string('PrinterName'), 'A1');
    });
  });

  test('odd lengths', () => {
    const bytes = file(explicitLe, concat(explicit(0x00100010, 'PN', 'A^B'), explicit(0x00100020, 'LO', 'P')));
    const read = opens(bytes, (dataSet) =>
      assert.deepEqual([dataSet.string('PatientName'), dataSet.string('PatientID')], ['A^B', 'P']),
    );
    assert.deepEqual(said(read), ['odd-length PatientName', 'odd-length PatientID']);
  });

  test('no Specific Character Set, and bytes above 7FH', () => {
    const bytes = file(explicitLe, explicit(0x00100010, 'PN', 'M\xfcller^J\xfcrgen '));
    opens(bytes, (dataSet) => assert.equal([...(dataSet.string('PatientName') ?? '')].length, 13));
  });

  test('explicit VR UN of undefined length holds Implicit VR, CP-246', () => {
    const inner = item(implicit(0x00080100, 'C1'), true);
    const bytes = file(explicitLe, concat(explicit(0x00091010, 'UN', inner, 0xffffffff), sequenceEnd, patient));
    opens(bytes, (dataSet) => {
      assert.equal(dataSet.string('(0009,1010)[0].CodeValue'), 'C1');
      assert.equal(dataSet.string('PatientID'), 'P1');
    });
  });

  test('GE and Philips: items in Implicit VR within a private sequence of an explicit file', () => {
    const inner = concat(implicit(0x00080100, 'C1'), implicit(0x00080104, 'Meaning '));
    for (const sequence of [
      explicit(0x20051402, 'SQ', item(inner)),
      concat(explicit(0x20051402, 'SQ', item(inner, true), 0xffffffff), sequenceEnd),
    ]) {
      const bytes = file(explicitLe, concat(patient, sequence, explicit(0x20300010, 'IS', '1 ')));
      const read = opens(bytes, (dataSet) => {
        assert.equal(dataSet.string('(2005,1402)[0].CodeMeaning'), 'Meaning');
        assert.equal(dataSet.string('(2030,0010)'), '1');
      });
      assert.ok(said(read).some((line) => line.startsWith('implicit-inside')));
    }
  });

  test('Philips Intera: a private sequence in the other byte order is passed over and kept', () => {
    const swapped = concat([0xff, 0xfe, 0xe0, 0, 0, 0, 0, 10], big(0x00080100, 'SH', 'C1'));
    const bytes = file(
      explicitLe,
      concat(patient, explicit(0x20051080, 'SQ', swapped), explicit(0x20300010, 'IS', '1 ')),
    );
    opens(bytes, (dataSet) => assert.equal(dataSet.string('(2030,0010)'), '1'));
  });

  test('group lengths, trailing padding (FFFC,FFFC), zeros behind the last element', () => {
    const group = explicit(0x00100000, 'UL', [patient.length, 0, 0, 0]);
    const bytes = file(
      explicitLe,
      concat(group, patient, explicit(0xfffcfffc, 'OB', new Uint8Array(6)), new Uint8Array(20)),
    );
    const read = opens(bytes, (dataSet) => assert.equal(dataSet.string('PatientID'), 'P1'));
    assert.deepEqual(said(read), ['trailing-bytes ']);
  });

  test('tags that do not ascend, and a tag that stands twice', () => {
    const bytes = file(explicitLe, concat(patient, explicit(0x00080060, 'CS', 'CT'), explicit(0x00080060, 'CS', 'MR')));
    const read = opens(bytes, (dataSet) => assert.equal(dataSet.string('Modality'), 'CT'));
    assert.deepEqual(said(read), ['bad-order Modality']);
  });

  test('no preamble, and no meta: the best guess, said', () => {
    for (const [dataSet, syntax] of [
      [concat(explicit(0x00080060, 'CS', 'CT'), patient), explicitLe],
      [concat(implicit(0x00080060, 'CT'), implicit(0x00100020, 'P1')), implicitVrLittleEndian],
      [concat(big(0x00080060, 'CS', 'CT'), big(0x00100020, 'LO', 'P1')), '1.2.840.10008.1.2.2'],
    ] as const) {
      const read = opens(dataSet, (it) => assert.equal(it.string('PatientID'), 'P1'));
      assert.equal(read.transferSyntaxUid, syntax);
      assert.deepEqual(said(read), ['missing-preamble ', 'missing-meta ']);
    }
  });
});
