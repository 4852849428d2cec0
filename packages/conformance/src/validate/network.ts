// Rules of network conformance. PS3.2 7.1
import { implicitVrLittleEndian } from '@concord/dicom';
import { verificationSopClass } from '@concord/network';
import type { Rule, Sections } from './rule.ts';

/** The entities with their paths. */
export function* entitiesOf({ networking }: Sections) {
  if (networking?.state !== 'described') return;
  for (const [index, entity] of networking.applicationEntities.entries())
    yield { entity, path: `/networking/applicationEntities/${index}` };
}

/** The activities of both directions with their paths. */
export function* activitiesOf(sections: Sections) {
  for (const { entity, path } of entitiesOf(sections))
    for (const direction of ['initiation', 'acceptance'] as const) {
      const part = entity[direction];
      if (part.state !== 'described') continue;
      for (const [index, activity] of part.activities.entries())
        yield { entity, activity, direction, path: `${path}/${direction}/activities/${index}` };
    }
}

export const networkRules: readonly Rule[] = [
  {
    id: 'CS-V71-01',
    level: 'E',
    decided: 's',
    section: '7.1',
    text: 'The claim is network, media or both.',
    *check({ claim }) {
      if (claim && !claim.network && !claim.media) yield { path: '/claim', message: 'nothing is claimed' };
    },
  },
  {
    id: 'CS-V71-04',
    level: 'E',
    decided: 's',
    section: '7.1',
    text: 'At least one SOP Class is Standard or Standard Extended.',
    *check(sections) {
      if (sections.networking?.state !== 'described') return;
      const types = [...entitiesOf(sections)].flatMap(({ entity }) => entity.sopClasses.map(({ type }) => type));
      if (!types.some((type) => type === 'standard' || type === 'standard extended'))
        yield { path: '/networking/applicationEntities', message: 'no SOP Class is Standard or Standard Extended' };
    },
  },
  {
    id: 'CS-V71-05',
    level: 'E',
    decided: 'r',
    section: '7.1',
    text: 'A handler exists for each operation of each SOP Class and role: the running system decides.',
  },
  {
    id: 'CS-V71-06',
    level: 'E',
    decided: 's',
    section: '7.1',
    text: 'What accepts any association accepts Verification as SCP.',
    *check(sections) {
      for (const { entity, path } of entitiesOf(sections)) {
        if (entity.acceptance.state !== 'described') continue;
        const contexts = entity.acceptance.activities.flatMap((activity) => activity.contexts);
        if (!contexts.some(({ abstractSyntax, role }) => abstractSyntax.uid === verificationSopClass && role !== 'SCU'))
          yield { path: `${path}/acceptance`, message: 'no context accepts Verification as SCP' };
      }
    },
  },
  {
    id: 'CS-V71-07',
    level: 'E',
    decided: 's',
    section: '7.1, PS3.5 10.1',
    text: 'Each SOP Class that is not Private is offered or taken in Implicit VR Little Endian, or it is said why not.',
    *check(sections) {
      for (const { entity, activity, path } of activitiesOf(sections)) {
        const standard = activity.contexts.filter(
          ({ abstractSyntax: { uid } }) =>
            !entity.sopClasses.some((sopClass) => sopClass.uid === uid && sopClass.type === 'private'),
        );
        for (const uid of new Set(standard.map(({ abstractSyntax }) => abstractSyntax.uid))) {
          const rows = standard.filter(({ abstractSyntax }) => abstractSyntax.uid === uid);
          const said = activity.sopConformance.some(
            ({ sopClasses, lossyOnly }) => lossyOnly !== undefined && sopClasses.includes(uid),
          );
          if (
            !said &&
            !rows.some((row) => row.transferSyntaxes.some((syntax) => syntax.uid === implicitVrLittleEndian))
          )
            yield { path: `${path}/contexts`, message: `${uid} is in no context with Implicit VR Little Endian` };
        }
      }
    },
  },
  {
    id: 'CS-V71-08',
    level: 'E',
    decided: 'a',
    section: '7.1',
    text: 'The right to the roots of private UIDs: a person attests it.',
  },
  {
    id: 'CS-V71-09',
    level: 'E',
    decided: 's',
    section: '7.1',
    text: 'TCP/IP is a supported communication mode.',
    *check({ networking }) {
      if (networking?.state === 'described' && !networking.interfaces.protocols.some((name) => /tcp/i.test(name)))
        yield { path: '/networking/interfaces/protocols', message: 'TCP/IP is not among the protocols' };
    },
  },
];
