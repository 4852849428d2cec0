// The type of an attribute in the IOD of an object: what must stay, if only as a dummy. PS3.3, PS3.5 7.4.

import { type AttributeRule, type AttributeType, type Iod, iodOf, macroOf, moduleOf } from '../iod/table.ts';
import type { Step } from '../path.ts';

/** The type of an attribute at a path; undefined where the IOD, or the attribute in it, is not known. */
export type TypeOf = (steps: readonly Step[], tag: number) => AttributeType | undefined;

const strictness: readonly AttributeType[] = ['3', '2C', '2', '1C', '1'];
const hex = (tag: number): string => tag.toString(16).toUpperCase().padStart(8, '0');
const shared = 0x52009229;
const perFrame = 0x52009230;

/** Rules by tag, and those of the items of each; made when they are asked for. */
interface Level {
  readonly type: (tag: number) => AttributeType | undefined;
  readonly inside: (tag: number) => Level;
}

function strictest(rules: readonly AttributeRule[]): AttributeType | undefined {
  return rules.reduce<AttributeType | undefined>(
    (most, { type }) => (most === undefined || strictness.indexOf(type) > strictness.indexOf(most) ? type : most),
    undefined,
  );
}

function levelOf(rules: readonly AttributeRule[]): Level {
  const byTag = Map.groupBy(rules, ({ tag }) => tag);
  const below = new Map<number, Level>();
  return {
    type: (tag) => strictest(byTag.get(hex(tag)) ?? []),
    inside: (tag) => {
      const known = below.get(tag);
      if (known) return known;
      const own = byTag.get(hex(tag));
      // Not kept: there are more tags that no table has than memory holds.
      if (!own) return nothing;
      const level = levelOf(own.flatMap(({ children }) => children));
      below.set(tag, level);
      return level;
    },
  };
}

const nothing: Level = { type: () => undefined, inside: () => nothing };
const unknown: TypeOf = () => undefined;
const made = new Map<string, TypeOf>();

/** Types for the objects of a SOP Class. Attributes no module lists are of type 3, since nothing requires them. */
export function typesOf(sopClassUid: string): TypeOf {
  const iod = iodOf(sopClassUid);
  if (!iod) return unknown;
  const known = made.get(iod.id);
  if (known) return known;
  const types = typesIn(iod);
  made.set(iod.id, types);
  return types;
}

function typesIn({ modules: uses, functionalGroups }: Iod): TypeOf {
  const modules = uses.map(({ id }) => moduleOf(id));
  // A module whose attributes are not listed may require anything.
  const complete = modules.every((module) => module !== undefined);
  const top = levelOf(modules.flatMap((module) => module?.attributes ?? []));
  const groups = levelOf(functionalGroups.flatMap(({ id }) => macroOf(id)?.attributes ?? []));
  return (steps, tag) => {
    const inGroup = steps[0]?.tag === shared || steps[0]?.tag === perFrame;
    const path = inGroup ? steps.slice(1) : steps;
    const level = path.reduce((at, step) => at.inside(step.tag), inGroup ? groups : top);
    return level.type(tag) ?? (complete && steps.length === 0 ? '3' : undefined);
  };
}
