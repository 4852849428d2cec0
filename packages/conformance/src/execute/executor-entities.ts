// The application entities of a test run, for the statement of the site where it goes on: the side that calls, and the side that can be called. PS3.2 A.4.1.1
import { explicitVrLittleEndian, isPrivate, isPrivateCreator } from '@concord/dicom';
import {
  defaultLimits,
  defaultPolicy,
  defaultTimeouts,
  performedProcedureStep,
  queryGet,
  queryMove,
  type Service,
  storage,
  storageCommitment,
  storageCommitmentReports,
  verification,
} from '@concord/network';
import type { EntityBaseline } from '../generate/baseline.ts';
import { storageServiceClass } from '../generate/names.ts';
import type { BuiltAttribute, ObjectBuilder } from '../generate/object-contents.ts';
import type { DescribedEntity } from '../generate/system.ts';
import type { OurSide } from './run-context.ts';
import { defaultCallingAeTitle, defaultCare } from './target.ts';
import { addedTags, testInstance, testPatient } from './test-data.ts';

/** What of the executor is there at the moment. */
export interface ActiveExecutor {
  /** AE title of the side that calls. */
  readonly calling: string;
  /** Where peers may call; undefined: nowhere. */
  readonly sink?: OurSide;
}

/** Of the side that is called, where nobody gives another. */
const sinkTitle = 'CSSINK';

const fixed = (value: string, unit?: string) => ({ fixed: value, ...(unit !== undefined && { unit }) });

const baseline: EntityBaseline = {
  'Size constraint in maximum object size': fixed(String(defaultLimits.objectBytes), 'bytes'),
  'Maximum PDU size the AE can receive': fixed(String(defaultLimits.maximumLength), 'bytes'),
  'Maximum PDU size the AE can send': fixed(String(defaultLimits.sentLength), 'bytes'),
  'AE specific DIMSE level time-out values': fixed(String(defaultCare.response), 's'),
  'Number of simultaneous Associations by Service and/or SOP Class': fixed('1', 'association'),
  'SOP Class support': fixed('what the plan of the run asks for'),
  'Transfer Syntax support': fixed('what the plan of the run asks for'),
};

const timeouts = {
  ...defaultTimeouts,
  connect: defaultCare.connect,
  associate: defaultCare.associate,
  response: defaultCare.response,
};

const asUser = (service: Service): Service => ({
  ...service,
  role: 'SCU',
  text: {
    activity: `Test ${service.name}`,
    remoteActivity: `Be tested in ${service.name}`,
    description: `While a test run goes on: ${Object.keys(service.operations).join(', ')} as its plan says, with objects of a test patient.`,
    sequencing:
      'Each item of a plan is one or a few operations of one service, in the order that the plan gives; objects of an examination are sent before the final N-SET of its step.',
  },
});

/** While a run can be called: what a system under test may ask of it. Which of these is there, the item of the plan says. */
const asDouble = (service: Service): Service => ({
  ...service,
  role: 'SCP',
  text: {
    activity: `Stand in for a provider of ${service.name}`,
    remoteActivity: `Use ${service.name}`,
    description: `While an item of a test run needs it: ${Object.keys(service.operations).join(', ')} are answered as the item says. Nothing is kept.`,
  },
});

const nobody: DescribedEntity['accepts'] = {
  services: [],
  limits: defaultLimits,
  timeouts: defaultTimeouts,
  policy: defaultPolicy,
};

const probeEntity = (title: string): DescribedEntity => ({
  id: 'cs-probe',
  name: 'CS-PROBE',
  functionalDefinition:
    'Calls one configured peer while a test run goes on, as the plan of the run says, and with the rights that whoever started it gave: it verifies, sends objects of a test patient, asks for them and for commitment, and opens associations that a peer has to refuse.',
  aeTitle: { default: defaultCallingAeTitle, value: title },
  port: { default: 0, value: 0 },
  accepts: nobody,
  initiates: {
    services: [verification, storage, queryMove, queryGet, storageCommitment, performedProcedureStep].map(asUser),
    timeouts,
    associations: 1,
    grouping: 'one context per transfer syntax',
  },
  baseline,
});

const sinkEntity = ({ aeTitle, port }: OurSide): DescribedEntity => ({
  id: 'cs-sink',
  name: 'CS-SINK',
  functionalDefinition:
    'Takes the calls of a system under test while an item of a test run waits for one: verification always, and the service that the item is about. What comes is compared and not kept.',
  aeTitle: { default: sinkTitle, value: aeTitle },
  port: { default: port, value: port },
  accepts: {
    ...nobody,
    services: [verification, asDouble(storage), storageCommitmentReports, asDouble(performedProcedureStep)],
  },
  initiates: { services: [], timeouts, associations: 1, grouping: 'one context per transfer syntax' },
  baseline,
});

/** The entities of the executor that are active; those of the statement follow them. */
export const executorEntities = ({ calling, sink }: ActiveExecutor): DescribedEntity[] => [
  probeEntity(calling),
  ...(sink ? [sinkEntity(sink)] : []),
];

/** The attributes of the test objects, read from what the builder of a run makes: nothing is listed twice. */
export function testObjects(): ObjectBuilder {
  const made = testInstance(testPatient(), '1.2.840.10008.5.1.4.1.1.7', {
    transferSyntaxUid: explicitVrLittleEndian,
    added: true,
  });
  const attributes = [...made.dataSet.elements()]
    .filter(({ tag }) => !isPrivateCreator(tag))
    .map(({ tag, vr }): BuiltAttribute => {
      const isAdded = addedTags.some((each) => each === tag);
      const empty = made.dataSet.strings(tag).length === 0 && made.dataSet.bytes(tag)?.length === 0;
      return {
        tag,
        presence: isAdded ? 'ANAP' : empty ? 'EMPTY' : 'ALWAYS',
        value: isAdded
          ? 'In objects that a plan sends to see what becomes of further attributes.'
          : 'Fixed, or made up for the test patient of the run.',
        source: ['AUTO'],
        ...(isPrivate(tag) &&
          !isPrivateCreator(tag) && { own: { creator: 'CONFORMANCE TEST', name: 'Test', vr, vm: '1' } }),
      };
    });
  return { sopClasses: [storageServiceClass], variant: 'Objects of test runs', attributes };
}
