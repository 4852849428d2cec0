// The malformed inputs that broke other parsers in 2024 to 2026, by name.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { concat, explicit, file, implicit, item, sequenceEnd } from '../testing/bytes.ts';
import {
  DataSet,
  DicomError,
  deflatedExplicitVrLittleEndian,
  dump,
  type Fault,
  frameRanges,
  frames,
  fromJson,
  fromXml,
  implicitVrLittleEndian,
  isUid,
  type Part10File,
  readDataSet,
  readPart10,
  readStream,
  scanInstance,
  toJson,
  toXml,
  writeDataSet,
  writePart10,
} from './index.ts';

const explicitLe = '1.2.840.10008.1.2.1';
const jpeg = '1.2.840.10008.1.2.4.50';
const patient = explicit(0x00100020, 'LO', 'P1');

/** What a reader says where it keeps what is there: by fault and path. */
const said = ({ findings }: Part10File): readonly string[] => findings.map(({ fault, path }) => `${fault} ${path}`);

const fails = (run: () => unknown, fault: Fault, path?: string): void =>
  assert.throws(run, (error) => {
    assert.ok(error instanceof DicomError, String(error));
    assert.equal(error.fault, fault);
    if (path !== undefined) assert.equal(error.path, path);
    return true;
  });

/** Bytes this process took while something ran, outside of the JavaScript heap. */
function taken(run: () => void): number {
  const before = process.memoryUsage().arrayBuffers;
  run();
  return process.memoryUsage().arrayBuffers - before;
}

describe('CVE-2026-3650: a length of gigabytes in a file of bytes', () => {
  for (const length of [0x3fffffff, 0xfffffffe, 0x7fffffff]) {
    const forms: Readonly<Record<string, readonly [string, Uint8Array, string]>> = {
      'explicit, 32 bits': [
        explicitLe,
        concat(patient, explicit(0x00420011, 'OB', 'abcd', length)),
        'EncapsulatedDocument',
      ],
      implicit: [
        implicitVrLittleEndian,
        concat(implicit(0x00100020, 'P1'), implicit(0x00420011, 'abcd', length)),
        'EncapsulatedDocument',
      ],
      'a fragment': [
        jpeg,
        concat(patient, explicit(0x7fe00010, 'OB', [], 0xffffffff), item([]), implicit(0xfffee000, 'abcd', length)),
        'PixelData',
      ],
      'an item': [
        explicitLe,
        concat(
          patient,
          explicit(0x00400275, 'SQ', [], 0xffffffff),
          implicit(0xfffee000, explicit(0x00400009, 'SH', 'S1'), length),
        ),
        'RequestAttributesSequence',
      ],
      'a sequence': [
        explicitLe,
        concat(patient, explicit(0x00400275, 'SQ', item(explicit(0x00400009, 'SH', 'S1')), length)),
        'RequestAttributesSequence',
      ],
    };
    for (const [form, [syntax, dataSet, place]] of Object.entries(forms))
      test(`${form}, 0x${length.toString(16)}`, async () => {
        const bytes = file(syntax, dataSet);
        const grown = taken(() => {
          const read = readPart10(bytes);
          assert.equal(read.dataSet.string('PatientID'), 'P1');
          assert.ok(read.findings.length > 0 && read.findings.every(({ offset }) => offset >= 0));
          assert.deepEqual(writeDataSet(read.dataSet, syntax), dataSet);
          assert.throws(
            () => readPart10(bytes, { truncated: 'throw' }),
            (error) => {
              assert.ok(error instanceof DicomError);
              assert.ok(error.path.startsWith(place), error.path);
              return error.offset > 132;
            },
          );
        });
        assert.ok(grown < 1 << 20, `${grown} bytes taken for ${bytes.length}`);
        const chunks = async function* () {
          yield bytes;
        };
        const outcome = await readStream(chunks(), { bulkThreshold: 1024 }).catch((error: unknown) => error);
        assert.ok(
          outcome instanceof DicomError || (typeof outcome === 'object' && outcome !== null && 'dataSet' in outcome),
        );
      });
  }

  test('a scanner of a store takes no memory for what is promised', () => {
    const scanner = scanInstance(explicitLe);
    const grown = taken(() => scanner.push(concat(patient, explicit(0x7fe00010, 'OW', 'abcd', 0xfffffffe))));
    assert.ok(grown < 1 << 20, `${grown} bytes`);
    fails(() => scanner.end(), 'past-end', 'PixelData');
  });
});

describe('CVE-2026-5437: lengths in the File Meta Information past the end', () => {
  for (const [name, meta] of Object.entries({
    'the group length': explicit(0x00020000, 'UL', [0xff, 0xff, 0xff, 0x7f]),
    'a version of 4 GB': explicit(0x00020001, 'OB', [0, 1], 0xfffffffe),
    'a UID longer than the file': explicit(0x00020002, 'UI', '1.2', 0xfffe),
  }))
    test(name, () => {
      const bytes = concat(new Uint8Array(128), 'DICM', meta);
      const read = readPart10(bytes);
      assert.deepEqual(read.dataSet.size, 0);
      assert.ok(
        said(read).some((line) => /^(past-end|bad-meta)/.test(line)),
        said(read).join(),
      );
    });

  test('a group length that is wrong does not hide the data set', () => {
    const wrong = explicit(0x00020000, 'UL', [0xff, 0xff, 0, 0]);
    const bytes = concat(new Uint8Array(128), 'DICM', wrong, explicit(0x00020010, 'UI', `${explicitLe}\0`), patient);
    const read = readPart10(bytes);
    assert.deepEqual([read.dataSet.string('PatientID'), read.meta.size], ['P1', 2]);
  });
});

describe('CVE-2026-10528: nesting', () => {
  const nested = (depth: number, open: boolean): Uint8Array => {
    const parts: Uint8Array[] = [];
    for (let at = 0; at < depth; at += 1)
      parts.push(explicit(0x00081115, 'SQ', [], 0xffffffff), implicit(0xfffee000, [], 0xffffffff));
    const ends = open ? [] : Array.from({ length: depth }, () => concat(implicit(0xfffee00d, []), sequenceEnd));
    return concat(Buffer.concat(parts), Buffer.concat(ends));
  };

  test('a hundred thousand levels are refused at the limit, with place and path', () => {
    const path = /^ReferencedSeriesSequence\[0\](\.ReferencedSeriesSequence\[0\])+/;
    assert.throws(
      () => readPart10(file(explicitLe, nested(100_000, true))),
      (error) =>
        error instanceof DicomError && error.fault === 'too-deep' && error.offset > 2000 && path.test(error.path),
    );
  });

  test('and a limit of a million does not go beyond a thousand', () => {
    fails(() => readDataSet(nested(2000, true), explicitLe, { limits: { depth: 1_000_000 } }), 'too-deep');
  });

  test('as many levels as the limit allows are read, written and dumped', () => {
    const bytes = nested(1000, false);
    const dataSet = readDataSet(bytes, explicitLe, { limits: { depth: 1000 } });
    assert.deepEqual(writeDataSet(dataSet, explicitLe), bytes);
    assert.equal(writeDataSet(dataSet, explicitLe, { reencode: true }).length, bytes.length);
    assert.ok([...dump(dataSet, { depth: 3 })].length > 3);
  });

  test('JSON and XML', () => {
    const deepJson = `${'{"00081115":{"vr":"SQ","Value":['.repeat(300)}{}${']}}'.repeat(300)}`;
    fails(() => fromJson(JSON.parse(deepJson)), 'too-deep');
    const deepXml = `<NativeDicomModel>${'<DicomAttribute tag="00081115" vr="SQ"><Item number="1">'.repeat(300)}`;
    fails(() => fromXml(deepXml), 'too-deep');
  });
});

test('CVE-2026-5438, 5439: a deflated data set that would grow a thousandfold stops at its limit', async () => {
  const { deflateRawSync } = await import('node:zlib');
  const bomb = deflateRawSync(concat(patient, explicit(0x00420011, 'OB', new Uint8Array(4 << 20))), { level: 9 });
  const bytes = file(deflatedExplicitVrLittleEndian, bomb);
  assert.ok(bytes.length < 20_000);
  fails(() => readPart10(bytes, { limits: { inflateRatio: 100 } }), 'too-much-inflated');
  fails(() => readPart10(bytes, { limits: { inflated: 1 << 20 } }), 'too-much-inflated');
});

describe('CVE-2026-5442 and CVE-2024-47796: pixels that are promised and not there', () => {
  const image = new DataSet();
  for (const [keyword, value] of [
    ['Rows', 65535],
    ['Columns', 65535],
    ['BitsAllocated', 16],
    ['SamplesPerPixel', 4],
  ] as const)
    image.set(keyword, value);
  image.set('NumberOfFrames', '2147483647');

  test('native frames are as many, and as long, as there are bytes', () => {
    const place = { tag: 0x7fe00010, vr: 'OW', offset: 0, length: 8, fragments: [] } as const;
    assert.deepEqual(frameRanges(place, image), [[{ offset: 0, length: 8 }]]);
  });

  test('fragments', () => {
    const fragments = [
      { offset: 8, length: 0 },
      { offset: 16, length: 8 },
      { offset: 32, length: 8 },
    ];
    const place = { tag: 0x7fe00010, vr: 'OB', offset: 0, length: undefined, fragments } as const;
    fails(() => frameRanges(place, image), 'bad-frames');
  });

  test('an offset table of offsets that point nowhere', () => {
    const far = concat(
      item([0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]),
      item('abcd'),
      item('efgh'),
      item('ijkl'),
      sequenceEnd,
    );
    const dataSet = concat(explicit(0x00280008, 'IS', '2 '), explicit(0x7fe00010, 'OB', far, 0xffffffff));
    fails(() => [...frames(readDataSet(dataSet, jpeg))], 'bad-frames');
  });
});

describe('CVE-2024-52333: High Bit beyond Bits Allocated', () => {
  test('is a value like any other to a reader, which sizes nothing by it', () => {
    const bits = concat(
      explicit(0x00280100, 'US', [8, 0]),
      explicit(0x00280102, 'US', [255, 255]),
      explicit(0x7fe00010, 'OB', 'ab'),
    );
    assert.equal(readDataSet(bits, explicitLe).number('HighBit'), 65535);
  });
});

describe('UIDs that are paths, and text that is a program', () => {
  test('isUid refuses them', () => {
    for (const uid of [
      '..',
      '.',
      '',
      '1.2/3',
      '1.2\\3',
      '1.2\0',
      '1'.repeat(65),
      '1..2',
      '1.02',
      '1.2.',
      'a.b',
      '1.2 ',
      '１.2',
    ])
      assert.equal(isUid(uid), false, JSON.stringify(uid));
    for (const uid of ['1.2.840.10008.1.2', '0.0', '2.25.0', '1'.repeat(64)]) assert.equal(isUid(uid), true, uid);
  });

  test('a dump is lines whatever a value holds, and XML is well-formed', () => {
    const nasty = '"><script>`$(rm)`\r\nX-Header: 1\u001b[2J\u0000';
    const dataSet = readDataSet(concat(explicit(0x00100010, 'PN', `${nasty}\u0085`.padEnd(48))), explicitLe);
    const lines = [...dump(dataSet)];
    assert.equal(lines.length, 1);
    assert.ok(!/\p{Cc}/u.test(lines[0] ?? ''), lines[0]);
    assert.ok(!toXml(dataSet).includes('<script>'));
    assert.ok(JSON.stringify(toJson(dataSet)).includes('<script>'));
  });
});

describe('what is no DICOM at all', () => {
  for (const [name, bytes] of Object.entries({
    HTTP: 'GET /dicom-web/studies HTTP/1.1\r\nHost: archive\r\nAccept: application/dicom+json\r\n\r\n'.repeat(3),
    'a TLS ClientHello': concat([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3], new Uint8Array(500).fill(0xa7)),
    MLLP: `\u000bMSH|^~\\&|RIS|HOSPITAL|PACS|HOSPITAL|20260102||ORM^O01|1|P|2.3.1\r${'PID|1||4711\r'.repeat(20)}\u001c\r`,
    JSON: '{"00100020":{"vr":"LO","Value":["P1"]}}'.repeat(5),
    nothing: '',
    'a preamble of zeros and no prefix': new Uint8Array(400),
    'a PDU': concat([1, 0, 0, 0, 0, 200, 0, 1, 0, 0], 'ARCHIVE         SCU             '.repeat(6)),
  }))
    test(name, () => fails(() => readPart10(concat(bytes)), 'not-dicom'));
});

test('CVE-2019-11687: a preamble that is a program is kept, and is no data', () => {
  for (const magic of ['MZ\x90\0', '\x7fELF', '#!/bin/sh\n']) {
    const bytes = file(explicitLe, patient, concat(magic, new Uint8Array(128 - magic.length)));
    const read = readPart10(bytes);
    assert.equal(read.dataSet.string('PatientID'), 'P1');
    assert.deepEqual(read.preamble?.subarray(0, magic.length), concat(magic));
    assert.deepEqual(writePart10(read), bytes);
    // A caller that hands files to people leaves it out.
    const { preamble: _, ...without } = read;
    assert.deepEqual(writePart10(without).subarray(0, 128), new Uint8Array(128));
  }
});
