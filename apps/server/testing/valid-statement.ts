// The statement of a running server against the schema that it publishes, by a validator that knows nothing of ours.
import assert from 'node:assert/strict';
import { Ajv2020 } from 'ajv/dist/2020.js';

const validators = new Map<string, ReturnType<Ajv2020['compile']>>();

/** Of a schema, compiled once: every profile publishes the same. Formats are repeated as patterns by the schema itself. */
export function validatorOf(schema: object): ReturnType<Ajv2020['compile']> {
  const text = JSON.stringify(schema);
  const validate = validators.get(text) ?? new Ajv2020({ allErrors: true, validateFormats: false }).compile(schema);
  validators.set(text, validate);
  return validate;
}

/** Throws with the faults that were found; a fault that is planted has to be found, too. */
export async function assertValidStatement(server: { json(path: string): Promise<unknown> }): Promise<void> {
  const schema = await server.json('/conformance/schema');
  assert.ok(typeof schema === 'object' && schema !== null);
  const validate = validatorOf(schema);
  for (const edition of ['as-configured', 'as-shipped']) {
    const statement = await server.json(`/conformance?format=json&edition=${edition}`);
    assert.ok(typeof statement === 'object' && statement !== null);
    assert.ok(validate(statement), JSON.stringify(validate.errors?.slice(0, 5)));
    for (const wrong of [{ claim: { network: 'yes' } }, { colour: 'red' }, { networking: undefined }])
      assert.ok(
        !validate(JSON.parse(JSON.stringify({ ...statement, ...wrong }))),
        `not found: ${JSON.stringify(wrong)}`,
      );
    assert.ok(validate({ ...statement, 'x-site': 1 }));
  }
}
