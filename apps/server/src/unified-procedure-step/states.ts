// The state machine of a Unified Procedure Step: PS3.4 Tables CC.1.1-1 and CC.1.1-2, as tables.

export const stepStates = ['SCHEDULED', 'IN PROGRESS', 'COMPLETED', 'CANCELED'] as const;
export type StepState = (typeof stepStates)[number];

export const isStepState = (text: string | undefined): text is StepState => stepStates.some((state) => state === text);

/** What comes of a request to change the state; 'done' changes it. */
export type StateOutcome = 'done' | 0xb304 | 0xb306 | 0xc300 | 0xc301 | 0xc302 | 0xc303 | 0xc310;

interface Cell {
  /** With the Transaction UID that the performer gave, or, for a step that nobody performs yet, with any. */
  readonly right: StateOutcome;
  /** With another one, or none. */
  readonly wrong: StateOutcome;
}
const same = (outcome: StateOutcome): Cell => ({ right: outcome, wrong: outcome });

/** Rows: the state the step is in; columns: the one it shall have. N-ACTION, Change UPS State. */
export const stateChanges: Readonly<Record<StepState, Readonly<Record<StepState, Cell>>>> = {
  SCHEDULED: {
    SCHEDULED: same(0xc303),
    'IN PROGRESS': { right: 'done', wrong: 0xc301 },
    COMPLETED: { right: 0xc310, wrong: 0xc301 },
    CANCELED: { right: 0xc310, wrong: 0xc301 },
  },
  'IN PROGRESS': {
    SCHEDULED: same(0xc303),
    'IN PROGRESS': { right: 0xc302, wrong: 0xc301 },
    COMPLETED: { right: 'done', wrong: 0xc301 },
    CANCELED: { right: 'done', wrong: 0xc301 },
  },
  COMPLETED: {
    SCHEDULED: same(0xc303),
    'IN PROGRESS': { right: 0xc300, wrong: 0xc301 },
    COMPLETED: { right: 0xb306, wrong: 0xc301 },
    CANCELED: { right: 0xc300, wrong: 0xc301 },
  },
  CANCELED: {
    SCHEDULED: same(0xc303),
    'IN PROGRESS': { right: 0xc300, wrong: 0xc301 },
    COMPLETED: { right: 0xc300, wrong: 0xc301 },
    CANCELED: { right: 0xb304, wrong: 0xc301 },
  },
};

/** N-SET. A step that nobody performs may be changed by whoever made it, without a Transaction UID. */
export const updates: Readonly<
  Record<StepState, { readonly right: 'done' | 0xc300; readonly wrong: 'done' | 0xc300 | 0xc301 }>
> = {
  SCHEDULED: { right: 'done', wrong: 0xc301 },
  'IN PROGRESS': { right: 'done', wrong: 0xc301 },
  COMPLETED: { right: 0xc300, wrong: 0xc300 },
  CANCELED: { right: 0xc300, wrong: 0xc300 },
};

/** N-ACTION, Request UPS Cancel: a step that nobody performs is canceled, one that somebody performs is asked about. */
export const cancelRequests: Readonly<Record<StepState, 'cancel' | 'ask' | 0xc311 | 0xb304>> = {
  SCHEDULED: 'cancel',
  'IN PROGRESS': 'ask',
  COMPLETED: 0xc311,
  CANCELED: 0xb304,
};
