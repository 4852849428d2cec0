// Statements with parts missing and parts that contradict each other, made at random: every reader of them finds something to say, and none of them throws.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { completeStatement } from '../testing/complete-statement.ts';
import { unmetClaims } from './compare/claims.ts';
import { compareStatements } from './compare/compare.ts';
import { comparisonDocument } from './compare/comparison-document.ts';
import { annexNDocument } from './document/annex-n.ts';
import { statementDocument } from './document/statement-document.ts';
import { readStatement, StatementError } from './model/read-statement.ts';
import { createPlan } from './plan/plan.ts';
import { planMarkdown } from './plan/plan-document.ts';
import { renderDocBook } from './render/docbook.ts';
import { renderHtml } from './render/html.ts';
import { renderMarkdown } from './render/markdown.ts';
import { validate } from './validate/validate.ts';

/** Numbers below 1 that are the same in every run. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

interface Place {
  readonly parent: object;
  readonly name: string;
}

/** Every place of a JSON value. */
function* placesIn(value: unknown): Generator<Place> {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    yield { parent: value, name };
    yield* placesIn(inner);
  }
}

const oddValues: readonly unknown[] = [
  null,
  '',
  -1,
  2 ** 53,
  true,
  [],
  {},
  [[[]]],
  '1.2.840.10008.1.1',
  'x'.repeat(5000),
  '\u0000<&"\u202e',
  { state: 'described' },
  { state: 'unknown', reason: 'x' },
];

/** One change: something goes, becomes something else, comes twice, or changes places with something of its kind. Says what. */
function breakOnce(statement: object, random: () => number): string {
  const places = [...placesIn(statement)];
  const any = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const { parent, name } = any(places);
  const value: unknown = Reflect.get(parent, name);
  const kind = any(['goes', 'odd', 'twice', 'swap', 'swap']);
  if (kind === 'goes') {
    if (Array.isArray(parent)) parent.splice(Number(name), 1);
    else Reflect.deleteProperty(parent, name);
  } else if (kind === 'odd') Reflect.set(parent, name, structuredClone(any(oddValues)));
  else if (kind === 'twice' && Array.isArray(value)) value.push(...structuredClone(value));
  else {
    const alike = places.filter((each) => each.name === name && typeof Reflect.get(each.parent, name) === typeof value);
    const other = any(alike);
    const theirs = structuredClone(Reflect.get(other.parent, name));
    Reflect.set(other.parent, name, structuredClone(value));
    Reflect.set(parent, name, theirs);
  }
  return `${kind} ${name}`;
}

const root = join(import.meta.dirname, '../../..');
const seed = (name: string): unknown => JSON.parse(readFileSync(join(root, 'docs/seeds', `${name}.json`), 'utf8'));
const whole: readonly unknown[] = [completeStatement(), seed('ris'), seed('impromed-worklist')];

/** What every reader of a statement makes of it. Throws what one of them throws. */
function readEverywhere(broken: unknown, partner: unknown): { readonly isWhole: boolean; readonly said: number } {
  const { findings } = validate(broken);
  const comparison = compareStatements(broken, partner);
  compareStatements(partner, broken);
  renderMarkdown(comparisonDocument(comparison));
  unmetClaims(broken, partner);
  unmetClaims(partner, broken);
  planMarkdown(createPlan(broken, { partner }));
  createPlan(partner, { partner: broken });
  const said = findings.length + comparison.systems.reduce((sum, { faults }) => sum + faults.length, 0);
  try {
    const statement = readStatement(JSON.stringify(broken));
    const document = statementDocument(statement);
    for (const render of [renderMarkdown, renderHtml, renderDocBook]) assert.ok(render(document).length > 1000);
    renderMarkdown(annexNDocument(statement));
    return { isWhole: true, said };
  } catch (error) {
    if (error instanceof StatementError) return { isWhole: false, said: said + error.faults.length };
    throw error;
  }
}

const rounds = 36;

test('a statement that lost parts or contradicts itself gives findings, comparisons, plans and pages, never an exception', () => {
  const random = randomFrom(20_260_711);
  const counts = { rendered: 0, refused: 0 };
  for (let round = 0; round < rounds; round += 1) {
    const broken = structuredClone(whole[round % whole.length]) as object;
    const changes = Array.from({ length: 1 + Math.floor(random() * 6) }, () => breakOnce(broken, random));
    const partner = whole[(round + 1) % whole.length];
    let result: ReturnType<typeof readEverywhere>;
    try {
      result = readEverywhere(broken, partner);
    } catch (error) {
      throw new Error(`round ${round}, ${changes.join(', ')}`, { cause: error });
    }
    counts[result.isWhole ? 'rendered' : 'refused'] += 1;
    if (!result.isWhole) assert.ok(result.said > 0, `round ${round}, ${changes.join(', ')}: refused without a word`);
  }
  assert.ok(counts.rendered >= 5 && counts.refused >= 5, JSON.stringify(counts));
});
