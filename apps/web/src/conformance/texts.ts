// The authored texts of our own statement, read with care, and the requests for them.
import { request } from '../api.ts';
import { listOf, objectOf, textOf } from '../json.ts';
import { objects, post } from './comparison.ts';
import { type Finding, readFindings } from './statement-api.ts';

export interface StatementText {
  readonly id: string;
  /** Of the printed statement. */
  readonly section: string;
  readonly title: string;
  readonly hint: string;
  readonly text: string;
  readonly shippedText: string;
  readonly isStale: boolean;
  readonly isEdited: boolean;
  readonly describes: readonly { readonly name: string; readonly now: string; readonly changed: boolean }[];
  readonly author: string;
  readonly date: string;
}

export interface Preview {
  readonly printed: string;
  readonly comes: readonly Finding[];
  readonly goes: readonly Finding[];
}

const address = (id: string): string => `/conformance/texts/${encodeURIComponent(id)}`;

const textFrom = (value: unknown): StatementText => {
  const text = objectOf(value);
  return {
    id: textOf(text, 'id'),
    section: textOf(text, 'section'),
    title: textOf(text, 'title'),
    hint: textOf(text, 'hint'),
    text: textOf(text, 'text'),
    shippedText: textOf(text, 'shippedText'),
    isStale: textOf(text, 'state') === 'stale',
    isEdited: text.edited === true,
    describes: objects(text.describes).map((fact) => ({
      name: textOf(fact, 'name'),
      now: textOf(fact, 'now'),
      changed: fact.changed === true,
    })),
    author: textOf(text, 'author'),
    date: textOf(text, 'date'),
  };
};

export const getTexts = async (signal: AbortSignal): Promise<readonly StatementText[]> =>
  listOf(await (await request('/conformance/texts', { signal })).json()).map(textFrom);

export const putText = (id: string, author: string, text: string): Promise<unknown> =>
  request(address(id), {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ author, text }),
  });

export const shipText = (id: string): Promise<unknown> => request(address(id), { method: 'DELETE' });

export const previewText = async (id: string, text: string): Promise<Preview> => {
  const preview = objectOf(await (await post(`${address(id)}/preview`, { text })).json());
  return {
    printed: textOf(preview, 'printed'),
    comes: readFindings(preview.comes),
    goes: readFindings(preview.goes),
  };
};
