// A station that reviews, imports and exports: stores and sends, at most a hundred associations at a time.
import type { Profile } from './profile.ts';
import { reviewerStorage, studyRoot } from './storage-classes.ts';

/** Every class in every one of them; the requestor's order decides. */
const transferSyntaxes = [
  '1.2.840.10008.1.2',
  '1.2.840.10008.1.2.1',
  '1.2.840.10008.1.2.2',
  '1.2.840.10008.1.2.4.50',
  '1.2.840.10008.1.2.4.51',
  '1.2.840.10008.1.2.4.57',
  '1.2.840.10008.1.2.4.70',
  '1.2.840.10008.1.2.4.80',
  '1.2.840.10008.1.2.4.81',
  '1.2.840.10008.1.2.4.90',
  '1.2.840.10008.1.2.4.91',
  '1.2.840.10008.1.2.4.100',
] as const;

export const reviewer: Profile = {
  name: 'reviewer',
  text: 'a station that receives, sends, and imports and exports media',
  values: {
    entities: [
      {
        name: 'Storage AE',
        aeTitle: 'REVIEWER',
        services: [
          { service: 'verification', transferSyntaxes },
          { service: 'storage', sopClasses: reviewerStorage, transferSyntaxes, extendedNegotiation: 'none' },
          { service: 'commitment reports', transferSyntaxes },
        ],
        syntaxPreference: 'first offered',
        implementationClassUid: '2.16.840.1.114444',
        implementationVersionName: 'RVWR0.1',
      },
    ],
    proposes: [
      { service: 'storage', transferSyntaxes, proposed: 'needed' },
      { service: 'query', sopClasses: studyRoot, transferSyntaxes: ['1.2.840.10008.1.2'] },
    ],
    proposalArrangement: 'uncompressed apart',
    storeFailures: 'by cause',
    jobs: 256,
    maximumAssociations: 100,
    maximumAssociationsPerPeer: 100,
  },
};
