// The address under which a caller reached us: links in answers begin with it. RFC 9110 7.2.
import type { FastifyRequest } from 'fastify';
import { hostName } from './same-origin.ts';

/** `publicUrl` where a proxy stands between; else the Host that the request named, which has been checked. No slash at the end. */
export const baseUrl = (request: FastifyRequest, publicUrl: string | undefined): string => {
  if (publicUrl !== undefined) return publicUrl.replace(/\/+$/u, '');
  const host = request.headers.host;
  return `${request.protocol}://${hostName(host) === undefined ? 'localhost' : host}`;
};
