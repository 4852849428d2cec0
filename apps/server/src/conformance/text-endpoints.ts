// Authored texts of the statement over HTTP: which there are, which are older than what they describe; confirming and writing them. PS3.2 6.2
import { bindingNow, type Facts, factDigest, type Statement, type TextInForce } from '@concord/conformance';
import type { FastifyInstance } from 'fastify';
import { HttpProblem, quote } from '../web/problem.ts';
import { isTextId, shippedText, type TextId, textsInForce } from './authored-texts.ts';
import { jsonBody } from './compare-and-plan.ts';
import { textRequest } from './requests.ts';
import { textFacts } from './text-facts.ts';
import type { TextStore } from './text-store.ts';

/** A text of the statement as an editor sees it. */
export interface StatementText {
  readonly id: string;
  /** Of the printed statement, with the title of the text. */
  readonly section: string;
  readonly title: string;
  readonly hint: string;
  /** JSON Pointer into the statement; missing where a setting has taken its place. */
  readonly path?: string;
  readonly text: string;
  readonly shippedText: string;
  readonly state: 'current' | 'stale';
  readonly edited: boolean;
  readonly describes: readonly { readonly name: string; readonly now: string; readonly changed: boolean }[];
  readonly author?: string;
  /** ISO 8601, the day it was written or confirmed. */
  readonly date?: string;
}

const longestFact = 300;

const shownFact = (facts: Facts, name: string): string =>
  Object.hasOwn(facts, name) ? JSON.stringify(facts[name]).slice(0, longestFact) : 'is not there any more';

function asSeen(force: TextInForce, statement: Statement, facts: Facts): StatementText {
  const { block, title, hint, text, shippedText: shipped, edited } = force;
  const { id, section, state, author, date } = block;
  const path = statement.textBlocks?.find((each) => each.id === id)?.path;
  return {
    ...{ id, section, title, hint, text, shippedText: shipped, state, edited },
    ...(path !== undefined && { path }),
    describes: block.describes.map(({ name, digest }) => ({
      name,
      now: shownFact(facts, name),
      changed: digest !== factDigest(facts, name),
    })),
    ...(author !== undefined && { author }),
    ...(date !== undefined && { date }),
  };
}

export interface TextParts {
  readonly texts: TextStore;
  /** The statement of what runs now. */
  readonly present: () => Promise<Statement>;
  /** What the texts describe; default: that of this server. */
  readonly facts?: Facts;
}

/** Registers `/conformance/texts`. */
export function registerTexts(app: FastifyInstance, { texts, present, facts = textFacts }: TextParts): void {
  const all = async (): Promise<readonly StatementText[]> => {
    const statement = await present();
    return textsInForce(await texts.read(), facts).map((force) => asSeen(force, statement, facts));
  };
  const known = (id: string): TextId => {
    if (!isTextId(id)) throw new HttpProblem('not-found', `The statement has no text ${quote(id)}.`);
    return id;
  };
  const one = async (id: TextId): Promise<StatementText | undefined> => (await all()).find((each) => each.id === id);
  app.get('/conformance/texts', all);
  app.put<{ Params: { id: string } }>('/conformance/texts/:id', async (request) => {
    const id = known(request.params.id);
    const { author, text } = await jsonBody(request, textRequest);
    const before = (await texts.read())[id]?.text;
    const kept = text ?? before;
    await texts.write(id, {
      ...(kept !== undefined && { text: kept }),
      describes: bindingNow(shippedText(id), facts),
      author,
      date: new Date().toISOString().slice(0, 10),
    });
    return one(id);
  });
  app.delete<{ Params: { id: string } }>('/conformance/texts/:id', async (request) => {
    const id = known(request.params.id);
    await texts.write(id, undefined);
    return one(id);
  });
}
