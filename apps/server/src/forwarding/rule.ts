// A rule of what is sent on by itself: what it looks at, where it sends, when.
import type { z } from 'zod';
import type { ruleSchema } from './rule-schema.ts';

export type RuleContent = z.output<typeof ruleSchema>;

/** A rule as it is kept. */
export interface Rule extends RuleContent {
  readonly ruleId: string;
  /** ISO 8601: only what is received from then on is sent on. */
  readonly since: string;
}

/** What jobs say of who asked for them. */
export const causeOf = ({ name }: Pick<RuleContent, 'name'>): string => `rule ${name}`;
