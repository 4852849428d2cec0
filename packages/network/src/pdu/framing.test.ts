// A stream of PDUs means the same wherever it is cut, and lengths are bounded before memory is taken. PS3.8 9.3.1, 9.3.5.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { cutAt, hex } from '../../testing/bytes.ts';
import { NetworkError } from '../network-error.ts';
import { nameFirstBytes } from './first-bytes.ts';
import { Fragmenter } from './fragmenter.ts';
import { type FrameSink, Framing } from './framing.ts';
import { fragmentLength, pDataPdus } from './p-data.ts';

const limits = { pData: 1 << 20, associate: 1 << 20 };

/** What goes by, in words; the bytes of one fragment are joined, however they came. */
function watch(chunks: readonly Uint8Array[], within = limits): readonly string[] {
  const said: string[] = [];
  let fragment = '';
  const sink: FrameSink = {
    pdu: ({ name }) => said.push(name),
    pDataBegins: (length) => said.push(`P-DATA-TF ${length}`),
    data: (contextId, command, bytes, ends, last) => {
      fragment += Buffer.from(bytes).toString('hex');
      if (!ends) return;
      said.push(`${contextId} ${command ? 'command' : 'data'} ${fragment}${last ? ' last' : ''}`);
      fragment = '';
    },
  };
  const framing = new Framing(sink, within);
  for (const chunk of chunks) framing.push(chunk);
  assert.equal(fragment, '');
  return said;
}

const stream = hex`
  04 00 00 00 00 10   00 00 00 04 01 03 aa bb   00 00 00 04 01 00 cc dd | two presentation data values
  04 00 00 00 00 06   00 00 00 02 01 02                                 | an empty one
  05 00 00 00 00 04   00 00 00 00                                       | A-RELEASE-RQ
  07 00 00 00 00 04   00 00 02 01                                       | A-ABORT
`;
const meaning = [
  'P-DATA-TF 16',
  '1 command aabb last',
  '1 data ccdd',
  'P-DATA-TF 6',
  '1 data  last',
  'A-RELEASE-RQ',
  'A-ABORT',
];

test('a stream means the same wherever TCP cuts it', () => {
  for (let cut = 0; cut <= stream.length; cut += 1)
    assert.deepEqual(watch(cutAt(stream, cut)), meaning, `cut at ${cut}`);
});

test('a stream means the same one byte at a time', () => {
  assert.deepEqual(watch([...stream].map((byte) => Uint8Array.of(byte))), meaning);
});

describe('lengths and types that are refused when their header is read', () => {
  const refused = (bytes: Uint8Array, fault: string, within = limits): void =>
    assert.throws(
      () => watch([bytes], within),
      (error) => error instanceof NetworkError && error.fault === fault,
    );
  test('a P-DATA-TF of 4 GB', () => refused(hex`04 00 ff ff ff ff`, 'limit-exceeded'));
  test('an A-ASSOCIATE-RQ of 4 GB', () => refused(hex`01 00 ff ff ff ff`, 'limit-exceeded'));
  test('a P-DATA-TF longer than announced, by one byte', () =>
    refused(hex`04 00 00 00 01 01`, 'limit-exceeded', { ...limits, pData: 256 }));
  test('an A-ASSOCIATE-RQ too short for its fixed fields', () => refused(hex`01 00 00 00 00 43`, 'invalid-pdu'));
  test('an A-RELEASE-RQ of 5 bytes', () => refused(hex`05 00 00 00 00 05`, 'invalid-pdu'));
  test('an empty P-DATA-TF', () => refused(hex`04 00 00 00 00 00`, 'invalid-pdu'));
  test('a presentation data value longer than its PDU', () =>
    refused(hex`04 00 00 00 00 08  00 00 00 05 01 03 00 00`, 'invalid-pdu'));
  test('a presentation data value of one byte', () =>
    refused(hex`04 00 00 00 00 08  00 00 00 01 01 03 00 00`, 'invalid-pdu'));
  test('bytes after the last presentation data value', () =>
    refused(hex`04 00 00 00 00 08  00 00 00 03 01 03 00 00`, 'invalid-pdu'));
  test('PDU type 08H', () => refused(hex`08 00 00 00 00 04`, 'invalid-pdu'));
  test('any length is allowed where none was announced', () => {
    assert.deepEqual(watch([hex`04 00 ff ff ff ff`], { ...limits, pData: 0 }), ['P-DATA-TF 4294967295']);
  });
});

describe('fragments', () => {
  const message = Buffer.from(Array.from({ length: 1000 }, (_, at) => at & 0xff));
  const dataOf = (pdus: Uint8Array) =>
    watch([pdus])
      .filter((line) => !line.startsWith('P-DATA'))
      .map((line) => line.split(' ')[2])
      .join('');

  test('whole parts are cut into PDUs of any maximum length, odd and tiny ones too', () => {
    for (const maximumLength of [0, 7, 8, 13, 100, 1005, 1006, 1007, 16384]) {
      const pdus = pDataPdus(3, false, message, fragmentLength(maximumLength));
      assert.equal(dataOf(pdus), message.toString('hex'));
      for (const line of watch([pdus]))
        if (line.startsWith('P-DATA') && maximumLength > 6) assert.ok(Number(line.split(' ')[1]) <= maximumLength);
    }
  });

  test('a stream of chunks gives the same PDUs as the whole', () => {
    for (const size of [1, 7, 333, 1000])
      for (const longest of [1, 10, 250, 5000]) {
        const fragmenter = new Fragmenter(3, longest);
        const buffers: Uint8Array[] = [];
        let appended = 0;
        for (let at = 0; at < message.length; at += size)
          appended += fragmenter.push(message.subarray(at, at + size), buffers);
        appended += fragmenter.end(buffers);
        const joined = Buffer.concat(buffers);
        assert.equal(joined.toString('hex'), pDataPdus(3, false, message, longest).toString('hex'));
        assert.equal(appended, joined.length);
      }
  });

  test('an empty data set is one empty last fragment', () => {
    const buffers: Uint8Array[] = [];
    new Fragmenter(3, 100).end(buffers);
    assert.deepEqual(watch(buffers), ['P-DATA-TF 6', '3 data  last']);
  });
});

describe('what is not DICOM is named by its first bytes', () => {
  const cases: readonly (readonly [string, string | RegExp])[] = [
    ['GET / HTTP/1.1\r\n', /HTTP/],
    ['PRI * HTTP/2.0\r\n', /HTTP/],
    ['\x16\x03\x01\x02\x00\x01', /TLS/],
    ['\x0bMSH|^~\\&|', /HL7 message over MLLP/],
    ['MSH|^~\\&|', /HL7/],
    ['SSH-2.0-OpenSSH', /SSH/],
    ['\x03\x00\x00\x13\x0e\xe0', /Remote Desktop/],
    ['\xff\xfe\x00', /no protocol known/],
  ];
  for (const [bytes, name] of cases)
    test(JSON.stringify(bytes), () =>
      assert.match(
        nameFirstBytes(Buffer.from(bytes, 'latin1')) ?? '',
        name instanceof RegExp ? name : new RegExp(name),
      ),
    );
  test('PDUs are not named, an A-ASSOCIATE-RJ neither', () => {
    for (const bytes of [hex`01 00 00 00`, hex`03 00 00 00 00 04`, hex`07 00`])
      assert.equal(nameFirstBytes(bytes), undefined);
  });
});
