// What requests under /conformance carry: read by those who answer, told by the OpenAPI document. PS3.2 6
import { z } from 'zod';

/** Statements that are compared with our own in one request. */
export const mostStatements = 19;
/** Characters of one text of the statement. */
export const longestText = 20_000;
/** Where a statement that is kept came from. */
export const origins = ['text', 'JSON or YAML', 'probe', 'by hand'] as const;

export const comparisonRequest = z.strictObject({
  statements: z.array(z.unknown()).min(1).max(mostStatements),
});

export const planningRequest = z.strictObject({
  statement: z.unknown().optional(),
  partner: z.unknown().optional(),
});

export const keptPlanRequest = z.strictObject({
  /** Id of the system under test. */
  statement: z.string().max(64),
  /** What this server proposes is proposed in the test. */
  withOwn: z.boolean().default(true),
  notNeeded: z.array(z.string().max(200)).max(100).default([]),
});

export const approvalRequest = z.strictObject({ by: z.string().trim().min(1).max(200) });

export const probeRequest = z.strictObject({
  peer: z.string().max(16),
  calling: z.string().max(16).optional(),
});

export const releaseRequest = z.strictObject({
  author: z.string().min(1).max(400).exactOptional(),
  remarks: z.string().min(1).max(20_000).exactOptional(),
});

const title = z.string().max(16);

export const runRequest = z.strictObject({
  peer: title,
  /** AE titles of configured peers by entity of the plan, where they are at places of their own. */
  targets: z.record(z.string().max(64), title).optional(),
  /** TCP port at which the peer can call us during the run, and by which title. */
  listen: z.int().min(1).max(65_535).optional(),
  calling: title.optional(),
  /** Id of a kept plan that was approved. */
  plan: z.string().max(64).optional(),
  /** Runs what nobody has approved: made of `statement`, or of what a probe sees. */
  draft: z.boolean().default(false),
  statement: z.unknown().optional(),
  partner: z.unknown().optional(),
  allow: z.array(z.enum(['adds data', 'changes data', 'disturbs'])).default([]),
  /** Whoever does not say that it is a test system gets reading only. */
  inClinicalUse: z.boolean().default(true),
  dryRun: z.boolean().default(false),
  services: z.array(z.string().max(200)).max(100).optional(),
  items: z.array(z.string().max(300)).max(1000).optional(),
  /** A run before: only what did not pass in it. */
  failedIn: z.string().max(64).optional(),
  tester: z.string().max(200).default('not named'),
  rate: z.number().positive().max(1000).optional(),
  attended: z.boolean().default(false),
});

export const answerRequest = z.strictObject({
  result: z.enum(['passed', 'failed', 'inconclusive', 'not run']),
  note: z.string().max(2000).default(''),
});

const name = z.string().trim().min(1).max(200);

export const importRequest = z.strictObject({
  name,
  text: z.string(),
  /** Without it, what the text looks like. */
  format: z.enum(['text', 'data']).optional(),
});

export const keepRequest = z.strictObject({
  name,
  statement: z.looseObject({}),
  origin: z.enum(origins).default('by hand'),
  by: z.string().max(200).default('not named'),
});

export const textRequest = z.strictObject({
  author: z.string().trim().min(1).max(400),
  text: z.string().trim().min(1).max(longestText).exactOptional(),
});

export const previewRequest = z.strictObject({ text: z.string().max(longestText) });
