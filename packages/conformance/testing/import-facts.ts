// What an imported statement and a model file made by hand are compared by: facts of each kind, as words.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { importStatementText, readStatement, type Statement } from '../src/index.ts';

/** In the order of the published table. */
export const kinds = [
  'entities',
  'SOP Classes',
  'roles',
  'transfer syntaxes',
  'contexts by side',
  'keys',
  'matching of keys',
  'statuses',
  'association limits',
  'titles and ports',
  'implementation',
  'numbers of parameters',
  'character sets',
  'media profiles',
] as const;
export type Kind = (typeof kinds)[number];
export type Facts = Readonly<Record<Kind, ReadonlySet<string>>>;

/** Systems whose documents have a model file in docs/seeds. */
export const documentedSystems = [
  'query-retrieve-server',
  'echoes-server',
  'impromed-client',
  'impromed-worklist',
  'reviewer',
  'viewer',
  'hanging-protocol-viewer',
  'ris',
  'modality',
  'print-server',
  'medication-gateway',
] as const;

/** Two names of one entity: `Storage SCP AE` and `STORAGE-SCP`. */
const plainName = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/\b(?:ae|application entity)\b|[^a-z0-9]/g, '')
    .trim();

const numbersIn = (text: string): readonly string[] => text.replaceAll(',', '').match(/\d+(?:\.\d+)?/g) ?? [];
const unitFactors: Readonly<Record<string, number>> = {
  kbytes: 1024,
  kB: 1024,
  KB: 1024,
  Kb: 1024,
  min: 60,
  minutes: 60,
};

/** The first number of each parameter's default; equal ones are counted. */
function parameterNumbers(
  rows: readonly { readonly default: string; readonly unit?: string | undefined }[],
): Set<string> {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const [first] = numbersIn(row.default);
    if (first === undefined) continue;
    const value = String(Number(first) * (unitFactors[row.unit ?? ''] ?? 1));
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return new Set([...counts].flatMap(([value, count]) => Array.from({ length: count }, (_, n) => `${value} ${n + 1}`)));
}

const nameIn = (statement: Statement): readonly string[] =>
  statement.networking.state === 'described'
    ? statement.networking.applicationEntities.map(({ name }) => plainName(name))
    : [];

/** A name that contains the other one, or is the only one of its document, is the same entity's. */
function aligned(name: string, own: readonly string[], others: readonly string[]): string {
  if (others.includes(name)) return name;
  if (own.length === 1 && others.length === 1) return others[0] ?? name;
  const near = others.filter((each) => !own.includes(each) && (name.includes(each) || each.includes(name)));
  return near.length === 1 ? (near[0] ?? name) : name;
}

/** Every fact of a statement; `like`: the statement whose names of entities are used. */
export function factsOf(statement: Statement, like: Statement = statement): Facts {
  const [own, others] = [nameIn(statement), nameIn(like)];
  const facts = Object.fromEntries(kinds.map((kind) => [kind, new Set<string>()])) as Record<Kind, Set<string>>;
  const { networking, characterSets, media } = statement;
  if (networking.state === 'described') {
    for (const { ae, defaultTitle = '', defaultPort = '' } of networking.configuration.localTitles) {
      const name = networking.applicationEntities.find(({ id }) => id === ae)?.name ?? ae;
      if (defaultTitle !== '')
        facts['titles and ports'].add(`${aligned(plainName(name), own, others)} ${defaultTitle}`);
      if (defaultPort !== '') facts['titles and ports'].add(`${aligned(plainName(name), own, others)} ${defaultPort}`);
    }
    facts['numbers of parameters'] = parameterNumbers(networking.configuration.parameters);
    for (const { name, implementation, ...entity } of networking.applicationEntities) {
      const entityName = aligned(plainName(name), own, others);
      facts.entities.add(entityName);
      for (const value of [implementation.classUid, implementation.versionName])
        if (value !== undefined) facts.implementation.add(`${entityName} ${value}`);
      for (const side of ['initiation', 'acceptance'] as const) {
        const part = entity[side];
        if (part.state !== 'described') continue;
        if (part.associations.value !== 'unknown')
          facts['association limits'].add(`${entityName} ${side} ${part.associations.value}`);
        for (const { contexts, sopConformance } of part.activities) {
          for (const { abstractSyntax, role, transferSyntaxes } of contexts) {
            facts['SOP Classes'].add(abstractSyntax.uid);
            for (const each of role === 'BOTH' ? ['SCU', 'SCP'] : [role])
              facts.roles.add(`${abstractSyntax.uid} ${each}`);
            for (const { uid } of transferSyntaxes) {
              facts['transfer syntaxes'].add(`${abstractSyntax.uid} ${uid}`);
              facts['contexts by side'].add(`${entityName} ${side} ${abstractSyntax.uid} ${uid}`);
            }
          }
          for (const { operation, ourRole, statuses, keys, sopClasses } of sopConformance) {
            for (const { code } of statuses) facts.statuses.add(`${operation} ${ourRole} ${code}`);
            for (const uid of sopClasses)
              for (const { tag, matching } of keys) {
                facts.keys.add(`${uid} ${tag}`);
                facts['matching of keys'].add(`${uid} ${tag} ${[...matching].sort().join(', ')}`);
              }
          }
        }
      }
    }
  }
  if (characterSets.state === 'described')
    for (const { definedTerm } of characterSets.supported) facts['character sets'].add(definedTerm);
  if (media.state === 'described')
    for (const { profiles } of media.entities)
      for (const { name, roles } of profiles) for (const role of roles) facts['media profiles'].add(`${name} ${role}`);
  return facts;
}

export interface Measured {
  /** Facts of the model file, and of the import. */
  readonly wanted: number;
  readonly found: number;
  /** Share of the model file's facts that were found; share of what was found that is in the model file. */
  readonly recall: number;
  readonly precision: number;
}

const round = (value: number): number => Math.round(value * 100) / 100;

/** How much of the one is in the other. */
export function measure(found: ReadonlySet<string>, wanted: ReadonlySet<string>): Measured {
  const both = [...found].filter((each) => wanted.has(each)).length;
  return {
    wanted: wanted.size,
    found: found.size,
    recall: wanted.size === 0 ? 1 : round(both / wanted.size),
    precision: found.size === 0 ? 1 : round(both / found.size),
  };
}

const root = join(import.meta.dirname, '../../..');
const documents = join(process.env.CONCORD_TEST_DATA ?? join(root, '../shared/data'), '../seeds');

/** The lines of a document that a model file is made of; undefined where the documents are not here. */
export function documentText(name: string): string | undefined {
  const json = readFileSync(join(root, 'docs/seeds', `${name}.json`), 'utf8');
  const { document, firstLine, lastLine } = (
    JSON.parse(json) as { 'x-source': { document: string; firstLine: number; lastLine: number } }
  )['x-source'];
  const file = join(documents, document);
  if (!existsSync(file)) return undefined;
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.slice(firstLine - 1, lastLine).join('\n');
}

/** The text of a system's document, and its model; undefined where the documents are not here. */
export function documentOf(name: string): { readonly text: string; readonly model: Statement } | undefined {
  const text = documentText(name);
  return text === undefined
    ? undefined
    : { text, model: readStatement(readFileSync(join(root, 'docs/seeds', `${name}.json`), 'utf8')) };
}

/** Every kind of one system. */
export function measureSystem(name: string): Readonly<Record<Kind, Measured>> | undefined {
  const source = documentOf(name);
  if (!source) return undefined;
  const [found, wanted] = [
    factsOf(importStatementText(source.text, name).statement, source.model),
    factsOf(source.model),
  ];
  return Object.fromEntries(kinds.map((kind) => [kind, measure(found[kind], wanted[kind])])) as Record<Kind, Measured>;
}
