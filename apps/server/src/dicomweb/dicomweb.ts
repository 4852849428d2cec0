// DICOMweb: every resource with its methods. PS3.18 10.3.
import type { FastifyInstance } from 'fastify';
import type { WebLimits } from '../web/limits.ts';

export interface DicomwebParts {
  readonly limits: WebLimits;
}

export const registerDicomweb = (_app: FastifyInstance, _parts: DicomwebParts): void => {};
