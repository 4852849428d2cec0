// Networking: the implementation model, the application entities, the interfaces and the configuration. PS3.2 A.4.
import { z } from 'zod';
import { acceptedActivity, initiatedActivity } from './activity.ts';
import { aeTitle, label, part, prose, record, reference, uid, yesNo } from './values.ts';

/** A SOP Class of an application entity, with its type. PS3.2 7.3, table A.4.2-1. */
export const entitySopClass = record({
  name: label,
  uid,
  scu: yesNo,
  scp: yesNo,
  type: z.enum(['standard', 'standard extended', 'specialized', 'private']),
  /** The one Standard SOP Class that it extends or specializes. */
  basedOn: uid.optional(),
  /** SOP Class options; an empty list says there are none. */
  options: z.array(label).default([]),
  /** Private, and not described in 8.5 on purpose. PS3.2 7.3.5 */
  unpublished: z.boolean().optional(),
});

/** A number with whether an installation may change it; `unknown` only in imported and observed statements. */
export const limit = record({
  value: z.union([z.int().min(1), z.enum(['unlimited', 'unknown'])]),
  configurable: z.boolean(),
});

export const rejection = record({
  result: z.enum(['1 rejected-permanent', '2 rejected-transient']),
  source: z.enum(['1 UL service-user', '2 UL service-provider (ACSE)', '3 UL service-provider (presentation)']),
  reason: label,
  explanation: prose,
});

export const applicationEntity = record({
  id: reference,
  name: label,
  sopClasses: z.array(entitySopClass).min(1),
  policies: prose,
  applicationContext: uid,
  /** Operations outstanding at a time: 1 = synchronous, 0 = unlimited. PS3.7 D.3.3.3 */
  asynchronous: record({ initiator: z.int().min(0).optional(), acceptor: z.int().min(0).optional() }),
  implementation: record({
    /** Missing only where a peer was watched that did not say it, or its statement does not. */
    classUid: uid.optional(),
    versionName: z.string().min(1).max(16).optional(),
    policy: prose.optional(),
  }),
  initiation: part({
    associations: limit,
    rules: z.array(record({ scope: label, limit: label })).default([]),
    activities: z.array(initiatedActivity).min(1),
  }),
  acceptance: part({
    associations: limit,
    rules: z.array(record({ scope: label, limit: label })).default([]),
    policy: prose,
    /** Empty: not stated. */
    rejections: z.array(rejection),
    activities: z.array(acceptedActivity).min(1),
  }),
});

/** A real-world activity of the data flow diagram, and how it meets an application entity. PS3.2 A.4.1.1, 5. */
export const dataFlow = record({
  ae: reference,
  local: record({ id: reference, name: label }),
  remote: record({ id: reference, name: label }),
  /** Who opens the association. */
  direction: z.enum(['initiates', 'accepts', 'both']),
});

export const implementationModel = record({
  dataFlow: z.array(dataFlow).min(1),
  /** The overview behind the diagram: what each entity does, and with whom. */
  bullets: z.array(record({ ae: reference, text: prose })).optional(),
  /** Activities whose circles overlap, and what that means. */
  overlaps: z.array(record({ activities: z.array(reference).min(2), discussion: prose.optional() })).optional(),
  functionalDefinitions: z.array(record({ ae: reference, text: prose })).min(1),
  /** Order and constraints among activities of all entities. */
  sequencing: part({
    text: prose,
    diagrams: z.array(
      record({
        title: label,
        lifelines: z.array(label).min(2),
        messages: z.array(record({ from: label, to: label, text: label })).min(1),
      }),
    ),
  }),
});

/** A row of table A.4.4-2. `scope`: General, or the entity it belongs to. */
export const parameter = record({
  scope: z.union([z.literal('General'), reference]),
  name: label,
  configurable: yesNo,
  default: label,
  unit: label.optional(),
  range: label.optional(),
  /** In this installation. */
  effective: label.optional(),
  note: prose.optional(),
});

const facilities = record({ supported: z.boolean(), text: prose });

export const interfaces = record({
  physical: z.array(label).default([]),
  protocols: z.array(label).min(1),
  managementProfiles: z
    .array(
      record({
        profile: label,
        actor: label,
        protocols: z.array(label).min(1),
        optionalTransactions: label,
        securitySupport: label,
      }),
    )
    .default([]),
  /** Of the actors above, what A.4.3.2 asks of each. */
  managementText: z.array(record({ actor: label, text: prose })).default([]),
  /** How exact the clock has to be: the greatest error that is borne without a warning. */
  timeAccuracy: record({ text: prose, seconds: z.number().positive() }).optional(),
  ipv4: facilities,
  ipv6: facilities,
});

export const configuration = record({
  addressTranslation: prose,
  localTitles: z
    .array(
      record({
        ae: reference,
        /** Missing only where an imported statement does not say it. */
        defaultTitle: aeTitle.optional(),
        defaultPort: z.int().min(1).max(65535).optional(),
        effectiveTitle: aeTitle.optional(),
        effectivePort: z.int().min(1).max(65535).optional(),
      }),
    )
    .min(1),
  remoteText: prose,
  /** Why several entities have one title. */
  sharedTitles: prose.optional(),
  /** Of an LDAP client. PS3.15 Annex H */
  localLdap: record({ text: prose, update: prose }).optional(),
  remoteLdap: record({ text: prose, queries: z.array(label).min(1) }).optional(),
  hardwareOptions: z.array(record({ name: label, values: label, default: label })).optional(),
  /** Of one site; left out of what is published. */
  remotes: z
    .array(record({ aeTitle, host: label, port: z.int().min(1).max(65535), capabilities: label.optional() }))
    .default([]),
  parameters: z.array(parameter).min(1),
});

export const networking = part({
  /** Details that matter to conformance or interoperability and have no place elsewhere. PS3.2 6.3 */
  implementationNotes: prose.optional(),
  model: implementationModel,
  applicationEntities: z.array(applicationEntity).min(1),
  interfaces,
  configuration,
});

export type EntitySopClass = z.infer<typeof entitySopClass>;
export type ApplicationEntityStatement = z.infer<typeof applicationEntity>;
export type DataFlow = z.infer<typeof dataFlow>;
export type ParameterRow = z.infer<typeof parameter>;
export type Rejection = z.infer<typeof rejection>;
export type Networking = Extract<z.infer<typeof networking>, { state: 'described' }>;
