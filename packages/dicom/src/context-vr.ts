// The VR of an element where the dictionary leaves a choice to the data set around it. PS3.5 Annex A.1, PS3.6 chapter 6.
import type { Content, Element } from './content.ts';
import { describeTag, dictionaryVr } from './dictionary/dictionary.ts';
import { baseTag } from './tag.ts';
import { type Vr, vrTraits } from './vr.ts';

/** The 16-bit number an attribute has here or in what encloses this. */
function enclosing(content: Content, tag: number): number | undefined {
  for (let at: Content | undefined = content; at; at = at.parent) {
    const element = at.find(tag);
    if (!element?.source || element.valueEnd - element.valueStart < 2) continue;
    const low = element.source.bytes[element.valueStart] ?? 0;
    const high = element.source.bytes[element.valueStart + 1] ?? 0;
    return element.encoding.littleEndian ? low | (high << 8) : (low << 8) | high;
  }
  return undefined;
}

/**
 * The VR to read a value by: UN of an element that the dictionary has is what that says (PS3.5 6.2.2), and where Implicit VR
 * leaves a choice the data set decides.
 */
export function effectiveVr(element: Element, content: Content): Vr {
  const { vr, tag } = element;
  if (vr === 'UN') {
    const known = contextVr(content, tag);
    return known === undefined || vrTraits(known).kind === 'sequence' ? 'UN' : known;
  }
  if (element.encoding.explicitVr || (vr !== 'US' && vr !== 'OB')) return vr;
  return contextVr(content, tag) ?? vr;
}

/** The VR the dictionary gives, its choices decided by Pixel Representation and Bits Allocated; undefined where it has none. */
export function contextVr(content: Content, tag: number): Vr | undefined {
  const vr = dictionaryVr(tag);
  if (vr !== 'US' && vr !== 'OB') return vr;
  const choices = describeTag(tag)?.vr ?? [];
  if (choices.length < 2) return vr;
  if (vr === 'US' && choices.includes('SS')) return enclosing(content, 0x00280103) === 1 ? 'SS' : 'US';
  if (vr === 'US') return 'OW';
  return words(content, tag) ? 'OW' : 'OB';
}

/** Pixel, overlay, curve, audio and waveform data: words, unless their own depth says bytes. PS3.5 A.1, A.2. */
function words(content: Content, tag: number): boolean {
  const base = baseTag(tag);
  if (tag === 0x54001010 || tag === 0x54000110 || tag === 0x54000112) return enclosing(content, 0x54001004) !== 8;
  if (base === 0x50003000 || base === 0x5000200c) return true;
  return tag !== 0x7fe00010 || (enclosing(content, 0x00280100) ?? 16) > 8;
}
