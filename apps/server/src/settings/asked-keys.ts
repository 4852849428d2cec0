// What other archives are asked for beside the usual: one entry of `askedKeys`, a level with its attributes. PS3.4 C.6.
import { describeTag, isPrivate, keywordOf, parseTag } from '@concord/dicom';
import { choice, readFields, within } from './kinds.ts';
import { listOf } from './peers.ts';

export interface AskedKeys {
  readonly level: 'STUDY' | 'SERIES' | 'IMAGE';
  /** Keywords. */
  readonly attributes: readonly string[];
}

const level = choice({ default: 'STUDY', choices: ['STUDY', 'SERIES', 'IMAGE'], text: 'of the query' });

/** No sequence: those are asked for item by item. */
const isKeyword = (text: string): boolean => {
  const tag = parseTag(text);
  if (tag === undefined || isPrivate(tag) || tag < 0x0008_0000 || keywordOf(tag) !== text) return false;
  return !(describeTag(tag)?.vr ?? '').includes('SQ');
};
const attributes = listOf(200, 'keywords of attributes without items', isKeyword);

/** Throws BadValue. */
export function readAskedKeys(value: unknown): AskedKeys {
  const fields = readFields(value, ['level', 'attributes']);
  return {
    level: within('level', () => level.read(fields.get('level'))),
    attributes: within('attributes', () => attributes(fields.get('attributes'))),
  };
}
