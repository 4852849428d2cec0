// Reports of runs from files: what is relied on is checked. PS3.2 6
import { z } from 'zod';
import { results } from './outcome.ts';
import type { RunReport } from './run.ts';

const text = z.string().max(20_000);
const count = z.number().int().min(0);

const report = z.looseObject({
  format: z.literal('concord-test-run-1'),
  system: z.looseObject({ label: text, digest: text }),
  plan: text,
  target: z.looseObject({ host: text, port: count, calledAeTitle: text, callingAeTitle: text }),
  startedAt: text,
  endedAt: z.iso.datetime(),
  tester: text,
  dryRun: z.boolean(),
  counts: z.looseObject(Object.fromEntries(results.map((name) => [name, count]))),
  results: z
    .array(
      z.looseObject({ id: text, title: text, service: text, result: z.enum(results), expected: text, observed: text }),
    )
    .max(100_000),
});

const isReport = (value: unknown): value is RunReport => report.safeParse(value).success;

/** A report from parsed JSON; undefined for anything else. */
export const asRunReport = (value: unknown): RunReport | undefined => (isReport(value) ? value : undefined);
