// What an importer was not sure of: the line, what stands there, and why.

/** One of them. */
export interface Doubt {
  /** Counted from 1; 0: the whole text. */
  readonly line: number;
  readonly text: string;
  readonly reason: string;
}

/** Stands where the model wants words and the text gave none. */
export const unread = 'Not read from the text.';

/** More than these say nothing more. */
const mostDoubts = 500;

/** Collects doubts, each of them once, as many as are worth reading. */
export class Doubts {
  readonly list: Doubt[] = [];
  readonly #known = new Set<string>();

  add(line: number, text: string, reason: string): void {
    const key = `${line} ${reason}`;
    if (this.list.length >= mostDoubts || this.#known.has(key)) return;
    this.#known.add(key);
    this.list.push({ line, text: text.trim().slice(0, 200), reason });
  }
}
