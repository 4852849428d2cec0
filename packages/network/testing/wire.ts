// Messages as bytes, written by hand from PS3.8 9.3 and PS3.7 6.3: a second opinion on what packages/network writes and reads.

const u16 = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff]);
const u32 = (value: number): Buffer => Buffer.concat([u16(value >>> 16), u16(value & 0xffff)]);
const text = (value: string): Buffer => Buffer.from(value, 'latin1');

export const pdu = (type: number, body: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from([type, 0]), u32(body.length), body]);
export const item = (type: number, body: Uint8Array | string): Buffer => {
  const bytes = typeof body === 'string' ? text(body) : body;
  return Buffer.concat([Buffer.from([type, 0]), u16(bytes.length), bytes]);
};

export interface WireContext {
  readonly id: number;
  readonly abstract: string;
  readonly transfer: readonly string[];
}
export interface WireRequest {
  readonly called?: string;
  readonly calling?: string;
  readonly contexts: readonly WireContext[];
  readonly protocolVersion?: number;
  readonly applicationContext?: string;
  readonly maximumLength?: number;
  /** Further sub-items of the user information. */
  readonly user?: readonly Buffer[];
}

export function associateRq({
  called = 'CONCORD',
  calling = 'RAW',
  contexts,
  user = [],
  ...rest
}: WireRequest): Buffer {
  const { protocolVersion = 1, applicationContext = '1.2.840.10008.3.1.1.1', maximumLength = 16384 } = rest;
  const proposed = contexts.map(({ id, abstract, transfer }) =>
    item(
      0x20,
      Buffer.concat([Buffer.from([id, 0, 0, 0]), item(0x30, abstract), ...transfer.map((uid) => item(0x40, uid))]),
    ),
  );
  const information = item(0x50, Buffer.concat([item(0x51, u32(maximumLength)), item(0x52, '1.2.3.4'), ...user]));
  return pdu(
    0x01,
    Buffer.concat([
      u16(protocolVersion),
      u16(0),
      text(called.padEnd(16)),
      text(calling.padEnd(16)),
      Buffer.alloc(32),
      item(0x10, applicationContext),
      ...proposed,
      information,
    ]),
  );
}

/** An A-ASSOCIATE-AC that accepts every context of the list in the syntax beside it. */
export function associateAc(
  contexts: readonly { readonly id: number; readonly result?: number; readonly transfer: string }[],
  user: readonly Buffer[] = [],
  maximumLength = 16384,
): Buffer {
  const results = contexts.map(({ id, result = 0, transfer }) =>
    item(0x21, Buffer.concat([Buffer.from([id, 0, result, 0]), item(0x40, transfer)])),
  );
  const information = item(0x50, Buffer.concat([item(0x51, u32(maximumLength)), item(0x52, '1.2.3.4'), ...user]));
  return pdu(
    0x02,
    Buffer.concat([
      u16(1),
      u16(0),
      text(''.padEnd(16)),
      text(''.padEnd(16)),
      Buffer.alloc(32),
      item(0x10, '1.2.840.10008.3.1.1.1'),
      ...results,
      information,
    ]),
  );
}

export const role = (uid: string, scu: number, scp: number): Buffer =>
  item(0x54, Buffer.concat([u16(uid.length), text(uid), Buffer.from([scu, scp])]));
export const extended = (uid: string, information: readonly number[]): Buffer =>
  item(0x56, Buffer.concat([u16(uid.length), text(uid), Buffer.from(information)]));
export const windowItem = (invoked: number, performed: number): Buffer =>
  item(0x53, Buffer.concat([u16(invoked), u16(performed)]));
export const identity = (type: number, positive: number, primary: string, secondary = ''): Buffer =>
  item(
    0x58,
    Buffer.concat([
      Buffer.from([type, positive]),
      u16(primary.length),
      text(primary),
      u16(secondary.length),
      text(secondary),
    ]),
  );

export const releaseRq = pdu(0x05, Buffer.alloc(4));
export const releaseRp = pdu(0x06, Buffer.alloc(4));
export const abortPdu = (source: number, reason: number): Buffer => pdu(0x07, Buffer.from([0, 0, source, reason]));

/** One presentation data value in a PDU of its own. Control: bit 0 command, bit 1 last. */
export const pData = (contextId: number, control: number, bytes: Uint8Array): Buffer =>
  pdu(0x04, Buffer.concat([u32(bytes.length + 2), Buffer.from([contextId, control]), bytes]));

export type WireElement = readonly [element: number, value: number | string | Buffer];
/** A command set: numbers are US, texts UI or AE, anything else as it is. */
export function commandSet(elements: readonly WireElement[]): Buffer {
  const encoded = [...elements]
    .sort(([a], [b]) => a - b)
    .map(([element, value]) => {
      const bytes =
        typeof value === 'number'
          ? Buffer.from([value & 0xff, value >> 8])
          : typeof value === 'string'
            ? text(value.length % 2 ? `${value}\0` : value)
            : value;
      return le(element, bytes);
    });
  const body = Buffer.concat(encoded);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(body.length);
  return Buffer.concat([le(0, length), body]);
}
function le(element: number, value: Buffer): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt16LE(element, 2);
  header.writeUInt32LE(value.length, 4);
  return Buffer.concat([header, value]);
}

/** A whole command in one PDU. */
export const command = (contextId: number, elements: readonly WireElement[]): Buffer =>
  pData(contextId, 3, commandSet(elements));
/** A whole data set in one PDU. */
export const dataSet = (contextId: number, bytes: Uint8Array): Buffer => pData(contextId, 2, bytes);

export const echoRq = (messageId = 1, contextId = 1): Buffer =>
  command(contextId, [
    [0x0002, '1.2.840.10008.1.1'],
    [0x0100, 0x0030],
    [0x0110, messageId],
    [0x0800, 0x0101],
  ]);
export const storeRq = (messageId: number, sopClass: string, sopInstance: string, contextId = 1): Buffer =>
  command(contextId, [
    [0x0002, sopClass],
    [0x0100, 0x0001],
    [0x0110, messageId],
    [0x0700, 0],
    [0x0800, 0],
    [0x1000, sopInstance],
  ]);
export const cancelRq = (messageId: number, contextId = 1): Buffer =>
  command(contextId, [
    [0x0100, 0x0fff],
    [0x0120, messageId],
    [0x0800, 0x0101],
  ]);
export const findRq = (messageId: number, sopClass: string, contextId = 1): Buffer =>
  command(contextId, [
    [0x0002, sopClass],
    [0x0100, 0x0020],
    [0x0110, messageId],
    [0x0700, 0],
    [0x0800, 0],
  ]);

export interface ReadPdu {
  readonly type: number;
  readonly body: Buffer;
}

/** The elements of a command set that came: numbers for two bytes, text for more. */
export function readCommand(bytes: Buffer): ReadonlyMap<number, number | string> {
  const elements = new Map<number, number | string>();
  for (let at = 0; at + 8 <= bytes.length; ) {
    const length = bytes.readUInt32LE(at + 4);
    const value = bytes.subarray(at + 8, at + 8 + length);
    elements.set(
      bytes.readUInt16LE(at + 2),
      length === 2 ? value.readUInt16LE(0) : value.toString('latin1').replace(/[\0 ]+$/, ''),
    );
    at += 8 + length;
  }
  return elements;
}

/** Presentation context results of an A-ASSOCIATE-AC: id → [result, transfer syntax]; and its user sub-items by type. */
export function readAccept(body: Buffer): {
  readonly contexts: ReadonlyMap<number, readonly [number, string]>;
  readonly user: ReadonlyMap<number, readonly Buffer[]>;
} {
  const contexts = new Map<number, readonly [number, string]>();
  const user = new Map<number, Buffer[]>();
  for (const [type, value] of itemsOf(body.subarray(68))) {
    if (type === 0x21) contexts.set(value[0] ?? 0, [value[2] ?? 0, value.subarray(8).toString('latin1')]);
    if (type === 0x50) for (const [sub, content] of itemsOf(value)) user.set(sub, [...(user.get(sub) ?? []), content]);
  }
  return { contexts, user };
}
function* itemsOf(bytes: Buffer): Generator<readonly [number, Buffer]> {
  for (let at = 0; at + 4 <= bytes.length; ) {
    const length = bytes.readUInt16BE(at + 2);
    yield [bytes[at] ?? 0, bytes.subarray(at + 4, at + 4 + length)];
    at += 4 + length;
  }
}
