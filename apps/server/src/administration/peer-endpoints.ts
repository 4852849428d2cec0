// The administration API of the peers in the configuration file: in force as soon as the file has them.
import { z } from 'zod';
import type { Endpoint } from './endpoint.ts';

const peer = z.object({
  aeTitle: z.string(),
  host: z.string(),
  port: z.number(),
  name: z.string().optional().describe('what people call it'),
});

/** What a peer is given from the page; whatever else its entry says stays. */
export const peerRequest = z.strictObject({
  host: z.string().max(253).describe('name or address'),
  port: z.number().int().describe('1 to 65535'),
  name: z.string().max(64).optional(),
});

const filed = z.object({
  file: z.string().describe('path of the configuration file'),
  peers: z.array(peer),
  inForce: z
    .boolean()
    .describe('false: the peers in force come from somewhere else, or a part of the file waits for the next start'),
});

const json = 'application/json';

export const peerEndpoints = {
  filedPeers: {
    method: 'GET',
    path: '/api/settings/peers',
    summary: 'The peers of the configuration file, and whether they are those that are in force',
    mediaType: json,
    response: filed,
    problems: [409],
  },
  putPeer: {
    method: 'PUT',
    path: '/api/settings/peers/:aeTitle',
    summary:
      'Adds a peer to the configuration file, or changes title, host, port and name of one that is there; in force at once',
    mediaType: json,
    response: filed,
    problems: [400, 403, 409, 413],
  },
  removePeer: {
    method: 'DELETE',
    path: '/api/settings/peers/:aeTitle',
    summary: 'Takes a peer out of the configuration file; in force no more',
    mediaType: json,
    response: filed,
    problems: [403, 404, 409],
  },
} as const satisfies Record<string, Endpoint>;
