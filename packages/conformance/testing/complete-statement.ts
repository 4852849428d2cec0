// A statement that uses every part of the model and keeps every rule, to be changed by tests.
import { entityBaseline, generalBaseline } from '../src/generate/baseline.ts';
import { completeAnnexes, ownClass, specializedClass } from './complete-annexes.ts';
import { completeMedia } from './complete-media.ts';

const implicit = { name: 'Implicit VR Little Endian', uid: '1.2.840.10008.1.2' };
const explicit = { name: 'Explicit VR Little Endian', uid: '1.2.840.10008.1.2.1' };
const verification = { name: 'Verification SOP Class', uid: '1.2.840.10008.1.1' };
const ct = { name: 'CT Image Storage', uid: '1.2.840.10008.5.1.4.1.1.2' };
const mr = { name: 'MR Image Storage', uid: '1.2.840.10008.5.1.4.1.1.4' };
const step = { name: 'Modality Performed Procedure Step SOP Class', uid: '1.2.840.10008.3.1.2.3.3' };
const commitment = { name: 'Storage Commitment Push Model SOP Class', uid: '1.2.840.10008.1.20.1' };
const print = { name: 'Basic Grayscale Print Management Meta SOP Class', uid: '1.2.840.10008.5.1.1.9' };
const filmSession = { name: 'Basic Film Session SOP Class', uid: '1.2.840.10008.5.1.1.1' };
const find = { name: 'Study Root Query/Retrieve Information Model - FIND', uid: '1.2.840.10008.5.1.4.1.2.2.1' };
const move = { name: 'Study Root Query/Retrieve Information Model - MOVE', uid: '1.2.840.10008.5.1.4.1.2.2.2' };
const storage = { name: 'Storage Service Class', uid: '1.2.840.10008.4.2' };

type Named = typeof implicit;
interface Operation {
  readonly operation: string;
  readonly ourRole: 'SCU' | 'SCP';
  readonly sopClasses: readonly Named[];
}

const status = (state: string, code: string) => ({ status: state, meaning: 'Told.', code, behavior: 'Told.' });
const queryStatuses = [status('Pending', 'FF00'), status('Cancel', 'FE00')];
const failures = [
  { exception: 'Timeout', behavior: 'The association is ended.' },
  { exception: 'Association aborted', behavior: 'The operation failed.' },
];
const attribute = { attribute: 'Patient ID', tag: '(0010,0020)', vr: 'LO' };

const conformance = ({ operation, ourRole, sopClasses }: Operation) => ({
  id: `${operation}-${ourRole}-${sopClasses[0]?.uid.replaceAll('.', '-')}`.toLowerCase(),
  title: `${operation} as ${ourRole}`,
  section: 'PS3.4',
  sopClasses: sopClasses.map(({ uid }) => uid),
  operation,
  ourRole,
  description: 'What is done.',
  keys:
    operation === 'C-FIND'
      ? [{ level: 'STUDY', ...attribute, type: 'Required', matching: ['single value'], returned: true }]
      : [],
  requestAttributes: /^N-(CREATE|SET|GET)$/.test(operation)
    ? [{ ...attribute, presence: 'ALWAYS', source: 'USER' }]
    : [],
  actionTypes: operation === 'N-ACTION' ? [{ name: 'Request', id: 1, behavior: 'Told.' }] : [],
  eventTypes: operation === 'N-ACTION' ? [{ name: 'Report', id: 1, behavior: 'Told.' }] : [],
  statuses: [
    status('Success', '0000'),
    ...(/^C-(FIND|MOVE|GET)$/.test(operation) ? queryStatuses : []),
    status('Failure', 'A700-A7FF'),
    ...(ourRole === 'SCU' ? [status('Failure', '*')] : []),
  ],
  failures: structuredClone(failures),
  timeouts: [{ name: 'Wait for a response', seconds: 30, parameter: 'AE specific DIMSE level time-out values' }],
  ...(ourRole === 'SCU' && { retries: { count: 0, interval: 0, condition: 'Never.' } }),
});

const context = (abstractSyntax: Named, role: 'SCU' | 'SCP', transferSyntaxes: readonly Named[] = [implicit]) => ({
  abstractSyntax,
  transferSyntaxes: [...transferSyntaxes],
  role,
  extendedNegotiation: [] as number[],
});

const accepted = (id: string, contexts: object[], operations: readonly Operation[]) => ({
  id,
  name: `Activity ${id}`,
  conditions: 'A call.',
  contexts,
  notes: [] as { number: number; text: string }[],
  sopConformance: operations.map(conformance),
  acceptanceRules: { combinations: 'All.', priority: 'None.', selection: { rule: 'own order', text: 'First.' } },
});

const initiated = (id: string, contexts: object[], operations: readonly Operation[]) => ({
  id,
  name: `Activity ${id}`,
  conditions: 'A user asks for it.',
  sequencing: 'Instances are stored before the final report.',
  contexts,
  notes: [] as { number: number; text: string }[],
  sopConformance: operations.map(conformance),
  grouping: 'one context per transfer syntax',
  transferSyntaxChoice: 'The first one.',
  fallback: 'Never.',
});

const uses = (operation: string, ...sopClasses: Named[]): Operation => ({ operation, ourRole: 'SCU', sopClasses });
const provides = (operation: string, ...sopClasses: Named[]): Operation => ({ operation, ourRole: 'SCP', sopClasses });
const row = (sopClass: Named, scu: 'Yes' | 'No', scp: 'Yes' | 'No', more: object = { type: 'standard' }) => ({
  ...sopClass,
  scu,
  scp,
  options: [] as string[],
  ...more,
});

const rejections = [
  {
    result: '1 rejected-permanent',
    source: '1 UL service-user',
    reason: '7 called-AE-title-not-recognized',
    explanation: 'Another title.',
  },
];
const described = { state: 'described' };
const associations = { value: 4, configurable: true };
const implementation = { classUid: '1.2.826.0.1.3680043.10.1.1', versionName: 'EXAMPLE_1' };

const storeEntity = () => ({
  id: 'store',
  name: 'Store AE',
  sopClasses: [
    row(verification, 'No', 'Yes'),
    row(ct, 'Yes', 'Yes', { type: 'standard extended', basedOn: ct.uid }),
    row(mr, 'Yes', 'No'),
    row(ownClass, 'No', 'Yes', { type: 'private' }),
    row(specializedClass, 'No', 'Yes', { type: 'specialized', basedOn: '1.2.840.10008.5.1.4.1.1.66' }),
    row(step, 'Yes', 'No'),
    row(commitment, 'Yes', 'No'),
    row(print, 'Yes', 'No'),
    row(filmSession, 'Yes', 'No'),
  ],
  policies: 'Told.',
  applicationContext: '1.2.840.10008.3.1.1.1',
  asynchronous: { initiator: 1, acceptor: 1 },
  implementation,
  initiation: {
    ...described,
    associations,
    activities: [
      {
        ...initiated(
          'send',
          [context(mr, 'SCU'), { ...context(storage, 'SCU'), extendedNegotiation: [1] }],
          [uses('C-STORE', mr, ct)],
        ),
        notes: [{ number: 1, text: 'SOP Class Common Extended Negotiation is sent.' }],
        serviceClassConditions: 'Where an instance of it was received.',
      },
      initiated(
        'report',
        [context(step, 'SCU'), context(commitment, 'SCU')],
        [uses('N-CREATE', step), uses('N-SET', step), uses('N-ACTION', commitment)],
      ),
      {
        ...initiated(
          'print',
          [{ ...context(print, 'SCU'), seeMetaTable: true }],
          [uses('N-CREATE', print, filmSession), uses('N-SET', print), uses('N-ACTION', print)],
        ),
        metaNegotiation: [{ metaSopClass: print.uid, sopClass: filmSession, notes: [] as number[] }],
      },
    ],
  },
  acceptance: {
    ...described,
    associations,
    policy: 'Any caller.',
    rejections,
    activities: [
      accepted(
        'receive',
        [
          context(verification, 'SCP'),
          context(ct, 'SCP', [explicit, implicit]),
          context(ownClass, 'SCP', [explicit]),
          context(specializedClass, 'SCP'),
        ],
        [provides('C-ECHO', verification), provides('C-STORE', ct, ownClass, specializedClass)],
      ),
    ],
  },
});

const queryEntity = () => ({
  id: 'query',
  name: 'Query AE',
  sopClasses: [row(verification, 'No', 'Yes'), row(find, 'No', 'Yes'), row(move, 'No', 'Yes')],
  policies: 'Told.',
  applicationContext: '1.2.840.10008.3.1.1.1',
  asynchronous: { acceptor: 1 },
  implementation,
  initiation: { state: 'not supported', reason: 'It opens no associations.' },
  acceptance: {
    ...described,
    associations,
    policy: 'Any caller.',
    rejections,
    activities: [
      accepted(
        'answer',
        [context(verification, 'SCP'), context(find, 'SCP'), context(move, 'SCP')],
        [provides('C-ECHO', verification), provides('C-FIND', find), provides('C-MOVE', move)],
      ),
    ],
  },
});

const flow = (ae: string, id: string, direction: 'initiates' | 'accepts') => ({
  ae,
  local: { id, name: `Activity ${id}` },
  remote: { id: `remote-${id}`, name: `Other side of ${id}` },
  direction,
});

const parameter = (scope: string, name: string) => ({
  scope,
  name,
  configurable: 'Yes',
  default: '30',
  unit: 's',
  range: '1 to 3600',
});

const overviewRow = (category: string, sopClass: Named, scu: string, scp: string, more: object = {}) => ({
  category,
  ...sopClass,
  scu,
  scp,
  ...more,
});

/** A copy in which nothing is shared. */
const copied = <T>(value: T): T => JSON.parse(JSON.stringify(value));

/** A fresh copy each time. */
export const completeStatement = () =>
  copied({
    schemaVersion: '2.2.0',
    toc: [{ number: '1', title: 'Conformance Statement Overview' }],
    id: 'Example 1',
    edition: 'as-shipped',
    claim: { network: true, media: true },
    standardEdition: '2026a',
    orgRoots: [{ root: '1.2.826.0.1.3680043.10.1', holder: 'Example', registration: 'Free roots' }],
    cover: {
      ...described,
      documentDate: '2026-11-21',
      products: [{ name: 'Example', versions: ['1'], optionalFeatures: [] }],
    },
    overview: {
      description: 'It receives pictures, keeps them and gives them away again.',
      networkServices: [
        overviewRow('Transfer', ct, 'Yes', 'Yes'),
        overviewRow('Transfer', mr, 'Option', 'No', { optionNote: 'Sending is configurable.' }),
        overviewRow('Transfer', ownClass, 'No', 'Yes'),
        overviewRow('Transfer', specializedClass, 'No', 'Yes'),
        overviewRow('Query/Retrieve', find, 'No', 'Yes'),
        overviewRow('Query/Retrieve', move, 'No', 'Yes'),
        overviewRow('Workflow Management', step, 'Yes', 'No'),
        overviewRow('Workflow Management', commitment, 'Yes', 'No'),
        overviewRow('Print Management', print, 'Yes', 'No'),
        overviewRow('Print Management', filmSession, 'Yes', 'No'),
      ],
      mediaServices: [
        { category: 'Compact Disk - Recordable', profile: 'STD-GEN-CD', write: 'Yes', read: 'Yes' },
        { category: 'Compact Disk - Recordable', profile: 'AUG-GEN-CD', write: 'Yes', read: 'No' },
        { category: 'Compact Disk - Recordable', profile: 'PRI-EXAMPLE-CD', write: 'Yes', read: 'No' },
      ],
    },
    introduction: {
      revisions: [{ version: '1', date: '2026-11-21', release: '1', changes: ['First.'] }],
      audience: 'All.',
      remarks: 'None.',
      references: [],
    },
    networking: {
      ...described,
      implementationNotes: 'Instances are kept as they came.',
      model: {
        dataFlow: [
          flow('store', 'send', 'initiates'),
          flow('store', 'report', 'initiates'),
          flow('store', 'print', 'initiates'),
          flow('store', 'receive', 'accepts'),
          flow('query', 'answer', 'accepts'),
        ],
        bullets: [{ ae: 'store', text: 'Store AE: sends and receives.' }],
        overlaps: [{ activities: ['send', 'report'], discussion: 'A report may follow while instances are sent.' }],
        functionalDefinitions: [
          { ae: 'store', text: 'Stores.' },
          { ae: 'query', text: 'Answers.' },
        ],
        sequencing: { state: 'not applicable', reason: 'No order.' },
      },
      applicationEntities: [storeEntity(), queryEntity()],
      interfaces: {
        physical: [],
        protocols: ['TCP/IP'],
        managementProfiles: ['DHCP Client', 'LDAP Client'].map((actor) => ({
          profile: 'Management Profile',
          actor,
          protocols: ['DHCP'],
          optionalTransactions: 'N/A',
          securitySupport: 'None',
        })),
        managementText: [{ actor: 'DHCP Client', text: 'The address comes from the server.' }],
        ipv4: { supported: true, text: 'Yes.' },
        ipv6: { supported: true, text: 'Yes.' },
      },
      configuration: {
        addressTranslation: 'A table.',
        localTitles: [
          { ae: 'store', defaultTitle: 'STORE', defaultPort: 104 },
          { ae: 'query', defaultTitle: 'QUERY', defaultPort: 105 },
        ],
        remoteText: 'A table.',
        localLdap: { text: 'Titles come from the directory.', update: 'Not supported.' },
        remoteLdap: { text: 'Addresses come from the directory.', queries: ['(dicomAETitle=*)'] },
        parameters: [
          ...generalBaseline.map((name) => parameter('General', name)),
          ...['store', 'query'].flatMap((scope) => entityBaseline.map((name) => parameter(scope, name))),
        ],
      },
    },
    media: completeMedia(),
    characterSets: {
      ...described,
      supported: [{ definedTerm: 'ISO_IR 100', services: ['Storage'], direction: 'both' }],
      unsupported: 'Kept.',
      configuration: 'None.',
      mapping: 'None.',
      query: { scuRequest: 'A.', scuResponse: 'B.', scpRequest: 'C.', scpResponse: 'D.' },
      personNames: 'Kept.',
      presentation: 'Shown.',
    },
    security: {
      ...described,
      profiles: [
        { profile: 'BCP 195 TLS', actor: 'acceptor', selection: 'By the port.', features: 'Certificates are checked.' },
      ],
      signatures: { preserved: 'Always.', verified: 'Never.', replaced: 'Never.' },
      ipv6: 'No security feature of IPv6 is used.',
      associationLevel: 'None.',
      userIdentity: [{ type: '1 user name', direction: 'accepted', positiveResponse: true, effect: 'Checked.' }],
      applicationLevel: 'None.',
    },
    annexes: completeAnnexes(),
    webServices: { state: 'not supported', reason: 'None.' },
    textBlocks: [
      {
        id: 'overview',
        section: '1',
        path: '/overview/description',
        state: 'current',
        describes: [{ name: 'service Storage', digest: '0123456789abcdef' }],
      },
    ],
  });
