// For each rule changes of the complete statement that break it, and others that do not.

/** Pointers with what stands there instead; undefined: nothing. RFC 6901 */
export type Change = Readonly<Record<string, unknown>>;

export interface Examples {
  readonly bad: readonly Change[];
  /** Beside the complete statement itself. */
  readonly good?: readonly Change[];
}

const entities = '/networking/applicationEntities';
const store = `${entities}/0`;
const query = `${entities}/1`;
const receive = `${store}/acceptance/activities/0`;
const answer = `${query}/acceptance/activities/0`;
const [send, report, print] = [0, 1, 2].map((index) => `${store}/initiation/activities/${index}`) as [
  string,
  string,
  string,
];
const configuration = '/networking/configuration';
const parameters = `${configuration}/parameters`;
const disc = '/media/entities/0';
const [standard, augmented, ownProfile] = [0, 1, 2].map((index) => `${disc}/profiles/${index}`) as [
  string,
  string,
  string,
];
const [extended, specialized, ownClass] = [0, 1, 2].map((index) => `/annexes/sopClassExtensions/${index}`) as [
  string,
  string,
  string,
];
const created = '/annexes/createdObjects/objects';
const gone = undefined;
const explicit = { name: 'Explicit VR Little Endian', uid: '1.2.840.10008.1.2.1' };
const jpeg = { name: 'JPEG Baseline (Process 1)', uid: '1.2.840.10008.1.2.4.50' };
const ct = { name: 'CT Image Storage', uid: '1.2.840.10008.5.1.4.1.1.2' };
const many = Array.from({ length: 129 }, () => ({
  abstractSyntax: ct,
  transferSyntaxes: [explicit],
  role: 'SCU',
  extendedNegotiation: [],
}));

export const examples: Readonly<Record<string, Examples>> = {
  'CS-MODEL-03': { bad: [{ [`${store}/applicationContext`]: '1.02' }, { [`${store}/name`]: 7 }] },

  'CS-V6-01': { bad: [{ '/overview': gone }, { '/overview/networkServices': [] }, { '/overview/mediaServices': [] }] },
  'CS-V6-02': { bad: [{ '/networking/model/dataFlow/4': gone }, { '/networking/model/sequencing': gone }] },
  'CS-V6-03': { bad: [{ [`${store}/policies`]: gone }, { [`${query}/acceptance/policy`]: '' }] },
  'CS-V6-04': {
    bad: [{ [`${answer}/contexts`]: [] }, { [`${receive}/contexts/1/transferSyntaxes`]: [] }],
  },
  'CS-V6-05': { bad: [{ [`${store}/sopClasses/1/options`]: gone }] },
  'CS-V6-06': { bad: [{ '/networking/interfaces/protocols': [] }] },
  'CS-V6-07': { bad: [{ [ownClass]: gone }, { [`${augmented}/augmentations`]: gone }] },
  'CS-V6-08': { bad: [{ [configuration]: gone }, { '/media/configuration': gone }] },
  'CS-V6-09': { bad: [{ '/networking/implementationNotes': gone }, { '/media/implementationNotes': gone }] },
  'CS-V6-10': { bad: [{ '/annexes/codedTerminology': gone }] },
  'CS-V6-11': { bad: [{ [`${disc}/activities`]: [] }, { [`${disc}/functionalDefinition`]: gone }] },
  'CS-V6-12': { bad: [{ [`${disc}/policies`]: gone }] },
  'CS-V6-13': {
    bad: ['optionalSopClasses', 'sopOptions', 'optionalTransferSyntaxes'].map((name) => ({
      [`${disc}/activities/0/${name}`]: gone,
    })),
  },
  'CS-V6-14': { bad: [{ '/claim/media': false }, { '/claim/network': false }] },

  'CS-V71-01': { bad: [{ '/claim': { network: false, media: false } }] },
  'CS-V71-02': { bad: [{ '/networking/interfaces/protocols': ['serial line'] }] },
  'CS-V71-03': { bad: [{ '/security': gone }, { '/characterSets': gone }] },
  'CS-V71-04': {
    bad: [
      { [`${store}/sopClasses`]: [{ ...ct, type: 'private' }], [`${query}/sopClasses`]: [] },
      { [`${store}/sopClasses`]: [], [`${query}/sopClasses/1`]: gone, [`${query}/sopClasses/2`]: gone },
    ],
  },
  'CS-V71-06': { bad: [{ [`${answer}/contexts/0`]: gone }, { [`${receive}/contexts/0/role`]: 'SCU' }] },
  'CS-V71-07': {
    bad: [{ [`${receive}/contexts/1/transferSyntaxes/1`]: gone }],
    good: [
      {
        [`${receive}/contexts/1/transferSyntaxes/1`]: gone,
        [`${receive}/sopConformance/1/lossyOnly`]: 'Only what is compressed is kept.',
      },
    ],
  },
  'CS-V71-08': {
    bad: [{ '/orgRoots/0/root': '1.2.840.10008' }, { [`${store}/implementation/classUid`]: '1.2.3.4' }],
    good: [{ [`${store}/implementation`]: { classUid: '2.25.7', policy: 'From a UUID.' } }],
  },
  'CS-V71-09': { bad: [{ '/networking/interfaces/protocols': ['serial line'] }] },
  'CS-V71-10': { bad: [{ [`${ownClass}/iod`]: gone }] },

  'CS-V72-01': { bad: [{ [`${standard}/medium`]: 'NTFS disk' }] },
  'CS-V72-02': { bad: [{ '/media/entities': gone }, { '/media/fileMeta': gone }] },
  'CS-V72-03': { bad: [{ [standard]: gone, [`${disc}/profiles/1`]: gone }] },
  'CS-V72-04': {
    bad: [
      { [`${standard}/medium`]: 'NTFS disk' },
      { [`${standard}/format`]: 'UDF 2.5' },
      { [`${standard}/medium`]: gone },
    ],
  },
  'CS-V72-05': { bad: [{ [`${ownClass}/iod`]: gone }] },
  'CS-V72-06': { bad: [{ [`${standard}/type`]: 'custom' }] },
  'CS-V72-12': { bad: [{ [`${standard}/roles`]: ['FSC', 'writer'] }] },

  'CS-V73-01': { bad: [{ [`${store}/sopClasses/1/type`]: 'private' }, { [`${store}/sopClasses/1/type`]: gone }] },
  'CS-V73-02': { bad: [{ [`${store}/sopClasses/1/type`]: 'standard' }] },
  'CS-V73-03': {
    bad: [{ [`${query}/sopClasses/1/scp`]: 'No' }, { [`${answer}/sopConformance/1`]: gone }],
  },
  'CS-V73-04': {
    bad: [{ [`${extended}/addedAttributes`]: [] }, { [`${store}/sopClasses/1/basedOn`]: [ct.uid, '1.2'] }],
  },
  'CS-V73-06': { bad: [{ [`${extended}/addedAttributes/0/type`]: '2' }] },
  'CS-V73-07': { bad: [{ [`${created}/0/modules/0/attributes/1/type`]: '2' }] },
  'CS-V73-08': { bad: [{ [`${extended}/sopClass/uid`]: '1.2.826.0.1.3680043.10.1.5' }] },
  'CS-V73-09': {
    bad: [
      { [`${extended}/addedAttributes/0/module`]: gone },
      { [`${extended}/addedAttributes/0/informationEntity`]: gone },
    ],
  },
  'CS-V73-10': {
    bad: ['basedOn', 'options', 'roles', 'behaviour', 'iod'].map((name) => ({ [`${extended}/${name}`]: gone })),
  },
  'CS-V73-11': { bad: [{ [`${specialized}/basedOn`]: gone }] },
  'CS-V73-12': { bad: [{ [`${created}/1/modules/0/attributes/0`]: gone }] },
  'CS-V73-14': { bad: [{ [`${specialized}/sopClass/uid`]: '1.2.840.10008.5.1.4.1.1.66' }] },
  'CS-V73-16': {
    bad: [{ [`${specialized}/addedAttributes/0/usage`]: gone }],
    good: [{ [`${specialized}/addedAttributes/0/type`]: '3' }],
  },
  'CS-V73-17': { bad: [{ [`${specialized}/constraints/0/values`]: ['M', 'X'] }] },
  'CS-V73-18': { bad: [{ [`${specialized}/reason`]: gone }, { [`${ownClass}/reason`]: '' }] },
  'CS-V73-19': { bad: [{ [`${specialized}/commonExtendedNegotiation`]: gone }] },
  'CS-V73-20': { bad: [{ [`${receive}/contexts/2`]: gone }] },
  'CS-V73-21': { bad: [{ [`${created}/2/modules/0/attributes/0/vr`]: 'UL' }] },
  'CS-V73-22': { bad: [{ [`${ownClass}/sopClass/uid`]: '1.2.840.10008.9.9' }] },
  'CS-V73-23': { bad: [{ [`${ownClass}/operations`]: ['C-DELETE'] }] },
  'CS-V73-24': { bad: [{ [`${ownClass}/fileOperations`]: ['M-MERGE'] }] },
  'CS-V73-26': {
    bad: ['iod', 'informationModel', 'behaviour', 'roles', 'operations'].map((name) => ({
      [`${ownClass}/${name}`]: gone,
    })),
  },
  'CS-V73-27': { bad: [{ [`${store}/sopClasses/3/unpublished`]: true }] },

  'CS-V74-01': { bad: [{ [`${standard}/type`]: gone }, { [`${augmented}/id`]: 'std-gen-cd' }] },
  'CS-V74-02': {
    bad: [{ [`${standard}/sopClasses/1/transferSyntaxes`]: [jpeg] }, { [`${standard}/name`]: 'STD-TAPE' }],
  },
  'CS-V74-03': { bad: [{ [`${standard}/medium`]: 'CD-R and DVD' }, { [`${standard}/medium`]: ['CD-R', 'DVD'] }] },
  'CS-V74-04': { bad: ['roles', 'options', 'behaviour'].map((name) => ({ [`${standard}/${name}`]: gone })) },
  'CS-V74-06': {
    bad: [
      { [`${augmented}/sopClasses/2/added`]: gone },
      { [`${augmented}/sopClasses/2/added`]: gone, [`${augmented}/augmentations/other`]: 'FSU is added.' },
    ],
  },
  'CS-V74-07': { bad: [{ [`${augmented}/medium`]: 'DVD-RAM', [`${augmented}/format`]: 'UDF 1.5' }] },
  'CS-V74-08': {
    bad: [{ [`${augmented}/sopClasses/1/sopClass`]: { name: 'Own', uid: '1.2.826.0.1.3680043.10.1.7' } }],
  },
  'CS-V74-09': { bad: [{ [`${augmented}/sopClasses/2/mandatory`]: gone }] },
  'CS-V74-10': { bad: [{ [`${augmented}/augmentations/directoryKeys/0/sopClass`]: ct.uid }] },
  'CS-V74-12': {
    bad: [
      ...['sopClasses', 'directory', 'other'].map((name) => ({ [`${augmented}/augmentations/${name}`]: gone })),
      ...['basedOn', 'roles', 'options', 'behaviour'].map((name) => ({ [`${augmented}/${name}`]: gone })),
    ],
  },
  'CS-V74-14': { bad: [{ [`${augmented}/standardOnlyMeans`]: gone }] },
  'CS-V74-15': { bad: [{ [`${ownProfile}/sopClasses/0`]: gone }] },
  'CS-V74-16': { bad: [{ [`${ownProfile}/medium`]: 'CD-R and DVD' }] },
  'CS-V74-17': {
    bad: [
      {
        [`${ownProfile}/sopClasses/1/sopClass`]: { name: 'Own', uid: '1.2.826.0.1.3680043.10.1.7' },
        [`${ownClass}/iod`]: gone,
      },
    ],
  },
  'CS-V74-18': {
    bad: [
      ...['identifier', 'clinicalContext', 'directory', 'parameters', 'security'].map((name) => ({
        [`${ownProfile}/description/${name}`]: gone,
      })),
      { [`${ownProfile}/behaviour`]: gone },
    ],
  },
  'CS-V74-19': { bad: [{ [`${ownProfile}/medium`]: 'tape' }, { [`${ownProfile}/format`]: 'UDF 2.5' }] },

  'CS-V75-01': {
    bad: [
      { '/media/description': 'This CD-R is DICOM conformant.' },
      { '/overview/description': 'It writes DICOM compliant discs.' },
    ],
    good: [{ '/media/description': 'This CD-R conforms to STD-GEN-CD.' }],
  },
  'CS-V76-01': { bad: [{ '/security/profiles': gone }], good: [{ '/security/profiles': [] }] },
  'CS-V76-02': { bad: [{ '/security/profiles/0/selection': gone }] },
  'CS-V76-03': { bad: [{ '/security/profiles/0/features': gone }] },
  'CS-V76-04': { bad: [{ '/security/userIdentity': gone }, { '/security/userIdentity/0/effect': gone }] },

  'CS-VX-02': {
    bad: [
      'XYZxyz',
      'a.b.c.xxxxxxx.yyy.zz',
      'Specify',
      'name_a',
      'AS_UID_a',
      'Application Entity <1>',
      'e.g. Timeout',
    ].map((words) => ({ '/introduction/audience': words })),
  },
  'CS-VX-03': {
    bad: [
      { '/introduction/audience': gone },
      { '/introduction/revisions': [] },
      { [`${store}/acceptance/rejections`]: [] },
      { [`${send}/sopConformance/0/retries`]: gone },
    ],
  },
  'CS-VX-04': {
    bad: [
      { '/orgRoots': [] },
      { '/overview/networkServices/1/optionNote': gone },
      { [`${store}/sopClasses/1/scu`]: 'Option' },
      { [`${store}/asynchronous/initiator`]: gone },
      { [`${answer}/sopConformance/1/keys`]: [] },
      { [`${report}/sopConformance/2/actionTypes`]: [] },
    ],
  },
  'CS-VX-05': {
    bad: [
      { '/networking/model/functionalDefinitions/1': gone },
      { [`${configuration}/localTitles/1`]: gone },
      { '/networking/model/dataFlow/2': gone },
      { [print]: gone },
      { [`${parameters}/0/scope`]: 'nobody' },
    ],
  },
  'CS-VX-06': { bad: [{ '/networking/model/overlaps/0/discussion': gone }] },
  'CS-VX-07': {
    bad: [
      { '/overview/description': 'It is a C-STORE SCU.' },
      { '/overview/description': 'It has 1.2.840.10008.1.1.' },
    ],
  },
  'CS-VX-08': {
    bad: [
      { [`${receive}/contexts/1/abstractSyntax/name`]: 'MR Image Storage' },
      { [`${receive}/contexts/1/abstractSyntax/name`]: 'Computed Tomography' },
    ],
    good: [{ [`${receive}/contexts/1/abstractSyntax/name`]: 'CT Image Storage and specializations' }],
  },
  'CS-VX-09': {
    bad: [
      { '/overview/networkServices/0': gone },
      { [`${query}/sopClasses/2`]: gone },
      { '/overview/networkServices/0/scp': 'No' },
    ],
  },
  'CS-VX-10': { bad: [{ [`${store}/sopClasses/2/scp`]: 'Yes' }, { [`${query}/sopClasses/1`]: gone }] },
  'CS-VX-11': {
    bad: [
      { [`${send}/notes`]: [] },
      { [`${print}/metaNegotiation`]: gone },
      { [`${print}/metaNegotiation/0/sopClass`]: ct },
    ],
  },
  'CS-VX-12': { bad: [{ [`${send}/sequencing`]: gone, [`${report}/sequencing`]: gone }] },
  'CS-VX-13': {
    bad: [
      { [`${send}/sopConformance/0/statuses/2`]: gone },
      { [`${answer}/sopConformance/1/statuses/1`]: gone },
      {
        [`${receive}/sopConformance/1/statuses/2`]: { status: 'Failure', meaning: 'x1', code: 'A701', behavior: 'y1' },
        [`${receive}/sopConformance/1/statuses/0/code`]: 'A700-A7FF',
      },
    ],
  },
  'CS-VX-14': {
    bad: [{ [`${send}/sopConformance/0/failures/0`]: gone }, { [`${send}/sopConformance/0/failures/1`]: gone }],
  },
  'CS-VX-15': {
    bad: [
      { [`${send}/contexts`]: many, [`${send}/oneAssociation`]: true },
      { [`${receive}/contexts/1/transferSyntaxes`]: [explicit, explicit] },
      { [`${receive}/contexts/1/transferSyntaxes/0/name`]: gone },
    ],
    good: [{ [`${receive}/contexts/1/transferSyntaxes/0`]: jpeg }],
  },
  'CS-VX-16': {
    bad: [{ [`${send}/serviceClassConditions`]: gone }, { [`${send}/contexts/1/extendedNegotiation`]: [] }],
  },
  'CS-VX-17': {
    bad: [{ [`${configuration}/localTitles/1/defaultPort`]: gone }, { [`${store}/acceptance/associations/value`]: 0 }],
  },
  'CS-VX-18': {
    bad: [
      { [`${parameters}/0/range`]: gone },
      { [`${parameters}/0/unit`]: gone },
      { [`${parameters}/0/default`]: '4000' },
    ],
    good: [{ [`${parameters}/0/configurable`]: 'No', [`${parameters}/0/range`]: gone }],
  },
  'CS-VX-19': { bad: [{ [`${parameters}/0`]: gone }, { [`${parameters}/9`]: gone }] },
  'CS-VX-20': { bad: [{ '/networking/interfaces/managementText': [] }] },
  'CS-VX-21': { bad: [{ [`${configuration}/localLdap`]: gone }, { [`${configuration}/remoteLdap/queries`]: [] }] },
  'CS-VX-22': {
    bad: [
      { '/annexes/privateDictionary/rows/0/tag': '(0019,0210)' },
      { '/annexes/privateDictionary/rows/0': gone },
      { [`${created}/0/modules/0/attributes/2/tag`]: '(0019,1011)' },
    ],
  },
  'CS-VX-23': {
    bad: [
      { [`${receive}/contexts/2/transferSyntaxes/0`]: { name: 'Own', uid: '1.2.826.0.1.3680043.10.1.6' } },
      { [ownClass]: gone },
    ],
    good: [{ [ownClass]: gone, [`${store}/sopClasses/3/unpublished`]: true }],
  },
  'CS-VX-24': { bad: [{ '/overview/mediaServices/0/read': 'No' }, { '/overview/mediaServices/1': gone }] },
  'CS-VX-25': { bad: [{ [`${created}/0/modules/0/attributes/0/presence`]: 'ANAP' }] },
  'CS-VX-26': {
    bad: [
      ...['unsupported', 'configuration', 'mapping', 'personNames', 'presentation'].map((name) => ({
        [`/characterSets/${name}`]: gone,
      })),
      { '/characterSets/query/scpRequest': gone },
      { '/characterSets': { state: 'not supported', reason: 'None.' } },
    ],
    good: [{ '/characterSets': { state: 'not supported', reason: 'Only the default repertoire is supported.' } }],
  },
  'CS-VX-27': {
    bad: [{ '/security/ipv6': 'IPsec secures every connection.', '/networking/interfaces/ipv6/supported': false }],
  },
  'CS-VX-28': {
    bad: [
      { '/annexes/extendedContextGroups/0/creatorUid': gone },
      { '/annexes/privateContextGroups': [] },
      { '/annexes/privateCodes/0/meaning': gone },
    ],
  },
  'CS-VX-29': {
    bad: [
      { [`${receive}/contexts/1/transferSyntaxes/0`]: { name: 'Explicit VR Big Endian', uid: '1.2.840.10008.1.2.2' } },
    ],
    good: [
      {
        [`${receive}/contexts/1/transferSyntaxes/0`]: {
          name: 'Explicit VR Big Endian (Retired)',
          uid: '1.2.840.10008.1.2.2',
        },
      },
    ],
  },
  'CS-VX-30': {
    bad: [{ '/textBlocks/0/state': 'stale' }],
    good: [{ '/textBlocks': undefined }, { '/textBlocks/0/author': 'A. Physicist' }],
  },
  'CS-VX-31': {
    bad: [{ [`${store}/policies`]: 'FOO is told.' }],
    good: [
      {
        [`${store}/policies`]: 'FOO is told.',
        '/introduction/abbreviations': [{ abbreviation: 'FOO', expansion: 'First of Others' }],
      },
    ],
  },
  'CS-VX-32': { bad: [{ '/media/fileMeta/versionName': 'OTHER' }, { '/media/fileMeta/classUid': '2.25.7' }] },
  'CS-VX-33': {
    bad: [
      { [send]: gone },
      { [`${report}/sopConformance/2/eventTypes`]: [] },
      { [`${report}/sopConformance/1`]: gone },
      { [`${print}/sopConformance/2`]: gone },
    ],
  },
  'CS-VX-34': { bad: [{ [`${parameters}/0/default`]: '0' }, { [`${parameters}/2/default`]: '60' }] },
  'CS-VX-35': {
    bad: [
      { [`${configuration}/localTitles/0/defaultTitle`]: 'SEVENTEEN_LETTERS' },
      { [`${configuration}/localTitles/1/defaultTitle`]: 'STORE' },
    ],
    good: [
      {
        [`${configuration}/localTitles/1/defaultTitle`]: 'STORE',
        [`${configuration}/sharedTitles`]: 'One door for both.',
      },
    ],
  },
};

/** Uses of what is allowed, which nothing may report as an error. */
export const allowedUses: Readonly<Record<string, Change>> = {
  'CS-V72-10': { [`${disc}/activities/0/profiles`]: ['std-gen-cd', 'aug-gen-cd'] },
  'CS-V73-25': {
    [`${created}/2/modules/0/attributes/1`]: {
      attribute: 'Patient Comments',
      tag: '(0010,4000)',
      vr: 'LT',
      type: '1',
      value: 'Any.',
      presence: 'ALWAYS',
      source: ['USER'],
    },
  },
  'CS-V74-05': { [`${standard}/sopClasses/1/sopClass`]: ct },
  'CS-V74-11': { [`${augmented}/augmentations/other`]: 'The role FSU is added.' },
  'CS-V74-13': { [`${augmented}/sopClasses/1/sopClass`]: ct },
};
