// Tags: group and element number as one unsigned 32-bit number. PS3.5 7.1.1.
import { repeatingMask, tagOfKeyword } from './dictionary/dictionary.ts';
import type { Keyword } from './dictionary/keyword.generated.ts';

/** Group number times 0x10000 plus element number. */
export type Tag = number;

/** A tag, or the keyword of one. Where a path is taken, also text such as `RequestAttributesSequence[0].ScheduledProcedureStepID`. */
export type TagLike = Tag | Keyword;

/** The parts of the tag syntax of PS3.5 7.5. */
export const itemTag = 0xfffee000;
export const itemDelimitationTag = 0xfffee00d;
export const sequenceDelimitationTag = 0xfffee0dd;

/** (0028,0010) and the like; the group and element in upper-case hexadecimal. */
export function formatTag(tag: Tag): string {
  const hex = tag.toString(16).toUpperCase().padStart(8, '0');
  return `(${hex.slice(0, 4)},${hex.slice(4)})`;
}

const written = /^\(?([0-9a-f]{4}),?([0-9a-f]{4})\)?$/i;

/** The tag of `PatientName`, `00100010`, `0010,0010` or `(0010,0010)`; undefined for anything else. */
export function parseTag(text: string): Tag | undefined {
  const digits = written.exec(text);
  if (digits) return Number.parseInt(`${digits[1]}${digits[2]}`, 16);
  return tagOfKeyword(text);
}

/** The tag of a dictionary keyword; for a repeating group its first, such as (6000,3000) for OverlayData. */
export function tagOf(keyword: Keyword): Tag {
  const tag = tagOfKeyword(keyword);
  if (tag === undefined) throw new TypeError(`${keyword} is no keyword of the dictionary`);
  return tag;
}

/** Odd groups belong to whoever reserved a block in them. PS3.5 7.8. */
export const isPrivate = (tag: Tag): boolean => (tag & 0x10000) !== 0;

/** (gggg,0010-00FF) of an odd group: the name of the creator of a block. PS3.5 7.8.1. */
export const isPrivateCreator = (tag: Tag): boolean =>
  isPrivate(tag) && (tag & 0xffff) >= 0x10 && (tag & 0xffff) <= 0xff;

/** (gggg,0000). PS3.5 7.2. */
export const isGroupLength = (tag: Tag): boolean => (tag & 0xffff) === 0;

/** The tag in the first group of a repeating range, such as (6000,3000) for (6012,3000); else the tag itself. */
export function baseTag(tag: Tag): Tag {
  const mask = repeatingMask(tag);
  return mask === undefined ? tag : (tag & mask) >>> 0;
}
