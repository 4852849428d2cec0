// Addresses of the statement, its texts and releases, for the OpenAPI document; who answers registers the same. PS3.2 6
import { z } from 'zod';
import type { Endpoint } from '../administration/endpoint.ts';
import { previewRequest, releaseRequest, textRequest } from './requests.ts';

const json = 'application/json';
const markup = 'text/html';

const edition = z
  .enum(['as-configured', 'as-shipped', 'site'])
  .optional()
  .describe('what is in force, what the product ships with, or with remote systems too');

export const statementAddresses = {
  statement: {
    method: 'GET',
    path: '/conformance',
    summary: 'The conformance statement of what runs, in the form that is accepted',
    mediaType: markup,
    query: z.strictObject({
      edition,
      format: z.enum(['html', 'json', 'markdown', 'docbook', 'pdf', 'docx']).optional(),
      template: z.enum(['annex-a', 'annex-n']).optional().describe('in which order sections stand'),
    }),
    problems: [400, 401, 403, 406],
  },
  statementTable: {
    method: 'GET',
    path: '/conformance/tables/:anchor',
    summary: 'One table of the statement, by its anchor',
    mediaType: 'text/csv',
    query: z.strictObject({ edition }),
    problems: [400, 401, 403, 404],
  },
  statementValidation: {
    method: 'GET',
    path: '/conformance/validation',
    summary: 'What the rules find in the statement, what is open, what is claimed',
    mediaType: json,
    query: z.strictObject({ edition }),
    problems: [400, 401, 403],
  },
  statementStatus: {
    method: 'GET',
    path: '/conformance/status',
    summary: 'Numbers of errors, warnings, notes and open rules of the statement as it is now',
    mediaType: json,
    response: z.object({
      errors: z.number(),
      warnings: z.number(),
      notes: z.number(),
      open: z.number(),
      at: z.string().describe('ISO 8601'),
    }),
  },
  sample: {
    method: 'GET',
    path: '/conformance/samples/:file',
    summary: 'A sample of one kind of objects that are made here, of a test patient; the statement names the files',
    mediaType: 'application/dicom',
    problems: [404],
  },
  statementSchema: {
    method: 'GET',
    path: '/conformance/schema',
    summary: 'JSON Schema (2020-12) of statements',
    mediaType: 'application/schema+json',
  },
  statementTemplate: {
    method: 'GET',
    path: '/conformance/template',
    summary: 'The statement in force by the names and paths of the template',
    mediaType: json,
    problems: [401, 403],
  },
  statementTemplateSchema: {
    method: 'GET',
    path: '/conformance/schema/template',
    summary: 'JSON Schema (2020-12) of statements by the names and paths of the template',
    mediaType: 'application/schema+json',
  },
  statementFields: {
    method: 'GET',
    path: '/conformance/schema/fields',
    summary: 'Where each field of the template stands in a statement',
    mediaType: json,
    response: z.array(z.object({ field: z.string(), at: z.array(z.string()) })),
  },
  glossary: {
    method: 'GET',
    path: '/conformance/glossary',
    summary: 'Terms of conformance with their meaning',
    mediaType: json,
    response: z.array(
      z.object({ term: z.string(), definition: z.string(), group: z.string(), section: z.string() }).partial(),
    ),
  },
  drift: {
    method: 'GET',
    path: '/conformance/drift',
    summary: 'Where what runs was seen to contradict the statement, since the server began',
    mediaType: json,
    response: z.array(z.record(z.string(), z.unknown())),
    problems: [401, 403],
  },
  conformanceRights: {
    method: 'GET',
    path: '/conformance/rights',
    summary: 'Who asks, and what they may do under /conformance',
    mediaType: json,
  },
} as const satisfies Record<string, Endpoint>;

export const textAddresses = {
  releases: {
    method: 'GET',
    path: '/conformance/releases',
    summary: 'Statements that were released, the newest first',
    mediaType: json,
    problems: [401, 403],
  },
  release: {
    method: 'POST',
    path: '/conformance/releases',
    summary: 'Keeps the statement of what runs now unchanged; a draft is refused. The body may be left out',
    mediaType: json,
    body: releaseRequest,
    success: 201,
    problems: [400, 401, 403, 409],
  },
  readRelease: {
    method: 'GET',
    path: '/conformance/releases/:release',
    summary: 'A released statement as it was',
    mediaType: json,
    problems: [401, 403, 404],
  },
  releaseChanges: {
    method: 'GET',
    path: '/conformance/releases/:release/changes',
    summary: 'Rows in which what runs now differs from a released statement',
    mediaType: json,
    problems: [401, 403, 404],
  },
  texts: {
    method: 'GET',
    path: '/conformance/texts',
    summary: 'Texts of the statement that people wrote, with what each describes',
    mediaType: json,
    problems: [401, 403],
  },
  putText: {
    method: 'PUT',
    path: '/conformance/texts/:id',
    summary: 'Confirms a text, or puts another in its place',
    mediaType: json,
    body: textRequest,
    problems: [400, 401, 403, 404],
  },
  deleteText: {
    method: 'DELETE',
    path: '/conformance/texts/:id',
    summary: 'The shipped text counts again',
    mediaType: json,
    problems: [401, 403, 404],
  },
  previewText: {
    method: 'POST',
    path: '/conformance/texts/:id/preview',
    summary: 'How a text would look, and which findings would come and go',
    mediaType: json,
    body: previewRequest,
    problems: [400, 401, 403, 404],
  },
} as const satisfies Record<string, Endpoint>;
