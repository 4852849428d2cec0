// Deflating, for Deflated Explicit VR. RFC 1951, PS3.5 A.5.

/** The bytes as a raw deflate stream, padded to an even length. */
export function deflate(bytes: Uint8Array): Uint8Array {
  const blocks = Math.max(1, Math.ceil(bytes.length / 0xffff));
  const size = bytes.length + 5 * blocks;
  const out = new Uint8Array(size + (size & 1));
  const view = new DataView(out.buffer);
  for (let block = 0, at = 0; block < blocks; block += 1) {
    const part = bytes.subarray(block * 0xffff, (block + 1) * 0xffff);
    out[at] = block === blocks - 1 ? 1 : 0;
    view.setUint16(at + 1, part.length, true);
    view.setUint16(at + 3, part.length ^ 0xffff, true);
    out.set(part, at + 5);
    at += part.length + 5;
  }
  return out;
}
