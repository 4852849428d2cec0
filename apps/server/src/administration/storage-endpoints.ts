// The administration API of what is stored: how much, since when, and what would go by itself.
import { z } from 'zod';
import type { Endpoint } from './endpoint.ts';

const share = { bytes: z.number(), studies: z.number() };

const json = 'application/json';

export const storageEndpoints = {
  storage: {
    method: 'GET',
    path: '/api/storage',
    summary:
      'Storage used: in all, by the month it came in, by modality; the quota; what is rejected and not deleted yet',
    mediaType: json,
    response: z.object({
      bytes: z.number(),
      rejectedBytes: z.number(),
      studies: z.number(),
      protectedStudies: z.number(),
      quota: z.number().describe('in bytes; 0: none'),
      quotaPolicy: z.string(),
      months: z.array(z.object({ month: z.string(), ...share })),
      modalities: z.array(z.object({ modality: z.string(), ...share })),
    }),
  },
  retention: {
    method: 'GET',
    path: '/api/storage/retention',
    summary: 'Which studies each retention rule would take now',
    mediaType: json,
    response: z.array(z.object({ rule: z.string(), studies: z.array(z.string()) })),
  },
} as const satisfies Record<string, Endpoint>;
