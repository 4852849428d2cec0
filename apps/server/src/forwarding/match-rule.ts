// Whether a rule holds for an instance. Pure: facts of the index first, its header only where the rule looks at more.
import { type DataSet, matches, matchesWildcard } from '@concord/dicom';
import type { Arrived } from '../arrivals/arrival-rows.ts';
import type { RuleContent } from './rule.ts';
import { keysOf } from './rule-keys.ts';

/** Minutes since midnight of a moment, in the time zone of this machine. */
const minutesOf = (moment: Date): number => moment.getHours() * 60 + moment.getMinutes();
const minutes = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));

/** `from` is included, `until` is not; a span whose end lies before its beginning goes over midnight. */
function inTime({ from, until }: RuleContent, receivedAt: string): boolean {
  if (from === undefined && until === undefined) return true;
  const at = minutesOf(new Date(receivedAt));
  const first = from === undefined ? 0 : minutes(from);
  const end = until === undefined ? 24 * 60 : minutes(until);
  return first < end ? at >= first && at < end : at >= first || at < end;
}

const anyOf = (wanted: readonly string[], value: string): boolean =>
  wanted.length === 0 || wanted.some((each) => matchesWildcard(each.toUpperCase(), value.toUpperCase()));

/** What can be said without reading the instance. */
export const mayHold = (rule: RuleContent, instance: Arrived): boolean =>
  anyOf(rule.callingAeTitles, instance.callingAeTitle) &&
  anyOf(rule.modalities, instance.modality) &&
  inTime(rule, instance.receivedAt);

/** Whether the header has to be read. */
export const looksInside = ({ bodyParts, keys }: RuleContent): boolean =>
  bodyParts.length > 0 || Object.keys(keys).length > 0;

/** The rest, of an instance that may. */
export const holdsInside = ({ bodyParts, keys }: RuleContent, header: DataSet): boolean =>
  anyOf(bodyParts, header.string('BodyPartExamined') ?? '') && matches(keysOf(keys), header);
