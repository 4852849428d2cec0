// Whether the system still has what was stored, or has what should not be there: asked by queries. PS3.4 C.4.1
import type { RunContext } from '../run-context.ts';
import type { TestInstance } from '../test-data.ts';
import { ask, narrowed, queryContext } from './query.ts';

/** How many studies the system finds for an instance that is alone in its study. */
export async function studiesFound(run: RunContext, find: string, { dataSet }: TestInstance): Promise<number> {
  await using association = await run.associate([queryContext(find)]);
  return (await ask(association, find, narrowed(find, 'STUDY', dataSet), run.signal)).matches.length;
}

/** The SOP Instance UIDs that are not found, series by series. */
export async function missingOf(
  run: RunContext,
  find: string,
  instances: readonly TestInstance[],
): Promise<readonly string[]> {
  const ofSeries = Map.groupBy(instances, ({ dataSet }) => dataSet.string('SeriesInstanceUID'));
  await using association = await run.associate([queryContext(find)]);
  const there = new Set<string | undefined>();
  for (const [sample] of ofSeries.values()) {
    if (!sample) continue;
    const identifier = narrowed(find, 'IMAGE', sample.dataSet);
    identifier.set('SOPInstanceUID', null);
    const { matches } = await ask(association, find, identifier, run.signal);
    for (const match of matches) there.add(match.string('SOPInstanceUID'));
  }
  return instances.map(({ sopInstanceUid }) => sopInstanceUid).filter((uid) => !there.has(uid));
}
