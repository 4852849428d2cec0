// Items about media: what the system writes is measured by its profile and carried to a reader; what it must read is made for it. PS3.2 7.2, PS3.11
import { uidName } from '@concord/dicom';
import { queryRetrieveSopClasses } from '@concord/network';
import type { ProfileFact, StatementView } from '../compare/view.ts';
import { holdsIn, standardIdentifier, standardProfile } from '../validate/media-formats.ts';
import type { Check } from './check.ts';
import { item, type PlanItem } from './item.ts';
import { idOf, provides, type Situation } from './situation.ts';
import { encodable, isMakable } from './syntaxes.ts';

const service = 'Media';
const section = 'A.5.2';
const idFor = (...parts: readonly string[]): string => idOf({ prefix: '' }, 'media', ...parts);

/** The profile of PS3.11 that a profile is, or is based on. */
const standardOf = ({ name, basedOn }: ProfileFact): string | undefined =>
  [name, basedOn ?? ''].map(standardIdentifier).find((id) => standardProfile(id) !== undefined);

const common = { service, automation: 'assisted', safety: 'adds data' } as const;

function written(profile: ProfileFact, standard: string): readonly PlanItem[] {
  const claim = { text: `${profile.name} as ${profile.roles.join(', ')}.`, paths: [profile.path], section };
  const id = idFor('write', profile.name);
  return [
    item({
      ...common,
      id,
      title: `A medium written under ${profile.name} is as the profile says`,
      kind: 'positive',
      claim,
      configuration: ['Mount what the system under test writes as a folder, and name the folder in the run.'],
      data: 'Images of the marked test patient in each SOP Class of the profile that the system has.',
      steps: [
        { action: `On the system under test: write the test patient under ${profile.name}.`, expected: 'It writes.' },
        { action: 'Read DICOMDIR and every file that it names.', expected: 'All are there, and as their records say.' },
      ],
      criterion: `Nothing is wrong with directory and files, and every instance is of a SOP Class and transfer syntax of ${standard}.`,
      check: { kind: 'medium written', profile: standard },
    }),
    item({
      service,
      id: idFor('carry', profile.name),
      title: `A medium written under ${profile.name} is read by the partner`,
      kind: 'positive',
      claim,
      direction: 'the system calls',
      data: 'The medium of the item before.',
      steps: [
        { action: 'Carry the medium to the partner and open it there.', expected: 'The test patient is listed.' },
        { action: 'Open each image.', expected: 'Each is shown, with the right patient, study and number.' },
      ],
      criterion: 'Every instance of the medium is listed and opens.',
      automation: 'manual',
      dependsOn: [id],
    }),
  ];
}

type Read = Extract<Check, { kind: 'medium read' }>;

/** Each class of the profile in each syntax that it must be read in, as far as test objects can be made. */
const instancesOf = ({ sopClasses }: ProfileFact, standard: string): Read['instances'] =>
  sopClasses.flatMap(({ uid, syntaxes }) =>
    syntaxes
      .filter((syntax) => isMakable(syntax) || encodable.has(syntax))
      .filter((syntax) => {
        const profile = standardProfile(standard);
        return profile !== undefined && holdsIn(profile, uid, syntax) && !uid.startsWith('1.2.840.10008.1.3.');
      })
      .map((transferSyntax) => ({ sopClass: uid, transferSyntax })),
  );

function read(profile: ProfileFact, standard: string, find: string | undefined): readonly PlanItem[] {
  const instances = instancesOf(profile, standard);
  if (instances.length === 0) return [];
  const words = instances.map(
    ({ sopClass, transferSyntax }) => `${uidName(sopClass) ?? sopClass} in ${uidName(transferSyntax)}`,
  );
  return [
    item({
      ...common,
      id: idFor('read', profile.name),
      title: `A medium of ${profile.name} is read, and what it does not know is passed over`,
      kind: 'boundary',
      claim: {
        text: `${profile.name} as ${profile.roles.join(', ')}.`,
        paths: [profile.path, ...profile.sopClasses.map(({ path }) => path)],
        section,
      },
      configuration: ['Name the folder in the run that the medium is written to.'],
      data: `${words.join('; ')}; besides an instance of an unknown SOP Class, a private record and a record of an unknown type.`,
      steps: [
        { action: 'Write the medium into the folder.', expected: 'DICOMDIR and files are there.' },
        {
          action: 'On the system under test: import everything that the medium holds.',
          expected: 'Each instance of the profile is imported; of the rest the user is told, and nothing stops.',
        },
      ],
      criterion: `All ${instances.length} instances of the profile are there afterwards.`,
      check: { kind: 'medium read', profile: standard, instances, ...(find !== undefined && { find }) },
    }),
  ];
}

const has = ({ roles }: ProfileFact, ...wanted: readonly string[]): boolean =>
  roles.some((role) => wanted.includes(role));

/** For each profile of the statement that is one of PS3.11, or is based on one. */
export function mediaItems({ media }: StatementView, situations: readonly Situation[]): readonly PlanItem[] {
  if (media.state !== 'described') return [];
  const { studyRootFind, patientRootFind } = queryRetrieveSopClasses;
  const finds = situations.flatMap((each) => provides(each, studyRootFind) ?? provides(each, patientRootFind) ?? []);
  return media.value.flatMap((profile) => {
    const standard = standardOf(profile);
    if (standard === undefined) return [];
    return [
      ...(has(profile, 'FSC', 'FSU') ? written(profile, standard) : []),
      ...(has(profile, 'FSR', 'FSU') ? read(profile, standard, finds[0]?.uid) : []),
    ];
  });
}
