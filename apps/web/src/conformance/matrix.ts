// A comparison as a matrix: SOP Classes by direction, and what narrows it.
import type { Direction, PairRow, Verdict } from './comparison.ts';

export interface MatrixRow {
  readonly uid: string;
  readonly sopClass: string;
  readonly category: string;
  /** One for each direction: the pairs of activities that meet in the class; none where it is not started. */
  readonly cells: readonly (readonly PairRow[])[];
}

/** In the order in which the directions name them. */
export function cellsOf(directions: readonly Direction[]): readonly MatrixRow[] {
  const all = directions.flatMap(({ pairs }) => pairs);
  return [...Map.groupBy(all, ({ uid, sopClass }) => uid || sopClass).values()].flatMap(([first]) => {
    if (!first) return [];
    const { uid, sopClass, category } = first;
    const cells = directions.map(({ pairs }) => pairs.filter((pair) => pair.uid === uid && pair.sopClass === sopClass));
    return [{ uid, sopClass, category, cells }];
  });
}

/** Empty: not narrowed by it. */
export interface Filter {
  readonly text: string;
  readonly category: string;
  /** Name of a piece of work that the class is a part of. */
  readonly work: string;
  readonly verdict: Verdict | '';
}

export const noFilter: Filter = { text: '', category: '', work: '', verdict: '' };

export function narrowed(
  rows: readonly MatrixRow[],
  directions: readonly Direction[],
  { text, category, work, verdict }: Filter,
): readonly MatrixRow[] {
  const works = directions.flatMap((direction) => direction.works.filter(({ name }) => name === work));
  const members = new Set(works.flatMap(({ sopClasses }) => sopClasses));
  return rows.filter(
    (row) =>
      row.sopClass.toLowerCase().includes(text.trim().toLowerCase()) &&
      (category === '' || row.category === category) &&
      (work === '' || members.has(row.uid)) &&
      (verdict === '' || row.cells.flat().some((pair) => pair.verdict === verdict)),
  );
}
