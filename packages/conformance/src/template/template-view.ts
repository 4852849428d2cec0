// A statement by the names of the template: each field under its own path, and the JSON Schema of that. PS3.2 Annex A
import { statementJsonSchema } from '../model/json-schema.ts';
import { templateFields, valuesOfField } from './template-fields.ts';

/** A field, or what several fields stand below. */
interface Node {
  readonly below: Map<string, Node>;
  /** It is written with brackets. */
  readonly isList: boolean;
  /** Pointers into the statement; none where only others stand below it. */
  at: readonly string[];
}

interface Step {
  readonly name: string;
  readonly isList: boolean;
}

const stepsOf = (field: string): readonly Step[] =>
  field.split('.').map((part) => ({ name: part.replace(/\[\]$/u, ''), isList: part.endsWith('[]') }));

const newNode = (isList: boolean): Node => ({ below: new Map(), isList, at: [] });

function tree(): Node {
  const root = newNode(false);
  for (const { field, at } of templateFields) {
    let node = root;
    for (const { name, isList } of stepsOf(field)) {
      const next = node.below.get(name) ?? newNode(isList);
      // A list may be named with brackets in one row and without in another.
      node.below.set(name, isList && !next.isList ? { ...next, isList } : next);
      node = node.below.get(name) ?? next;
    }
    node.at = at;
  }
  return root;
}

const tokensOf = (pointer: string): readonly string[] => pointer.split('/').slice(1);

type Json = Readonly<Record<string, unknown>>;
const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/** What stands at the tokens; stars are taken by these indices in their order, those without one by none. */
function valueAt(statement: unknown, tokens: readonly string[], indices: readonly number[] = []): unknown {
  const taken = withIndices(tokens, indices);
  return taken.reduce<unknown>((value, token) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, token)) return undefined;
    const member: unknown = Reflect.get(value, token);
    return member;
  }, statement);
}

/** Stars in their order replaced, as far as there are indices. */
function withIndices(tokens: readonly string[], indices: readonly number[]): readonly string[] {
  const left = [...indices];
  return tokens.map((token) => (token === '*' ? String(left.shift() ?? '*') : token));
}

/** The value of a field below these items of the lists above it; several where the statement tells each and the template all. */
function fieldValue(statement: unknown, { at, isList }: Node, indices: readonly number[]): unknown {
  const pointers = at.map((pointer) => withIndices(tokensOf(pointer), indices));
  const values = pointers.flatMap((tokens) => valuesOfField(statement, { field: '', at: [`/${tokens.join('/')}`] }));
  const [first] = values;
  if (first === undefined) return undefined;
  const isOne = values.length === 1 && !pointers.some((tokens) => tokens.includes('*'));
  return isOne && (!isList || Array.isArray(first)) ? first : values.flat();
}

/** How many items a list has: as the longest of the places below it. */
function lengthOf(statement: unknown, node: Node, level: number, indices: readonly number[]): number {
  const own = [...node.at, ...[...node.below.values()].flatMap(({ at }) => at)];
  const lengths = own.map((pointer) => {
    const tokens = tokensOf(pointer);
    const star = tokens.flatMap((token, at) => (token === '*' ? [at] : []))[level];
    const value = valueAt(statement, star === undefined ? tokens : tokens.slice(0, star), indices);
    return Array.isArray(value) ? value.length : 0;
  });
  const further = [...node.below.values()].filter(({ isList, at }) => !isList && at.length === 0);
  return Math.max(0, ...lengths, ...further.map((each) => lengthOf(statement, each, level, indices)));
}

function viewOf(statement: unknown, node: Node, indices: readonly number[]): unknown {
  if (node.below.size === 0) return fieldValue(statement, node, indices);
  const inside = (more: readonly number[]): Json | undefined => {
    const entries = [...node.below].flatMap(([name, each]): (readonly [string, unknown])[] => {
      const value = viewOf(statement, each, more);
      return value === undefined ? [] : [[name, value]];
    });
    return entries.length === 0 ? undefined : Object.fromEntries(entries);
  };
  if (!node.isList) return inside(indices);
  const length = lengthOf(statement, node, indices.length, indices);
  return length === 0 ? undefined : Array.from({ length }, (_, index) => inside([...indices, index]) ?? {});
}

/** The statement by the names of the template; a field that it does not have is left out. */
export const templateView = (statement: unknown): unknown => viewOf(statement, tree(), []);

/** Schemas that a schema stands for: what it refers to, and each of several. */
function* meant(schema: Json, root: Json): Generator<Json> {
  yield schema;
  const { $ref, anyOf, oneOf, allOf } = schema;
  if (typeof $ref === 'string') {
    const found = valueAt(root, $ref.split('/').slice(1));
    if (isJson(found)) yield* meant(found, root);
  }
  for (const each of [anyOf, oneOf, allOf])
    if (Array.isArray(each)) for (const one of each) if (isJson(one)) yield* meant(one, root);
}

/** The schemas of one place of a statement. */
function schemasAt(tokens: readonly string[], root: Json): readonly Json[] {
  return tokens.reduce<readonly Json[]>(
    (schemas, token) =>
      schemas
        .flatMap((schema) => [...meant(schema, root)])
        .flatMap((schema) => {
          const next = token === '*' ? schema.items : isJson(schema.properties) ? schema.properties[token] : undefined;
          return isJson(next) ? [next] : [];
        }),
    [root],
  );
}

const anyOf = (schemas: readonly Json[]): Json => (schemas.length === 1 ? (schemas[0] ?? {}) : { anyOf: schemas });

/** Of one value, or of several beside each other, each as the statement has it. @param depth lists above it */
function fieldSchema({ at, isList }: Node, root: Json, depth: number): Json {
  const schemas = at.flatMap((pointer) => schemasAt(tokensOf(pointer), root));
  const items = at.flatMap((pointer) => schemasAt([...tokensOf(pointer), '*'], root));
  const stars = at.map((pointer) => tokensOf(pointer).filter((token) => token === '*').length);
  const isOne = at.length === 1 && stars.every((count) => count <= depth) && (!isList || items.length > 0);
  return isOne ? anyOf(schemas) : anyOf([...schemas, { type: 'array', items: anyOf([...schemas, ...items]) }]);
}

function schemaOf(node: Node, root: Json, depth: number): Json {
  if (node.below.size === 0) return fieldSchema(node, root, depth);
  const under = depth + (node.isList ? 1 : 0);
  const properties = Object.fromEntries([...node.below].map(([name, each]) => [name, schemaOf(each, root, under)]));
  const inside = { type: 'object', properties, additionalProperties: false };
  return node.isList ? { type: 'array', items: inside } : inside;
}

/** JSON Schema (2020-12) of `templateView`, with the fields of the template at their paths. */
export function templateJsonSchema(): object {
  const root: Json = { ...statementJsonSchema() };
  const { $defs } = root;
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', $defs, ...schemaOf(tree(), root, 0) };
}
