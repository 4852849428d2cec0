// The administration API of what is stored: how much, since when, and what would go by itself.
import { z } from 'zod';
import type { Endpoint } from './endpoint.ts';

const committed = z
  .array(z.object({ peer: z.string(), at: z.string() }))
  .describe('peers that were told that something of it is committed here, and when last');

/** Who takes a study out, and why. */
export const rejectRequest = z.strictObject({
  by: z.string().max(64).optional().describe('who acts; the address of the caller stands beside it'),
  reason: z.string().max(1024).default(''),
});

const share = { bytes: z.number(), studies: z.number() };

const json = 'application/json';

const candidate = z.object({
  studyInstanceUid: z.string(),
  patientName: z.string(),
  studyDate: z.string(),
  receivedAt: z.string(),
  bytes: z.number(),
});

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
      asideBytes: z.number().describe('of second objects under a known UID, and of those that made way for them'),
      studies: z.number(),
      protectedStudies: z.number(),
      committedStudies: z.number().describe('of which something was committed to a peer: they never go by themselves'),
      moved: z
        .object({ objects: z.number(), bytes: z.number(), lastAt: z.string() })
        .describe('what was moved to S3 by its age so far, and when last'),
      quota: z.number().describe('in bytes; 0: none'),
      quotaPolicy: z.string(),
      months: z.array(z.object({ month: z.string(), ...share })),
      modalities: z.array(z.object({ modality: z.string(), ...share })),
    }),
  },
  keeping: {
    method: 'GET',
    path: '/api/storage/studies/:study',
    summary:
      'What keeps a study from going by itself: protection, quarantine, commitment to peers, what is still to be sent',
    mediaType: json,
    response: z.object({
      studyInstanceUid: z.string(),
      isProtected: z.boolean(),
      quarantine: z.string().describe('why it waits; empty where it does not'),
      committed,
      isOnItsWay: z.boolean().describe('something of it is still to be sent, or could not be'),
      awaitsCommitment: z.boolean().describe('a peer was asked to commit itself and has not answered'),
      isComingIn: z.boolean().describe('something came to it of late, and no rule has dealt with it yet'),
      temporary: z.number().describe('instances of it that are kept for a while only'),
    }),
    problems: [404],
  },
  rejectStudy: {
    method: 'POST',
    path: '/api/storage/studies/:study/reject',
    summary:
      'Takes a study out of every answer, body with by and reason: it can be put back until it is deleted for good (/api/rejected)',
    mediaType: json,
    response: z.object({ instances: z.number(), committed }),
    problems: [400, 403, 404, 409, 413],
  },
  retention: {
    method: 'GET',
    path: '/api/storage/retention',
    summary: 'Which studies each retention rule would take now, at most 2,000 of each, the oldest first',
    mediaType: json,
    response: z.array(z.object({ rule: z.string(), studies: z.array(candidate) })),
  },
} as const satisfies Record<string, Endpoint>;
