// Captures made from what two sides of a TCP connection said: any link layer, order and loss that a test wants.

/** One piece of what was said. */
export interface Said {
  readonly from: 'client' | 'server';
  readonly bytes: Uint8Array;
}

export interface Segment {
  readonly from: 'client' | 'server';
  /** Behind the initial sequence number. */
  readonly offset: number;
  readonly payload: Uint8Array;
  readonly flags: number;
}

export interface PacketOptions {
  readonly version?: 4 | 6;
  readonly clientPort?: number;
  readonly serverPort?: number;
}

const flags = { fin: 0x01, syn: 0x02, rst: 0x04, ack: 0x10 } as const;
/** Near the end of the number space, so that it turns over. */
const initial = { client: 0xffff_fff0, server: 1000 } as const;
const segmentBytes = 1400;

const u16 = (value: number): number[] => [(value >> 8) & 0xff, value & 0xff];
const u32 = (value: number): number[] => [...u16(Math.floor(value / 65_536) & 0xffff), ...u16(value & 0xffff)];

/** SYN, data cut into segments, FIN of both sides. */
export function segmentsOf(said: readonly Said[], end: 'closed' | 'reset' | 'open' = 'closed'): Segment[] {
  const offsets = { client: 1, server: 1 };
  const none = new Uint8Array(0);
  const data = said.flatMap(({ from, bytes }) => {
    const parts: Segment[] = [];
    for (let at = 0; at < bytes.length; at += segmentBytes) {
      const payload = bytes.subarray(at, at + segmentBytes);
      parts.push({ from, offset: offsets[from], payload, flags: flags.ack });
      offsets[from] += payload.length;
    }
    return parts;
  });
  const last = (from: 'client' | 'server', mark: number): Segment => ({
    from,
    offset: offsets[from],
    payload: none,
    flags: mark | flags.ack,
  });
  return [
    { from: 'client', offset: 0, payload: none, flags: flags.syn },
    { from: 'server', offset: 0, payload: none, flags: flags.syn | flags.ack },
    ...data,
    ...(end === 'closed' ? [last('client', flags.fin), last('server', flags.fin)] : []),
    ...(end === 'reset' ? [last('server', flags.rst)] : []),
  ];
}

function ipPacket({ from, offset, payload, flags: marks }: Segment, options: PacketOptions): number[] {
  const { version = 4, clientPort = 50_000, serverPort = 104 } = options;
  const [source, target] = from === 'client' ? [clientPort, serverPort] : [serverPort, clientPort];
  const tcp = [
    ...u16(source),
    ...u16(target),
    ...u32((initial[from] + offset) % 2 ** 32),
    ...u32(0),
    0x50,
    marks,
    ...u16(65_535),
    ...u32(0),
    ...payload,
  ];
  const host = (name: 'client' | 'server'): number[] => (name === 'client' ? [10, 0, 0, 1] : [10, 0, 0, 2]);
  const other = from === 'client' ? 'server' : 'client';
  if (version === 4)
    return [0x45, 0, ...u16(20 + tcp.length), ...u32(0), 64, 6, 0, 0, ...host(from), ...host(other), ...tcp];
  const address = (name: 'client' | 'server'): number[] => [...Array<number>(12).fill(0), ...host(name)];
  return [0x60, 0, 0, 0, ...u16(tcp.length), 6, 64, ...address(from), ...address(other), ...tcp];
}

/** By LINKTYPE_ number: what stands before the network layer. */
const headers: Readonly<Record<number, (version: 4 | 6) => number[]>> = {
  0: (version) => [version === 4 ? 2 : 10, 0, 0, 0],
  1: (version) => [...Array<number>(12).fill(1), ...(version === 4 ? [8, 0] : [0x86, 0xdd])],
  101: () => [],
  113: (version) => [...Array<number>(14).fill(0), ...(version === 4 ? [8, 0] : [0x86, 0xdd])],
  276: (version) => [...(version === 4 ? [8, 0] : [0x86, 0xdd]), ...Array<number>(18).fill(0)],
};

/** Packets of a link layer. */
export const packetsOf = (segments: readonly Segment[], linkType = 1, options: PacketOptions = {}): Uint8Array[] =>
  segments.map((segment) =>
    Uint8Array.from([...(headers[linkType]?.(options.version ?? 4) ?? []), ...ipPacket(segment, options)]),
  );

const little = (value: number): number[] => u32(value).reverse();

/** A pcap file; the seconds count up from one packet to the next. */
export function pcap(packets: readonly Uint8Array[], linkType = 1): Buffer {
  const header = [
    0xd4,
    0xc3,
    0xb2,
    0xa1,
    2,
    0,
    4,
    0,
    ...little(0),
    ...little(0),
    ...little(262_144),
    ...little(linkType),
  ];
  return Buffer.concat([
    Uint8Array.from(header),
    ...packets.flatMap((packet, index) => [
      Uint8Array.from([
        ...little(1_700_000_000 + index),
        ...little(0),
        ...little(packet.length),
        ...little(packet.length),
      ]),
      packet,
    ]),
  ]);
}

const block = (type: number, body: readonly number[] | Uint8Array): Uint8Array => {
  const padded = Math.ceil(body.length / 4) * 4;
  const length = padded + 12;
  const bytes = new Uint8Array(length);
  bytes.set(little(type), 0);
  bytes.set(little(length), 4);
  bytes.set(body, 8);
  bytes.set(little(length), length - 4);
  return bytes;
};

/** The same as pcapng, with a block of a kind that readers skip. */
export function pcapng(packets: readonly Uint8Array[], linkType = 1): Buffer {
  return Buffer.concat([
    block(0x0a0d0d0a, [0x4d, 0x3c, 0x2b, 0x1a, 1, 0, 0, 0, ...Array<number>(8).fill(0xff)]),
    block(1, [linkType, 0, 0, 0, ...little(0)]),
    block(0x0bad, [1, 2, 3]),
    ...packets.map((packet) =>
      block(
        6,
        Uint8Array.from([
          ...little(0),
          ...little(0),
          ...little(0),
          ...little(packet.length),
          ...little(packet.length),
          ...packet,
        ]),
      ),
    ),
  ]);
}

/** Bytes as a stream of small chunks. */
export async function* inChunks(bytes: Uint8Array, size = 1000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
