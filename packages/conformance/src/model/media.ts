// Media interchange: application profiles, roles and what is written or read. PS3.2 A.5.
import { z } from 'zod';
import { aeTitle, label, named, part, prose, record, reference, uid } from './values.ts';

export const mediaRole = z.enum(['FSC', 'FSR', 'FSU']);

/** An Application Profile. Standard ones are of PS3.11; an augmented one names the one it adds to. */
export const applicationProfile = record({
  id: reference,
  name: label,
  type: z.enum(['standard', 'augmented', 'private']),
  basedOn: label.optional(),
  /** One physical medium and its format. PS3.12 */
  medium: label,
  format: label,
  roles: z.array(mediaRole).min(1),
  sopClasses: z
    .array(
      record({
        sopClass: named,
        transferSyntaxes: z.array(named).min(1),
        mandatory: z.boolean(),
        /** Not of the Standard profile that is augmented. */
        added: z.boolean().optional(),
      }),
    )
    .min(1),
  options: z.array(label).optional(),
  behaviour: prose.optional(),
  augmentations: record({
    sopClasses: prose,
    directory: prose,
    other: prose,
    /** Keys and records that DICOMDIR has beside those of the Standard profile, each for an added SOP Class. */
    directoryKeys: z.array(record({ record: label, keys: z.array(label), sopClass: uid })).optional(),
  }).optional(),
  /** How what is written is kept to the Standard profile, where that is claimed too. */
  standardOnlyMeans: prose.optional(),
  /** Of a private profile, in the pattern of PS3.11. */
  description: record({
    identifier: label,
    clinicalContext: prose,
    directory: prose,
    parameters: prose,
    security: prose,
  }).optional(),
});

export const mediaEntity = record({
  ae: reference,
  name: label,
  functionalDefinition: prose,
  sourceAeTitle: aeTitle,
  /** When file-sets are created, read and updated, and what holds for all of it. */
  policies: prose.optional(),
  /** Roles and Media Storage Service Class options. */
  rolesAndOptions: prose.optional(),
  privateInformation: record({ creatorUid: uid, description: prose }).optional(),
  profiles: z.array(applicationProfile).min(1),
  activities: z
    .array(
      record({
        id: reference,
        name: label,
        description: prose,
        profiles: z.array(reference).min(1),
        roles: z.array(mediaRole).min(1),
        /** What happens to the medium elsewhere; the purpose, where one is expected. */
        remote: record({ name: label, purpose: prose.optional() }).optional(),
        optionalSopClasses: z.array(named).optional(),
        sopOptions: z.array(label).optional(),
        optionalTransferSyntaxes: z.array(named).optional(),
      }),
    )
    .min(1),
});

export const media = part({
  description: prose,
  implementationNotes: prose.optional(),
  sequencing: prose.optional(),
  fileMeta: record({ version: label, classUid: uid, versionName: label }),
  entities: z.array(mediaEntity).min(1),
  configuration: prose,
});

export type Media = Extract<z.infer<typeof media>, { state: 'described' }>;
