// What our side does wrong on purpose while it calls, at which point, and what may remain of it on the other side. PS3.8 9.3, PS3.7 9.3.1

/** Faults around the data set of a C-STORE. */
const ofAStore = [
  'abort before a data set',
  'abort in a data set',
  'abort after a data set',
  'cut in a data set',
  'cut after a data set',
  'silence in a data set',
  'delay in a data set',
  'short PDUs',
] as const;

export const recoveryFaults = [
  'silence',
  'abort',
  'cut',
  'garbage',
  'half a PDU',
  'refused context',
  ...ofAStore,
] as const;

export type StoreFault = (typeof ofAStore)[number];
export type RecoveryFault = (typeof recoveryFaults)[number];

const storeFaults: ReadonlySet<string> = new Set(ofAStore);
export const isStoreFault = (fault: RecoveryFault): fault is StoreFault => storeFaults.has(fault);

export interface StoreCourse {
  /** How much of the data set is sent before the fault. */
  readonly sent: 'none' | 'half' | 'all';
  /** What follows; `pause`: the other half after a while. */
  readonly follows: 'abort' | 'cut' | 'silence' | 'pause' | 'wait for the answer';
  /** What the system may have of the instance afterwards. */
  readonly remains: 'nothing' | 'all' | 'all or nothing';
  /** Bytes in each P-DATA-TF. */
  readonly fragment?: number;
}

/** A message that does not arrive whole is none: nothing of it is kept. */
export const storeCourses: Readonly<Record<StoreFault, StoreCourse>> = {
  'abort before a data set': { sent: 'none', follows: 'abort', remains: 'nothing' },
  'abort in a data set': { sent: 'half', follows: 'abort', remains: 'nothing' },
  'abort after a data set': { sent: 'all', follows: 'abort', remains: 'all or nothing' },
  'cut in a data set': { sent: 'half', follows: 'cut', remains: 'nothing' },
  'cut after a data set': { sent: 'all', follows: 'cut', remains: 'all or nothing' },
  'silence in a data set': { sent: 'half', follows: 'silence', remains: 'nothing' },
  'delay in a data set': { sent: 'half', follows: 'pause', remains: 'all' },
  'short PDUs': { sent: 'all', follows: 'wait for the answer', remains: 'all', fragment: 100 },
};

/** What a person reads in the plan. */
export const faultActions: Readonly<Record<RecoveryFault, string>> = {
  silence: 'Open a connection and say nothing for a second.',
  abort: 'Send A-ABORT in an association.',
  cut: 'Close the connection in an association without a word.',
  garbage: 'Send bytes that are no PDU.',
  'half a PDU': 'Send the first half of a request, and close.',
  'refused context': 'Send a message in a presentation context that the system has refused.',
  'abort before a data set': 'Send the C-STORE request of a test instance, and A-ABORT before its data set.',
  'abort in a data set': 'Begin a C-STORE of a test instance, and send A-ABORT in the middle of its data set.',
  'abort after a data set': 'Send a whole test instance with C-STORE, and A-ABORT without waiting for the answer.',
  'cut in a data set': 'Begin a C-STORE of a test instance, and cut the connection in the middle of its data set.',
  'cut after a data set': 'Send a whole test instance with C-STORE, and cut the connection without waiting.',
  'silence in a data set': 'Begin a C-STORE of a test instance, and say nothing more in the middle of its data set.',
  'delay in a data set': 'Begin a C-STORE of a test instance, pause in the middle of its data set, and go on.',
  'short PDUs': 'Send a test instance with C-STORE in P-DATA-TF of 100 bytes each.',
};
