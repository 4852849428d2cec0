// Requests about key object selections, checked and passed on.
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { KeyObjects } from '../key-objects/open-key-objects.ts';
import { KeyObjectRefusal } from '../key-objects/refusal.ts';
import { isOwn } from '../key-objects/title-group.ts';
import { modifiersOf } from '../key-objects/titles.ts';
import { SettingsError } from '../settings/read-configuration.ts';
import type { WebLimits } from '../web/limits.ts';
import { HttpProblem, type ProblemKind, quote } from '../web/problem.ts';
import { jsonBody } from './job-answers.ts';
import { keyObjectRequest, titleRequest } from './key-object-endpoints.ts';

export interface KeyObjectAnswerParts {
  readonly keyObjects: KeyObjects;
  readonly limits: WebLimits;
}

const kinds: Readonly<Record<KeyObjectRefusal['fault'], ProblemKind>> = {
  'no-such-title': 'invalid-parameter',
  'no-such-modifier': 'invalid-parameter',
  'no-modifier': 'invalid-parameter',
  'no-such-instance': 'not-found',
  twice: 'invalid-parameter',
  'other-patient': 'conflict',
  'no-such-frame': 'invalid-parameter',
  'too-many': 'invalid-parameter',
  'not-stored': 'conflict',
};

const parameter = ({ params }: FastifyRequest): string => Object.values(params ?? {}).join('');

const titlesOf = async ({ group }: KeyObjects) => {
  const { titles, own } = await group();
  const inUse = new Set(titles.map(({ value }) => value));
  return {
    titles: titles.map((title) => {
      const { codes, required } = modifiersOf(title);
      return { ...title, own: isOwn(title), modifiers: codes, modifierRequired: required };
    }),
    retired: own
      .filter(({ value }) => !inUse.has(value))
      .map(({ value, scheme, meaning }) => ({ value, scheme, meaning })),
  };
};

/** A file that cannot be changed, or a setting that is missing beside what is asked for. */
const unsettled = (cause: unknown): never => {
  if (!(cause instanceof SettingsError)) throw cause;
  throw new HttpProblem('conflict', cause.message, { cause });
};

/** One answer for each endpoint of key-object-endpoints.ts. */
export const keyObjectAnswers = ({ keyObjects, limits }: KeyObjectAnswerParts) => ({
  createKeyObjects: async (request: FastifyRequest, reply: FastifyReply) => {
    const wish = await jsonBody(request, keyObjectRequest, limits);
    try {
      return reply.code(201).send({ documents: await keyObjects.create(wish) });
    } catch (cause) {
      if (!(cause instanceof KeyObjectRefusal)) throw cause;
      throw new HttpProblem(kinds[cause.fault], cause.message, { cause });
    }
  },
  keyObjectTitles: () => titlesOf(keyObjects),
  addKeyObjectTitle: async (request: FastifyRequest, reply: FastifyReply) => {
    const { definition, ...title } = await jsonBody(request, titleRequest, limits);
    const outcome = await keyObjects.titles
      .add({ ...title, ...(definition !== undefined && { definition }) })
      .catch(unsettled);
    if (outcome === 'there already') throw new HttpProblem('conflict', `${quote(title.code)} is a title already.`);
    return reply.code(201).send(await titlesOf(keyObjects));
  },
  retireKeyObjectTitle: async (request: FastifyRequest) => {
    const code = parameter(request);
    const outcome = await keyObjects.titles.retire(code).catch(unsettled);
    if (outcome === 'no such title') throw new HttpProblem('not-found', `No title of this site is ${quote(code)}.`);
    if (outcome === 'of the standard')
      throw new HttpProblem('conflict', `${quote(code)} is a title of the standard, which cannot be removed.`);
    return titlesOf(keyObjects);
  },
  keyObjectsOfStudy: (request: FastifyRequest) => keyObjects.ofStudy(parameter(request)),
});
