// The overview's table of media: every Application Profile with what is written and read. PS3.2 A.1, Table A.1-3
import type { Media } from '../model/media.ts';
import type { Statement } from '../model/statement.ts';

type Row = Statement['overview']['mediaServices'][number];

/** Headings of table A.1-3 by the medium. */
const categories: readonly (readonly [RegExp, string])[] = [
  [/CD-R/, 'Compact Disk - Recordable'],
  [/DVD/, 'DVD'],
];
const categoryOf = (medium: string): string => categories.find(([words]) => words.test(medium))?.[1] ?? medium;

/** One row for each profile, its roles in all media entities joined. */
export function overviewMedia(media: Media | undefined): Row[] {
  const profiles = Map.groupBy(media?.entities.flatMap((entity) => entity.profiles) ?? [], ({ name }) => name);
  return [...profiles].map(([profile, same]) => {
    const can = (...roles: readonly string[]) =>
      same.some((one) => one.roles.some((role) => roles.includes(role))) ? 'Yes' : 'No';
    return {
      category: categoryOf(same[0]?.medium ?? ''),
      profile,
      write: can('FSC', 'FSU'),
      read: can('FSR', 'FSU'),
    };
  });
}
