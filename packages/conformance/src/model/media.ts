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
    .array(record({ sopClass: named, transferSyntaxes: z.array(named).min(1), mandatory: z.boolean() }))
    .min(1),
  augmentations: record({ sopClasses: prose, directory: prose, other: prose }).optional(),
});

export const mediaEntity = record({
  ae: reference,
  name: label,
  functionalDefinition: prose,
  sourceAeTitle: aeTitle,
  profiles: z.array(applicationProfile).min(1),
  activities: z
    .array(
      record({
        id: reference,
        name: label,
        description: prose,
        profiles: z.array(reference).min(1),
        roles: z.array(mediaRole).min(1),
      }),
    )
    .min(1),
});

export const media = part({
  description: prose,
  fileMeta: record({ version: label, classUid: uid, versionName: label }),
  entities: z.array(mediaEntity).min(1),
  configuration: prose,
});

export type Media = Extract<z.infer<typeof media>, { state: 'described' }>;
