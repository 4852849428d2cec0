// The values that fields of a statement are made of, each with its form. PS3.2 Annex A names the fields, PS3.5 the forms.
import { describeUid, isUid } from '@concord/dicom';
import { z } from 'zod';

/** The root of the UIDs that only the standard may define. PS3.5 9. */
export const standardRoot = '1.2.840.10008.';

/** A UID in good form; one of the standard's must be registered in PS3.6 Annex A. */
export const uid = z
  .string()
  .max(64)
  .regex(
    /^(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*))*$/,
    'is not a UID: digits and dots, no leading zeros, 64 characters at most',
  )
  .refine((value) => !value.startsWith(standardRoot) || !isUid(value) || describeUid(value) !== undefined, {
    message: 'is not registered in PS3.6, though its root is that of the standard',
  })
  .meta({ id: 'Uid' });

/** AE: 1 to 16 characters of the default repertoire, no backslash, not only spaces. PS3.5 6.2. */
export const aeTitle = z
  .string()
  .regex(/^[\x20-\x5b\x5d-\x7e]{1,16}$/, 'is not an AE title: 1 to 16 ASCII characters without backslash')
  .refine((value) => value.trim() !== '', { message: 'is not an AE title: only spaces' })
  .meta({ id: 'AeTitle' });

/** `(gggg,eeee)`. */
export const tag = z
  .string()
  .regex(/^\([0-9A-F]{4},[0-9A-F]{4}\)$/, 'is not a tag such as (0010,0020)')
  .meta({ id: 'Tag' });

/** Four hexadecimal digits, or a range of such; `*` stands for any other code. */
export const statusCode = z
  .string()
  .regex(/^([0-9A-F]{4}(-[0-9A-F]{4})?|\*)$/, 'is not a status such as 0000 or A700-A7FF')
  .meta({ id: 'StatusCode' });

/** Words for a reader: paragraphs are separated by an empty line. */
export const prose = z.string().min(1).max(20_000).meta({ id: 'Prose' });

export const label = z.string().min(1).max(400);

/** Names an application entity, activity, note or profile inside the statement. */
export const reference = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,79}$/, 'is not an identifier: small letters, digits and hyphens')
  .meta({ id: 'Reference' });

export const yesNo = z.enum(['Yes', 'No']);

/** Of the overview only: an option says in a note whether it is configurable or separately purchased. */
export const support = z.enum(['Yes', 'No', 'Option']);

export const role = z.enum(['SCU', 'SCP', 'BOTH']);

/** The registered or private name beside its UID. */
export const named = record({ name: label, uid });

/**
 * An object of exactly these fields and any whose name begins with `x-`, which are kept as they are.
 */
export function record<const Shape extends z.ZodRawShape>(shape: Shape) {
  return z
    .looseObject(shape)
    .superRefine((value, context) => {
      for (const key of Object.keys(value))
        if (!(key in shape) && !key.startsWith('x-'))
          context.addIssue({ code: 'custom', message: `${key} is no field of the model`, path: [key] });
    })
    .meta({ patternProperties: { '^x-': {} }, additionalProperties: false });
}

/** Absence is never ambiguous: a part is described, or it is said why there is nothing to describe. */
export function part<const Shape extends z.ZodRawShape>(shape: Shape) {
  return z.discriminatedUnion('state', [
    record({ state: z.literal('described'), ...shape }),
    record({ state: z.enum(['not applicable', 'not supported', 'unknown']), reason: prose }),
  ]);
}

export type Named = z.infer<typeof named>;
