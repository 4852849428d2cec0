// What an explanation draws attention to.

export interface Finding {
  readonly severity: 'error' | 'warning' | 'note';
  readonly text: string;
  /** What would help. */
  readonly remedy?: string;
}
