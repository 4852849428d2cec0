// Writes the IOD tables of packages/dicom from the standard's JSON: IODs, modules, functional groups, conditions. PS3.3.
// usage: node scripts/generate-iods.ts FOLDER   (the folder holds iods.json, module-attributes.json, ...)
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Condition } from '../packages/dicom/src/iod/condition.ts';
import { compileCondition } from './iods/compile-condition.ts';
import { isRecursive, missingCondition, unstatedCondition } from './iods/corrections.ts';

interface Row {
  readonly path: readonly string[];
  readonly tag: string;
  readonly type: string | null;
  readonly cond?: string;
  readonly otherwise?: 'may' | 'shall-not' | 'restricted';
  readonly altType?: string;
  readonly items?: string;
  readonly code?: boolean;
  readonly vmRestrict?: string;
  readonly enum?: readonly string[];
  readonly terms?: readonly string[];
  readonly enumByValue?: Readonly<Record<string, readonly string[]>>;
  readonly termsByValue?: Readonly<Record<string, readonly string[]>>;
  readonly macroCond?: string;
}
interface Module {
  readonly name: string;
  readonly table?: string;
  readonly attributes: readonly Row[];
}
interface Iod {
  readonly name: string;
  readonly kind: string;
  readonly table: string | null;
  readonly modules: readonly { moduleId: string; module: string; usage: string | null; condition: string | null }[];
}
interface GroupUsage {
  readonly iodId: string;
  readonly macro: string;
  readonly usage: string;
  readonly condition: string | null;
}

const [folder] = process.argv.slice(2);
if (!folder) throw new Error('usage: node scripts/generate-iods.ts FOLDER');
const table = <T>(name: string): T => JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));

const modules = table<Record<string, Module>>('module-attributes');
const iods = table<Record<string, Iod>>('iods');
const groups = table<{ usage: GroupUsage[]; macros: Record<string, Module> }>('functional-groups');
const sopClasses = table<{ uid: string; iodId: string | null }[]>('sop-classes');
const names = new Map(table<{ tag: string; name: string }[]>('data-dictionary').map(({ tag, name }) => [tag, name]));
const rootTags = new Set(
  Object.values(modules).flatMap((m) => m.attributes.filter((a) => a.path.length === 0).map((a) => a.tag)),
);
const groupTags = new Set(Object.values(groups.macros).flatMap((m) => m.attributes.map((a) => a.tag)));

/** Numbers distinct values in the order they come. */
function book<T>(keyOf: (value: T) => string = String) {
  const numbers = new Map<string, number>();
  const entries: T[] = [];
  const number = (value: T): number => {
    const key = keyOf(value);
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, entries.length);
    entries.push(value);
    return entries.length - 1;
  };
  return { number, entries };
}
const conditions = book<Condition>(JSON.stringify);
const valueLists = book<readonly string[]>(JSON.stringify);

const tags = new Map([...names].map(([tag, name]) => [name, tag]));
const nameOf = (tag: string): string | undefined => names.get(tag);
const tagOf = (name: string): string | undefined => tags.get(name);
/** A module's own attributes are looked for outwards from the item, then those of other modules at the top. */
function resolver(module: Module, path: readonly string[], inGroup: boolean) {
  const own = new Set(module.attributes.map((a) => [...a.path, a.tag].join('.')));
  return (tag: string): string | undefined => {
    for (let up = 0; up <= path.length; up += 1)
      if (own.has([...path.slice(0, path.length - up), tag].join('.'))) return '^'.repeat(up) + tag;
    if (inGroup && groupTags.has(tag)) return `~${tag}`;
    return rootTags.has(tag) ? `/${tag}` : undefined;
  };
}

const rank = ['3', '2C', '1C', '2', '1'];
/** Where two sources differ, the one that asks for less. */
const weaker = (type: string, other: string | undefined): string =>
  other !== undefined && rank.indexOf(other) < rank.indexOf(type) ? other : type;

function conditionOf(id: string, module: Module, row: Row, inGroup: boolean): Condition | undefined {
  const reading = { resolve: resolver(module, row.path, inGroup), nameOf, tagOf };
  const own = row.cond === undefined ? unstatedCondition(id) : compileCondition(row.cond, reading);
  const added = missingCondition(id, row.path, row.tag) ?? (row.macroCond && compileCondition(row.macroCond, reading));
  if (!added) return own;
  if (row.tag === '0040A043') return own ? ['any', [added, own]] : added;
  return row.type?.endsWith('C') ? own && ['all', [added, own]] : added;
}

function formatRow(id: string, module: Module, row: Row, inGroup: boolean): string {
  const type = weaker(row.type ?? '3', row.altType);
  const narrowed = row.macroCond !== undefined || missingCondition(id, row.path, row.tag) !== undefined;
  const conditional = narrowed && type !== '3' && !type.endsWith('C') ? `${type}C` : type;
  const condition = conditional.endsWith('C') ? conditionOf(id, module, row, inGroup) : undefined;
  const marks = [
    condition && `c${conditions.number(condition)}`,
    row.otherwise === 'shall-not' && 'o',
    row.items && `n${row.items}`,
    row.code && 'k',
    isRecursive(id, row.tag) && row.path.length === 0 && 'r',
    row.vmRestrict && `m${row.vmRestrict}`,
    row.enum && `e${valueLists.number(row.enum)}`,
    row.terms && `t${valueLists.number(row.terms)}`,
    ...Object.entries(row.enumByValue ?? {}).map(([at, list]) => `e${at}:${valueLists.number(list)}`),
    ...Object.entries(row.termsByValue ?? {}).map(([at, list]) => `t${at}:${valueLists.number(list)}`),
  ].filter((mark) => typeof mark === 'string');
  return [`${'>'.repeat(row.path.length)}${row.tag}`, conditional, ...marks].join(' ');
}

/** Rows in the order of a walk through the tree, so that the depth alone says whose item a row stands in. */
function inTreeOrder(rows: readonly Row[], path: readonly string[] = []): Row[] {
  const here = rows.filter((row) => row.path.join() === path.join());
  return here.flatMap((row) => [row, ...inTreeOrder(rows, [...path, row.tag])]);
}

const formatModule = (id: string, module: Module, inGroup = false): string =>
  [
    `@${id}|${module.name}|${module.table ?? ''}`,
    ...inTreeOrder(module.attributes).map((row) => formatRow(id, module, row, inGroup)),
  ].join('\n');

/** Conditions of modules and macros speak of the whole data set, or of other functional groups of the frame. */
const atTop = (tag: string): string => (groupTags.has(tag) && !rootTags.has(tag) ? `~${tag}` : `/${tag}`);

function usageMark(usage: string | null, condition: string | null): string {
  const compiled =
    usage === 'C' && condition ? compileCondition(condition, { resolve: atTop, nameOf, tagOf }) : undefined;
  const never = /shall not be present otherwise/i.test(condition ?? '') ? '!' : '';
  return `${usage ?? 'M'}${compiled ? conditions.number(compiled) + never : ''}`;
}

function formatIod(id: string, iod: Iod): string {
  const used = iod.modules.map((m) => `${m.moduleId}=${usageMark(m.usage, m.condition)}`).join(' ');
  const macros = groups.usage.filter((g) => g.iodId === id);
  const groupsUsed = macros.map((g) => `${g.macro}=${usageMark(g.usage, g.condition)}`).join(' ');
  return [id, iod.name, iod.table ?? '', used, groupsUsed].join('|');
}

const literal = (text: string): string =>
  `\`${text.replaceAll('\\', '\\\\').replaceAll('`', '\\`').replaceAll('${', '\\${')}\``;
const unnamed = new Set(Object.values(iods).flatMap((i) => i.modules.filter((m) => !(m.moduleId in modules))));
const body = [
  '// IODs, modules, functional groups and conditions of PS3.3. Generated by scripts/generate-iods.ts; do not edit.',
  "import type { Condition } from './condition.ts';",
  `/** SOP Class UID without 1.2.840.10008. and the IOD it has. */\nexport const sopClasses = ${literal(
    sopClasses
      .filter((c) => c.iodId !== null)
      .map((c) => `${c.uid.replace(/^1\.2\.840\.10008\./, '')} ${c.iodId}`)
      .join('\n'),
  )};`,
  `/** id|name|table|module=usage ...|macro=usage ... */\nexport const iods = ${literal(
    Object.entries(iods)
      .map(([id, iod]) => formatIod(id, iod))
      .join('\n'),
  )};`,
  `/** Modules that are named but whose attributes no source lists: id|name. */\nexport const unlisted = ${literal(
    [...new Set([...unnamed].map((m) => `${m.moduleId}|${m.module}`))].join('\n'),
  )};`,
  `/** @id|name|table, then tag type marks; > for each level of items. */\nexport const modules = ${literal(
    Object.entries(modules)
      .map(([id, module]) => formatModule(id, module))
      .join('\n'),
  )};`,
  `/** The macros of functional groups, in the same form. */\nexport const macros = ${literal(
    Object.entries(groups.macros)
      .map(([id, module]) => formatModule(id, module, true))
      .join('\n'),
  )};`,
  `export const conditions: readonly Condition[] = ${JSON.stringify(conditions.entries)};`,
  `/** Lists of values, apart by backslashes. */\nexport const valueLists = ${literal(valueLists.entries.map((list) => list.join('\\')).join('\n'))};`,
].join('\n');
writeFileSync(join(import.meta.dirname, '../packages/dicom/src/iod/iod.generated.ts'), `${body}\n`);
