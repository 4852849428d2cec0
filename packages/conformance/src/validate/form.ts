// Rules of form: the fields that the model demands, and the form of each value. PS3.2 Annex A
import { pointer } from '../model/read-statement.ts';
import { statement } from '../model/statement.ts';
import type { Fault, Rule } from './rule.ts';

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (at, step) => (typeof at === 'object' && at !== null ? Reflect.get(at, step) : undefined),
    value,
  );

/** Faults of the schema: those of missing fields, or those of values that are there. */
function* faultsOf(value: unknown, missing: boolean): Generator<Fault> {
  const result = statement.safeParse(value);
  if (result.success) return;
  for (const { path, message } of result.error.issues)
    if ((valueAt(value, path) === undefined) === missing) yield { path: pointer(path), message };
}

export const formRules: readonly Rule[] = [
  {
    id: 'CS-MODEL-03',
    level: 'E',
    decided: 's',
    section: 'Annex A',
    text: 'Each value has the form of its field.',
    check: ({ value }) => faultsOf(value, false),
  },
  {
    id: 'CS-VX-03',
    level: 'E',
    decided: 's',
    section: 'Annex A',
    text: 'Each mandatory field is filled.',
    check: ({ value }) => faultsOf(value, true),
  },
];
