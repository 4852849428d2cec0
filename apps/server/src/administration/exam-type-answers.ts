// Requests about exam types, checked and passed on.
import type { FastifyRequest } from 'fastify';
import { type ExamTypes, mostExamTypes } from '../exam-types/exam-types.ts';
import type { WebLimits } from '../web/limits.ts';
import { HttpProblem, quote } from '../web/problem.ts';
import { examTypeRequest } from './exam-type-endpoints.ts';
import { jsonBody } from './job-answers.ts';

export interface ExamTypeAnswerParts {
  readonly examTypes: ExamTypes;
  readonly limits: WebLimits;
}

const parameter = ({ params }: FastifyRequest): string => Object.values(params ?? {}).join('');

/** One answer for each endpoint of exam-type-endpoints.ts. */
export const examTypeAnswers = ({ examTypes, limits }: ExamTypeAnswerParts) => ({
  examTypes: () => examTypes.list(),
  addExamType: async (request: FastifyRequest) => {
    const { name, by } = await jsonBody(request, examTypeRequest, limits);
    const outcome = await examTypes.add(name, [by?.trim(), `web ${request.ip}`].filter(Boolean).join(', '));
    if (outcome === 'there already') throw new HttpProblem('conflict', `${quote(name)} is in the list already.`);
    if (outcome === 'too many')
      throw new HttpProblem('conflict', `There are ${mostExamTypes} already, no more may be.`);
    return examTypes.list();
  },
  removeExamType: async (request: FastifyRequest) => {
    if (await examTypes.remove(parameter(request))) return examTypes.list();
    throw new HttpProblem('not-found', `No exam type is called ${quote(parameter(request))}.`);
  },
  examTypesOfStudy: (request: FastifyRequest) => examTypes.ofStudy(parameter(request)),
});
