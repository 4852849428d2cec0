// The administration API of key object selections: making them, those of a study, and the titles they may have. PS3.3 A.35.4
import { z } from 'zod';
import type { Endpoint } from './endpoint.ts';

/** Objects of one selection. */
const mostReferences = 2000;

/** Text without control characters, as a person's name or a code may have it. */
const line = (most: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(most)
    .regex(/^[^\\\p{Cc}]*$/u, 'no control characters and no backslash');

const uid = z
  .string()
  .max(64)
  .regex(/^[0-9.]+$/u, 'no UID');

export const keyObjectRequest = z.strictObject({
  title: line(16).describe('code value of the title'),
  modifier: line(16).optional().describe('code value, where the title can or must be modified'),
  description: z
    .string()
    .trim()
    .max(10_000)
    // What may stand in a text: tab, and the ends of lines and pages. PS3.5 6.1.3
    .regex(/^(?:[^\p{Cc}]|[\t\n\f\r])*$/u, 'no control characters')
    .optional(),
  observer: line(64)
    .regex(/^[^=]*$/u, 'one group of a name')
    .optional()
    .describe('who chose, such as Doe^Jane'),
  references: z
    .array(
      z.strictObject({
        sopInstanceUid: uid,
        frames: z.array(z.number().int().min(1).max(2_147_483_647)).max(1000).optional().describe('none: all'),
      }),
    )
    .min(1)
    .max(mostReferences),
});

export const titleRequest = z.strictObject({
  code: line(16),
  meaning: line(64),
  definition: line(1000).optional(),
});

const code = z.object({ value: z.string(), scheme: z.string(), meaning: z.string() });
const titles = z.object({
  titles: z.array(
    code.extend({
      own: z.boolean().describe('added here'),
      modifiers: z.array(code),
      modifierRequired: z.boolean(),
    }),
  ),
  retired: z.array(code).describe('own ones that no document gets any more'),
});

const document = z.object({ studyInstanceUid: z.string(), seriesInstanceUid: z.string(), sopInstanceUid: z.string() });

const json = 'application/json';

export const keyObjectEndpoints = {
  createKeyObjects: {
    method: 'POST',
    path: '/api/key-objects',
    summary: 'Makes a key object selection of stored objects of one patient, one document for each study',
    mediaType: json,
    body: keyObjectRequest,
    success: 201,
    response: z.object({ documents: z.array(document) }),
    problems: [400, 403, 404, 409, 413],
  },
  keyObjectTitles: {
    method: 'GET',
    path: '/api/key-objects/titles',
    summary: 'Titles that key object selections may have: those of CID 7010, and those of this site',
    mediaType: json,
    response: titles,
  },
  addKeyObjectTitle: {
    method: 'POST',
    path: '/api/key-objects/titles',
    summary: 'Adds a title of this site to CID 7010, or takes a retired one into use again',
    mediaType: json,
    body: titleRequest,
    success: 201,
    response: titles,
    problems: [400, 403, 409, 413],
  },
  retireKeyObjectTitle: {
    method: 'DELETE',
    path: '/api/key-objects/titles/:code',
    summary: 'Retires a title of this site; those of the standard cannot be removed',
    mediaType: json,
    response: titles,
    problems: [403, 404, 409],
  },
  keyObjectsOfStudy: {
    method: 'GET',
    path: '/api/studies/:study/key-objects',
    summary: 'The key object selections in a study, the newest first',
    mediaType: json,
    response: z.array(
      z.object({
        ...{ sopInstanceUid: z.string(), seriesInstanceUid: z.string(), title: z.string(), modifier: z.string() },
        ...{ description: z.string(), observer: z.string(), created: z.string() },
        objects: z.array(document.extend({ frames: z.array(z.number()) })),
      }),
    ),
  },
} as const satisfies Record<string, Endpoint>;
