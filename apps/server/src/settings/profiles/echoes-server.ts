// An orthopaedic clinic's archive, router and worklist: whoever reaches the ports may store and ask, in any uncompressed transfer syntax.
import type { Profile } from './profile.ts';
import { clinicArchiveStorage } from './storage-classes.ts';

const uncompressed = ['1.2.840.10008.1.2.1', '1.2.840.10008.1.2', '1.2.840.10008.1.2.2'] as const;

export const echoesServer: Profile = {
  name: 'echoes-server',
  text: 'a clinic archive that stores for any caller at port 4000, sends studies on, and has a worklist at port 4001',
  values: {
    entities: [
      {
        name: 'DICOM C-STORE SCP',
        aeTitle: 'ECHOES',
        port: 4000,
        services: [
          { service: 'verification', transferSyntaxes: uncompressed },
          {
            service: 'storage',
            sopClasses: clinicArchiveStorage,
            transferSyntaxes: uncompressed,
            extendedNegotiation: 'none',
          },
        ],
      },
      {
        name: 'DICOM Modality Work List',
        aeTitle: 'ECHOESMWL',
        port: 4001,
        services: [
          { service: 'verification', transferSyntaxes: uncompressed },
          {
            service: 'worklist',
            transferSyntaxes: uncompressed,
            extendedNegotiation: 'none',
            letterCase: 'ignored',
            characterSets: 'default repertoire',
          },
        ],
      },
    ],
    proposes: [{ service: 'storage', transferSyntaxes: [...uncompressed, '1.2.840.10008.1.2.4.70'] }],
    proposalArrangement: 'uncompressed apart',
    calledAeTitle: 'any',
    callers: 'any',
    maximumPduLength: 49_152,
    idleTimeout: 60,
    artimTimeout: 30,
    sendAssociations: 1,
    jobsPerPeer: 1,
    jobs: 2,
    sendAttempts: 5,
    sendRetryWait: 60,
    sendLongestWait: 3600,
    mediaProfiles: [],
  },
};
