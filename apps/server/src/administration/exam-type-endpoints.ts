// The administration API of exam types: the list that a site keeps, and which of them a study is.
import { z } from 'zod';
import { namingAttributes } from '../exam-types/exam-types.ts';
import type { Endpoint } from './endpoint.ts';

/** As long as a description may be (LO), without what separates values. */
export const examTypeRequest = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1)
    .max(64)
    .regex(/^[^\\\p{Cc}]*$/u, 'no control characters and no backslash'),
  by: z.string().max(64).optional(),
});

const examType = z.object({ name: z.string(), addedAt: z.string(), addedBy: z.string() });
const json = 'application/json';

export const examTypeEndpoints = {
  examTypes: {
    method: 'GET',
    path: '/api/exam-types',
    summary: 'The exam types of this site',
    mediaType: json,
    response: z.array(examType),
  },
  addExamType: {
    method: 'POST',
    path: '/api/exam-types',
    summary: 'Adds an exam type: body with name and, if wanted, by',
    mediaType: json,
    response: z.array(examType),
    problems: [400, 403, 409, 413],
  },
  removeExamType: {
    method: 'POST',
    path: '/api/exam-types/:name/remove',
    summary: 'Takes an exam type from the list; studies keep their descriptions',
    mediaType: json,
    response: z.array(examType),
    problems: [403, 404],
  },
  examTypesOfStudy: {
    method: 'GET',
    path: '/api/studies/:study/exam-types',
    summary:
      'Exam types of the list that a study is: by its description, or a series description, body part or third value of Image Type in it',
    mediaType: json,
    response: z.array(z.object({ name: z.string(), from: z.enum(namingAttributes) })),
  },
} as const satisfies Record<string, Endpoint>;
