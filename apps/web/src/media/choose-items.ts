// Which branches of a medium are chosen: a branch is chosen with all below it, and one below it can be taken out again.
import type { Contents, PatientOnMedium, StudyOnMedium } from './media-api.ts';

/** Names of series, of single instances where not all of a series are chosen, and `others`. */
export type Chosen = ReadonlySet<string>;

export const seriesOfStudy = ({ series }: StudyOnMedium): readonly string[] => series.map(({ item }) => item);
export const seriesOfPatient = ({ studies }: PatientOnMedium): readonly string[] => studies.flatMap(seriesOfStudy);

/** Everything that can be chosen. */
export const allOf = ({ patients, others }: Pick<Contents, 'patients' | 'others'>): readonly string[] => [
  ...patients.flatMap(seriesOfPatient),
  ...(others > 0 ? ['others'] : []),
];

export type Mark = 'all' | 'some' | 'none';

const within = (series: string, chosen: Chosen): readonly string[] =>
  [...chosen].filter((item) => item.startsWith(`${series}.`));

/** How much of a branch is chosen. */
export const markOf = (series: readonly string[], chosen: Chosen): Mark => {
  if (series.every((item) => chosen.has(item))) return 'all';
  return series.some((item) => chosen.has(item) || within(item, chosen).length > 0) ? 'some' : 'none';
};

/** A branch that is wholly chosen is taken out; any other is chosen wholly. */
export const toggled = (series: readonly string[], chosen: Chosen): Chosen => {
  const next = new Set(chosen);
  const isWhole = markOf(series, chosen) === 'all';
  for (const item of series) {
    for (const instance of within(item, chosen)) next.delete(instance);
    if (isWhole) next.delete(item);
    else next.add(item);
  }
  return next;
};

/** One instance in or out; `all` are those of its series. */
export const toggledInstance = (
  item: string,
  { series, all }: { readonly series: string; readonly all: readonly string[] },
  chosen: Chosen,
): Chosen => {
  const before = chosen.has(series) ? all : within(series, chosen);
  const after = before.includes(item) ? before.filter((each) => each !== item) : [...before, item];
  const others = [...chosen].filter((each) => each !== series && !each.startsWith(`${series}.`));
  return new Set([...others, ...(after.length === all.length ? [series] : after)]);
};

/** Objects in the chosen branches. */
export const chosenCount = ({ patients, others }: Pick<Contents, 'patients' | 'others'>, chosen: Chosen): number => {
  const series = patients.flatMap(({ studies }) => studies.flatMap((study) => study.series));
  const counts = series.map(({ item, instances }) => (chosen.has(item) ? instances : within(item, chosen).length));
  const single = within('others', chosen).length;
  return counts.reduce((sum, count) => sum + count, chosen.has('others') ? others : single);
};
