// Security profiles that both sides have, or that one demands and the other lacks. PS3.2 A.7; PS3.15
import type { Reason } from './verdict.ts';
import type { SecurityFact, StatementView } from './view.ts';

const isTransport = ({ profile }: SecurityFact): boolean => /tls|secure transport|bcp ?195|iscl/i.test(profile);
const isDemanded = (text: string): boolean => /\b(?:only|always|requires?|required|mandatory)\b/i.test(text);

/** `BCP 195 TLS Secure Transport Connection Profile` and `BCP195 TLS` are one. */
const key = (profile: string): string =>
  profile.toLowerCase().replaceAll(/secure transport connection|profile|tls|[^a-z0-9]/g, '');

/** Profiles that today's standard has retired. PS3.15 B */
const retired = (profile: string): boolean => /^(?:basic|aes|iscl)/.test(key(profile));

const transportOf = (view: StatementView): readonly SecurityFact[] =>
  view.security.state === 'described' ? view.security.value.profiles.filter(isTransport) : [];

const path = '/security/profiles';

function transportReasons(initiator: StatementView, acceptor: StatementView): readonly Reason[] {
  const [ours, theirs] = [transportOf(initiator), transportOf(acceptor)];
  const both = ours.filter(({ profile }) => theirs.some((other) => key(other.profile) === key(profile)));
  const at = { initiator: ours[0]?.path ?? path, acceptor: theirs[0]?.path ?? path };
  const demanded = [...ours, ...theirs].find(({ selection }) => isDemanded(selection));
  if (both.length > 0) {
    const old = both.every(({ profile }) => retired(profile));
    const named = both.map(({ profile }) => profile).join(', ');
    return [
      {
        code: old ? 'retired-security-profile' : 'secure-transport',
        severity: old ? 'limit' : 'information',
        text: `Secure transport in common: ${named}${old ? ', which today’s standard has retired' : ''}.`,
        remedy: demanded ? 'Exchange certificates.' : 'Use it: exchange certificates and turn it on on both sides.',
        ...at,
      },
    ];
  }
  if (!demanded) return [];
  const other = demanded === ours.find((each) => each === demanded) ? 'acceptor' : 'initiator';
  const view = other === 'acceptor' ? acceptor : initiator;
  const unknown = view.security.state === 'unknown';
  return [
    {
      code: 'secure-transport-missing',
      severity: unknown ? 'unknown' : 'cannot',
      text: `${demanded.profile} is demanded (${demanded.selection}), and ${view.label} ${unknown ? 'does not state which security profiles it has' : 'does not have it'}.`,
      remedy: 'Put a TLS terminating proxy between them, or allow unprotected associations on a protected network.',
      ...at,
      ...(unknown && { ask: other }),
    },
  ];
}

function identityReasons(initiator: StatementView, acceptor: StatementView): readonly Reason[] {
  if (acceptor.security.state !== 'described') return [];
  const demanded = acceptor.security.value.identities.filter(
    ({ direction, effect }) => direction === 'accepted' && isDemanded(effect),
  );
  if (demanded.length === 0) return [];
  const sent = initiator.security.state === 'described' ? initiator.security.value.identities : [];
  if (sent.some(({ direction, type }) => direction === 'sent' && demanded.some((each) => each.type === type)))
    return [];
  const unknown = initiator.security.state === 'unknown';
  return [
    {
      code: 'user-identity-missing',
      severity: unknown ? 'unknown' : 'cannot',
      text: `A user identity is demanded (${demanded.map(({ type }) => type).join(' or ')}), and ${unknown ? 'it is not stated whether one is sent' : 'none of that kind is sent'}.`,
      initiator: '/security/userIdentity',
      acceptor: '/security/userIdentity',
      ...(unknown && { ask: 'initiator' as const }),
    },
  ];
}

/** Everything that security says about associations in one direction. */
export const securityReasons = (initiator: StatementView, acceptor: StatementView): readonly Reason[] => [
  ...transportReasons(initiator, acceptor),
  ...identityReasons(initiator, acceptor),
];
