// One real-world activity of an application entity: presentation contexts, rules, and what each SOP Class does. PS3.2 A.4.2.x.3, A.4.2.x.4.
import { z } from 'zod';
import { groupings } from './grouping.ts';
import { label, named, prose, record, reference, role, statusCode, tag, uid } from './values.ts';

/** A row of tables A.4.2-7 and A.4.2-11. */
export const presentationContext = record({
  abstractSyntax: named,
  /** In order of preference, or of proposal. */
  transferSyntaxes: z.array(named).min(1),
  role,
  /** Numbers of the activity's notes; none = no extended negotiation. */
  extendedNegotiation: z.array(z.int().min(1)).default([]),
  /** All SOP Classes of a service class, by SOP Class Common Extended Negotiation. */
  commonExtendedNegotiation: z.boolean().default(false),
  /** The members of a Meta SOP Class negotiate: table A.4.2-8 or A.4.2-12 says what. */
  seeMetaTable: z.boolean().optional(),
});

/** A row of tables A.4.2-8 and A.4.2-12: what a member of a Meta SOP Class negotiates. */
export const metaNegotiation = record({
  metaSopClass: uid,
  sopClass: named,
  /** Numbers of the activity's notes; none = no extended negotiation. */
  notes: z.array(z.int().min(1)),
});

/** A row of tables A.4.2-9 (`behavior`: what the SCU does) and A.4.2-13 (why the SCP answers so). */
export const statusRow = record({
  status: z.enum(['Success', 'Pending', 'Warning', 'Failure', 'Cancel']),
  meaning: label,
  code: statusCode,
  behavior: prose,
});

export const matching = z.enum([
  'single value',
  'universal',
  'wildcard',
  'list of UID',
  'range',
  'sequence',
  'empty value',
]);

/** An attribute of a query. PS3.4 C.2.2. */
export const key = record({
  level: label,
  attribute: label,
  tag,
  vr: label,
  type: z.enum(['Unique', 'Required', 'Optional']),
  matching: z.array(matching),
  returned: z.boolean(),
  /** Of a user of the query: whether a person gives the value, sees it, and objects that are made take it over. */
  interactive: z.boolean().optional(),
  displayed: z.boolean().optional(),
  copiedToIod: z.boolean().optional(),
  /** What is sent where nobody gives another value. */
  defaultValue: label.optional(),
  note: prose.optional(),
});

/** An attribute of a normalized request or response. */
export const exchangedAttribute = record({
  attribute: label,
  tag,
  vr: label,
  presence: z.enum(['ALWAYS', 'VNAP', 'ANAP', 'EMPTY']),
  source: label,
  value: label.optional(),
  type: z.enum(['1', '1C', '2', '2C', '3']).optional(),
  /** Where the request has none. */
  default: label.optional(),
  /** What is answered where it is missing or wrong. */
  failureStatus: statusCode.optional(),
});

/** What one SOP Class, or several alike, do in an operation. PS3.2 A.4.2.x.3.1.3. */
export const sopConformance = record({
  id: reference,
  title: label,
  /** Where the standard describes it. */
  section: label,
  sopClasses: z.array(uid).min(1),
  operation: label,
  ourRole: z.enum(['SCU', 'SCP']),
  description: prose,
  keys: z.array(key).default([]),
  /** Content of the sub-item of SOP Class Extended Negotiation. PS3.7 D.3.3.5 */
  extendedNegotiation: record({ content: prose }).optional(),
  requestAttributes: z.array(exchangedAttribute).default([]),
  responseAttributes: z.array(exchangedAttribute).optional(),
  actionTypes: z.array(record({ name: label, id: z.int(), behavior: prose })).default([]),
  eventTypes: z.array(record({ name: label, id: z.int(), behavior: prose })).default([]),
  lossyOnly: prose.optional(),
  /** Empty: not stated, as in a statement that was imported or made by watching. */
  statuses: z.array(statusRow),
  failures: z.array(record({ exception: label, behavior: prose })),
  retries: record({
    count: z.int().min(0),
    interval: z.number().min(0).describe('seconds'),
    condition: prose,
  }).optional(),
  /** Waits that end it. */
  timeouts: z
    .array(
      record({
        name: label,
        seconds: z.number().min(0).describe('0: none'),
        /** The row of table A.4.4-2. */
        parameter: label,
      }),
    )
    .optional(),
});

const common = {
  id: reference,
  name: label,
  conditions: prose,
  sequencing: prose.optional(),
  contexts: z.array(presentationContext).min(1),
  notes: z.array(record({ number: z.int().min(1), text: prose })).default([]),
  metaNegotiation: z.array(metaNegotiation).optional(),
  sopConformance: z.array(sopConformance).min(1),
};

/** Of an entity that opens associations. */
export const initiatedActivity = record({
  ...common,
  /** How syntaxes are spread over contexts. */
  grouping: z.enum(groupings),
  transferSyntaxChoice: prose,
  /** When the SOP Class of an instance is changed to be accepted; or that it never is. */
  fallback: prose,
  /** When a SOP Class is proposed of a service class that is named as a whole. */
  serviceClassConditions: prose.optional(),
  /** All contexts of the table are proposed in one association. */
  oneAssociation: z.boolean().optional(),
});

/** Of an entity that is called. */
export const acceptedActivity = record({
  ...common,
  acceptanceRules: record({
    combinations: prose,
    priority: prose,
    selection: record({
      rule: z.enum(['first offered', 'own order', 'explicit first', 'other', 'unknown']),
      text: prose,
    }),
  }),
});

export type PresentationContextRow = z.infer<typeof presentationContext>;
export type StatusRow = z.infer<typeof statusRow>;
export type QueryKey = z.infer<typeof key>;
export type SopConformance = z.infer<typeof sopConformance>;
export type InitiatedActivity = z.infer<typeof initiatedActivity>;
export type AcceptedActivity = z.infer<typeof acceptedActivity>;
