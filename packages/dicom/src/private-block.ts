// Blocks of private elements: found and reserved by the name of their creator. PS3.5 7.8.1.
import type { DataSet } from './data-set.ts';
import { DicomError } from './error.ts';
import { formatTag } from './tag.ts';

/** The creators of an odd group, by block number 0x10 to 0xff. */
function creators(dataSet: DataSet, group: number): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  for (const { tag } of dataSet.elements()) {
    const block = tag & 0xffff;
    if (tag >>> 16 === group && block >= 0x10 && block <= 0xff) found.set(block, dataSet.string(tag) ?? '');
  }
  return found;
}

/**
 * The tag of a private element here: `privateTag(dataSet, 0x0029, 'SIEMENS CSA HEADER', 0x10)` is (0029,1010) where that creator
 * holds block 10. Undefined where it holds none in this data set or item.
 */
export function privateTag(dataSet: DataSet, group: number, creator: string, element: number): number | undefined {
  for (const [block, name] of creators(dataSet, group)) if (name === creator) return tagIn(group, block, element);
  return undefined;
}

const tagIn = (group: number, block: number, element: number): number =>
  group * 0x10000 + block * 0x100 + (element & 0xff);

/**
 * The same, after reserving a block where the creator has none yet: the first that nobody uses, with or without a creator.
 * @throws DicomError `bad-path` where the group is even, or all of its blocks are taken
 */
export function reservePrivateTag(dataSet: DataSet, group: number, creator: string, element: number): number {
  const there = privateTag(dataSet, group, creator, element);
  if (there !== undefined) return there;
  const taken = new Set(creators(dataSet, group).keys());
  for (const { tag } of dataSet.elements()) if (tag >>> 16 === group) taken.add((tag & 0xffff) >>> 8);
  const free = Array.from({ length: 0xf0 }, (_, at) => at + 0x10).find((block) => !taken.has(block));
  if (free === undefined || group % 2 === 0)
    throw new DicomError('bad-path', -1, formatTag(group * 0x10000 + 0x10), creator);
  dataSet.set(group * 0x10000 + free, creator, 'LO');
  return tagIn(group, free, element);
}
