// Character sets, security and the annexes. PS3.2 A.6 to A.8.
import { z } from 'zod';
import { label, named, part, prose, record, statusCode, tag, uid } from './values.ts';

export const characterSets = part({
  supported: z.array(
    record({ definedTerm: label, services: z.array(label).min(1), direction: z.enum(['received', 'sent', 'both']) }),
  ),
  /** What happens to a set that is not supported. */
  unsupported: prose,
  configuration: prose,
  mapping: prose,
  query: record({ scuRequest: prose, scuResponse: prose, scpRequest: prose, scpResponse: prose }),
  personNames: prose,
  presentation: prose,
});

/** How one profile of PS3.15 is chosen and used. */
export const securityProfile = record({ profile: label, actor: label, selection: prose, features: prose });

export const security = part({
  profiles: z.array(securityProfile),
  signatures: record({ preserved: prose, verified: prose, replaced: prose }),
  ipv6: prose,
  associationLevel: prose,
  userIdentity: z.array(
    record({
      type: z.enum(['1 user name', '2 user name and passcode', '3 Kerberos', '4 SAML', '5 JSON Web Token']),
      direction: z.enum(['accepted', 'sent']),
      positiveResponse: z.boolean(),
      effect: prose,
      /** The profile of PS3.15 that it is used in, where it is. */
      standardProfile: label.optional(),
    }),
  ),
  applicationLevel: prose,
});

const presence = z.enum(['ALWAYS', 'VNAP', 'ANAP', 'EMPTY']);

export const createdAttribute = record({
  attribute: label,
  tag,
  vr: label,
  type: z.enum(['1', '1C', '2', '2C', '3']).optional(),
  value: label,
  presence,
  source: z.array(label).min(1),
});

/** Range and source of the name and of the value of a content item. PS3.2 A.8.1.1 */
export const createdContentItem = record({
  /** Where the template has it, such as `TID 2010, 7`. */
  row: label.optional(),
  relationship: label.optional(),
  valueType: label.optional(),
  /** The code, or the group that it comes from. */
  conceptName: label,
  nameSource: label.optional(),
  conceptValue: label,
  range: label,
  source: label,
  presence: presence.optional(),
});

/** An address of the web, or one on the system that the statement is of. */
const sampleAddress = z
  .string()
  .max(2000)
  .regex(/^(?:https?:\/\/|\/)[^\s<>"\\]*$/, 'is no address of a sample');

export const createdObject = record({
  sopClass: named,
  /** Which of several kinds of objects of the class these are. */
  variant: label.optional(),
  /** The instance that it is made from: attributes that no row lists are those of that one. */
  madeFrom: prose.optional(),
  /** Where an example can be had. */
  sample: sampleAddress.optional(),
  /** Of what is made by a template. PS3.16 */
  template: label.optional(),
  contentItems: z.array(createdContentItem).optional(),
  /** Attributes of the instance that it is made from, which it never has. */
  leftOut: z.array(record({ attribute: label, tag: label })).optional(),
  modules: z
    .array(record({ informationEntity: label, module: label, presence, attributes: z.array(createdAttribute).min(1) }))
    .min(1),
});

/** A Standard Extended, Specialized or Private SOP Class. PS3.2 A.8.5 */
export const sopClassExtension = record({
  sopClass: named,
  type: z.enum(['standard extended', 'specialized', 'private']),
  basedOn: named.optional(),
  text: prose,
  options: z.array(label).optional(),
  roles: z.array(z.enum(['SCU', 'SCP', 'FSC', 'FSR', 'FSU'])).optional(),
  behaviour: prose.optional(),
  /** The IOD with its modules; of a Specialized or Private one the model behind it too. */
  iod: prose.optional(),
  informationModel: prose.optional(),
  /** DIMSE services of a Private SOP Class. */
  operations: z.array(label).optional(),
  /** Operations on files of a Private SOP Class. PS3.10 */
  fileOperations: z.array(label).optional(),
  /** Why no Standard or Standard Extended SOP Class would do. */
  reason: prose.optional(),
  /** Whether and how SOP Class Common Extended Negotiation is sent. */
  commonExtendedNegotiation: prose.optional(),
  /** Values that a Specialized SOP Class allows of those of its base. */
  constraints: z.array(record({ attribute: label, tag, values: z.array(label).min(1) })).optional(),
  addedAttributes: z.array(
    record({
      informationEntity: label.optional(),
      attribute: label,
      tag,
      vr: label,
      vm: label,
      type: z.enum(['1', '1C', '2', '2C', '3']),
      module: label,
      usage: prose,
    }),
  ),
});

export const annexes = record({
  createdObjects: part({ objects: z.array(createdObject).min(1) }),
  attributeUsage: part({
    rows: z.array(record({ application: label, attribute: label, tag, requirement: label, ifMissing: prose })).min(1),
  }),
  attributeMapping: part({ rows: z.array(record({ from: label, to: label, tag, conversion: prose })).min(1) }),
  coercion: part({
    rows: z
      .array(record({ service: label, attribute: label, tag, source: label, condition: prose, status: statusCode }))
      .min(1),
  }),
  privateDictionary: part({ rows: z.array(record({ creator: label, tag, name: label, vr: label, vm: label })).min(1) }),
  codedTerminology: prose,
  contextGroups: z
    .array(
      record({
        context: label,
        defaultValueSet: label,
        configurable: z.enum(['No', 'Extensible', 'Replaceable']),
        use: prose,
      }),
    )
    .default([]),
  extendedContextGroups: z
    .array(
      record({
        cid: label,
        /** In words, or the codes of the group as it is extended. */
        content: z.union([
          label,
          z.array(record({ value: label, scheme: label, meaning: label, extension: z.boolean() })).min(1),
        ]),
        localVersion: label,
        creatorUid: uid,
      }),
    )
    .optional(),
  privateContextGroups: z
    .array(
      record({
        identifier: label,
        name: label,
        extensible: z.boolean(),
        version: label,
        codes: z.array(record({ value: label, scheme: label, meaning: label })).min(1),
      }),
    )
    .optional(),
  templates: z.array(record({ identifier: label, name: label, text: prose })).optional(),
  privateCodes: z.array(record({ value: label, scheme: label, meaning: label, definition: prose })).optional(),
  grayscale: prose,
  sopClassExtensions: z.array(sopClassExtension).default([]),
  privateTransferSyntaxes: z.array(record({ name: label, uid, description: prose })).default([]),
});

export type CharacterSets = Extract<z.infer<typeof characterSets>, { state: 'described' }>;
export type Security = Extract<z.infer<typeof security>, { state: 'described' }>;
export type Annexes = z.infer<typeof annexes>;
