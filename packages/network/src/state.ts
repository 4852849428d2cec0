// The upper layer's state machine as the standard's table. Pure: effects are data, association/upper-layer.ts carries them out. PS3.8 9.2.

/** PS3.8 9.2.1, Tables 9-1 to 9-5. */
export const states = {
  Sta1: 'idle',
  Sta2: 'transport connection open, awaiting A-ASSOCIATE-RQ',
  Sta3: 'awaiting the local answer to the association',
  Sta4: 'awaiting the transport connection',
  Sta5: 'awaiting A-ASSOCIATE-AC or A-ASSOCIATE-RJ',
  Sta6: 'ready for data transfer',
  Sta7: 'awaiting A-RELEASE-RP',
  Sta8: 'awaiting the local answer to the release',
  Sta9: 'release collision, requestor, awaiting the local answer',
  Sta10: 'release collision, acceptor, awaiting A-RELEASE-RP',
  Sta11: 'release collision, requestor, awaiting A-RELEASE-RP',
  Sta12: 'release collision, acceptor, awaiting the local answer',
  Sta13: 'awaiting the close of the transport connection',
} as const;
export type State = keyof typeof states;

/** What may happen, by the names of Table 9-10; "request", "response" come from the local user. */
export const events = [
  'A-ASSOCIATE request',
  'transport connected',
  'A-ASSOCIATE-AC',
  'A-ASSOCIATE-RJ',
  'transport indication',
  'A-ASSOCIATE-RQ',
  'A-ASSOCIATE response (accept)',
  'A-ASSOCIATE response (reject)',
  'P-DATA request',
  'P-DATA-TF',
  'A-RELEASE request',
  'A-RELEASE-RQ',
  'A-RELEASE-RP',
  'A-RELEASE response',
  'A-ABORT request',
  'A-ABORT',
  'transport closed',
  'ARTIM expired',
  'invalid PDU',
] as const;
export type Event = (typeof events)[number];

export type Effect =
  | 'connect'
  | 'accept transport'
  | 'send A-ASSOCIATE-RQ'
  | 'send A-ASSOCIATE-AC'
  | 'send A-ASSOCIATE-RJ'
  | 'send P-DATA-TF'
  | 'send A-RELEASE-RQ'
  | 'send A-RELEASE-RP'
  | 'send A-ABORT (service user)'
  | 'send A-ABORT (service provider)'
  | 'indicate A-ASSOCIATE'
  | 'confirm A-ASSOCIATE (accept)'
  | 'confirm A-ASSOCIATE (reject)'
  | 'indicate P-DATA'
  | 'indicate A-RELEASE'
  | 'confirm A-RELEASE'
  | 'indicate A-ABORT'
  | 'indicate A-P-ABORT'
  | 'start ARTIM'
  | 'stop ARTIM'
  | 'close transport';

interface Step {
  readonly next: State;
  readonly effects: readonly Effect[];
}
/** What decides between the two outcomes of AE-6 and AR-8. */
export interface Facts {
  /** This side asked for the association. */
  readonly requestor: boolean;
  /** The A-ASSOCIATE-RQ is acceptable to the service provider. */
  readonly acceptable: boolean;
}
interface Action extends Step {
  /** The other outcome, where the definition has two. */
  readonly unless?: Step & { readonly fact: keyof Facts };
}

/** PS3.8 9.2.2, Tables 9-6 to 9-9. */
export const actions = {
  'AE-1': { next: 'Sta4', effects: ['connect'] },
  'AE-2': { next: 'Sta5', effects: ['send A-ASSOCIATE-RQ'] },
  'AE-3': { next: 'Sta6', effects: ['confirm A-ASSOCIATE (accept)'] },
  'AE-4': { next: 'Sta1', effects: ['confirm A-ASSOCIATE (reject)', 'close transport'] },
  'AE-5': { next: 'Sta2', effects: ['accept transport', 'start ARTIM'] },
  'AE-6': {
    next: 'Sta3',
    effects: ['stop ARTIM', 'indicate A-ASSOCIATE'],
    unless: { fact: 'acceptable', next: 'Sta13', effects: ['stop ARTIM', 'send A-ASSOCIATE-RJ', 'start ARTIM'] },
  },
  'AE-7': { next: 'Sta6', effects: ['send A-ASSOCIATE-AC'] },
  'AE-8': { next: 'Sta13', effects: ['send A-ASSOCIATE-RJ', 'start ARTIM'] },
  'DT-1': { next: 'Sta6', effects: ['send P-DATA-TF'] },
  'DT-2': { next: 'Sta6', effects: ['indicate P-DATA'] },
  'AR-1': { next: 'Sta7', effects: ['send A-RELEASE-RQ'] },
  'AR-2': { next: 'Sta8', effects: ['indicate A-RELEASE'] },
  'AR-3': { next: 'Sta1', effects: ['confirm A-RELEASE', 'close transport'] },
  'AR-4': { next: 'Sta13', effects: ['send A-RELEASE-RP', 'start ARTIM'] },
  'AR-5': { next: 'Sta1', effects: ['stop ARTIM'] },
  'AR-6': { next: 'Sta7', effects: ['indicate P-DATA'] },
  'AR-7': { next: 'Sta8', effects: ['send P-DATA-TF'] },
  'AR-8': {
    next: 'Sta9',
    effects: ['indicate A-RELEASE'],
    unless: { fact: 'requestor', next: 'Sta10', effects: ['indicate A-RELEASE'] },
  },
  'AR-9': { next: 'Sta11', effects: ['send A-RELEASE-RP'] },
  'AR-10': { next: 'Sta12', effects: ['confirm A-RELEASE'] },
  'AA-1': { next: 'Sta13', effects: ['send A-ABORT (service user)', 'start ARTIM'] },
  'AA-2': { next: 'Sta1', effects: ['stop ARTIM', 'close transport'] },
  'AA-3': { next: 'Sta1', effects: ['indicate A-ABORT', 'close transport'] },
  'AA-4': { next: 'Sta1', effects: ['indicate A-P-ABORT'] },
  'AA-5': { next: 'Sta1', effects: ['stop ARTIM'] },
  'AA-6': { next: 'Sta13', effects: [] },
  'AA-7': { next: 'Sta13', effects: ['send A-ABORT (service provider)'] },
  'AA-8': { next: 'Sta13', effects: ['send A-ABORT (service provider)', 'indicate A-P-ABORT', 'start ARTIM'] },
} as const satisfies Record<string, Action>;
export type ActionName = keyof typeof actions;

type Row = { readonly [E in Event]?: ActionName };

const unexpected: Row = {
  'A-ASSOCIATE-AC': 'AA-8',
  'A-ASSOCIATE-RJ': 'AA-8',
  'A-ASSOCIATE-RQ': 'AA-8',
  'P-DATA-TF': 'AA-8',
  'A-RELEASE-RQ': 'AA-8',
  'A-RELEASE-RP': 'AA-8',
  'A-ABORT request': 'AA-1',
  'A-ABORT': 'AA-3',
  'transport closed': 'AA-4',
  'invalid PDU': 'AA-8',
};

/** PS3.8 9.2.3, Table 9-10, one row per state; an empty cell cannot happen. */
export const table: Readonly<Record<State, Row>> = {
  Sta1: { 'A-ASSOCIATE request': 'AE-1', 'transport indication': 'AE-5' },
  Sta2: {
    'A-ASSOCIATE-AC': 'AA-1',
    'A-ASSOCIATE-RJ': 'AA-1',
    'A-ASSOCIATE-RQ': 'AE-6',
    'P-DATA-TF': 'AA-1',
    'A-RELEASE-RQ': 'AA-1',
    'A-RELEASE-RP': 'AA-1',
    'A-ABORT': 'AA-2',
    'transport closed': 'AA-5',
    'ARTIM expired': 'AA-2',
    'invalid PDU': 'AA-1',
  },
  Sta3: { ...unexpected, 'A-ASSOCIATE response (accept)': 'AE-7', 'A-ASSOCIATE response (reject)': 'AE-8' },
  Sta4: { 'transport connected': 'AE-2', 'A-ABORT request': 'AA-2', 'transport closed': 'AA-4' },
  Sta5: { ...unexpected, 'A-ASSOCIATE-AC': 'AE-3', 'A-ASSOCIATE-RJ': 'AE-4' },
  Sta6: {
    ...unexpected,
    'P-DATA request': 'DT-1',
    'P-DATA-TF': 'DT-2',
    'A-RELEASE request': 'AR-1',
    'A-RELEASE-RQ': 'AR-2',
  },
  Sta7: { ...unexpected, 'P-DATA-TF': 'AR-6', 'A-RELEASE-RQ': 'AR-8', 'A-RELEASE-RP': 'AR-3' },
  Sta8: { ...unexpected, 'P-DATA request': 'AR-7', 'A-RELEASE response': 'AR-4' },
  Sta9: { ...unexpected, 'A-RELEASE response': 'AR-9' },
  Sta10: { ...unexpected, 'A-RELEASE-RP': 'AR-10' },
  Sta11: { ...unexpected, 'A-RELEASE-RP': 'AR-3' },
  Sta12: { ...unexpected, 'A-RELEASE response': 'AR-4' },
  Sta13: {
    'A-ASSOCIATE-AC': 'AA-6',
    'A-ASSOCIATE-RJ': 'AA-6',
    'A-ASSOCIATE-RQ': 'AA-7',
    'P-DATA-TF': 'AA-6',
    'A-RELEASE-RQ': 'AA-6',
    'A-RELEASE-RP': 'AA-6',
    'A-ABORT': 'AA-2',
    'transport closed': 'AR-5',
    'ARTIM expired': 'AA-2',
    'invalid PDU': 'AA-7',
  },
};

type NamedStep = Step & { readonly action: ActionName };
interface Steps {
  readonly usual: NamedStep;
  readonly unless?: { readonly fact: keyof Facts; readonly step: NamedStep };
}

/** What `transition` returns, made once: it is asked some ten times for each association. */
const steps = Object.fromEntries(
  Object.entries(actions).map(([name, { next, effects, unless }]: [string, Action]) => [
    name,
    {
      usual: { action: name, next, effects },
      ...(unless && {
        unless: { fact: unless.fact, step: { action: name, next: unless.next, effects: unless.effects } },
      }),
    },
  ]),
) as Readonly<Record<ActionName, Steps>>;

/** What an event does in a state; undefined where the table has an empty cell. */
export function transition(state: State, event: Event, facts: Facts): NamedStep | undefined {
  const name = table[state][event];
  if (name === undefined) return undefined;
  const { usual, unless } = steps[name];
  return unless && !facts[unless.fact] ? unless.step : usual;
}
