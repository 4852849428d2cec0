// Media interchange as this system provides it: one declaration for the statement, for what is written into files, and for what is refused. PS3.2 A.5, PS3.11
import { type DescribedSystem, named } from '@concord/conformance';
import { explicitVrLittleEndian } from '@concord/dicom';
import {
  type ApplicationProfile,
  applicationProfile,
  directoryClass,
  type MediaRole,
  type Writer,
} from '@concord/media';
import { implementation } from '@concord/network';
import type { Configuration } from '../settings/settings.ts';
import { mediaSettings } from '../settings/tables/media.ts';

type Media = NonNullable<DescribedSystem['media']>;
type Profile = Media['entities'][number]['profiles'][number];
type Activity = Media['entities'][number]['activities'][number];

type Settings = Pick<Configuration, 'mediaAeTitle' | 'mediaProfiles' | 'entities'>;

/** Who a file says has written it: this implementation, or the one that a profile stands for. PS3.10 Table 7.1-1 */
export function mediaWriter({ entities, mediaAeTitle }: Settings): Writer {
  const [first] = entities;
  return {
    implementationClassUid: first?.implementationClassUid ?? implementation.classUid,
    implementationVersionName: first?.implementationVersionName ?? implementation.versionName,
    sourceApplicationEntityTitle: mediaAeTitle,
  };
}

/** The profiles that the configuration claims in a role. */
export const profilesInRole = ({ mediaProfiles }: Pick<Settings, 'mediaProfiles'>, role: MediaRole) =>
  mediaProfiles.flatMap(({ profile, roles }) => (roles.includes(role) ? (applicationProfile(profile) ?? []) : []));

const identifier = (id: string): string => id.toLowerCase();

/** What a profile leaves to the implementation. */
function behaviourOf({ keys }: ApplicationProfile, roles: readonly MediaRole[]): string {
  const asked = [...new Set(keys.map(({ keyword }) => keyword))].join(', ');
  const written = `The directory has the keys ${asked} where the profile asks for them; icon images are not written.`;
  const read = 'Instances in other transfer syntaxes that happen to be on the medium are read as well.';
  return [...(roles.includes('FSC') ? [written] : []), ...(roles.includes('FSR') ? [read] : [])].join(' ');
}

const statedProfile = (profile: ApplicationProfile, roles: readonly MediaRole[]): Profile => ({
  id: identifier(profile.id),
  name: profile.id,
  type: 'standard',
  medium: profile.medium,
  format: profile.format,
  roles: [...roles],
  options: [],
  behaviour: behaviourOf(profile, roles),
  sopClasses: [
    { sopClass: named(directoryClass), transferSyntaxes: [named(explicitVrLittleEndian)], mandatory: true },
    ...profile.sopClasses.map((uid) => ({
      sopClass: named(uid),
      transferSyntaxes: profile.transferSyntaxes.map(named),
      mandatory: false,
    })),
  ],
});

const creating =
  'A user has file-sets created from files, folders, or a study of a running server. Instances are written in the transfer syntax that they are kept in; only where a user asks for it are copies converted to Explicit VR Little Endian. Before anything is written it is told to which profiles the set will conform, and why not to the others. Keys that must have a value and have none in an instance are supplied in the directory alone, and listed. The directory is written last. Afterwards every file is read back and compared by its SHA-256, and the directory is read and each reference resolved.';

const reading =
  'A user opens a folder, a mounted medium or an upload. The DICOMDIR in the root is read by its offsets; without one, or with one that cannot be read, all files are looked at. Files of SOP Classes that are not of the standard, and records that are private or of unknown types, are passed over and named. File IDs are found whatever their case. Files without File Meta Information are read in the transfer syntax that they seem to have. Instances that are imported are kept as they are.';

function activityOf(role: MediaRole, profiles: string[]): Activity {
  const lists = { profiles, roles: [role], optionalSopClasses: [], sopOptions: [], optionalTransferSyntaxes: [] };
  return role === 'FSC'
    ? { ...lists, id: 'create', name: 'Create File-set', description: creating }
    : { ...lists, id: 'read', name: 'Browse and Import File-set', description: reading };
}

/** Sentences for the roles that are claimed, and for no other. */
const inRoles = (roles: readonly MediaRole[], sentences: Readonly<Record<MediaRole, string>>): string =>
  roles.map((role) => sentences[role]).join(' ');

const rolesInWords: Readonly<Record<MediaRole, string>> = {
  FSC: 'File-set Creator (FSC)',
  FSR: 'File-set Reader (FSR)',
};
const roleOrder: readonly MediaRole[] = ['FSC', 'FSR'];

function entityOf(settings: Settings, roles: readonly MediaRole[]): Media['entities'][number] {
  const words = roles.map((role) => rolesInWords[role]).join(' and ');
  return {
    ae: 'media',
    name: 'Media AE',
    functionalDefinition: inRoles(roles, {
      FSC: 'Writes file-sets into folders, from where they are brought onto a medium by the means of the operating system.',
      FSR: 'Reads file-sets from mounted media, folders and uploads.',
    }),
    sourceAeTitle: settings.mediaAeTitle,
    policies: inRoles(roles, {
      FSC: 'A file-set is created whole in an empty folder: none is updated or added to. A folder holds one file-set, which a medium takes as it is. File IDs have no more than five components of up to eight characters.',
      FSR: 'Nothing on a medium that is read is ever changed.',
    }),
    rolesAndOptions: `The Media AE supports the role of ${words} with the Interchange option of the Media Storage Service Class.`,
    profiles: settings.mediaProfiles.flatMap(({ profile, roles: held }) => {
      const known = applicationProfile(profile);
      return known ? [statedProfile(known, held)] : [];
    }),
    activities: roles.map((role) =>
      activityOf(
        role,
        profilesInRole(settings, role).map(({ id }) => identifier(id)),
      ),
    ),
  };
}

/** Chapter 5 of the statement; undefined where no profile is claimed. */
export function mediaOf(settings: Settings): Media | undefined {
  const roles = roleOrder.filter((role) => profilesInRole(settings, role).length > 0);
  if (roles.length === 0) return undefined;
  const { implementationClassUid: classUid, implementationVersionName: versionName } = mediaWriter(settings);
  return {
    state: 'described',
    description: inRoles(roles, {
      FSC: 'File-sets are created for the exchange of instances without a network.',
      FSR: 'File-sets that others have created are read.',
    }),
    implementationNotes: inRoles(roles, {
      FSC: 'Instances that are written have File Meta Information of this implementation; their data sets are copied byte by byte.',
      FSR: 'Instances that are read keep their own transfer syntax.',
    }),
    sequencing: inRoles(roles, {
      FSC: 'A file-set that was created is read again and verified, unless the user asks not to.',
      FSR: 'A medium is opened first; what is on it is then shown, imported or sent, one action after the other.',
    }),
    fileMeta: { version: '00\\01', classUid, versionName },
    entities: [entityOf(settings, roles)],
    configuration: configurationOf(settings, roles),
  };
}

/** What an installation may set. PS3.2 A.5.4 */
function configurationOf({ mediaAeTitle }: Settings, roles: readonly MediaRole[]): string {
  const title = `The Source Application Entity Title (0002,0016) of files that are written is the setting mediaAeTitle: ${mediaAeTitle} here, ${mediaSettings.mediaAeTitle.default} where nothing is set.`;
  const rest = 'The profiles and roles are the setting mediaProfiles; nothing else of media is configured.';
  return roles.includes('FSC') ? `${title} ${rest}` : rest;
}
