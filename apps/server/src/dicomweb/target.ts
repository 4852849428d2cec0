// Which study, series, instance and frames an address means. PS3.18 10.1.1.
import type { FastifyRequest } from 'fastify';
import { HttpProblem, quote } from '../web/problem.ts';

export interface Target {
  readonly studyInstanceUid?: string;
  readonly seriesInstanceUid?: string;
  readonly sopInstanceUid?: string;
  /** Frame numbers, from 1, in the order asked for. */
  readonly frames?: readonly number[];
}

const maximumFrames = 4096;
const names = { study: 'studyInstanceUid', series: 'seriesInstanceUid', instance: 'sopInstanceUid' } as const;

/** Digits and points, at most 64, as PS3.5 9.1; leading zeros are let through because old devices write them. */
const isUidText = (text: string): boolean => text.length <= 64 && /^\d+(?:\.\d+)*$/u.test(text);

/** @throws HttpProblem invalid-parameter */
export const uidParameter = (name: string, value: string): string => {
  if (isUidText(value)) return value;
  throw new HttpProblem('invalid-parameter', `${quote(value)} is not a UID, as ${name} has to be.`);
};

/** `1,3,7` as numbers. @throws HttpProblem invalid-parameter */
export const frameNumbers = (list: string): readonly number[] => {
  const numbers = list.split(',').map((text) => (/^[1-9]\d{0,8}$/u.test(text.trim()) ? Number(text) : 0));
  if (numbers.length > maximumFrames) {
    throw new HttpProblem('too-large', `At most ${maximumFrames} frames can be asked for at once.`);
  }
  if (numbers.includes(0)) {
    throw new HttpProblem('invalid-parameter', `${quote(list)} is not a list of frame numbers such as 1,2,3.`);
  }
  return numbers;
};

/** The target that the path's variables name. @throws HttpProblem invalid-parameter */
export const targetOf = (request: FastifyRequest): Target => {
  const target: { -readonly [K in keyof Target]: Target[K] } = {};
  for (const [name, value] of Object.entries(request.params ?? {})) {
    if (typeof value !== 'string') continue;
    if (name === 'study' || name === 'series' || name === 'instance') target[names[name]] = uidParameter(name, value);
    if (name === 'frames') target.frames = frameNumbers(value);
  }
  return target;
};
