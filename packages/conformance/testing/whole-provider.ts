// A provider of the services that no other program at hand has: it does what the standard says, or one thing otherwise.
import { DataSet } from '@concord/dicom';
import {
  type BoundService,
  bind,
  hangingProtocol,
  instanceAvailability,
  listen,
  mediaCreation,
  nonPatientModels,
  performedProcedureStep,
  proceduralEventLogging,
  productCharacteristics,
  relevantPatientInformation,
  substanceAdministrationLogging,
  substanceApproval,
  verificationScp,
} from '@concord/network';
import type { Target } from '../src/execute/target.ts';

export interface ProviderFaults {
  /** Answers with success to whatever is asked of it. */
  readonly takesEverything?: boolean;
  /** Finds something for everybody. */
  readonly findsAnything?: boolean;
}

const withState = (state: string): DataSet => {
  const dataSet = new DataSet();
  dataSet.set('ExecutionStatus', state);
  return dataSet;
};

function media({ takesEverything }: ProviderFaults): BoundService {
  const requests = new Map<string, string>();
  return bind(mediaCreation, {
    'N-CREATE': async ({ sopInstanceUid = '' }) => {
      requests.set(sopInstanceUid, 'IDLE');
      return { code: 0x0000, sopInstanceUid };
    },
    'N-ACTION': async ({ sopInstanceUid = '', actionTypeId }) => {
      if (!requests.has(sopInstanceUid)) return { code: takesEverything ? 0x0000 : 0x0112 };
      requests.set(sopInstanceUid, actionTypeId === 1 ? 'PENDING' : 'FAILURE');
      return { code: 0x0000 };
    },
    'N-GET': async ({ sopInstanceUid = '' }) =>
      takesEverything ? { code: 0x0000 } : { code: 0x0000, dataSet: withState(requests.get(sopInstanceUid) ?? 'IDLE') },
  });
}

function steps({ takesEverything }: ProviderFaults): BoundService {
  const states = new Map<string, string>();
  return bind(performedProcedureStep, {
    'N-CREATE': async ({ sopInstanceUid = '', dataSet }) => {
      if (states.has(sopInstanceUid) && !takesEverything) return { code: 0x0111 };
      states.set(sopInstanceUid, dataSet?.string('PerformedProcedureStepStatus') ?? '');
      return { code: 0x0000 };
    },
    'N-SET': async ({ sopInstanceUid = '', dataSet }) => {
      const state = states.get(sopInstanceUid);
      if (!takesEverything && state === undefined) return { code: 0x0112 };
      if (!takesEverything && state !== 'IN PROGRESS') return { code: 0x0110 };
      states.set(sopInstanceUid, dataSet?.string('PerformedProcedureStepStatus') ?? state ?? '');
      return { code: 0x0000 };
    },
  });
}

/** Answers with what it is asked by, where it has it. */
function queries({ findsAnything, takesEverything }: ProviderFaults): readonly BoundService[] {
  async function* find({ identifier }: { readonly identifier: DataSet }) {
    const known = ['PatientID', 'BarcodeValue', 'SOPInstanceUID'] as const;
    const asked = known.filter((keyword) => identifier.has(keyword));
    if (asked.length === 0 && !takesEverything) {
      yield { code: 0xa900 as const };
      return;
    }
    if (findsAnything || asked.every((keyword) => identifier.string(keyword) === undefined)) {
      const answer = identifier.clone();
      for (const keyword of asked)
        if (!findsAnything) answer.set(keyword, keyword === 'SOPInstanceUID' ? '2.25.1' : 'ONE');
      if (findsAnything) answer.delete('PatientID');
      yield { code: 0xff00 as const, identifier: answer };
    }
    yield { code: 0x0000 as const };
  }
  const handlers = { 'C-FIND': find };
  return [
    bind(relevantPatientInformation, handlers),
    bind(productCharacteristics, handlers),
    bind(substanceApproval, handlers),
    bind(hangingProtocol.find, handlers),
    bind(hangingProtocol.move, { 'C-MOVE': async () => ({ code: 0xa801 }) }),
  ];
}

const logs = ({ takesEverything }: ProviderFaults): readonly BoundService[] => [
  bind(instanceAvailability, { 'N-CREATE': async () => ({ code: 0x0000 }) }),
  bind(proceduralEventLogging, {
    'N-ACTION': async ({ actionTypeId }) => ({ code: actionTypeId === 1 || takesEverything ? 0x0000 : 0xc101 }),
  }),
  bind(substanceAdministrationLogging, {
    'N-ACTION': async () => ({ code: takesEverything ? 0xc10e : 0xc110 }),
  }),
];

/** Classes that it provides, for a statement. */
export const providedFinds = [
  ...relevantPatientInformation.sopClasses,
  ...productCharacteristics.sopClasses,
  ...substanceApproval.sopClasses,
  nonPatientModels.hangingProtocol[0],
];

/** Everything on one port. */
export async function wholeProvider(
  faults: ProviderFaults = {},
): Promise<AsyncDisposable & { readonly target: Target }> {
  const services = [verificationScp, media(faults), steps(faults), ...queries(faults), ...logs(faults)];
  const acceptor = await listen({
    host: '127.0.0.1',
    port: 0,
    applicationEntities: [{ aeTitle: 'PROVIDER', services }],
  });
  return {
    target: { host: '127.0.0.1', port: acceptor.port, calledAeTitle: 'PROVIDER' },
    [Symbol.asyncDispose]: () => acceptor.close(),
  };
}
