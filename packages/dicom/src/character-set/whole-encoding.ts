// UTF-8, GB18030 and GBK: one encoding for all text, no code extensions. PS3.3 C.12.1.1.2, PS3.5 Annexes J and K.

import { readGb, writeGb } from './gb18030.ts';
import type { WholeEncoding } from './terms.ts';
import { keepByte, keptByte } from './undecodable.ts';
import { readUtf8 } from './utf-8.ts';

/** Reads text; bytes that are no characters are kept as `undecodable.ts` says. */
export function decodeWhole(bytes: Uint8Array, encoding: WholeEncoding): string {
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return decodeDamaged(bytes, encoding === 'utf-8' ? readUtf8 : readGb);
  }
}

/** Character by character, once the whole has failed. */
function decodeDamaged(bytes: Uint8Array, read: typeof readUtf8): string {
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const found = read(bytes, at);
    text += found ? String.fromCodePoint(found.codePoint) : String.fromCharCode(keepByte(bytes[at] ?? 0));
    at += found?.length ?? 1;
  }
  return text;
}

/** Writes text. `failed` hears the index of each code unit that the encoding has no bytes for. */
export function encodeWhole(text: string, encoding: WholeEncoding, failed: (index: number) => void): Uint8Array {
  if (encoding === 'utf-8' && text.isWellFormed()) return new TextEncoder().encode(text);
  const encoder = new TextEncoder();
  const write = (codePoint: number): ArrayLike<number> | undefined =>
    encoding === 'utf-8' ? encoder.encode(String.fromCodePoint(codePoint)) : writeGb(codePoint, encoding);
  const bytes: number[] = [];
  for (let index = 0; index < text.length; index += 1) {
    const codePoint = text.codePointAt(index) ?? 0;
    const kept = keptByte(codePoint);
    if (kept?.page === 0 && kept.byte >= 0x80) bytes.push(kept.byte);
    else {
      const surrogate = codePoint >= 0xd800 && codePoint < 0xe000;
      const written = surrogate ? undefined : write(codePoint);
      if (written) bytes.push(...Array.from(written));
      else failed(index);
      if (codePoint > 0xffff) index += 1;
    }
  }
  return Uint8Array.from(bytes);
}
