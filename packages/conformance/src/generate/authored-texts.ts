// Authored texts against what they describe: current, or stale since a fact that they are bound to has changed. PS3.2 6.2, 6.3
import { createHash } from 'node:crypto';
import { canonicalJson } from '../model/canonical.ts';
import { pointer } from '../model/read-statement.ts';
import type { Statement } from '../model/statement.ts';
import type { TextBlock } from '../model/text-blocks.ts';

/** Registry entries and constants by name, as they are now. What JSON cannot hold is left out of them. */
export type Facts = Readonly<Record<string, unknown>>;

/** A text as the product ships with it. */
export interface AuthoredText {
  readonly id: string;
  readonly section: string;
  readonly title: string;
  /** What belongs there, for whoever writes it. */
  readonly hint: string;
  /** It is found in the statement by its words. */
  readonly text: string;
  /** The names of facts, each with the digest that it had when the text was written. */
  readonly describes: Readonly<Record<string, string>>;
}

/** What somebody at an installation wrote in its place, or confirmed. */
export interface WrittenText {
  /** Missing: the shipped text was confirmed. */
  readonly text?: string;
  readonly describes: Readonly<Record<string, string>>;
  readonly author: string;
  /** ISO 8601, the day. */
  readonly date: string;
}

/** A text in force, with what is known of it. */
export interface TextInForce {
  readonly block: Pick<TextBlock, 'id' | 'section' | 'state' | 'describes' | 'author' | 'date'>;
  readonly title: string;
  readonly hint: string;
  readonly text: string;
  readonly shippedText: string;
  readonly edited: boolean;
}

const none = '0'.repeat(16);

/** Of one fact; of one that is not there, zeros. */
export function factDigest(facts: Facts, name: string): string {
  if (!Object.hasOwn(facts, name)) return none;
  const text = canonicalJson(facts[name]) ?? 'undefined';
  return createHash('sha256').update(text).digest('hex').slice(0, none.length);
}

/** The digests of a text's facts as they are now: what a text that is written or confirmed now is bound to. */
export const bindingNow = ({ describes }: AuthoredText, facts: Facts): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.keys(describes).map((name) => [name, factDigest(facts, name)]));

/** The text that holds: what was written at the installation goes before what was shipped. */
export function textInForce(shipped: AuthoredText, facts: Facts, written?: WrittenText): TextInForce {
  const { id, section, title, hint } = shipped;
  const bound = written?.describes ?? shipped.describes;
  const describes = Object.keys(shipped.describes).map((name) => {
    const digest = bound[name] ?? none;
    return { name, digest, ...(digest !== factDigest(facts, name) && { changed: true }) };
  });
  const state = describes.some(({ changed }) => changed) ? 'stale' : 'current';
  return {
    block: {
      ...{ id, section, state, describes },
      ...(written && { author: written.author, date: written.date }),
    },
    title,
    hint,
    text: written?.text ?? shipped.text,
    shippedText: shipped.text,
    edited: written?.text !== undefined && written.text !== shipped.text,
  };
}

/** Tables: names and numbers, in which no author's text stands. They are most of a statement. */
const tables = new Set(['contexts', 'keys', 'statuses', 'sopClasses', 'parameters', 'networkServices', 'provenance']);

/** The value with other texts in it; what holds none of them is the same object as before. */
function rewritten(value: unknown, path: string, other: (text: string, path: string) => string): unknown {
  if (typeof value === 'string') return other(value, path);
  if (typeof value !== 'object' || value === null) return value;
  let copy: Record<string, unknown> | unknown[] | undefined;
  for (const [name, member] of Object.entries(value)) {
    if (tables.has(name)) continue;
    const next = rewritten(member, path + pointer([name]), other);
    if (next === member) continue;
    copy ??= Array.isArray(value) ? [...value] : { ...value };
    Reflect.set(copy, name, next);
  }
  return copy ?? value;
}

/**
 * The statement with these texts in the places of the shipped ones, and a block for each that stands in it. A text whose
 * place something else has taken, such as a setting, has no block.
 */
export function withTexts(statement: Statement, texts: readonly TextInForce[]): Statement {
  const paths = new Map<string, string>();
  const shortest = Math.min(...texts.map(({ shippedText }) => shippedText.length));
  const other = (found: string, path: string): string => {
    if (found.length < shortest) return found;
    const force = texts.find(({ shippedText }) => found.includes(shippedText));
    if (!force) return found;
    const { block, text, shippedText } = force;
    if (!paths.has(block.id)) paths.set(block.id, path);
    return text === shippedText ? found : found.replace(shippedText, () => text);
  };
  const written = { ...statement };
  for (const [name, member] of Object.entries(statement))
    if (!tables.has(name)) Reflect.set(written, name, rewritten(member, pointer([name]), other));
  const textBlocks = texts.flatMap(({ block }) => {
    const path = paths.get(block.id);
    return path === undefined ? [] : [{ ...block, path }];
  });
  return { ...written, textBlocks, provenance: [...written.provenance, ...textBlocks.map(authored)] };
}

const authored = ({ id, path, author, date }: TextBlock): Statement['provenance'][number] => ({
  path,
  kind: 'authored',
  source: author === undefined ? `text ${id}, as shipped` : `text ${id}, ${author}, ${date}`,
});
