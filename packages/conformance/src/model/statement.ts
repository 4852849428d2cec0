// A conformance statement as data: one schema gives the types, the JSON Schema and what may be read. PS3.2 Annex A.
import { z } from 'zod';
import { annexes, characterSets, security } from './annexes.ts';
import { media } from './media.ts';
import { isReadable, schemaVersion } from './migrate.ts';
import { networking } from './networking.ts';
import { textBlock } from './text-blocks.ts';
import { label, part, prose, record, support, uid } from './values.ts';

const date = z.iso.date();

/** Where values under a path of the statement came from. */
export const provenance = record({
  /** JSON Pointer into the statement. RFC 6901 */
  path: z.string().max(2000),
  kind: z.enum(['registry', 'configuration', 'build', 'authored', 'imported', 'observed']),
  source: label,
  /** The importer was not sure. */
  doubtful: z.boolean().optional(),
});

export const overviewService = record({
  category: z.enum([
    'Transfer',
    'Query/Retrieve',
    'Workflow Management',
    'Print Management',
    'Notes, Reports, Measurements Transfer',
  ]),
  name: label,
  uid,
  scu: support,
  scp: support,
  /** Where a value is Option: configurable or purchased separately, and how. */
  optionNote: prose.optional(),
});

export const overviewMedia = record({
  category: label,
  profile: label,
  write: support,
  read: support,
  optionNote: prose.optional(),
});

export const statement = record({
  schemaVersion: z
    .string()
    .regex(/^\d+\.\d+\.\d+$/)
    .refine(isReadable, { message: `is later than ${schemaVersion}, which is the latest that can be read here` }),
  id: label,
  edition: z.enum(['as-shipped', 'as-configured', 'imported', 'observed']),
  claim: record({ network: z.boolean(), media: z.boolean() }),
  /** Of the standard from which names and tables were taken. */
  standardEdition: label,
  /** Roots under which UIDs are made, with the right to them. PS3.2 7.1 */
  orgRoots: z.array(record({ root: uid, holder: label, registration: label })).default([]),
  cover: part({
    company: label.optional(),
    documentNumber: label.optional(),
    documentDate: date,
    products: z
      .array(
        record({
          name: label,
          versions: z.array(label).min(1),
          optionalFeatures: z.array(record({ name: label, how: z.enum(['configurable', 'purchased separately']) })),
        }),
      )
      .min(1),
  }),
  overview: record({
    description: prose,
    networkServices: z.array(overviewService),
    mediaServices: z.array(overviewMedia).default([]),
  }),
  introduction: record({
    revisions: z
      .array(
        record({
          version: label,
          date,
          release: label,
          author: label.optional(),
          /** What is different from the release before, as comparing the two showed it. */
          changes: z.array(prose).min(1).max(5000),
          /** The author's own words beside them. */
          remarks: prose.optional(),
        }),
      )
      .default([]),
    audience: prose,
    remarks: prose,
    iheIntegrationStatement: z.url().optional(),
    /** Informal definitions of terms that the statement uses. */
    terms: z.array(record({ term: label, definition: prose })).optional(),
    /** How systems communicate, for readers who do not know it. */
    basics: prose.optional(),
    /** Beside those that every statement may use. */
    abbreviations: z.array(record({ abbreviation: label, expansion: label })).optional(),
    references: z.array(record({ title: label, identifier: label.optional(), url: z.url().optional() })).default([]),
  }),
  /** Numbered headings of the printed statement. */
  toc: z
    .array(record({ number: label, title: label }))
    .max(5000)
    .optional(),
  networking,
  media,
  characterSets,
  security,
  annexes,
  /** Services beyond Annex A, such as DICOMweb: told, not ruled by it. */
  webServices: part({
    rows: z
      .array(
        record({
          service: label,
          origin: z.enum(['origin server', 'user agent', 'both']),
          resources: label,
          mediaTypes: label,
          /** HTTP status codes that are answered, and when. */
          statuses: z.array(record({ code: z.string().regex(/^[1-5][0-9]{2}$/), meaning: label })).optional(),
        }),
      )
      .min(1),
  }),
  /** Which texts were written by an author, and what each is bound to. */
  textBlocks: z.array(textBlock).max(1000).optional(),
  provenance: z.array(provenance).max(100_000).default([]),
}).meta({ title: 'DICOM Conformance Statement' });

export { schemaVersion };
export type Statement = z.infer<typeof statement>;
export type OverviewService = z.infer<typeof overviewService>;
export type Provenance = z.infer<typeof provenance>;
