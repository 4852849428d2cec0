// The character set of a message, as its header names it (MSH-18): HL7 table 0211.

/** Names of HL7 with those of the Encoding Standard; text of ISO 8859-1 has no control characters beyond ASCII that would differ. */
const labels: Readonly<Record<string, string>> = {
  ASCII: 'windows-1252',
  '8859/1': 'windows-1252',
  '8859/2': 'iso-8859-2',
  '8859/3': 'iso-8859-3',
  '8859/4': 'iso-8859-4',
  '8859/5': 'iso-8859-5',
  '8859/6': 'iso-8859-6',
  '8859/7': 'iso-8859-7',
  '8859/8': 'iso-8859-8',
  '8859/9': 'windows-1254',
  '8859/15': 'iso-8859-15',
  'UNICODE UTF-8': 'utf-8',
  'UTF-8': 'utf-8',
  UTF8: 'utf-8',
  'GB 18030-2000': 'gb18030',
  'BIG-5': 'big5',
  'KS X 1001': 'euc-kr',
};

/** Bytes that are looked at for the header. */
const headerBytes = 4096;

/** The first of MSH-18; '' where it is empty. */
function named(bytes: Uint8Array): string {
  const [line = ''] = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, headerBytes))
    .toString('latin1')
    .split(/[\r\n]/);
  const [field = '|', repetition = '~'] = [line[3], line[5]];
  return (line.split(field)[17] ?? '').split(repetition)[0]?.trim() ?? '';
}

/** The text of a message, or the name of a character set that is not known. Bytes that are no characters become U+FFFD. */
export function decoded(
  bytes: Uint8Array,
  otherwise: string,
): { readonly text: string } | { readonly unknown: string } {
  const name = named(bytes) || otherwise;
  const label = labels[name.toUpperCase()];
  return label === undefined ? { unknown: name } : { text: new TextDecoder(label).decode(bytes) };
}
