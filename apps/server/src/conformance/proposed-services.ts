// What this server proposes when it calls, as the settings have it: the declarations of the statement.
import type { DescribedEntity } from '@concord/conformance';
import { keywordOf, parseTag } from '@concord/dicom';
import type { Service } from '@concord/network';
import { send } from '../archive/declaration.ts';
import { keyTypeOf } from '../archive/keys.ts';
import { askCommitment, commitmentReports } from '../commitment/declaration.ts';
import { proposedSyntaxes } from '../outgoing/proposals.ts';
import { getFromOthers, moveFromOthers, searchOthers } from '../remote-archives/declaration.ts';
import type { Configuration } from '../settings/settings.ts';
import { sendingAgain } from './texts.ts';

/** Where the entry of a peer asks for it, images are compressed with loss after all. */
const sendLossy: Service = {
  ...send,
  text: {
    ...send.text,
    lossyOnly:
      'It is offered as it is stored, and decompressed where the peer takes only an uncompressed transfer syntax. To a peer whose entry asks for lossy JPEG it goes out compressed with loss, as an instance of its own that names the one it was made from.',
  },
};

const sendingTo = (peers: Configuration['peers']): Service =>
  peers.some(({ lossy }) => lossy !== undefined) ? sendLossy : send;

/** Sending: in one piece, or one for each entry. */
function sending({ proposes, peers }: Configuration): readonly Service[] {
  const whole = sendingTo(peers);
  const entries = proposes.filter(({ service }) => service === 'storage');
  if (entries.length === 0) return [whole];
  const named = entries.flatMap(({ sopClasses = [] }) => sopClasses);
  return entries.map(({ name = send.name, sopClasses, transferSyntaxes }) => ({
    ...whole,
    name,
    sopClasses: send.sopClasses.filter((uid) => (sopClasses ? sopClasses.includes(uid) : !named.includes(uid))),
    transferSyntaxes,
  }));
}

/** Jobs are tried again; what is sent at the request of a peer is not. */
export function retriesOf(configuration: Configuration): DescribedEntity['initiates']['retries'] {
  const { sendAttempts, sendRetryWait, sendGrouping } = configuration;
  const again = { count: sendAttempts - 1, interval: sendRetryWait, condition: sendingAgain };
  const sent = sendGrouping === 'one by one' ? { ...again, count: 0, interval: 0 } : again;
  return {
    ...Object.fromEntries(sending(configuration).map(({ name }) => [name, sent])),
    [askCommitment.name]: again,
  };
}

/** What other archives are asked, without what is not proposed. */
function asking({ proposes, askedKeys }: Configuration): readonly Service[] {
  const more = askedKeys.flatMap(({ level, attributes }) =>
    attributes.flatMap((name) => {
      const keyword = keywordOf(parseTag(name) ?? 0);
      return keyword === undefined ? [] : [{ level, keyword, type: keyTypeOf(keyword) }];
    }),
  );
  const search = { ...searchOthers, keys: [...searchOthers.keys, ...more] };
  return [search, moveFromOthers, getFromOthers].flatMap((service: Service) => {
    const sopClasses = service.sopClasses.filter((uid) => proposedSyntaxes(proposes, uid)?.length !== 0);
    const [first] = sopClasses;
    if (first === undefined) return [];
    const transferSyntaxes = proposedSyntaxes(proposes, first) ?? service.transferSyntaxes;
    return [{ ...service, sopClasses, transferSyntaxes }];
  });
}

export const proposedServices = (configuration: Configuration): readonly Service[] => [
  ...sending(configuration),
  ...asking(configuration),
];

const grouping = {
  'all in one': 'one context for all transfer syntaxes',
  'uncompressed apart': 'one context for the uncompressed transfer syntaxes, and one for each other',
  'one per syntax': 'one context per transfer syntax',
  'each and all': 'one context per transfer syntax, and one for all of them',
} as const;

/** How transfer syntaxes are spread over contexts, in the words of a statement. */
export const groupingOf = ({ proposalArrangement }: Configuration): DescribedEntity['initiates']['grouping'] =>
  grouping[proposalArrangement];

/** Requests for commitment, with the reports that may come over the same association. */
export const commitmentAsked: Service = {
  ...askCommitment,
  operations: { ...askCommitment.operations, ...commitmentReports.operations },
  events: commitmentReports.events,
};
