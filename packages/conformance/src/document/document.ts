// A document as data: sections with numbers, paragraphs, tables, diagrams. Every rendering is made from it, so that all say the same.

import type { Drawing } from '../diagram/shapes.ts';

export type Cell = string;

/** A row of cells, or a heading over the rows that follow. */
export type Row = readonly Cell[] | { readonly heading: string };

export interface Table {
  readonly kind: 'table';
  readonly anchor: string;
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
  readonly notes: readonly { readonly number: number; readonly text: string }[];
}

/** A drawing, and the same in words: one sentence for each relation. */
export interface Diagram {
  readonly kind: 'diagram';
  readonly anchor: string;
  readonly title: string;
  readonly drawing: Drawing;
  readonly svg: string;
  readonly relations: readonly string[];
}

export type Block =
  /** `link`: an address of the web, or one on the system that the document is of, which the text leads to. */
  | { readonly kind: 'paragraph'; readonly text: string; readonly link?: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | Table
  | Diagram;

export interface Section {
  /** `4.2.1`; empty where it is not numbered. */
  readonly number: string;
  readonly anchor: string;
  readonly title: string;
  readonly blocks: readonly Block[];
  readonly sections: readonly Section[];
}

export interface StatementDocument {
  readonly title: string;
  /** Lines of the cover page; empty where there is none. */
  readonly cover: readonly string[];
  /** On every page. */
  readonly banner: string;
  readonly sections: readonly Section[];
}

/** Paragraphs of a text, which empty lines divide. */
export const paragraphs = (text: string): Block[] =>
  text
    .split(/\n\s*\n/)
    .filter((each) => each.trim() !== '')
    .map((each) => ({ kind: 'paragraph', text: each.trim() }));

interface SectionParts {
  readonly anchor?: string;
  readonly blocks?: readonly Block[];
  readonly sections?: readonly Section[];
}

/** A section; its anchor is the number of Annex A unless another is given. */
export const section = (number: string, title: string, parts: SectionParts = {}): Section => ({
  number,
  anchor: parts.anchor ?? `a-${number.replaceAll('.', '-')}`,
  title,
  blocks: parts.blocks ?? [],
  sections: parts.sections ?? [],
});

/** A table with the title and columns of Annex A. */
export const table = (
  anchor: string,
  title: string,
  columns: readonly string[],
  rows: readonly Row[],
  notes: Table['notes'] = [],
): Table => ({ kind: 'table', anchor, title, columns, rows, notes });

/** Every section, outer ones first, with how deep it stands (1 = top). */
export function* walk(sections: readonly Section[], depth = 1): Generator<{ section: Section; depth: number }> {
  for (const each of sections) {
    yield { section: each, depth };
    yield* walk(each.sections, depth + 1);
  }
}
