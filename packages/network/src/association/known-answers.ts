// The answer to an A-ASSOCIATE-RQ: rules, contexts and A-ASSOCIATE-AC follow from the request alone, so one that comes again is answered as before.
import { type AssociateAccept, type AssociateRequest, associateAccept } from '../pdu/pdu.ts';
import type { UserVerdict } from '../policy.ts';
import type { AcceptingRules } from './accepting-rules.ts';
import { acceptFor } from './answer.ts';
import { answerContexts, type ContextAnswers } from './negotiation.ts';
import { type Rules, rulesFor } from './rules.ts';

export interface Accepting {
  readonly accept: AssociateAccept;
  /** The PDU, encoded. */
  readonly bytes: Uint8Array;
}

/** What one request leads to; each part is worked out when it is first asked for. */
export class Answer {
  readonly rules: Rules;
  readonly #request: AssociateRequest;
  readonly #settings: AcceptingRules;
  #contexts: ContextAnswers | undefined;
  #usual: Accepting | undefined;

  constructor(request: AssociateRequest, settings: AcceptingRules) {
    this.#request = request;
    this.#settings = settings;
    this.rules = rulesFor(settings, request);
  }

  get contexts(): ContextAnswers {
    const { entity, policy, peer } = this.rules;
    this.#contexts ??= answerContexts(this.#request, { services: entity.services, policy, peer });
    return this.#contexts;
  }

  /** A verdict on a user may bring a response of its own, which is not kept. */
  accepting(verdict: UserVerdict | undefined): Accepting {
    if (verdict) return this.#accepting(verdict);
    this.#usual ??= this.#accepting(undefined);
    return this.#usual;
  }

  #accepting(verdict: UserVerdict | undefined): Accepting {
    const { maximumLength, operationsPerformed: operations } = this.rules.limits;
    const { implementation } = this.#settings;
    const accept = acceptFor(this.#request, {
      contexts: this.contexts,
      maximumLength,
      implementation,
      operations,
      operationsWindow: this.rules.policy.operationsWindow,
      verdict,
    });
    return { accept, bytes: associateAccept.encode(accept) };
  }
}

/** Kept as long as the request itself is remembered. */
export class KnownAnswers {
  readonly #settings: AcceptingRules;
  readonly #byRequest = new WeakMap<AssociateRequest, Answer>();

  /** @param settings must not change */
  constructor(settings: AcceptingRules) {
    this.#settings = settings;
  }

  to(request: AssociateRequest): Answer {
    const known = this.#byRequest.get(request);
    if (known) return known;
    const answer = new Answer(request, this.#settings);
    this.#byRequest.set(request, answer);
    return answer;
  }
}
