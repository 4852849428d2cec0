// What a question asks of an archive beyond plain matching, and what the archive makes of it. PS3.4 C.5.1.1, PS3.18 8.3.4.
import { type Association, findOptions, type ProposedContext } from '@concord/network';
import { type Question, RemoteError } from './remote-archive.ts';
import { type Negotiated, type Outcome, type Wishes, wishNames } from './wishes.ts';

const isWished = (wishes: Wishes, name: (typeof wishNames)[number]): boolean =>
  name === 'timezone' ? wishes.timezone !== undefined : wishes[name] === true;

const each = (wishes: Wishes, outcomeOf: (name: (typeof wishNames)[number]) => Outcome): Negotiated =>
  Object.fromEntries(wishNames.filter((name) => isWished(wishes, name)).map((name) => [name, outcomeOf(name)]));

/** The contexts of a question with what is wished for. */
export function negotiating(
  contexts: readonly ProposedContext[],
  wishes: Wishes | undefined,
): readonly ProposedContext[] {
  if (!wishes) return contexts;
  const options = Object.fromEntries(wishNames.map((name) => [name, isWished(wishes, name)]));
  const extendedNegotiation = findOptions.encode(options);
  return contexts.map((context) => ({ ...context, extendedNegotiation }));
}

/** What the archive has agreed to for a SOP Class. */
export function agreedBy({ accepted }: Association, sopClassUid: string, wishes: Wishes): Negotiated {
  const context = accepted.find(({ abstractSyntax }) => abstractSyntax === sopClassUid);
  const agreed: Readonly<Record<string, boolean>> = findOptions.decode(context?.extendedNegotiation);
  return each(wishes, (name) => (agreed[name] === true ? 'agreed' : 'not agreed'));
}

/**
 * Over DICOMweb an archive without fuzzy matching may say so in a Warning field; some that have none say nothing. PS3.18 8.3.4.2.
 * A time zone is not asked for: archives that do not know it as the zone of the question take it for a key, and find nothing.
 */
export const saidOverWeb = (wishes: Wishes, warning: string): Negotiated =>
  each(wishes, (name) => {
    if (name === 'timezone') return 'not asked';
    return name === 'fuzzyPersonNames' && /fuzzymatching/i.test(warning) ? 'not agreed' : 'not said';
  });

/** What helps to tell whose an answer below the study is, where keys of other levels may be asked for. */
const context = ['PatientID', 'PatientName', 'StudyDate'] as const;

/**
 * The question as it may be put after that. Throws RemoteError where keys of other levels would be left out of account: the
 * answers would be those of another question.
 */
export function questionAfter(question: Question, negotiated: Negotiated): Question {
  const { wishes = {}, beyond = [] } = question;
  const relational = negotiated.relational !== undefined && negotiated.relational !== 'not agreed';
  if (beyond.length > 0 && !relational)
    throw new RemoteError(
      'unsupported',
      `it does not agree to relational queries, and this is one: ${beyond.join(', ')}`,
    );
  const inZone = negotiated.timezone === 'agreed';
  if (!relational && !inZone) return question;
  const keys = question.keys.clone();
  if (inZone) keys.set('TimezoneOffsetFromUTC', wishes.timezone ?? null);
  if (relational && question.level !== 'STUDY')
    for (const keyword of context) if (!keys.has(keyword)) keys.set(keyword, null);
  return { ...question, keys, relational };
}
