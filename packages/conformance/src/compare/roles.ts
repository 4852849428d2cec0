// Roles: who opens the association is SCU unless SCP/SCU role selection says otherwise; the other side has to be the opposite. PS3.7 D.3.3.4
import type { Reason } from './verdict.ts';
import type { Offer } from './view.ts';

const has = (offer: Offer, role: 'SCU' | 'SCP'): boolean => offer.role === role || offer.role === 'BOTH';

/** Why two offers of one SOP Class fit together, or do not. */
export function roleReasons(initiator: Offer, acceptor: Offer): readonly Reason[] {
  const paths = { initiator: initiator.path, acceptor: acceptor.path };
  if (initiator.role === 'unknown' || acceptor.role === 'unknown')
    return [
      {
        code: 'role-not-stated',
        severity: 'unknown',
        text: `The role of ${initiator.role === 'unknown' ? 'the initiator' : 'the acceptor'} for ${initiator.name} is not stated.`,
        ask: initiator.role === 'unknown' ? 'initiator' : 'acceptor',
        ...paths,
      },
    ];
  if (has(initiator, 'SCU') && has(acceptor, 'SCP')) return [];
  if (has(initiator, 'SCP') && has(acceptor, 'SCU'))
    return [
      {
        code: 'by-role-selection',
        severity: 'information',
        text: `The initiator is the provider of ${initiator.name}: both sides need SCP/SCU role selection for it.`,
        ...paths,
      },
    ];
  const kind = has(initiator, 'SCU') ? 'user' : 'provider';
  return [
    {
      code: kind === 'user' ? 'no-provider' : 'no-user',
      severity: 'cannot',
      text: `Both sides are ${kind}s of ${initiator.name}, and ${kind === 'user' ? 'nobody provides' : 'nobody uses'} it.`,
      ...paths,
    },
  ];
}
