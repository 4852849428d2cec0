// The published JSON Schema (2020-12) of a statement, made from the one schema.
import { z } from 'zod';
import { statement } from './statement.ts';

let made: object | undefined;

/** The schema that other programs check statements with. */
export function statementJsonSchema(): object {
  made ??= z.toJSONSchema(statement, {
    target: 'draft-2020-12',
    io: 'input',
    override: ({ jsonSchema }) => {
      // Fields are closed but for `x-`: patternProperties and additionalProperties say so together.
      if (jsonSchema.patternProperties) jsonSchema.additionalProperties = false;
    },
  });
  return made;
}
