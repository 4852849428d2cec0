// Where a text stops being JSON: the engine's own message names no line. RFC 8259.

/** White space, then one token: string, number, word or punctuation. */
const token =
  /[ \t\r\n]*("(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|[{}[\]:,])/uy;
const space = /[ \t\r\n]*/y;

type Wanted = 'value' | 'value or end' | 'key' | 'key or end' | 'colon' | 'comma or end';

/** What may follow a token; undefined where the token may not stand there. `open` is changed. */
function follow(wanted: Wanted, text: string, open: string[]): Wanted | undefined {
  const end = open.at(-1) === '{' ? '}' : ']';
  if (wanted.endsWith('end') && open.length > 0 && text === end) {
    open.pop();
    return 'comma or end';
  }
  if (wanted === 'colon') return text === ':' ? 'value' : undefined;
  if (wanted === 'comma or end') return text === ',' && open.length > 0 ? (end === '}' ? 'key' : 'value') : undefined;
  if (wanted.startsWith('key')) return text.startsWith('"') ? 'colon' : undefined;
  if (text === '{' || text === '[') {
    open.push(text);
    return text === '{' ? 'key or end' : 'value or end';
  }
  return /^["\-0-9tfn]/.test(text) ? 'comma or end' : undefined;
}

/** Offset of the first character that no JSON text may have there; the length of the text where it ends too early. */
function faultIn(text: string): number {
  const open: string[] = [];
  let wanted: Wanted = 'value';
  for (let at = 0; ; at = token.lastIndex) {
    space.lastIndex = at;
    space.exec(text);
    const start = space.lastIndex;
    if (start === text.length) return start;
    token.lastIndex = at;
    const [, found = ''] = token.exec(text) ?? [];
    const next: Wanted | undefined = found === '' ? undefined : follow(wanted, found, open);
    if (next === undefined) return start;
    wanted = next;
  }
}

/** `line 3 column 18` of the first fault of a text that is not JSON. */
export function placeOfFault(text: string): string {
  const before = text.slice(0, faultIn(text)).split('\n');
  return `line ${before.length} column ${(before.at(-1)?.length ?? 0) + 1}`;
}
