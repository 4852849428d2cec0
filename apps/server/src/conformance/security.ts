// The security section of the statement, from the settings in force. PS3.2 A.7
import type { Security } from '@concord/conformance';
import { type ConfidentialityOption, confidentialityOptions } from '@concord/dicom/deidentify';
import type { Configuration } from '../settings/settings.ts';
import { security } from './texts.ts';

const profileNames: Readonly<Record<Configuration['tlsProfile'], string>> = {
  'BCP 195': 'BCP 195 TLS Secure Transport Connection Profile',
  'BCP 195 non-downgrading': 'Non-Downgrading BCP 195 TLS Secure Transport Connection Profile',
};

const clients: Readonly<Record<Configuration['tlsClients'], string>> = {
  required: 'Callers must show a certificate of a configured authority.',
  optional: 'Callers may show a certificate of a configured authority.',
  none: 'Callers are not asked for a certificate.',
};

/** PS3.15 A.1.2 */
const bitPreserving: Security['profiles'][number] = {
  profile: 'Bit-Preserving Digital Signatures Secure Use Profile',
  actor: 'Storage SCP and Storage SCU',
  selection: 'Always, for instances that come and go in the same transfer syntax with explicit VR.',
  features:
    'Values, their VRs and the order of items are kept bit by bit. An attribute that a setting for incoming values or a correction by a user names is changed, and no other.',
};

/** Options with the codes that a de-identified instance names them by. PS3.16 CID 7050 */
const optionsText = (names: readonly ConfidentialityOption[]): string =>
  names.map((name) => `${confidentialityOptions[name].meaning} (${confidentialityOptions[name].code})`).join(', ') ||
  'none';

/** PS3.15 E.1, E.3 */
function confidentiality({ attributeFilters }: Configuration): Security['profiles'][number] {
  const filters = attributeFilters.flatMap(({ name, deidentify }) => (deidentify ? [{ name, deidentify }] : []));
  const perFilter = filters.map(({ name, deidentify }) => `with the filter ${name}: ${optionsText(deidentify)}`);
  const named = filters.map(({ name }) => name).join(', ');
  return {
    profile: 'Basic Application Level Confidentiality Profile',
    actor: 'De-identifier',
    selection: `For a request of the URI Service that asks to anonymize${named === '' ? '' : `, and for each peer whose entry names one of these filters: ${named}`}.`,
    features: `Options for the URI Service: none${perFilter.map((each) => `; ${each}`).join('')}. The profile and its options stand in De-identification Method Code Sequence (0012,0064). Nothing is encrypted into the instance.`,
  };
}

/** TLS is offered where there is a certificate; peers are called over it where their entry says so. */
function profilesOf(configuration: Configuration): Security['profiles'] {
  const { tlsCertificate, tlsClients, tlsProfile, tlsPort, plainDicom, peers } = configuration;
  const profile = profileNames[tlsProfile];
  const features = 'TLS 1.2 and 1.3; earlier versions are refused.';
  const accepts = tlsCertificate !== '';
  return [
    bitPreserving,
    confidentiality(configuration),
    ...(accepts
      ? [
          {
            profile,
            actor: 'acceptor',
            selection: `Every association on TCP port ${tlsPort} is secured; ${plainDicom === 'on' ? 'another port takes associations without TLS' : 'there is no port without TLS'}.`,
            features: `${features} ${clients[tlsClients]}`,
          },
        ]
      : []),
    ...(peers.some(({ tls }) => tls)
      ? [{ profile, actor: 'initiator', selection: 'Configured for each peer.', features }]
      : []),
  ];
}

const effects = {
  checked:
    'An association that names a user is rejected unless the user is configured, with the same passcode where there is one.',
  required: 'An association is rejected unless it names a configured user, with the same passcode where there is one.',
};

function identitiesOf({ userIdentity }: Configuration): Security['userIdentity'] {
  if (userIdentity === 'noted') return [];
  const effect = effects[userIdentity];
  const types = ['1 user name', '2 user name and passcode'] as const;
  return types.map((type) => ({ type, direction: 'accepted' as const, positiveResponse: true, effect }));
}

export const securityOf = (configuration: Configuration): Security => ({
  ...security,
  profiles: profilesOf(configuration),
  userIdentity: identitiesOf(configuration),
});
