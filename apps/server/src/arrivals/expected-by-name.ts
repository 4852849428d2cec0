// Somebody says by name what there is of some series of a study: what was said before of them holds no more.
import type { Query } from '../database/database.ts';
import { type Expectation, expectationRow, withoutExpectation } from './arrival-rows.ts';
import { type NamedInstance, namedInstanceRows, withoutNames } from './named-instances.ts';

export interface Named {
  readonly studyInstanceUid: string;
  /** All that it is about, also those of which there is nothing. */
  readonly seriesInstanceUids: readonly string[];
  readonly instances: readonly NamedInstance[];
  /** True where it is all that there is of the study. */
  readonly isWholeStudy: boolean;
}

/** Statements of one transaction. */
export function expectByName(
  { studyInstanceUid, seriesInstanceUids, instances, isWholeStudy }: Named,
  said: Pick<Expectation, 'source' | 'evidence' | 'saidAt'>,
): readonly Query[] {
  const series = Map.groupBy(instances, ({ seriesInstanceUid }) => seriesInstanceUid);
  const expected = (seriesInstanceUid: string, { length: count }: readonly unknown[]): Query =>
    count > 0
      ? expectationRow(studyInstanceUid, { ...said, seriesInstanceUid, count })
      : withoutExpectation(studyInstanceUid, { seriesInstanceUid, source: said.source });
  return [
    ...withoutNames(studyInstanceUid, seriesInstanceUids, said.source),
    ...namedInstanceRows(studyInstanceUid, instances, said),
    ...seriesInstanceUids.map((uid) => expected(uid, series.get(uid) ?? [])),
    ...(isWholeStudy ? [expected('', instances)] : []),
  ];
}
