// Every field of the template with its place in a statement: for whoever looks for one by its name. PS3.2 Annex A
import { closingFields } from './closing-fields.ts';
import type { TemplateField } from './field.ts';
import { frontFields } from './front-fields.ts';
import { networkingFields } from './networking-fields.ts';

/** In the order of the template. */
export const templateFields: readonly TemplateField[] = [...frontFields, ...networkingFields, ...closingFields];

/** The values of a field in a statement; none where it has none. */
export function valuesOfField(statement: unknown, { at }: TemplateField): readonly unknown[] {
  return at.flatMap((pointer) => valuesAt([statement], pointer.split('/').slice(1)));
}

function valuesAt(found: readonly unknown[], [step, ...rest]: readonly string[]): readonly unknown[] {
  if (step === undefined) return found;
  const next = found.flatMap((value): readonly unknown[] => {
    if (step === '*') return Array.isArray(value) ? value : [];
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return [];
    const member: unknown = Reflect.get(value, step);
    return member === undefined ? [] : [member];
  });
  return valuesAt(next, rest);
}
