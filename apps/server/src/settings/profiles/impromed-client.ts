// A veterinary viewer: asks other archives for an animal's studies and has them sent to itself, in Implicit VR Little Endian alone.
import type { Profile } from './profile.ts';
import { veterinaryViewerStorage } from './storage-classes.ts';

const implicit = ['1.2.840.10008.1.2'] as const;

export const impromedClient: Profile = {
  name: 'impromed-client',
  text: 'a veterinary viewer that searches other archives, has studies sent to itself, and speaks Implicit VR Little Endian alone',
  values: {
    entities: [
      {
        name: 'Impromed Client AE',
        aeTitle: 'IMPROMED',
        services: [
          { service: 'verification', transferSyntaxes: implicit },
          {
            service: 'storage',
            sopClasses: veterinaryViewerStorage,
            transferSyntaxes: implicit,
            extendedNegotiation: 'none',
          },
        ],
        implementationClassUid: '1.2.826.0.1.3680043.8.226',
        implementationVersionName: 'InfinityDS 1.0',
      },
    ],
    proposes: [
      { service: 'storage', sopClasses: veterinaryViewerStorage, transferSyntaxes: implicit },
      { service: 'query', transferSyntaxes: implicit },
    ],
    calledAeTitle: 'any',
    maximumAssociations: 10_000,
    maximumAssociationsPerPeer: 10_000,
    congestionMemory: 4096,
    artimTimeout: 30,
    mediaProfiles: [],
  },
};
