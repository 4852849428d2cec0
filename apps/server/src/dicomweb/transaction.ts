// What answers one method of one resource.
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { DicomwebParts } from './parts.ts';

export type Transaction = (request: FastifyRequest, reply: FastifyReply, parts: DicomwebParts) => unknown;
