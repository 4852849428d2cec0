// Packets of a capture file: pcap and pcapng, of either byte order. draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng
import type { ByteQueue } from './byte-queue.ts';

/** One captured packet. */
export interface Packet {
  /** LINKTYPE_ number: what the bytes begin with. */
  readonly linkType: number;
  readonly bytes: Uint8Array;
  /** Seconds since 1970; undefined where the block has none. */
  readonly time?: number;
  /** The packet was longer than what was captured of it. */
  readonly cut: boolean;
}

/** What stops the reading of a capture, in words. */
export interface CaptureEnd {
  readonly problem?: string;
}

export type PacketStream = AsyncGenerator<Packet, CaptureEnd>;

/** Longer packets are not captured by anything. */
const longestPacket = 4 * 1024 * 1024;
const longestBlock = longestPacket + 65_536;

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** pcap magic: whether the order is little endian, and units of a fraction in a second. */
const magics: Readonly<Record<string, { readonly little: boolean; readonly fraction: number }>> = {
  a1b2c3d4: { little: false, fraction: 1e6 },
  d4c3b2a1: { little: true, fraction: 1e6 },
  a1b23c4d: { little: false, fraction: 1e9 },
  '4d3cb2a1': { little: true, fraction: 1e9 },
};
const sectionHeader = '0a0d0d0a';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Whether a file begins as a capture does. */
export const isCapture = (start: Uint8Array): boolean =>
  Object.hasOwn(magics, hex(start.subarray(0, 4))) || hex(start.subarray(0, 4)) === sectionHeader;

/** The packets. `start` are the first four bytes, which were read already. */
export async function* packetsOf(start: Uint8Array, queue: ByteQueue): PacketStream {
  const magic = magics[hex(start)];
  if (magic) return yield* classic(queue, magic.little, magic.fraction);
  return yield* nextGeneration(start, queue);
}

const cutShort = (what: string): CaptureEnd => ({ problem: `the capture file ends inside ${what}` });

async function* classic(queue: ByteQueue, little: boolean, fraction: number): PacketStream {
  const header = await queue.take(20);
  if (header.length < 20) return cutShort('its header');
  const linkType = viewOf(header).getUint32(16, little) & 0xffff;
  for (;;) {
    const head = await queue.take(16);
    if (head.length === 0) return {};
    if (head.length < 16) return cutShort('the header of a packet');
    const view = viewOf(head);
    const length = view.getUint32(8, little);
    if (length > longestPacket) return { problem: `a packet of ${length} bytes is no packet: the file is damaged` };
    const bytes = await queue.take(length);
    if (bytes.length < length) return cutShort('a packet');
    const time = view.getUint32(0, little) + view.getUint32(4, little) / fraction;
    yield { linkType, bytes, time, cut: view.getUint32(12, little) > length };
  }
}

interface Interface {
  readonly linkType: number;
  /** Units of a time stamp in a second. */
  readonly resolution: number;
}

const blockTypes = { interface: 1, simple: 3, enhanced: 6 } as const;

/** if_tsresol of an interface: a power of ten, or of two. */
function resolutionOf(body: Uint8Array, little: boolean): number {
  const view = viewOf(body);
  for (let at = 8; at + 4 <= body.length; ) {
    const [code, length] = [view.getUint16(at, little), view.getUint16(at + 2, little)];
    if (code === 0) break;
    const value = body[at + 4] ?? 6;
    if (code === 9 && length >= 1) return value & 0x80 ? 2 ** (value & 0x7f) : 10 ** value;
    at += 4 + Math.ceil(length / 4) * 4;
  }
  return 1e6;
}

function enhancedPacket(body: Uint8Array, little: boolean, interfaces: readonly Interface[]): Packet | undefined {
  if (body.length < 20) return undefined;
  const view = viewOf(body);
  const from = interfaces[view.getUint32(0, little)];
  const length = view.getUint32(12, little);
  if (!from || length > body.length - 20) return undefined;
  const stamp = view.getUint32(4, little) * 2 ** 32 + view.getUint32(8, little);
  return {
    linkType: from.linkType,
    bytes: body.subarray(20, 20 + length),
    time: stamp / from.resolution,
    cut: view.getUint32(16, little) > length,
  };
}

function simplePacket(body: Uint8Array, little: boolean, interfaces: readonly Interface[]): Packet | undefined {
  const [from] = interfaces;
  if (!from || body.length < 4) return undefined;
  const whole = viewOf(body).getUint32(0, little);
  const bytes = body.subarray(4, 4 + whole);
  return { linkType: from.linkType, bytes, cut: bytes.length < whole };
}

async function* nextGeneration(start: Uint8Array, queue: ByteQueue): PacketStream {
  let type = start;
  let little = true;
  let interfaces: Interface[] = [];
  for (; type.length > 0; type = await queue.take(4)) {
    const head = await queue.take(4);
    if (type.length < 4 || head.length < 4) return cutShort('the header of a block');
    const isSection = hex(type) === sectionHeader;
    const order = isSection ? await queue.take(4) : new Uint8Array(0);
    if (isSection) {
      little = hex(order) === '4d3c2b1a';
      interfaces = [];
    }
    const length = viewOf(head).getUint32(0, little);
    if (length < 12 + order.length || length > longestBlock || length % 4 !== 0)
      return { problem: `a block of ${length} bytes is no block: the file is damaged` };
    const rest = await queue.take(length - 8 - order.length);
    if (rest.length < length - 8 - order.length) return cutShort('a block');
    const body = rest.subarray(0, rest.length - 4);
    const code = isSection ? 0 : viewOf(type).getUint32(0, little);
    if (code === blockTypes.interface && body.length >= 8 && interfaces.length < 1000)
      interfaces.push({ linkType: viewOf(body).getUint16(0, little), resolution: resolutionOf(body, little) });
    const packet =
      code === blockTypes.enhanced
        ? enhancedPacket(body, little, interfaces)
        : code === blockTypes.simple
          ? simplePacket(body, little, interfaces)
          : undefined;
    if (packet) yield packet;
  }
  return {};
}
