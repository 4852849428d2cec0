// What holds for one association: the acceptor's settings, narrowed by the entity that is called and by what is known of the peer. Pure.
import type { Limits, Timeouts } from '../limits.ts';
import type { KnownPeer, Policy } from '../policy.ts';
import type { AcceptingRules, ApplicationEntity } from './accepting-rules.ts';
import { knownPeer } from './admission.ts';

export interface Rules {
  readonly entity: ApplicationEntity;
  readonly peer: KnownPeer | undefined;
  readonly policy: Policy;
  readonly limits: Limits;
  readonly timeouts: Timeouts;
}

type Given = Pick<AcceptingRules, 'applicationEntities' | 'policy' | 'limits' | 'timeouts'>;
interface Titles {
  readonly calledAeTitle: string;
  readonly callingAeTitle: string;
}

/** The peer's entry goes before the entity's own rules, and these before those of the acceptor. */
export function rulesFor(given: Given, { calledAeTitle, callingAeTitle }: Titles): Rules {
  const { applicationEntities } = given;
  const entity = applicationEntities.find(({ aeTitle }) => aeTitle === calledAeTitle) ??
    applicationEntities[0] ?? { aeTitle: calledAeTitle, services: [] };
  const policy = { ...given.policy, ...entity.policy };
  const peer = knownPeer(policy, callingAeTitle);
  const { maximumLength } = { ...entity, ...peer };
  return {
    entity,
    peer,
    policy,
    limits: {
      ...given.limits,
      ...(maximumLength !== undefined && { maximumLength }),
      // What is not answered is not agreed.
      ...(policy.operationsWindow === 'omit' && { operationsPerformed: 1 }),
    },
    timeouts: { ...given.timeouts, ...entity.timeouts, ...peer?.timeouts },
  };
}
