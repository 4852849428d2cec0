// What is written to media, and under which profiles they are read and written.
import { aeTitle, list } from '../kinds.ts';
import { allMediaProfiles, readMediaProfile } from '../media-profiles.ts';

const mostProfiles = 20;

export const mediaSettings = {
  mediaAeTitle: aeTitle({
    default: 'CONCORD',
    text: 'Source Application Entity Title (0002,0016) of files that are written to media',
  }),
  mediaProfiles: {
    ...list({
      default: allMediaProfiles,
      maximum: mostProfiles,
      entry: readMediaProfile,
      text: 'Application Profiles on media with their roles: {"profile": "STD-GEN-CD", "roles": ["FSC", "FSR"]}; without FSC no file-set is created, without FSR none is read',
    }),
    range: `up to ${mostProfiles} entries, default ${allMediaProfiles.map(({ profile }) => profile).join(', ')}, each with FSC and FSR`,
  },
} as const;
