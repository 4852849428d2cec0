// Objects that contradict what was there, put together: what happened to many objects of a study in one way is one matter.
import type { Contradiction } from './patient-api.ts';

export interface Matter {
  readonly key: string;
  readonly kind: string;
  readonly study: string;
  readonly objects: readonly Contradiction[];
}

/** In the order in which the first object of each came. */
export const mattersOf = (objects: readonly Contradiction[]): readonly Matter[] =>
  [...Map.groupBy(objects, ({ kind, study }) => `${kind} ${study}`)].flatMap(([key, some]) => {
    const [first] = some;
    return first ? [{ key, kind: first.kind, study: first.study, objects: some }] : [];
  });

const words: Readonly<Record<string, string>> = {
  'other content': 'Another object came under the same UID; the first one is shown, this one is kept aside',
  'other patient': 'Names another Patient ID than its study',
  'other demographics': 'Names another person than its study',
  'series in two studies': 'Its series is in another study too',
  replaced: 'Was replaced by another object with its UID; its file is kept',
  lost: 'Its file was missing or lost; it was sent again, and is whole',
  renamed: 'Came under a UID that was taken, and got one of its own',
};

export const kindInWords = (kind: string): string => words[kind] ?? kind;

/** Nothing is left to decide about these: they tell what was done. */
export const decided: ReadonlySet<string> = new Set(['replaced', 'renamed', 'lost']);
