// The type of an attribute in the IOD of an object: what must stay, if only as a dummy. PS3.3, PS3.5 7.4.

import { type AttributeRule, type AttributeType, iodOf, macroOf, moduleOf } from '../iod/table.ts';
import type { Step } from '../path.ts';

/** The type of an attribute at a path; undefined where the IOD, or the attribute in it, is not known. */
export type TypeOf = (steps: readonly Step[], tag: number) => AttributeType | undefined;

const strictness: readonly AttributeType[] = ['3', '2C', '2', '1C', '1'];
const hex = (tag: number): string => tag.toString(16).toUpperCase().padStart(8, '0');
const shared = 0x52009229;
const perFrame = 0x52009230;

function strictest(types: readonly AttributeType[]): AttributeType | undefined {
  return types.reduce<AttributeType | undefined>(
    (most, type) => (most === undefined || strictness.indexOf(type) > strictness.indexOf(most) ? type : most),
    undefined,
  );
}

/** Types for the objects of a SOP Class. Attributes no module lists are of type 3, since nothing requires them. */
export function typesOf(sopClassUid: string): TypeOf {
  const iod = iodOf(sopClassUid);
  if (!iod) return () => undefined;
  const modules = iod.modules.map(({ id }) => moduleOf(id));
  // A module whose attributes are not listed may require anything.
  const complete = modules.every((module) => module !== undefined);
  const top = modules.flatMap((module) => module?.attributes ?? []);
  const groups = iod.functionalGroups.flatMap(({ id }) => macroOf(id)?.attributes ?? []);
  return (steps, tag) => {
    const inGroup = steps[0]?.tag === shared || steps[0]?.tag === perFrame;
    let rules: readonly AttributeRule[] = inGroup ? groups : top;
    for (const step of inGroup ? steps.slice(1) : steps)
      rules = rules.filter((rule) => rule.tag === hex(step.tag)).flatMap((rule) => rule.children);
    const types = rules.filter((rule) => rule.tag === hex(tag)).map((rule) => rule.type);
    return strictest(types) ?? (complete && steps.length === 0 ? '3' : undefined);
  };
}
