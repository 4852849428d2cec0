// What of open media is looked at: the same interfaces as those of the archive, for reading alone, under an address of their own.
import type { FastifyInstance } from 'fastify';
import type { Archive } from '../archive/archive.ts';
import { registerDicomweb, registerWadoUri } from '../dicomweb/dicomweb.ts';
import type { DicomwebParts } from '../dicomweb/parts.ts';
import type { StudyPresentationState } from '../presentation-states/states-of-study.ts';
import { HttpProblem } from './problem.ts';

export interface ShownParts {
  readonly archive: Archive;
  /** Undefined while nothing is shown. */
  readonly opened: () =>
    | { readonly presentationStates: (study: string) => Promise<readonly StudyPresentationState[]> }
    | undefined;
}

const prefix = '/shown';

/** Links in answers are relative to this server: only its own pages ask here. */
export const registerShown = (
  app: FastifyInstance,
  { archive, opened }: ShownParts,
  {
    imaging,
    pdfTexts,
    implementation,
    limits,
    holdBody,
  }: Pick<DicomwebParts, 'imaging' | 'pdfTexts' | 'implementation' | 'limits' | 'holdBody'>,
): void => {
  const parts: DicomwebParts = { archive, imaging, pdfTexts, implementation, limits, holdBody, publicUrl: prefix };
  const there = () => {
    const shown = opened();
    if (!shown) throw new HttpProblem('not-found', 'No open medium is shown.');
    return shown;
  };
  app.register(
    async (scope) => {
      scope.addHook('onRequest', async ({ method }) => {
        if (method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS')
          throw new HttpProblem('method-not-allowed', 'What media show can only be read.', {
            headers: { allow: 'GET, HEAD' },
          });
        there();
      });
      scope.register(async (inner) => registerDicomweb(inner, parts), { prefix: '/dicom-web' });
      registerWadoUri(scope, parts);
      scope.get('/api/studies/:study/presentation-states', async ({ params }, reply) => {
        reply.header('cache-control', 'no-store');
        return there().presentationStates(Object.values(params ?? {}).join(''));
      });
    },
    { prefix },
  );
};
