// The IOD tables, unpacked where they are asked for. PS3.3 Annexes A and C.

import type { Condition } from './condition.ts';
import { conditions, iods, macros, modules, sopClasses, unlisted, valueLists } from './iod.generated.ts';

/** Type of an attribute. PS3.5 7.4. */
export type AttributeType = '1' | '1C' | '2' | '2C' | '3';
/** Mandatory, conditional, user option. PS3.3 A.1.3. */
export type Usage = 'M' | 'C' | 'U';

/** Values an attribute may have: every one of them, or the one of a number (from 1). */
export interface ValueRule {
  readonly number: number;
  readonly values: readonly string[];
  /** False for defined terms, which may be extended. */
  readonly enumerated: boolean;
}

/** What a module or macro says of one attribute. */
export interface AttributeRule {
  /** Eight hexadecimal digits; `60xx3000` for a repeating group. */
  readonly tag: string;
  readonly type: AttributeType;
  /** For 1C and 2C, where it can be told from the data set. */
  readonly condition: Condition | undefined;
  /** Not allowed where the condition does not hold. */
  readonly shallNot: boolean;
  /** Least and most items. */
  readonly items: readonly [number, number] | undefined;
  /** Items hold the Code Sequence Macro. PS3.3 8.8. */
  readonly code: boolean;
  /** Where it is narrower than that of the dictionary. */
  readonly vm: string | undefined;
  readonly values: readonly ValueRule[];
  /** What the items hold. Shared with the sequence itself where a tree repeats. */
  readonly children: readonly AttributeRule[];
}

/** A module, or a macro. */
export interface Module {
  readonly id: string;
  readonly name: string;
  /** Table of PS3.3, such as `C.7-1`; '' where it is not known. */
  readonly table: string;
  readonly attributes: readonly AttributeRule[];
}

/** A module in an IOD, or a functional group macro in one. */
export interface Use {
  readonly id: string;
  readonly usage: Usage;
  readonly condition: Condition | undefined;
  /** Not allowed where the condition does not hold. */
  readonly shallNot: boolean;
}

/** An information object definition. */
export interface Iod {
  readonly id: string;
  readonly name: string;
  readonly table: string;
  readonly modules: readonly Use[];
  readonly functionalGroups: readonly Use[];
}

interface Draft extends AttributeRule {
  readonly children: Draft[];
}

const range = (text: string): readonly [number, number] => {
  const [least = '', most = least] = text.split('-');
  return [Number(least), most === 'n' ? Number.POSITIVE_INFINITY : Number(most)];
};

function valueRule(mark: string): ValueRule {
  const [number, list] = mark.includes(':') ? mark.slice(1).split(':') : ['0', mark.slice(1)];
  const values = lists()[Number(list)] ?? [];
  return { number: Number(number), values, enumerated: mark.startsWith('e') };
}

function attributeRule(tag: string, type: string, marks: readonly string[]): Draft {
  const marked = (letter: string): string | undefined => marks.find((mark) => mark.startsWith(letter))?.slice(1);
  const condition = marked('c');
  const items = marked('n');
  return {
    tag,
    type: isType(type) ? type : '3',
    condition: condition === undefined ? undefined : conditions[Number(condition)],
    shallNot: marks.includes('o'),
    items: items === undefined ? undefined : range(items),
    code: marks.includes('k'),
    vm: marked('m'),
    values: marks.filter((mark) => /^[et]\d/.test(mark)).map(valueRule),
    children: [],
  };
}
const isType = (text: string): text is AttributeType => /^(1C?|2C?|3)$/.test(text);

/** Lines of `>>tag type marks` to a tree. */
function attributesOf(lines: readonly string[]): AttributeRule[] {
  const top: Draft[] = [];
  const open: Draft[] = [];
  for (const line of lines) {
    const depth = line.lastIndexOf('>') + 1;
    const [tag = '', type = '', ...marks] = line.slice(depth).split(' ');
    const rule = attributeRule(tag, type, marks);
    // A tree of content repeats: its sequence stands among what its items hold.
    if (marks.includes('r')) rule.children.push(rule);
    (open[depth - 1]?.children ?? top).push(rule);
    open.length = depth;
    open.push(rule);
  }
  return top;
}

/** Blocks of `@id|name|table` and lines, by id; taken apart one at a time. */
function blocks(text: string): (id: string) => Module | undefined {
  const heads = new Map<string, string>();
  const made = new Map<string, Module>();
  return (id) => {
    if (heads.size === 0)
      for (const block of text.slice(1).split('\n@')) heads.set(block.slice(0, block.indexOf('|')), block);
    const block = heads.get(id);
    if (block === undefined) return undefined;
    const known = made.get(id);
    if (known) return known;
    const [head = '', ...lines] = block.split('\n');
    const [, name = '', table = ''] = head.split('|');
    const module = { id, name, table, attributes: attributesOf(lines) };
    made.set(id, module);
    return module;
  };
}

let listed: readonly (readonly string[])[] | undefined;
function lists(): readonly (readonly string[])[] {
  listed ??= valueLists.split('\n').map((line) => line.split('\\'));
  return listed;
}

/** A module by its id; undefined where its attributes are not listed. */
export const moduleOf: (id: string) => Module | undefined = blocks(modules);
/** A functional group macro by its id. */
export const macroOf: (id: string) => Module | undefined = blocks(macros);

/** Name of a module no table of attributes is known for. */
export const unlistedModule = (id: string): string | undefined =>
  unlisted
    .split('\n')
    .find((line) => line.startsWith(`${id}|`))
    ?.slice(id.length + 1);

function uses(text: string): Use[] {
  return text
    .split(' ')
    .filter(Boolean)
    .map((part) => {
      const [, id = '', usage, condition, never] = /^(.+)=([MCU])(\d*)(!?)$/.exec(part) ?? [];
      return {
        id,
        usage: usage === 'C' || usage === 'U' ? usage : 'M',
        condition: condition ? conditions[Number(condition)] : undefined,
        shallNot: never === '!',
      };
    });
}

/** The IOD of an id of the tables, such as `ct-image`. */
export function iodById(id: string): Iod | undefined {
  const line = iods.split('\n').find((text) => text.startsWith(`${id}|`));
  if (line === undefined) return undefined;
  const [, name = '', table = '', used = '', groups = ''] = line.split('|');
  return { id, name, table, modules: uses(used), functionalGroups: uses(groups) };
}

const root = '1.2.840.10008.';

/** The IOD a SOP Class is defined by; undefined for classes of others and retired ones. */
export function iodOf(sopClassUid: string): Iod | undefined {
  if (!sopClassUid.startsWith(root)) return undefined;
  const short = `${sopClassUid.slice(root.length)} `;
  const line = sopClasses.split('\n').find((text) => text.startsWith(short));
  return line === undefined ? undefined : iodById(line.slice(short.length));
}
