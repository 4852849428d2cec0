// From the data of a check to what carries it out.
import type { Check } from '../plan/check.ts';
import { associations, echo, identification, maximumLength, reach, rejection, window } from './checks/association.ts';
import { called } from './checks/called.ts';
import { commitment } from './checks/commitment.ts';
import { examination } from './checks/examination.ts';
import { mediumRead, mediumWritten } from './checks/media.ts';
import { negotiation } from './checks/negotiation.ts';
import { order } from './checks/order.ts';
import { print } from './checks/print.ts';
import { procedureStep } from './checks/procedure-step.ts';
import { find } from './checks/query.ts';
import { recovery } from './checks/recovery.ts';
import { restart } from './checks/restart.ts';
import { get, move } from './checks/retrieve.ts';
import { tls, userIdentity } from './checks/security.ts';
import { signature } from './checks/signature.ts';
import { specialQuery } from './checks/special-query.ts';
import { specializedClass } from './checks/specialized-class.ts';
import { store } from './checks/storage.ts';
import { timeOut } from './checks/time-out.ts';
import type { Outcome } from './outcome.ts';
import type { RunContext } from './run-context.ts';

/** Carries one check out. Rejects only for faults of our own, and where the run is stopped. */
export function perform(run: RunContext, check: Check): Promise<Outcome> {
  switch (check.kind) {
    case 'reach':
      return reach(run);
    case 'echo':
      return echo(run);
    case 'rejection':
      return rejection(run, check);
    case 'identification':
      return identification(run, check);
    case 'maximum length':
      return maximumLength(run, check);
    case 'associations':
      return associations(run, check);
    case 'asynchronous window':
      return window(run, check);
    case 'tls':
      return tls(run, check);
    case 'user identity':
      return userIdentity(run, check);
    case 'time-out':
      return timeOut(run, check);
    case 'negotiation':
      return negotiation(run, check.contexts);
    case 'recovery':
      return recovery(run, check);
    case 'restart':
      return restart(run, check);
    case 'medium written':
      return mediumWritten(run, check);
    case 'medium read':
      return mediumRead(run, check);
    case 'examination':
      return examination(run, check);
    case 'signature':
      return signature(run, check);
    case 'store':
      return store(run, check);
    case 'find':
      return find(run, check);
    case 'move':
      return move(run, check);
    case 'get':
      return get(run, check);
    case 'specialized class':
      return specializedClass(run, check);
    case 'procedure step':
      return procedureStep(run, check.variant);
    case 'commitment':
      return commitment(run, check);
    case 'print':
      return print(run, check);
    case 'order':
      return order(run, check);
    case 'special query':
      return specialQuery(run, check);
    case 'called':
      return called(run, check);
  }
}
