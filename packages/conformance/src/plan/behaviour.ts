// What our side does when a system calls it: well, or wrong in a way that is asked for. PS3.2 A.4.2.x.3, PS3.8 9.3

/** Each has one fault at one point; the rest of the association is served as the standard says. */
export const behaviours = [
  'answer',
  'refuse contexts',
  'reject the called title',
  'small PDUs',
  'failure status',
  'warning status',
  /** A status that the statement lists. */
  'status',
  'delay',
  'silence',
  'abort before the data set',
  'abort during the data set',
  /** After the data set, in place of the response. */
  'abort',
  'cut during the data set',
  /** After the data set, in place of the response. */
  'cut',
  /** Nobody listens for a while. */
  'away',
  /** Nobody listens for long, as when a network is down. */
  'long away',
  /** Nobody listens while the system under test is restarted. */
  'away at a restart',
] as const;

export type Behaviour = (typeof behaviours)[number];

/** Whether our side does not listen at first. */
export const isAway = (behaviour: Behaviour): boolean => /\baway\b/.test(behaviour);
