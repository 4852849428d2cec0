// An archive of images with three application entities: one stores, one answers queries and has images sent, one sends.
import type { ConfiguredService } from '../entities.ts';
import type { Profile } from './profile.ts';

const [implicit, explicit, jpegBaseline] = [
  '1.2.840.10008.1.2',
  '1.2.840.10008.1.2.1',
  '1.2.840.10008.1.2.4.50',
] as const;

/** Ultrasound and secondary capture may come in JPEG Baseline, which is then preferred. */
const compressible = [
  '1.2.840.10008.5.1.4.1.1.6',
  '1.2.840.10008.5.1.4.1.1.6.1',
  '1.2.840.10008.5.1.4.1.1.3',
  '1.2.840.10008.5.1.4.1.1.3.1',
  '1.2.840.10008.5.1.4.1.1.7',
];
/** Taken in, and not sent. */
const nuclearMedicineRetired = '1.2.840.10008.5.1.4.1.1.5';
/** CR, CT, MR, and nuclear medicine of the retired class. */
const uncompressed = [
  '1.2.840.10008.5.1.4.1.1.1',
  '1.2.840.10008.5.1.4.1.1.2',
  '1.2.840.10008.5.1.4.1.1.4',
  nuclearMedicineRetired,
];

const verification: ConfiguredService = { service: 'verification', transferSyntaxes: [explicit, implicit] };
const query = { transferSyntaxes: [implicit], extendedNegotiation: 'none' } as const;

const entity = {
  noContext: 'reject',
  maximumAssociations: 10,
  maximumPduLength: 16_384,
  implementationVersionName: 'EX_VERS_01',
} as const;

export const queryRetrieveServer: Profile = {
  name: 'query-retrieve-server',
  text: 'an image archive that stores at port 4000 as EX_STORE_SCP, answers queries at port 5000 as EX_QUERY_SCP, and sends as EX_STORE_SCU',
  values: {
    entities: [
      {
        ...entity,
        name: 'STORAGE-SCP',
        aeTitle: 'EX_STORE_SCP',
        sharesTitle: 'never',
        port: 4000,
        services: [
          verification,
          {
            service: 'storage',
            name: 'Storage of compressible images',
            sopClasses: compressible,
            transferSyntaxes: [jpegBaseline, explicit, implicit],
            extendedNegotiation: 'none',
          },
          {
            service: 'storage',
            sopClasses: uncompressed,
            transferSyntaxes: [explicit, implicit],
            extendedNegotiation: 'none',
          },
          { service: 'commitment', transferSyntaxes: [explicit, implicit] },
        ],
        idleTimeout: 15 * 60,
        implementationClassUid: '2.25.53105837298205180361948162035027403142',
      },
      {
        ...entity,
        name: 'QUERY-RETRIEVE-SCP',
        aeTitle: 'EX_QUERY_SCP',
        port: 5000,
        services: [
          verification,
          {
            service: 'query',
            ...query,
            openQueries: 'refuse',
            neverMatched: ['OtherPatientIDs', 'OtherPatientNames', 'OperatorsName'],
          },
          { service: 'move', ...query, afterFailure: 'stop', partlyFailed: 'A702', withoutRequester: 'continue' },
        ],
        idleTimeout: 3 * 60,
      },
      {
        name: 'STORAGE-SCU',
        aeTitle: 'EX_STORE_SCU',
        services: [],
        implementationVersionName: 'EX_VERS_01',
      },
    ],
    callingAeTitle: 'EX_STORE_SCU',
    proposes: [
      {
        service: 'storage',
        name: 'Send compressible images',
        sopClasses: compressible,
        transferSyntaxes: [implicit, explicit, jpegBaseline],
      },
      {
        service: 'storage',
        sopClasses: uncompressed.filter((uid) => uid !== nuclearMedicineRetired),
        transferSyntaxes: [implicit, explicit],
      },
    ],
    // What stands on the cover of the document that this profile follows: an installation puts its own in their place.
    documentCompany: 'EXAMPLE-ARCHIVING-PRODUCTS',
    documentProduct: 'SAMPLE QUERY-RETRIEVE-SERVER',
    documentVersion: '1.0-rev. A.1',
    documentNumber: '4226-xxx-yyy-zzz rev 1',
    documentRevisions: [
      { version: '1.1', date: '2003-10-30', text: 'Version for Final Text.' },
      { version: '1.2', date: '2007-08-30', text: 'Revised introduction.' },
    ],
    viewerOverlays: 'first group',
    moveJobs: 10,
    reportAssociations: 1,
    duplicates: 'rename',
    incompleteImages: 'refuse',
    retrievedObjects: 'for a while',
    unsolicitedObjects: 'keep',
    patientConflicts: 'new id',
    incomingNames: 'split at comma',
    incomingSex: 'M, F, O or empty',
    unreadableRequests: 'reject',
    maximumPduLength: 131_072,
    connectTimeout: 10,
    sendAttempts: 5,
    sendRetryWait: 5 * 60,
    sendLongestWait: 5 * 60,
    networkTimeout: 30,
    dataTimeout: 30,
    artimTimeout: 30,
    responseTimeout: 5 * 60,
    mediaProfiles: [],
  },
};
