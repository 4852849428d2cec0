// Wildcards: `*` is any run of characters, none included, `?` exactly one. PS3.4 C.2.2.2.4.

/** Whether the text holds a wildcard. */
export const hasWildcard = (text: string): boolean => text.includes('*') || text.includes('?');

/**
 * Whether the whole text fits the pattern. Of several `*` only the last is ever tried again, so that the time is at most
 * the product of both lengths, whatever a peer sends.
 */
export function matchesWildcard(pattern: string, text: string): boolean {
  const wanted = [...pattern];
  const given = [...text];
  let at = 0;
  let star = -1;
  let resume = 0;
  for (let index = 0; index < given.length; ) {
    if (wanted[at] === '*') {
      star = at;
      at += 1;
      resume = index;
    } else if (at < wanted.length && (wanted[at] === '?' || wanted[at] === given[index])) {
      at += 1;
      index += 1;
    } else if (star >= 0) {
      at = star + 1;
      resume += 1;
      index = resume;
    } else {
      return false;
    }
  }
  return wanted.slice(at).every((character) => character === '*');
}

/**
 * A pattern of names and the shorter ones that ask for the same: a component at the end that may be anything may also be left out,
 * as `Doe` is `Doe^`. PS3.5 6.2.1.
 */
export function nameForms(pattern: string): readonly string[] {
  const forms = [pattern];
  for (let rest = pattern; /[^^]\^+\*+$/u.test(rest); forms.push(rest)) rest = rest.replace(/\^+\*+$/u, '');
  return forms;
}

/** A part of a pattern: text to be found as it is, exactly one character, or any run of them. */
export type PatternToken =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'one' }
  | { readonly kind: 'any' };

/** A pattern taken apart for an index: what every match begins with, and the parts in their order. */
export interface Pattern {
  /** The text before the first wildcard: bounds of an index search. */
  readonly prefix: string;
  readonly tokens: readonly PatternToken[];
}

/** The parts of a pattern; runs of `*` are one. What stands for literal text may hold the wildcards of SQL, which the caller escapes. */
export function parsePattern(pattern: string): Pattern {
  const tokens: PatternToken[] = [];
  for (const part of pattern.split(/(\*+|\?)/)) {
    if (part === '') continue;
    tokens.push(part.startsWith('*') ? { kind: 'any' } : part === '?' ? { kind: 'one' } : { kind: 'text', text: part });
  }
  const [first] = tokens;
  return { prefix: first?.kind === 'text' ? first.text : '', tokens };
}
