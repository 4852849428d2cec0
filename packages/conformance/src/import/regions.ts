// The tables of a text: where each begins and ends, what its title says, and in which part of an entity's section it stands.
import type { CleanLine } from './clean-lines.ts';

export type Side = 'initiation' | 'acceptance';

export interface Region {
  /** The title of the table, or the heading. */
  readonly title: string;
  /** The last heading above it. */
  readonly heading: string;
  readonly side: Side | undefined;
  /** Index of the first line behind the title, and of the one behind the last. */
  readonly from: number;
  readonly to: number;
}

const initiating = /association initiation|proposed presentation contexts?|initiation by real-world/i;
const accepting =
  /association acceptance|accept(?:ed|able) presentation contexts?|presentation context acceptance(?!\s+criteri)|association accepted/i;
const untold = /^SOP Classes$|association (?:establishment )?policies|\bNetwork Interfaces\b/i;

/** For each line, whether it tells of associations that the entity opens, or of those that it takes. */
export function sidesOf(lines: readonly CleanLine[], from: number, to: number): readonly (Side | undefined)[] {
  const sides: (Side | undefined)[] = [];
  let side: Side | undefined;
  for (let at = from; at < to; at += 1) {
    const { text = '', heading = false } = lines[at] ?? {};
    const title = heading || text.length < 90;
    if (title && accepting.test(text)) side = 'acceptance';
    else if (title && initiating.test(text)) side = 'initiation';
    else if (heading && untold.test(text)) side = undefined;
    sides[at] = side;
  }
  return sides;
}

/** Lines that begin a table without the word Table. */
const tableLike = /^Table [A-Z0-9]|as matching keys:?$|^Fields (?:used|returned)|^Data Level\s+Description\s+Tag/i;
const titleLines = 3;

/** A title in capitals may go on in the next lines. */
function titleOf(lines: readonly CleanLine[], at: number): { readonly title: string; readonly end: number } {
  const parts = [lines[at]?.text ?? ''];
  let end = at + 1;
  if (/^Table [\w.-]+$/i.test(parts[0] ?? ''))
    for (let more = 0; more < titleLines; more += 1) {
      const next = lines[end];
      if (next === undefined || (next.text === '' && parts.length > 1) || next.heading) break;
      const capitals = next.text === next.text.toUpperCase() || (parts.length === 1 && next.text !== '');
      if (next.text !== '' && !capitals) break;
      if (next.text !== '') parts.push(next.text);
      end += 1;
    }
  return { title: parts.join(' '), end };
}

/** Every table and every section of these lines, one behind the other. */
export function regionsOf(lines: readonly CleanLine[], from: number, to: number): readonly Region[] {
  const sides = sidesOf(lines, from, to);
  const starts: number[] = [];
  for (let at = from; at < to; at += 1) {
    const { text = '', heading = false } = lines[at] ?? {};
    if (heading || tableLike.test(text)) starts.push(at);
  }
  let heading = '';
  return starts.map((start, index) => {
    if (lines[start]?.heading) heading = lines[start]?.text ?? '';
    const { title, end } = titleOf(lines, start);
    return { title, heading, side: sides[start], from: end, to: starts[index + 1] ?? to };
  });
}
