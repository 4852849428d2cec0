// Names what speaks on a connection when it is not the DICOM upper layer: the commonest mistakes of configuration.

/** By the first bytes in hexadecimal. */
const patterns: readonly { readonly pattern: RegExp; readonly name: string }[] = [
  { pattern: /^16030[0-4]/, name: 'a TLS handshake (the caller uses TLS, this port does not)' },
  { pattern: /^0b(4d5348|465348|425348)/, name: 'an HL7 message over MLLP' },
  { pattern: /^0b/, name: 'a message over MLLP' },
  { pattern: /^(4d5348|465348|425348)7c/, name: 'an HL7 message without MLLP framing' },
  { pattern: /^030000(?!00)/, name: 'a Remote Desktop (RDP) client' },
];
const textPatterns: readonly { readonly pattern: RegExp; readonly name: string }[] = [
  { pattern: /^(GET|POST|PUT|HEAD|DELETE|OPTIONS|PATCH|TRACE|CONNECT|PRI) /, name: 'an HTTP request' },
  { pattern: /^SSH-/, name: 'an SSH client' },
  { pattern: /^(EHLO|HELO) /i, name: 'an SMTP client' },
];

/** What the first bytes of a connection look like; undefined when they may be a PDU. */
export function nameFirstBytes(bytes: Uint8Array): string | undefined {
  // An A-ASSOCIATE-RQ: what nearly all connections begin with, and nothing else here does.
  if (bytes[0] === 0x01) return undefined;
  const start = Buffer.from(bytes.subarray(0, 16));
  const hexadecimal = start.toString('hex');
  const text = start.toString('latin1');
  const found =
    patterns.find(({ pattern }) => pattern.test(hexadecimal)) ?? textPatterns.find(({ pattern }) => pattern.test(text));
  if (found) return found.name;
  const first = start[0];
  return first === undefined || (first >= 0x01 && first <= 0x07) ? undefined : 'no protocol known here';
}

/** The first bytes for a log line: hexadecimal, and text where it can be printed. */
export function showFirstBytes(bytes: Uint8Array): string {
  const start = Buffer.from(bytes.subarray(0, 16));
  return `${start.toString('hex')} "${start.toString('latin1').replace(/[^ -~]/g, '.')}"`;
}
