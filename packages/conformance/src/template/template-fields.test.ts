// Every field that the requirements name has its place in the model, and the published schema has that place.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { completeStatement } from '../../testing/complete-statement.ts';
import { ledgerFields } from '../../testing/ledger-fields.ts';
import { statementJsonSchema } from '../model/json-schema.ts';
import { templateFields, valuesOfField } from './template-fields.ts';
import { templateJsonSchema, templateView } from './template-view.ts';

type Schema = Readonly<Record<string, unknown>>;
const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null;

/** Schemas that a schema stands for: those that it refers to, and each of several. */
function* meant(schema: Schema, root: Schema): Generator<Schema> {
  yield schema;
  const { $ref, anyOf, oneOf, allOf } = schema;
  if (typeof $ref === 'string') {
    let at: unknown = root;
    for (const step of $ref.split('/').slice(1)) at = isSchema(at) ? at[step] : undefined;
    if (isSchema(at)) yield* meant(at, root);
  }
  for (const each of [anyOf, oneOf, allOf]) if (Array.isArray(each)) for (const one of each) yield* meant(one, root);
}

function hasPlace(schemas: readonly Schema[], [step, ...rest]: readonly string[], root: Schema): boolean {
  if (step === undefined) return schemas.length > 0;
  const all = schemas.flatMap((schema) => [...meant(schema, root)]);
  const next = all.flatMap((schema) => {
    const found = step === '*' ? schema.items : isSchema(schema.properties) ? schema.properties[step] : undefined;
    return isSchema(found) ? [found] : [];
  });
  return next.length > 0 && hasPlace(next, rest, root);
}

describe('fields of the template', () => {
  const fields = ledgerFields();
  const listed = new Map(templateFields.map((each) => [each.field, each]));

  test('[CS-MODEL-01] each field that the requirements name is listed with its place', () => {
    assert.ok(fields.length > 190, `${fields.length} fields were found in the requirements`);
    assert.deepEqual(
      fields.filter(({ field }) => !listed.has(field)).map(({ field }) => field),
      [],
    );
    assert.equal(listed.size, templateFields.length, 'no field is listed twice');
  });

  test('[CS-MODEL-01] each place is one of the published schema', () => {
    const root = statementJsonSchema() as Schema;
    const missing = templateFields.flatMap(({ field, at }) =>
      at
        .filter((pointer) => !hasPlace([root], pointer.split('/').slice(1), root))
        .map((pointer) => `${field}: ${pointer}`),
    );
    assert.deepEqual(missing, []);
    assert.ok(
      !hasPlace([root], ['networking', 'applicationEntities', '*', 'colour'], root),
      'what is not there is missed',
    );
  });

  test('[CS-MODEL-01] a complete statement has a value for each field that is mandatory', () => {
    const statement = completeStatement();
    const without = fields
      .filter(({ presence }) => /^M(?! if)/u.test(presence))
      .filter(({ field }) => valuesOfField(statement, listed.get(field) ?? { field, at: [] }).length === 0);
    assert.deepEqual(
      without.map(({ field }) => field),
      [],
    );
    const version = listed.get('cover.products[].versions[]');
    assert.ok(version);
    assert.deepEqual(valuesOfField({ cover: { products: [{ versions: ['1'] }, {}, 7] } }, version), [['1']]);
    assert.deepEqual(valuesOfField(null, version), []);
  });

  test('[CS-MODEL-01] by its own path each field stands in the statement by the names of the template, and in the schema of that', () => {
    const root = templateJsonSchema() as Schema;
    const path = (field: string): readonly string[] =>
      field.split('.').flatMap((part) => (part.endsWith('[]') ? [part.slice(0, -2), '*'] : [part]));
    const isLeafList = (steps: readonly string[]): readonly string[] =>
      steps.at(-1) === '*' ? steps.slice(0, -1) : steps;
    const missing = fields.filter(({ field }) => !hasPlace([root], isLeafList(path(field)), root));
    assert.deepEqual(missing, []);
    const view = templateView(completeStatement());
    const isValid = new Ajv2020({ strict: false, formats: { date: true, uri: true } }).compile(root);
    assert.ok(isValid(view), JSON.stringify(isValid.errors?.slice(0, 3)));
    const values = (field: string) => valuesOfField(view, { field, at: [`/${isLeafList(path(field)).join('/')}`] });
    const without = fields.filter(({ field, presence }) => /^M(?! if)/u.test(presence) && values(field).length === 0);
    assert.deepEqual(
      without.map(({ field }) => field),
      [],
    );
    assert.deepEqual(values('cover.products[].commercialName'), ['Example']);
    assert.ok(!isValid({ ...Object(view), edition: 'imagined' }), 'a wrong value is none');
    assert.ok(!isValid({ ...Object(view), further: 1 }));
    assert.equal(templateView(null), undefined);
  });
});
