// Who we are on the wire: the one place that says so. PS3.7 D.3.3.2.

export interface Implementation {
  readonly classUid: string;
  /** At most 16 characters. */
  readonly versionName: string;
}

export const implementation: Implementation = {
  classUid: '2.25.218307213963512084671914612706231264337',
  versionName: 'CONCORD_0_1',
};
