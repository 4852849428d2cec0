// Unified Procedure Step over DIMSE: UPS Push, Pull, Watch and Query, each operation translated to the store. PS3.4 CC.2.
import { DataSet, isDateKey, isDateTimeKey, isTimeKey, newUid, toJson } from '@concord/dicom';
import {
  type BoundService,
  bind,
  filteredGlobalSubscriptionInstance,
  type Handlers,
  type NormalizedRequest,
  procedureStepActions,
  type Status,
  unifiedProcedureStepSopClasses,
} from '@concord/network';
import { DatabaseError } from '../database/database.ts';
import { unifiedProcedureStep } from './declaration.ts';
import type { ProcedureSteps } from './procedure-steps.ts';
import { pick } from './step-events.ts';

type Declared = typeof unifiedProcedureStep;
type ActionCode = keyof Declared['operations']['N-ACTION']['statuses'] & number;

export interface StepHandlerParts {
  readonly steps: ProcedureSteps;
  readonly aeTitle: string;
  /** Whether events can be sent to an application entity. */
  readonly knows: (aeTitle: string) => boolean;
  readonly randomBytes: () => Uint8Array;
}

const { push, pull } = unifiedProcedureStepSopClasses;

/** `0020000D` of a tag. */
const jsonTag = (tag: number): string => tag.toString(16).toUpperCase().padStart(8, '0');

const handlers = ({ steps, aeTitle, knows, randomBytes }: StepHandlerParts): Handlers<Declared> => ({
  async 'N-CREATE'({ sopInstanceUid, dataSet }) {
    const uid = sopInstanceUid ?? newUid(randomBytes());
    const status = await steps.create(uid, dataSet ?? new DataSet());
    return { ...(status as Status<0x0000>), sopInstanceUid: uid };
  },
  async 'N-SET'({ sopInstanceUid = '', dataSet }) {
    return (await steps.update(sopInstanceUid, dataSet ?? new DataSet())) as Status<0x0000>;
  },
  async 'N-GET'({ sopInstanceUid = '', attributeIdentifierList }) {
    const found = await steps.read(sopInstanceUid);
    if (found === undefined) return { code: 0xc307 };
    const wanted = new Set(attributeIdentifierList.map(jsonTag));
    return { code: 0x0000, dataSet: wanted.size === 0 ? found : pick(found, (tag) => wanted.has(tag)) };
  },
  async 'N-ACTION'(request, { association, presentationContext }) {
    const over = presentationContext.abstractSyntax;
    const status = await act(request, { steps, knows, over, callingAeTitle: association.callingAeTitle });
    return status as Status<ActionCode>;
  },
  async *'C-FIND'({ identifier }, { signal }) {
    const keys = toJson(identifier);
    if (Object.keys(keys).length === 0) {
      yield { code: 0xa900, comment: 'the identifier is empty' };
      return;
    }
    const impossible = impossibleKey(identifier);
    if (impossible !== undefined) {
      yield { code: 0xa900, comment: 'a date or time is none', offending: [impossible] };
      return;
    }
    try {
      for await (const step of steps.find(identifier, { signal })) {
        const answer = pick(step, (tag) => tag in keys || tag === '00080005');
        for (const { tag } of identifier.elements()) if (!answer.has(tag)) answer.set(tag, null);
        answer.set('RetrieveAETitle', aeTitle);
        yield { code: 0xff00, identifier: answer };
      }
    } catch (error) {
      if (!(error instanceof DatabaseError)) throw error;
      yield { code: 0xc000, comment: 'the store of steps failed' };
      return;
    }
    yield { code: signal.aborted ? 0xfe00 : 0x0000 };
  },
});

const isKeyOf: ReadonlyMap<string, (text: string) => boolean> = new Map([
  ['DA', isDateKey],
  ['TM', isTimeKey],
  ['DT', isDateTimeKey],
]);

/** The first key, in sequences too, whose date or time no calendar or clock has: it would match nothing. */
const impossibleKey = (keys: DataSet): number | undefined => {
  for (const { tag, vr } of keys.elements()) {
    const isKey = isKeyOf.get(vr);
    if (isKey && keys.strings(tag).some((text) => text !== '' && text !== '*' && !isKey(text))) return tag;
    const inside = keys
      .items(tag)
      .map(impossibleKey)
      .find((each) => each !== undefined);
    if (inside !== undefined) return inside;
  }
  return undefined;
};

interface Acting extends Pick<StepHandlerParts, 'steps' | 'knows'> {
  /** The SOP Class of the presentation context. */
  readonly over: string;
  readonly callingAeTitle: string;
}

/** Which actions a SOP Class has: PS3.4 Tables CC.2-1 to CC.2-3. Statuses are those of PS3.4 CC.2.1.4, CC.2.2.4, CC.2.3.4. */
const act = async (request: NormalizedRequest, { steps, knows, over, callingAeTitle }: Acting): Promise<Status> => {
  const { sopInstanceUid = '', actionTypeId, dataSet = new DataSet() } = request;
  const receivingAe = dataSet.string('ReceivingAE') ?? '';
  const isWatch = over !== push && over !== pull;
  if (actionTypeId === procedureStepActions.changeState && over === pull) {
    const [state = '', transaction = ''] = [dataSet.string('ProcedureStepState'), dataSet.string('TransactionUID')];
    return steps.changeState(sopInstanceUid, state, transaction);
  }
  if (actionTypeId === procedureStepActions.requestCancel && over !== pull) {
    return steps.requestCancel(sopInstanceUid, callingAeTitle, dataSet);
  }
  if (!isWatch) return { code: 0x0123 };
  if (actionTypeId === procedureStepActions.subscribe) {
    if (!knows(receivingAe)) return { code: 0xc308, comment: 'the receiving AE title is not configured here' };
    const deletionLock = dataSet.string('DeletionLock') === 'TRUE';
    const filter = sopInstanceUid === filteredGlobalSubscriptionInstance ? { filter: filterOf(dataSet) } : {};
    return steps.subscribe({ receivingAe, sopInstanceUid, deletionLock, ...filter });
  }
  if (actionTypeId === procedureStepActions.unsubscribe) return steps.unsubscribe(receivingAe, sopInstanceUid);
  if (actionTypeId === procedureStepActions.suspendGlobalSubscription) return steps.suspendGlobal(receivingAe);
  return { code: 0x0123 };
};

/** The keys of a filtered subscription: everything that is no part of the action itself. PS3.4 CC.2.3.1. */
const filterOf = (action: DataSet) => {
  const { '00741234': _ae, '00741230': _lock, '00080005': _characterSet, ...keys } = toJson(action);
  return keys;
};

export const procedureStepServices = (parts: StepHandlerParts): readonly BoundService[] => [
  bind(unifiedProcedureStep, handlers(parts)),
];
