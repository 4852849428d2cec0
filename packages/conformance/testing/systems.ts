// Small systems for comparisons: what they propose and accept, and nothing that a test does not name.
const implicit = '1.2.840.10008.1.2';

/** An abstract syntax of an activity. */
export interface OfferParts {
  readonly uid: string;
  readonly role?: 'SCU' | 'SCP' | 'BOTH';
  /** Default: Implicit VR Little Endian. Empty: not stated. */
  readonly syntaxes?: readonly string[];
  readonly notes?: readonly string[];
  readonly common?: boolean;
}

export interface ActivityParts {
  readonly name?: string;
  readonly offers: readonly OfferParts[];
  readonly selection?: string;
  readonly grouping?: string;
  readonly fallback?: string;
  readonly conformance?: readonly object[];
}

export interface SystemParts {
  readonly name: string;
  readonly initiates?: readonly ActivityParts[] | 'unknown';
  readonly accepts?: readonly ActivityParts[] | 'unknown';
  readonly associations?: { readonly initiator?: number | string; readonly acceptor?: number | string };
  readonly entity?: object;
  readonly sopClasses?: readonly object[];
  readonly parameters?: readonly object[];
  readonly rest?: object;
}

const named = (uid: string) => ({ name: uid, uid });

function activity({ name = 'Work', offers, conformance = [], ...rest }: ActivityParts, role: 'SCU' | 'SCP') {
  const notes = offers.flatMap((offer) => offer.notes ?? []);
  return {
    id: name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-'),
    name,
    contexts: offers.map((offer) => ({
      abstractSyntax: named(offer.uid),
      transferSyntaxes: (offer.syntaxes ?? [implicit]).map(named),
      role: offer.role ?? role,
      extendedNegotiation: (offer.notes ?? []).map((note) => notes.indexOf(note) + 1),
      commonExtendedNegotiation: offer.common ?? false,
    })),
    notes: notes.map((text, index) => ({ number: index + 1, text })),
    sopConformance: conformance,
    grouping: rest.grouping ?? 'one context for all transfer syntaxes',
    ...(rest.fallback !== undefined && { fallback: rest.fallback }),
    acceptanceRules: { selection: { rule: rest.selection ?? 'own order', text: 'As said.' } },
  };
}

function side(parts: readonly ActivityParts[] | 'unknown' | undefined, role: 'SCU' | 'SCP', most?: number | string) {
  if (parts === 'unknown') return { state: 'unknown', reason: 'not stated' };
  if (parts === undefined) return { state: 'not supported', reason: 'none' };
  return {
    state: 'described',
    ...(most !== undefined && { associations: { value: most, configurable: false } }),
    activities: parts.map((each) => activity(each, role)),
  };
}

/** A statement of one entity, as JSON would hold it. */
export const system = (parts: SystemParts) => ({
  id: parts.name,
  edition: 'imported',
  cover: { state: 'described', products: [{ name: parts.name, versions: ['1.0'] }] },
  networking: {
    state: 'described',
    applicationEntities: [
      {
        id: 'main',
        name: `${parts.name} AE`,
        sopClasses: parts.sopClasses ?? [],
        applicationContext: '1.2.840.10008.3.1.1.1',
        ...parts.entity,
        initiation: side(parts.initiates, 'SCU', parts.associations?.initiator),
        acceptance: side(parts.accepts, 'SCP', parts.associations?.acceptor),
      },
    ],
    configuration: {
      localTitles: [{ ae: 'main', defaultTitle: parts.name.toUpperCase().slice(0, 16), defaultPort: 104 }],
      parameters: parts.parameters ?? [],
    },
  },
  ...parts.rest,
});

/** The part of a statement about one operation. */
export const operation = (
  name: string,
  ourRole: 'SCU' | 'SCP',
  sopClasses: readonly string[],
  rest: object = {},
): object => ({ operation: name, ourRole, sopClasses, ...rest });
