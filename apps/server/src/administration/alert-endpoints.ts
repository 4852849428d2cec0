// The administration API of alerts: what people are to be told at once, and that somebody has taken note of it.
import { z } from 'zod';
import type { Endpoint } from './endpoint.ts';

export const alertSchema = z.object({
  alertId: z.string(),
  entity: z.string().describe('called AE title; empty where no request led to it'),
  operation: z.string(),
  status: z.string().describe('such as A700H'),
  peer: z.string().describe('AE title of the last peer whose request it was'),
  destination: z.string().describe('where a move was to send; empty for a query'),
  detail: z.string().describe('why, the last time'),
  associationId: z.string().describe('of the last time'),
  times: z.number(),
  firstAt: z.string(),
  lastAt: z.string(),
  acknowledgedAt: z.string().describe('ISO 8601; empty while nobody has'),
  acknowledgedBy: z.string(),
});

export const acknowledgement = z.strictObject({ by: z.string().max(64).optional() });

const json = 'application/json';

export const alertEndpoints = {
  alerts: {
    method: 'GET',
    path: '/api/alerts',
    summary:
      'Alerts, the newest first: queries refused for want of room, moves that failed here or at their destination, a clock that leapt',
    mediaType: json,
    response: z.array(alertSchema),
  },
  acknowledgeAlert: {
    method: 'POST',
    path: '/api/alerts/:alert/acknowledge',
    summary: 'Says that somebody has taken note of an alert; body, if wanted, with by',
    mediaType: json,
    response: z.object({ acknowledged: z.literal(true) }),
    problems: [400, 403, 404, 413],
  },
} as const satisfies Record<string, Endpoint>;
