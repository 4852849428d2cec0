// The administration API of forwarding rules: what is sent on by itself, and what a rule would have done.
import { z } from 'zod';
import { ruleSchema } from '../forwarding/rule-schema.ts';
import type { Endpoint } from './endpoint.ts';

const rule = z.looseObject({ ruleId: z.string(), since: z.string(), name: z.string(), state: z.string() });
const moment = z.iso.datetime({ offset: true });

/** A dry run: the last day where no span is given. */
export const tryRequest = z.strictObject({
  rule: z.union([ruleSchema, z.string().min(1).max(64)]).describe('a rule, or the id of one'),
  since: moment.optional(),
  until: moment.optional(),
  limit: z.number().int().min(1).max(10_000).default(1000).describe('studies, the newest first'),
});

export const orderRequest = z.strictObject({ order: z.array(z.string().min(1).max(64)).max(1000) });

const tried = z.object({
  studyInstanceUid: z.string(),
  patientName: z.string(),
  description: z.string(),
  studyDate: z.string(),
  receivedAt: z.string(),
  total: z.number(),
  held: z.number().describe('objects for which the rule holds'),
  along: z.number().describe('others that go along with them'),
  destinations: z.array(
    z.object({
      destination: z.string(),
      instances: z.number().describe('that would have been sent'),
      cameFromThere: z.number().describe('left out: the destination is who sent them'),
    }),
  ),
});

const json = 'application/json';

export const ruleEndpoints = {
  rules: {
    method: 'GET',
    path: '/api/rules',
    summary: 'Forwarding rules, in the order they were given',
    mediaType: json,
    response: z.array(rule),
  },
  addRule: {
    method: 'POST',
    path: '/api/rules',
    summary: 'Adds a forwarding rule; only what is received from now on is sent on',
    mediaType: json,
    response: rule,
    problems: [400, 403, 404, 409, 413],
  },
  arrangeRules: {
    method: 'POST',
    path: '/api/rules/order',
    summary: 'Puts the rules in order: body with `order`, ids of rules',
    mediaType: json,
    response: z.array(rule),
    problems: [400, 403, 413],
  },
  tryRule: {
    method: 'POST',
    path: '/api/rules/try',
    summary:
      'What a rule would have done: body with rule (or its id) and, if wanted, since, until, limit; the last 24 hours where none is given',
    mediaType: json,
    response: z.array(tried),
    problems: [400, 403, 404, 413],
  },
  changeRule: {
    method: 'POST',
    path: '/api/rules/:rule',
    summary: 'Replaces a forwarding rule; pausing it pauses its jobs',
    mediaType: json,
    response: rule,
    problems: [400, 403, 404, 413],
  },
  removeRule: {
    method: 'POST',
    path: '/api/rules/:rule/remove',
    summary: 'Removes a forwarding rule; its jobs go on',
    mediaType: json,
    response: rule,
    problems: [403, 404],
  },
} as const satisfies Record<string, Endpoint>;
