// Marks on texts that are older than what they describe, for drafts: whoever reads one sees what is to be confirmed. PS3.2 6.2, 6.3
import type { Statement } from '../model/statement.ts';
import type { TextBlock } from '../model/text-blocks.ts';

const subjectsOf = ({ describes }: TextBlock): string =>
  describes
    .filter(({ changed }) => changed)
    .map(({ name }) => name)
    .join(', ');

const unescaped = (step: string): string => step.replaceAll('~1', '/').replaceAll('~0', '~');

/** Puts the mark before the text at the pointer; where there is no text, nothing happens. */
function mark(root: unknown, path: string, words: string): void {
  const steps = path.split('/').slice(1).map(unescaped);
  const last = steps.pop() ?? '';
  let place = root;
  for (const step of steps) {
    if (typeof place !== 'object' || place === null || !Object.hasOwn(place, step)) return;
    place = Reflect.get(place, step);
  }
  if (typeof place !== 'object' || place === null || !Object.hasOwn(place, last)) return;
  const text: unknown = Reflect.get(place, last);
  if (typeof text === 'string') Reflect.set(place, last, `[${words}] ${text}`);
}

/** The statement with each stale text marked in its place; the one that is given stays as it is. */
export function withStaleMarks(statement: Statement): Statement {
  const stale = (statement.textBlocks ?? []).filter(({ state }) => state === 'stale');
  if (stale.length === 0) return statement;
  const marked = structuredClone(statement);
  for (const block of stale) mark(marked, block.path, `TO BE CONFIRMED: has changed: ${subjectsOf(block)}`);
  return marked;
}
