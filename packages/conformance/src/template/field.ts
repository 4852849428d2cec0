// Where a field of the template stands in a statement: its name in the order of Annex A, and the pointer to it. PS3.2 Annex A

export interface TemplateField {
  /** As the template is told field by field, lists with `[]`: `cover.products[].versions[]`. */
  readonly field: string;
  /** Pointers into the statement (RFC 6901) in which `*` stands for every index; more than one where it has several parts. */
  readonly at: readonly string[];
}

/** Rows of `field: where`, both below the same place; `where` in several parts is divided by spaces. */
export const fieldsBelow = (name: string, pointer: string, rows: Readonly<Record<string, string>>): TemplateField[] =>
  Object.entries(rows).map(([field, where]) => ({
    field: [name, field].filter(Boolean).join('.'),
    at: where.split(' ').map((part) => `${pointer}/${part}`),
  }));
