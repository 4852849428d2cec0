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
