// The administration API for viewers: what they do by themselves, and which presentation states a study has. PS3.3 A.33.
import { z } from 'zod';
import type { Endpoint } from './endpoint.ts';

const presentationState = z.object({
  sopInstanceUid: z.string(),
  seriesInstanceUid: z.string(),
  kind: z.enum(['grayscale', 'color', 'pseudoColor', 'blending']),
  label: z.string(),
  description: z.string(),
  creator: z.string(),
  created: z.string().describe('Presentation Creation Date and Time'),
  notDisplayed: z.string().describe('why the page does not show images with it; empty where it does'),
  spatial: z.object({ rotation: z.literal([0, 90, 180, 270]), flip: z.boolean() }),
  images: z.array(z.object({ sopInstanceUid: z.string(), frames: z.array(z.number()) })),
});

export const presentationEndpoints = {
  viewer: {
    method: 'GET',
    path: '/api/viewer',
    summary: 'What the settings say of the viewer',
    mediaType: 'application/json',
    response: z.object({ overlays: z.enum(['every group', 'first group', 'on request']) }),
  },
  presentationStates: {
    method: 'GET',
    path: '/api/studies/:study/presentation-states',
    summary: 'The softcopy presentation states of a study, the newest first, and the images that each is for',
    mediaType: 'application/json',
    response: z.array(presentationState),
  },
} as const satisfies Record<string, Endpoint>;
