// Items about security: TLS with right and wrong versions and certificates, and who a user says to be. PS3.15 Annex B, PS3.7 D.3.3.7
import { sectionOf } from '../compare/statement-section.ts';
import type { SecurityFact } from '../compare/view.ts';
import type { Check } from './check.ts';
import { item, type PlanItem } from './item.ts';
import { echoId, idOf, reachId, type Situation } from './situation.ts';

type Tls = Extract<Check, { kind: 'tls' }>;
type Identity = Extract<Check, { kind: 'user identity' }>;

const isTransport = ({ profile, actor }: SecurityFact): boolean =>
  /tls|secure transport|bcp ?195/i.test(profile) && !/^initiator$|^requestor$|^scu$/i.test(actor.trim());

/** Whether callers must show a certificate; undefined where it is not said. */
function demandsCertificate({ features, selection }: SecurityFact): boolean | undefined {
  const text = `${features} ${selection}`;
  if (/not asked for a certificate|no client certificate|anonymous client|may show a certificate/i.test(text))
    return false;
  if (
    /must (?:show|present|have) a certificate|mutual|client certificates? (?:is|are)? ?(?:required|demanded)/i.test(
      text,
    )
  )
    return true;
  return undefined;
}

/** Versions before 1.2: BCP 195 refuses them; another profile as it says. */
const refusesOldVersions = ({ profile, features }: SecurityFact): boolean =>
  /bcp ?195/i.test(profile) || /earlier versions are refused|tls 1\.2/i.test(features);

function tlsVariants(fact: SecurityFact): readonly (Pick<Tls, 'variant' | 'expected'> & { readonly words: string })[] {
  const certificate = demandsCertificate(fact);
  const refused = { expected: 'refused' } as const;
  return [
    { variant: 'handshake', expected: 'accepted', words: 'TLS with the stated profile is accepted' },
    { variant: 'without TLS', ...refused, words: 'an association without TLS is refused at this port' },
    ...(refusesOldVersions(fact)
      ? [{ variant: 'old versions' as const, ...refused, words: 'TLS 1.0 and 1.1 are refused' }]
      : []),
    ...(/non-downgrading/i.test(fact.profile)
      ? [{ variant: 'weak suites' as const, ...refused, words: 'cipher suites outside the profile are refused' }]
      : []),
    ...(certificate === undefined
      ? []
      : [
          {
            variant: 'no certificate' as const,
            expected: certificate ? ('refused' as const) : ('accepted' as const),
            words: `a caller without a certificate is ${certificate ? 'refused' : 'accepted'}`,
          },
        ]),
    ...(certificate
      ? [
          {
            variant: 'unknown certificate' as const,
            ...refused,
            words: 'a certificate of an unknown issuer is refused',
          },
          { variant: 'expired certificate' as const, ...refused, words: 'an expired certificate is refused' },
        ]
      : []),
  ];
}

function tlsItems(situation: Situation, fact: SecurityFact): readonly PlanItem[] {
  return tlsVariants(fact).map(({ variant, expected, words }) =>
    item({
      id: idOf(situation, 'tls', variant),
      title: `TLS: ${words}`,
      service: 'Security',
      kind: expected === 'accepted' ? 'positive' : 'negative',
      claim: { text: `${fact.profile}: ${fact.features}`, paths: [fact.path], section: sectionOf(fact.path) },
      configuration: ['Exchange certificates, and run the plan against the port for TLS.'],
      steps: [{ action: `Connect: ${variant}.`, expected: `It is ${expected}.` }],
      criterion: `C-ECHO over the connection is ${expected === 'accepted' ? 'answered' : 'not possible'}.`,
      priority: variant === 'handshake' ? 'must' : 'should',
      dependsOn: [reachId(situation)],
      check: { kind: 'tls', variant, expected },
    }),
  );
}

function identityItem(situation: Situation, path: string, check: Omit<Identity, 'kind'>): PlanItem {
  const { variant, expected, positiveResponse } = check;
  const answer = positiveResponse ? ', with a positive response' : '';
  return item({
    id: idOf(situation, 'user identity', variant, positiveResponse ? 'response' : ''),
    title: `A ${variant} user identity is ${expected}${answer}`,
    service: 'Security',
    kind: expected === 'accepted' ? 'positive' : 'negative',
    claim: { text: `User identity: ${variant} is ${expected}.`, paths: [path], section: sectionOf(path) },
    configuration: ['Enter a test user and its passcode on the system under test, and name them in the run.'],
    steps: [
      {
        action: `Ask for an association with a ${variant} user identity${positiveResponse ? ' and for a positive response' : ''}.`,
        expected: `It is ${expected}${answer}.`,
      },
    ],
    criterion: `${expected}${answer}`,
    priority: 'should',
    dependsOn: [reachId(situation)],
    check: { kind: 'user identity', ...check },
  });
}

function identityItems(situation: Situation): readonly PlanItem[] {
  const { security } = situation.system;
  if (security.state !== 'described') return [];
  const accepted = security.value.identities.filter(({ direction }) => direction === 'accepted');
  const [first] = accepted;
  if (!first) return [];
  const demanded = /unless it names|must name|required/i.test(first.effect);
  const checked = demanded || /reject/i.test(first.effect);
  const make = (variant: Identity['variant'], refuses: boolean, positiveResponse = false): PlanItem =>
    identityItem(situation, first.path, { variant, expected: refuses ? 'refused' : 'accepted', positiveResponse });
  return [
    make('right', false),
    ...(first.positiveResponse ? [make('right', false, true)] : []),
    ...(checked ? [make('wrong', true)] : []),
    make('missing', demanded),
  ];
}

/** Everything about security of an entity that is called. */
export function securityItems(situation: Situation): readonly PlanItem[] {
  const { security } = situation.system;
  const transport = security.state === 'described' ? security.value.profiles.find(isTransport) : undefined;
  return [
    ...(transport ? tlsItems(situation, transport) : []),
    ...identityItems(situation).map((each) => ({
      ...each,
      dependsOn: transport ? each.dependsOn : [echoId(situation)],
    })),
  ];
}
