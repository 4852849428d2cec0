// Media interchange of the complete statement: one Standard, one Augmented and one Private Application Profile.
const explicit = { name: 'Explicit VR Little Endian', uid: '1.2.840.10008.1.2.1' };
const directory = { name: 'Media Storage Directory Storage', uid: '1.2.840.10008.1.3.10' };
const ct = { name: 'CT Image Storage', uid: '1.2.840.10008.5.1.4.1.1.2' };
const video = { name: 'Video Endoscopic Image Storage', uid: '1.2.840.10008.5.1.4.1.1.77.1.1.1' };

const held = (sopClass: object, more: object = {}) => ({
  sopClass,
  transferSyntaxes: [explicit],
  mandatory: true,
  ...more,
});

const disc = { medium: 'CD-R', format: 'ISO 9660 Level 1', options: [], behaviour: 'Whole studies are written.' };

export const completeMedia = () => ({
  state: 'described',
  description: 'Studies are written to discs.',
  implementationNotes: 'A disc is written at once.',
  fileMeta: { version: '00\\01', classUid: '1.2.826.0.1.3680043.10.1.1', versionName: 'EXAMPLE_1' },
  entities: [
    {
      ae: 'discs',
      name: 'Disc AE',
      functionalDefinition: 'Writes and reads discs.',
      policies: 'A disc is written when a user asks for it.',
      rolesAndOptions: 'The roles of Disc AE are FSC, FSR and FSU; no option is used.',
      sourceAeTitle: 'DISC',
      profiles: [
        {
          ...disc,
          id: 'std-gen-cd',
          name: 'STD-GEN-CD',
          type: 'standard',
          roles: ['FSC', 'FSR'],
          sopClasses: [held(directory), held(ct)],
        },
        {
          ...disc,
          id: 'aug-gen-cd',
          name: 'AUG-GEN-CD',
          type: 'augmented',
          basedOn: 'STD-GEN-CD',
          roles: ['FSC'],
          sopClasses: [held(directory), held(ct), held(video, { added: true, mandatory: false })],
          augmentations: {
            sopClasses: 'Video is added.',
            directory: 'Records of video have a length.',
            other: 'None.',
            directoryKeys: [{ record: 'IMAGE', keys: ['Number of Frames'], sopClass: video.uid }],
          },
          standardOnlyMeans: 'A choice in the dialog.',
        },
        {
          ...disc,
          id: 'pri-example-cd',
          name: 'PRI-EXAMPLE-CD',
          type: 'private',
          roles: ['FSC'],
          sopClasses: [held(directory), held(ct)],
          description: {
            identifier: 'PRI-EXAMPLE-CD',
            clinicalContext: 'All.',
            directory: 'That of PS3.10.',
            parameters: 'None.',
            security: 'None.',
          },
        },
      ],
      activities: [
        {
          id: 'write',
          name: 'Write a disc',
          description: 'A user asks for it.',
          profiles: ['std-gen-cd', 'aug-gen-cd', 'pri-example-cd'],
          roles: ['FSC'],
          remote: { name: 'Read the disc', purpose: 'To look at it.' },
          optionalSopClasses: [ct],
          sopOptions: [],
          optionalTransferSyntaxes: [],
        },
        {
          id: 'read',
          name: 'Read a disc',
          description: 'A user asks for it.',
          profiles: ['std-gen-cd'],
          roles: ['FSR'],
          optionalSopClasses: [ct],
          sopOptions: [],
          optionalTransferSyntaxes: [],
        },
      ],
    },
  ],
  configuration: 'The source title is configurable.',
});
