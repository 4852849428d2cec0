// The side that a system under test calls: it answers by script, and does one thing wrong at one point. PS3.2 A.4.2.x.3
import { type DataSet, isStorageSopClass, storageSopClasses } from '@concord/dicom';
import {
  type BoundService,
  dataSetSyntaxes,
  type Operation,
  type OperationContext,
  storageSyntaxes,
} from '@concord/network';
import type { Behaviour } from '../../plan/behaviour.ts';

/** Where in an operation something happens. */
export type Point = 'command' | 'data set' | 'end';

export interface Fault {
  readonly at: Point;
  readonly act: 'abort' | 'cut' | 'silence' | 'delay';
}

const faults: Readonly<Partial<Record<Behaviour, Fault>>> = {
  'abort before the data set': { at: 'command', act: 'abort' },
  'abort during the data set': { at: 'data set', act: 'abort' },
  abort: { at: 'end', act: 'abort' },
  'cut during the data set': { at: 'data set', act: 'cut' },
  cut: { at: 'end', act: 'cut' },
  silence: { at: 'end', act: 'silence' },
  delay: { at: 'end', act: 'delay' },
};

export const faultOf = (behaviour: Behaviour): Fault | undefined => faults[behaviour];

const codes: Readonly<Partial<Record<Behaviour, number>>> = { 'failure status': 0xa700, 'warning status': 0xb000 };

/** The status that ends an operation. */
export const codeOf = (behaviour: Behaviour, status = 0): number =>
  behaviour === 'status' ? status : (codes[behaviour] ?? 0);

const statuses = { 0x0000: 'done', 0xa700: 'out of resources', 0xb000: 'with a warning', 0xff00: 'one match' };

/** What a script does at a point, and the status with which it ends. */
export interface Script {
  readonly at: (point: Point, context: OperationContext, sopInstanceUid?: string) => Promise<void>;
  readonly code: (sopInstanceUid?: string) => number;
}

/** An item of a worklist, or whatever else is asked for. */
function answerTo(identifier: DataSet): DataSet {
  const answer = identifier.clone();
  answer.set('PatientName', 'ZZTEST^CALLED');
  answer.set('PatientID', 'ZZTEST-CALLED');
  return answer;
}

function handlersOf({ at, code }: Script): BoundService['handlers'] {
  const normalized = async (_request: unknown, context: OperationContext) => {
    await at('end', context);
    return { code: code() };
  };
  return {
    'C-ECHO': async (context) => {
      await at('end', context);
      return { code: code() };
    },
    'C-STORE': async ({ dataSet, affectedSopInstanceUid }, context) => {
      await at('command', context, affectedSopInstanceUid);
      let begun = false;
      for await (const _ of dataSet.borrowed()) {
        if (!begun) await at('data set', context, affectedSopInstanceUid); // nothing is kept
        begun = true;
      }
      await at('end', context, affectedSopInstanceUid);
      return { code: code(affectedSopInstanceUid) };
    },
    'C-FIND': async function* ({ identifier }, context) {
      await at('end', context);
      const last = code();
      if (last === 0) yield { code: 0xff00, identifier: answerTo(identifier) };
      yield { code: last };
    },
    'N-CREATE': normalized,
    'N-SET': normalized,
    'N-GET': normalized,
    'N-ACTION': normalized,
    'N-DELETE': normalized,
  };
}

const isOperation = (name: string): name is Operation => /^[CN]-[A-Z-]+$/.test(name);

/** A service for the operation, which follows the script. `status`: one more that it may answer. */
export function scriptedService(
  { operation, sopClasses, status }: { operation: string; sopClasses: readonly string[]; status?: number },
  script: Script,
): BoundService {
  const all = sopClasses.some(isStorageSopClass) ? storageSopClasses.map(({ uid }) => uid) : sopClasses;
  const listed = status === undefined ? statuses : { ...statuses, [status]: 'as the statement lists it' };
  return {
    declaration: {
      name: 'Scripted side of a test',
      section: 'PS3.2 6',
      role: 'SCP',
      sopClasses: all,
      transferSyntaxes: operation === 'C-STORE' ? storageSyntaxes : dataSetSyntaxes,
      operations: isOperation(operation) ? { [operation]: { statuses: listed } } : {},
    },
    handlers: handlersOf(script),
    parameters: {},
  };
}
