// What a rule must look like; apart from the rule, because only those who read one need the library for that.
import { DicomError, parseTag } from '@concord/dicom';
import { z } from 'zod';
import { triggers } from '../arrivals/arrivals.ts';
import { priorities } from '../jobs/job.ts';
import { keysOf, ruleStates, takeAlongs } from './rule-keys.ts';

const words = z.array(z.string().min(1).max(64)).max(100).default([]);
const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/u, 'must be a time such as 18:30');

const unknownIn = (keys: unknown): string =>
  Object.keys(typeof keys === 'object' && keys !== null ? keys : {}).find((key) => parseTag(key) === undefined) ?? '';

const readable = (keys: Readonly<Record<string, string>>): boolean => {
  try {
    keysOf(keys);
    return true;
  } catch (error) {
    if (error instanceof DicomError) return false;
    throw error;
  }
};

/** What a rule looks at: all of it must hold, an empty list holds for anything. */
export const ruleSchema = z
  .strictObject({
    name: z.string().trim().min(1).max(64).describe('for people; jobs bear it'),
    state: z
      .enum(ruleStates)
      .default('on')
      .describe('paused: its jobs are made and wait; off: nothing is sent, nor later'),
    when: z.enum(triggers).default('study complete'),
    callingAeTitles: words.describe('who sent it; * and ? stand for anything and one character'),
    modalities: words,
    bodyParts: words.describe('Body Part Examined'),
    from: time.optional().describe('received at this local time or later'),
    until: time.optional().describe('received before this local time; may be earlier than `from`: over midnight'),
    keys: z
      .record(z.string().max(64), z.string().max(1024))
      .default({})
      .refine((keys) => Object.keys(keys).length <= 50, 'at most 50 attributes')
      .refine((keys) => Object.keys(keys).every((keyword) => parseTag(keyword) !== undefined), {
        error: ({ input }) => `${unknownIn(input)} is no attribute`,
      })
      .refine(readable, 'has a value that its attribute cannot have')
      .describe('attributes and the values to match, as PS3.4 C.2.2.2 has it'),
    takeAlong: z
      .enum(takeAlongs)
      .default('referring')
      .describe(
        'with the objects that it holds for: nothing; presentation states, key objects, reports and the like of the study that refer to one of them; or all of the study',
      ),
    destinations: z.array(z.string().min(1).max(16)).min(1).max(50).describe('AE titles of configured peers'),
    priority: z.enum(priorities).default('medium'),
    conversion: z.enum(['lossless', 'never']).optional().describe('absent: as the peer has it'),
  })
  .refine(({ destinations }) => new Set(destinations).size === destinations.length, 'names a destination twice');
