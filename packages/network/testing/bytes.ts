// Readable bytes: hexadecimal with the meaning beside it.

/** Pairs of hexadecimal digits; what follows a `|` is commentary to the end of the line. */
export function hex(strings: TemplateStringsArray): Buffer {
  const lines = strings.join('').split('\n');
  return Buffer.concat(lines.map((line) => Buffer.from(line.split('|')[0]?.replace(/\s/g, '') ?? '', 'hex')));
}

/** The same bytes in two pieces. */
export const cutAt = (bytes: Uint8Array, at: number): readonly Uint8Array[] => [
  bytes.subarray(0, at),
  bytes.subarray(at),
];
