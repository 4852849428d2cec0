// Command sets as bytes and as values. PS3.7 6.3.1.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { hex } from '../../testing/bytes.ts';
import { NetworkError } from '../network-error.ts';
import {
  type CommandKey,
  type CommandSet,
  commandElements,
  decodeCommandSet,
  encodeCommandSet,
  noDataSet,
} from './command-set.ts';
import { describeCommand, messageName, missingElement, operationOf } from './messages.ts';
import { statusClass } from './status.ts';

const echoBytes = hex`
  00 00 00 00 04 00 00 00  38 00 00 00                                             | group length
  00 00 02 00 12 00 00 00  31 2e 32 2e 38 34 30 2e 31 30 30 30 38 2e 31 2e 31 00   | 1.2.840.10008.1.1
  00 00 00 01 02 00 00 00  30 00                                                   | C-ECHO-RQ
  00 00 10 01 02 00 00 00  07 00                                                   | message 7
  00 00 00 08 02 00 00 00  01 01                                                   | no data set
`;
const echo: CommandSet = {
  affectedSopClassUid: '1.2.840.10008.1.1',
  commandField: 0x0030,
  messageId: 7,
  commandDataSetType: noDataSet,
};

test('known bytes are read', () => assert.deepEqual(decodeCommandSet(echoBytes), echo));
test('a command becomes those bytes', () =>
  assert.equal(encodeCommandSet(echo).toString('hex'), echoBytes.toString('hex')));

test('tags are lists, texts lose their padding, unknown elements are skipped', () => {
  const bytes = hex`
    00 00 10 00 04 00 00 00  41 42 43 20                      | (0000,0010), retired
    00 00 01 09 08 00 00 00  10 00 20 00 08 00 18 00          | offending elements
    00 00 30 10 04 00 00 00  41 45 20 20                      | move originator
  `;
  assert.deepEqual(decodeCommandSet(bytes), {
    offendingElement: [0x00100020, 0x00080018],
    moveOriginatorAeTitle: 'AE',
  });
});

test('elements of other groups behind the command are passed over, as long as they end where the bytes end', () => {
  const failedList = hex`08 00 58 00 04 00 00 00  31 2e 32 00`;
  assert.deepEqual(decodeCommandSet(Buffer.concat([echoBytes, failedList])), echo);
  const sameElement = hex`08 00 10 01 02 00 00 00  63 00`;
  assert.deepEqual(decodeCommandSet(Buffer.concat([echoBytes, sameElement])), echo);
  assert.throws(() => decodeCommandSet(Buffer.concat([echoBytes, failedList.subarray(0, 11)])), /runs past the end/);
});

const keys = Object.keys(commandElements) as CommandKey[];
const valueFor = (key: CommandKey): fc.Arbitrary<number | string | readonly number[]> => {
  const { vr } = commandElements[key];
  if (vr === 'US') return fc.nat(0xffff);
  return vr === 'AT'
    ? fc.array(fc.nat(0xffffffff), { minLength: 1, maxLength: 5 })
    : fc.stringMatching(/^[A-Z0-9.]{1,64}$/);
};
const anyCommand = fc.record(Object.fromEntries(keys.map((key) => [key, valueFor(key)])), {
  requiredKeys: [],
}) as fc.Arbitrary<CommandSet>;

test('any command survives writing and reading', () => {
  fc.assert(
    fc.property(anyCommand, (command) =>
      assert.deepEqual({ ...decodeCommandSet(encodeCommandSet(command)) }, { ...command }),
    ),
  );
});

test('mutated bytes end in a command or in NetworkError', () => {
  fc.assert(
    fc.property(
      anyCommand,
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 }),
      fc.nat(9),
      (command, changes, cut) => {
        const bytes = encodeCommandSet(command);
        for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
        try {
          decodeCommandSet(bytes.subarray(0, bytes.length - cut));
        } catch (error) {
          assert.ok(error instanceof NetworkError && error.fault === 'invalid-message', String(error));
        }
      },
    ),
    { numRuns: 500 },
  );
});

test('an element of another group, a length past the end and a number of three bytes are refused', () => {
  assert.throws(() => decodeCommandSet(hex`08 00 00 00 04 00 00 00 00 00 00 00`), /group 0008H/);
  assert.throws(() => decodeCommandSet(hex`00 00 02 00 ff ff ff 3f 31`), /\(0000,0002\) runs past the end/);
  assert.throws(() => decodeCommandSet(hex`00 00 00 01 03 00 00 00 30 00 00`), /3 bytes instead of 2/);
});

test('what a request lacks is found: elements, and a data set that must or must not follow', () => {
  assert.equal(missingElement('C-ECHO', echo), undefined);
  assert.equal(missingElement('C-ECHO', { ...echo, commandDataSetType: 0 }), 'commandDataSetType');
  assert.equal(missingElement('C-STORE', { ...echo, commandDataSetType: 0 }), 'affectedSopInstanceUid');
  assert.equal(missingElement('C-MOVE', { ...echo, moveDestination: '' }), 'moveDestination');
  assert.equal(missingElement('N-ACTION', { requestedSopClassUid: '1', requestedSopInstanceUid: '1' }), 'actionTypeId');
});

test('messages are named as in the standard, and told in lines', () => {
  assert.deepEqual([0x0001, 0x8110, 0x0fff, 0x7777, undefined].map(messageName), [
    'C-STORE-RQ',
    'N-GET-RSP',
    'C-CANCEL-RQ',
    'command 7777H',
    'message without Command Field',
  ]);
  assert.equal(operationOf(0x8150), 'N-DELETE');
  const text = describeCommand({ ...echo, status: 0x0110, offendingElement: [0x00100010] }, 5);
  for (const part of ['C-ECHO-RQ (presentation context 5)', 'no data set', '0110H processing failure', '00100010'])
    assert.ok(text.includes(part), text);
});

test('the class of a status follows from its code', () => {
  const classes = [
    0x0000, 0x0001, 0x0107, 0x0116, 0xb000, 0xbfff, 0xff00, 0xff01, 0xfe00, 0xa700, 0xc001, 0x0110, 0x0210,
  ].map(statusClass);
  assert.deepEqual(classes, [
    'success',
    'warning',
    'warning',
    'warning',
    'warning',
    'warning',
    'pending',
    'pending',
    'cancel',
    'failure',
    'failure',
    'failure',
    'failure',
  ]);
});
