// Modality Worklist over DIMSE: the identifier checked, steps looked up, each answered with what was asked for. PS3.4 K.4.1.
import { type BoundService, bind, type FindResponse, type Handlers, worklistOptions } from '@concord/network';
import { DatabaseError } from '../database/database.ts';
import { asksForMore, createAnswers } from './answers.ts';
import { modalityWorklist, type WorklistPolicy, worklistUnder } from './declaration.ts';
import { objectionTo } from './identifier.ts';
import { withoutMatching } from './never-matched.ts';
import type { Orders } from './orders.ts';

export interface WorklistHandlerParts {
  readonly orders: Pick<Orders, 'find'>;
  readonly maximumMatches: number;
}

type Code = keyof (typeof modalityWorklist)['operations']['C-FIND']['statuses'] & number;

const failure = ({ fault }: DatabaseError): FindResponse<Code> => {
  if (fault === 'full') return { code: 0xa700, comment: 'no space left for the index' };
  if (fault === 'busy') return { code: 0xa700, comment: 'the index is locked' };
  return { code: 0xc002, comment: 'the index failed' };
};

const handlers = (
  orders: WorklistHandlerParts['orders'],
  policy: WorklistPolicy,
): Handlers<typeof modalityWorklist> => ({
  async *'C-FIND'({ identifier }, { signal, extendedNegotiation, parameters, association }) {
    const objection = objectionTo(identifier);
    if (objection) {
      yield objection;
      return;
    }
    const { maximumMatches } = parameters;
    const answerOf = createAnswers(identifier, policy);
    const keys = withoutMatching(identifier, policy.neverMatched ?? []);
    const code = asksForMore(identifier) ? 0xff01 : 0xff00;
    const { fuzzyPersonNames } = worklistOptions.decode(extendedNegotiation);
    const matching = { fuzzyPersonNames, ignoreCase: policy.letterCase === 'ignored' };
    const held: FindResponse<Code>[] = [];
    try {
      for await (const item of orders.find(keys, { matching, asking: association.callingAeTitle, signal })) {
        const response = { code, identifier: answerOf(item) } as const;
        if (maximumMatches === 0) yield response;
        else if (held.push(response) > maximumMatches) {
          yield { code: 0xa700, comment: `more than ${maximumMatches} matches` };
          return;
        }
      }
    } catch (error) {
      if (!(error instanceof DatabaseError)) throw error;
      yield failure(error);
      return;
    }
    if (!signal.aborted) yield* held;
    yield { code: signal.aborted ? 0xfe00 : 0x0000 };
  },
});

/** What modalities may ask an application entity. */
export const worklistServices =
  ({ orders, maximumMatches }: WorklistHandlerParts) =>
  (_: string, policy: WorklistPolicy): readonly BoundService[] => {
    const bound = bind(modalityWorklist, handlers(orders, policy), { maximumMatches });
    return [{ ...bound, declaration: worklistUnder(modalityWorklist, policy) }];
  };
