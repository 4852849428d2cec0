// Requests about the peers in the configuration file, checked and passed on.
import type { FastifyRequest } from 'fastify';
import type { FiledPeer, PeerFile } from '../associations/peer-file.ts';
import { SettingsError } from '../settings/read-configuration.ts';
import type { WebLimits } from '../web/limits.ts';
import { HttpProblem, quote } from '../web/problem.ts';
import { jsonBody } from './job-answers.ts';
import { peerRequest } from './peer-endpoints.ts';

export interface PeerAnswerParts {
  readonly peerFile: PeerFile;
  readonly peers: { list(): readonly FiledPeer[] };
  readonly limits: WebLimits;
}

const parameter = ({ params }: FastifyRequest): string => Object.values(params ?? {}).join('');

const same = (one: readonly FiledPeer[], other: readonly FiledPeer[]): boolean => {
  const lines = (peers: readonly FiledPeer[]) =>
    peers.map(({ aeTitle, host, port, name = '' }) => JSON.stringify([aeTitle, host, port, name])).sort();
  return lines(one).join() === lines(other).join();
};

/** One answer for each endpoint of peer-endpoints.ts. */
export const peerAnswers = ({ peerFile, peers, limits }: PeerAnswerParts) => {
  const answer = (filed: readonly FiledPeer[]) => ({
    file: peerFile.path,
    peers: filed,
    inForce: same(filed, peers.list()),
  });
  /** A file that somebody broke by hand conflicts with every change; what is asked for here is the asker's own. */
  const refused = (kind: 'conflict' | 'invalid-parameter') => (cause: unknown) => {
    if (!(cause instanceof SettingsError)) throw cause;
    throw new HttpProblem(kind, cause.message, { cause });
  };
  const readable = () => peerFile.list().catch(refused('conflict'));
  return {
    filedPeers: async () => answer(await readable()),
    putPeer: async (request: FastifyRequest) => {
      const { name, ...given } = await jsonBody(request, peerRequest, limits);
      const peer = { aeTitle: parameter(request), ...given, ...(name !== undefined && { name }) };
      await readable();
      return answer(await peerFile.put(peer).catch(refused('invalid-parameter')));
    },
    removePeer: async (request: FastifyRequest) => {
      const aeTitle = parameter(request);
      const left = await peerFile.remove(aeTitle).catch(refused('conflict'));
      if (!left) throw new HttpProblem('not-found', `No peer of the configuration file is called ${quote(aeTitle)}.`);
      return answer(left);
    },
  };
};
