// The texts and the named UIDs of a document, each once, with the first place where it stands: a statement repeats most of its words. RFC 6901
import type { Place } from './place.ts';

export interface FoundText {
  readonly place: Place;
  /** Of the member that it stands in. */
  readonly name: string;
  readonly text: string;
}

export interface FoundName {
  readonly place: Place;
  readonly name: string;
  readonly uid: string;
}

export interface Words {
  readonly texts: readonly FoundText[];
  readonly named: readonly FoundName[];
}

const pointerOf = (steps: readonly string[]): string =>
  steps.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** Walks a value of bounded depth once. Members that begin with `x-` are not ours to judge. */
export function wordsOf(document: unknown): Words {
  const texts = new Map<string, FoundText>();
  const named = new Map<string, FoundName>();
  const steps: string[] = [];
  const place = (value: unknown): Place => ({ path: pointerOf(steps), value });
  const walk = (value: unknown, name: string): void => {
    if (typeof value === 'string') {
      const key = `${name}\n${value}`;
      if (!texts.has(key)) texts.set(key, { place: place(value), name, text: value });
      return;
    }
    if (typeof value !== 'object' || value === null) return;
    const [title, uid] = [Reflect.get(value, 'name'), Reflect.get(value, 'uid')];
    if (typeof title === 'string' && typeof uid === 'string' && !named.has(`${uid} ${title}`))
      named.set(`${uid} ${title}`, { place: place(value), name: title, uid });
    for (const [key, entry] of Object.entries(value)) {
      if (key.startsWith('x-')) continue;
      steps.push(key);
      walk(entry, Array.isArray(value) ? name : key);
      steps.pop();
    }
  };
  walk(document, '');
  return { texts: [...texts.values()], named: [...named.values()] };
}
