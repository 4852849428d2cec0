// Copies of a JSON value with something else at some places. RFC 6901
import type { Change } from './rule-examples.ts';

function put(target: object, name: string, value: unknown): void {
  if (value !== undefined) Reflect.set(target, name, value);
  else if (Array.isArray(target)) target.splice(Number(name), 1);
  else Reflect.deleteProperty(target, name);
}

/** Later places of a list are changed before earlier ones are taken out. */
export function changed(value: unknown, change: Change): unknown {
  const copy: unknown = JSON.parse(JSON.stringify(value));
  const changes = Object.entries(change).sort(([left], [right]) => (left < right ? 1 : -1));
  for (const [path, instead] of changes) {
    const steps = path.split('/').slice(1);
    const last = steps.pop() ?? '';
    const parent = steps.reduce<unknown>((at, step) => Reflect.get(Object(at), step), copy);
    if (typeof parent !== 'object' || parent === null) throw new TypeError(`there is no ${path}`);
    put(parent, last, structuredClone(instead));
  }
  return copy;
}
