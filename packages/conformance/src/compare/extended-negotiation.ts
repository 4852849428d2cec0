// Extended negotiation: what one side wants of the options that the other has. PS3.4 C.5, B.3.1; PS3.7 D.3.3.5
import type { Reason } from './verdict.ts';
import type { Offer } from './view.ts';

const options: Readonly<Record<string, RegExp>> = {
  'relational queries': /relational/i,
  'combined matching of date and time': /combined|date-?time/i,
  'fuzzy matching of person names': /fuzzy/i,
  'time zone adjustment': /time ?zone/i,
  'enhanced multi-frame conversion': /enhanced multi-?frame/i,
  'level of storage support': /level (?:of )?(?:support|[012])/i,
  'digital signatures': /signature/i,
  'element coercion': /coerc/i,
};

/** Options that notes name. */
export const optionsIn = (notes: readonly string[]): readonly string[] =>
  Object.entries(options).flatMap(([name, pattern]) => (notes.some((note) => pattern.test(note)) ? [name] : []));

/** What becomes of the options that the initiator wants. */
export function negotiationReasons(initiator: Offer, acceptor: Offer): readonly Reason[] {
  if (initiator.negotiation.length === 0) return [];
  const paths = { initiator: initiator.path, acceptor: acceptor.path };
  const wanted = optionsIn(initiator.negotiation);
  if (acceptor.negotiation.length === 0)
    return [
      {
        code: 'negotiation-not-answered',
        severity: 'limit',
        text: `Extended negotiation is proposed (${wanted.join(', ') || initiator.negotiation.join(' ')}), and the acceptor states none: it works as if it had not been proposed.`,
        ...paths,
      },
    ];
  const given = optionsIn(acceptor.negotiation);
  const lacking = given.length === 0 ? [] : wanted.filter((name) => !given.includes(name));
  const both = wanted.filter((name) => given.includes(name));
  return [
    ...(lacking.length > 0
      ? [
          {
            code: 'option-not-offered',
            severity: 'limit' as const,
            text: `Wanted and not offered: ${lacking.join(', ')}.`,
            ...paths,
          },
        ]
      : []),
    ...(both.length > 0
      ? [
          {
            code: 'options-in-common',
            severity: 'information' as const,
            text: `Negotiated options in common: ${both.join(', ')}.`,
            ...paths,
          },
        ]
      : []),
  ];
}
