// Command sets: Implicit VR Little Endian, group 0000 only. PS3.7 6.3.1, Annex E.
import { NetworkError } from '../network-error.ts';

interface CommandElement<Vr extends 'UI' | 'US' | 'AE' | 'LO' | 'AT'> {
  readonly element: number;
  readonly vr: Vr;
}
const ui = (element: number): CommandElement<'UI'> => ({ element, vr: 'UI' });
const us = (element: number): CommandElement<'US'> => ({ element, vr: 'US' });
const ae = (element: number): CommandElement<'AE'> => ({ element, vr: 'AE' });
const at = (element: number): CommandElement<'AT'> => ({ element, vr: 'AT' });

/** PS3.7 Table E.1-1, in ascending order; group length is added when written. Retired elements are skipped. */
export const commandElements = {
  affectedSopClassUid: ui(0x0002),
  requestedSopClassUid: ui(0x0003),
  commandField: us(0x0100),
  messageId: us(0x0110),
  messageIdBeingRespondedTo: us(0x0120),
  moveDestination: ae(0x0600),
  priority: us(0x0700),
  commandDataSetType: us(0x0800),
  status: us(0x0900),
  offendingElement: at(0x0901),
  errorComment: { element: 0x0902, vr: 'LO' },
  errorId: us(0x0903),
  affectedSopInstanceUid: ui(0x1000),
  requestedSopInstanceUid: ui(0x1001),
  eventTypeId: us(0x1002),
  attributeIdentifierList: at(0x1005),
  actionTypeId: us(0x1008),
  numberOfRemainingSuboperations: us(0x1020),
  numberOfCompletedSuboperations: us(0x1021),
  numberOfFailedSuboperations: us(0x1022),
  numberOfWarningSuboperations: us(0x1023),
  moveOriginatorAeTitle: ae(0x1030),
  moveOriginatorMessageId: us(0x1031),
} as const satisfies Record<string, CommandElement<'UI' | 'US' | 'AE' | 'LO' | 'AT'>>;

export type CommandKey = keyof typeof commandElements;
type ValueOfVr<Vr> = Vr extends 'US' ? number : Vr extends 'AT' ? readonly number[] : string;
/** What a command set says. Absent elements are absent keys. */
export type CommandSet = { readonly [K in CommandKey]?: ValueOfVr<(typeof commandElements)[K]['vr']> };

/** Command Data Set Type (0000,0800): this value says that no data set follows. PS3.7 E.1. */
export const noDataSet = 0x0101;
/** Any other value says that one follows; this is the one we write. */
export const withDataSet = 0x0000;

const keys = Object.keys(commandElements) as readonly CommandKey[];
const keyOfElement: ReadonlyMap<number, CommandKey> = new Map(keys.map((key) => [commandElements[key].element, key]));

const encodeText = (text: string, padding: string): Buffer =>
  Buffer.from(text.length % 2 === 0 ? text : text + padding, 'latin1');

/** The bytes of a command set, group length first. */
export function encodeCommandSet(command: CommandSet): Buffer {
  const bytes = Buffer.allocUnsafe(encodedLength(command));
  let offset = 12;
  for (const key of keys) {
    const value = command[key];
    if (value !== undefined) offset = writeElement(bytes, offset, key, value);
  }
  bytes.writeUInt32LE(0, 0);
  bytes.writeUInt32LE(4, 4);
  bytes.writeUInt32LE(bytes.length - 12, 8);
  return bytes;
}

function encodedLength(command: CommandSet): number {
  let length = 12;
  for (const key of keys) {
    const value = command[key];
    if (value !== undefined) length += 8 + valueLength(value);
  }
  return length;
}

function valueLength(value: number | string | readonly number[]): number {
  if (typeof value === 'number') return 2;
  return typeof value === 'string' ? value.length + (value.length % 2) : value.length * 4;
}

function writeElement(bytes: Buffer, at: number, key: CommandKey, value: number | string | readonly number[]): number {
  const { element, vr } = commandElements[key];
  const length = valueLength(value);
  bytes.writeUInt32LE(element << 16, at);
  bytes.writeUInt32LE(length, at + 4);
  if (typeof value === 'number') bytes.writeUInt16LE(value, at + 8);
  else if (typeof value === 'string') bytes.set(encodeText(value, vr === 'UI' ? '\0' : ' '), at + 8);
  else
    for (const [index, tag] of value.entries()) {
      bytes.writeUInt16LE(tag >>> 16, at + 8 + index * 4);
      bytes.writeUInt16LE(tag & 0xffff, at + 10 + index * 4);
    }
  return at + 8 + length;
}

/**
 * What the bytes say. Elements of other groups behind the command's own are passed over: Orthanc 1.10 puts the list of failed
 * instances, (0008,0058), there instead of into a data set. Throws NetworkError 'invalid-message'.
 */
export function decodeCommandSet(bytes: Uint8Array): CommandSet {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const command: Record<string, number | string | readonly number[]> = {};
  let at = 0;
  while (at < view.length) {
    if (view.length - at < 8) throw invalid(`${view.length - at} bytes after the last element`);
    const group = view.readUInt16LE(at);
    const element = view.readUInt16LE(at + 2);
    const length = view.readUInt32LE(at + 4);
    if (group !== 0 && command.commandField === undefined)
      throw invalid(`an element of group ${group.toString(16).padStart(4, '0')}H`);
    if (length > view.length - at - 8) throw invalid(`element ${formatElement(element)} runs past the end`);
    const key = group === 0 ? keyOfElement.get(element) : undefined;
    if (key !== undefined) command[key] = readValue(key, view.subarray(at + 8, at + 8 + length));
    at += 8 + length;
  }
  return command as CommandSet;
}

function readValue(key: CommandKey, value: Buffer): number | string | readonly number[] {
  const { vr, element } = commandElements[key];
  if (vr === 'US') {
    if (value.length !== 2) throw invalid(`element ${formatElement(element)} has ${value.length} bytes instead of 2`);
    return value.readUInt16LE(0);
  }
  if (vr !== 'AT') return value.toString('latin1').replaceAll('\0', ' ').trim();
  if (value.length % 4 !== 0) throw invalid(`element ${formatElement(element)} is no list of tags`);
  return Array.from({ length: value.length / 4 }, (_, index) => {
    return ((value.readUInt16LE(index * 4) << 16) | value.readUInt16LE(index * 4 + 2)) >>> 0;
  });
}

const invalid = (detail: string): NetworkError => new NetworkError('invalid-message', `command set: ${detail}`);
const formatElement = (element: number): string => `(0000,${element.toString(16).padStart(4, '0').toUpperCase()})`;
