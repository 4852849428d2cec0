// File Meta Information of objects that come in one after the other: only the SOP Instance UID changes. PS3.10 7.1.
import { fileMetaInformation } from '@concord/dicom';

type Meta = Parameters<typeof fileMetaInformation>[0];

/** Kinds of objects whose header is remembered. */
const remembered = 64;

/** Where the value of (0002,0000) lies, behind preamble, prefix and its own header; what it counts begins behind it. */
const groupLength = 140;
const counted = 144;
/** (0002,0003) UI. */
const instanceUid = Uint8Array.of(0x02, 0x00, 0x03, 0x00, 0x55, 0x49);

interface Template {
  /** Up to and including the header of (0002,0003) without its length. */
  readonly before: Buffer;
  readonly after: Buffer;
}

/** The same bytes as `fileMetaInformation`, for a tenth of the time where class, syntax and sender were seen before. */
export function createFileMetaWriter(): (meta: Meta) => Buffer {
  const templates = new Map<string, Template>();
  const templateFor = (meta: Meta): Template => {
    const { sopClassUid, transferSyntaxUid, sourceApplicationEntityTitle = '' } = meta;
    const name = `${sopClassUid}\\${transferSyntaxUid}\\${sourceApplicationEntityTitle}`;
    const known = templates.get(name);
    if (known) return known;
    const whole = Buffer.from(fileMetaInformation(meta));
    const start = whole.indexOf(instanceUid, counted);
    const end = start + 8 + whole.readUInt16LE(start + 6);
    const template = { before: whole.subarray(0, start + 6), after: whole.subarray(end) };
    if (templates.size === remembered) templates.clear();
    templates.set(name, template);
    return template;
  };
  return (meta) => {
    const { before, after } = templateFor(meta);
    const length = meta.sopInstanceUid.length + (meta.sopInstanceUid.length % 2);
    const written = Buffer.alloc(before.length + 2 + length + after.length);
    written.set(before);
    written.writeUInt16LE(length, before.length);
    written.write(meta.sopInstanceUid, before.length + 2, 'latin1');
    written.set(after, before.length + 2 + length);
    written.writeUInt32LE(written.length - counted, groupLength);
    return written;
  };
}
