// A TCP segment in a captured packet: link layer, IPv4 or IPv6, TCP. RFC 791, RFC 8200, RFC 9293
import type { Packet } from './capture.ts';

export interface Segment {
  /** `10.0.0.1:104` or `[::1]:104`. */
  readonly from: string;
  readonly to: string;
  readonly sequence: number;
  readonly synchronize: boolean;
  readonly finish: boolean;
  readonly reset: boolean;
  readonly acknowledges: boolean;
  readonly payload: Uint8Array;
  /** Bytes of the payload that were not captured. */
  readonly missing: number;
  readonly time?: number;
}

const u16 = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
const u32 = (bytes: Uint8Array, at: number): number => u16(bytes, at) * 65_536 + u16(bytes, at + 2);

const ipv4 = 0x0800;
const ipv6 = 0x86dd;
/** 802.1Q, 802.1ad and the older double tag. */
const tags = [0x8100, 0x88a8, 0x9100];

interface Network {
  readonly bytes: Uint8Array;
}

/** Behind an EtherType, with any number of tags of virtual networks before it. */
function behindType(bytes: Uint8Array, at: number): Network | undefined {
  let place = at;
  while (tags.includes(u16(bytes, place)) && place < bytes.length) place += 4;
  const type = u16(bytes, place);
  return type === ipv4 || type === ipv6 ? { bytes: bytes.subarray(place + 2) } : undefined;
}

/** By LINKTYPE_ number: where the network layer begins. */
const links: Readonly<Record<number, (bytes: Uint8Array) => Network | undefined>> = {
  0: (bytes) => ({ bytes: bytes.subarray(4) }),
  1: (bytes) => behindType(bytes, 12),
  12: (bytes) => ({ bytes }),
  14: (bytes) => ({ bytes }),
  101: (bytes) => ({ bytes }),
  108: (bytes) => ({ bytes: bytes.subarray(4) }),
  113: (bytes) => behindType(bytes, 14),
  228: (bytes) => ({ bytes }),
  229: (bytes) => ({ bytes }),
  276: (bytes) => (u16(bytes, 0) === ipv4 || u16(bytes, 0) === ipv6 ? { bytes: bytes.subarray(20) } : undefined),
};

/** Whether packets of this link layer can be read. */
export const isReadable = (linkType: number): boolean => Object.hasOwn(links, linkType);

interface Transport {
  readonly from: string;
  readonly to: string;
  readonly bytes: Uint8Array;
  /** Of the transport layer as IP gives it; more than `bytes` where the capture was cut. */
  readonly length: number;
}

const tcp = 6;
const dotted = (bytes: Uint8Array): string => bytes.join('.');
const colons = (bytes: Uint8Array): string =>
  Array.from({ length: 8 }, (_, index) => u16(bytes, index * 2).toString(16))
    .join(':')
    .replace(/(^|:)0(:0)+(:|$)/, '::');

function fromIpv4(bytes: Uint8Array): Transport | undefined {
  const header = ((bytes[0] ?? 0) & 0x0f) * 4;
  const fragmented = (u16(bytes, 6) & 0x3fff) !== 0;
  if (header < 20 || bytes.length < header || bytes[9] !== tcp || fragmented) return undefined;
  // 0 where the network card cut what the host handed over whole.
  const total = u16(bytes, 2) || bytes.length;
  return {
    from: dotted(bytes.subarray(12, 16)),
    to: dotted(bytes.subarray(16, 20)),
    bytes: bytes.subarray(header, total),
    length: total - header,
  };
}

/** Hop-by-hop, routing and destination options: their length is in the second byte. */
const optionHeaders = [0, 43, 60];

function fromIpv6(bytes: Uint8Array): Transport | undefined {
  if (bytes.length < 40) return undefined;
  let next = bytes[6] ?? 0;
  let at = 40;
  for (let count = 0; optionHeaders.includes(next) && count < 8; count += 1) {
    next = bytes[at] ?? 0;
    at += ((bytes[at + 1] ?? 0) + 1) * 8;
  }
  if (next !== tcp) return undefined;
  const total = 40 + (u16(bytes, 4) || bytes.length - 40);
  return {
    from: `[${colons(bytes.subarray(8, 24))}]`,
    to: `[${colons(bytes.subarray(24, 40))}]`,
    bytes: bytes.subarray(at, total),
    length: total - at,
  };
}

/** The segment; undefined for anything but TCP. */
export function segmentOf(packet: Packet): Segment | undefined {
  const network = links[packet.linkType]?.(packet.bytes);
  if (!network) return undefined;
  const version = (network.bytes[0] ?? 0) >> 4;
  const transport = version === 4 ? fromIpv4(network.bytes) : version === 6 ? fromIpv6(network.bytes) : undefined;
  if (!transport || transport.bytes.length < 20) return undefined;
  const { bytes, length } = transport;
  const header = ((bytes[12] ?? 0) >> 4) * 4;
  const flags = bytes[13] ?? 0;
  if (header < 20 || length < header) return undefined;
  const payload = bytes.subarray(header);
  return {
    from: `${transport.from}:${u16(bytes, 0)}`,
    to: `${transport.to}:${u16(bytes, 2)}`,
    sequence: u32(bytes, 4),
    synchronize: (flags & 0x02) !== 0,
    finish: (flags & 0x01) !== 0,
    reset: (flags & 0x04) !== 0,
    acknowledges: (flags & 0x10) !== 0,
    payload,
    missing: Math.max(0, length - header - payload.length),
    ...(packet.time !== undefined && { time: packet.time }),
  };
}
