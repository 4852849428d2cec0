// How either back end would answer a statement on an index that is large: which tables it would walk through from end to end.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { Client } from 'pg';
import type { Query, Table } from '../src/database/database.ts';
import { openPostgres } from '../src/database/postgres.ts';
import { createTranslator, ready } from '../src/database/postgres-text.ts';
import { openSqlite } from '../src/database/sqlite.ts';

/** Tables that a statement would walk through, by name; what lies in no table of the index is not counted. */
export type WalksOf = (query: Query) => Promise<readonly string[]> | readonly string[];

export interface Explainer {
  readonly walks: WalksOf;
  close(): Promise<void>;
}

const rowsOfEach = 500;
const isDefinition = (text: string) => /^\s*(create|drop|alter)\s/iu.test(text);

/** Definitions, of temporary tables, are carried out: later statements need them. */
const textOf = ({ text }: Query, place: (index: number) => string) =>
  text.map((piece, index) => (index === 0 ? piece : `${place(index)}${piece}`)).join('');

/** On SQLite without statistics: the same plan whatever the index holds. */
export async function explainOnSqlite(): Promise<Explainer> {
  const folder = mkdtempSync(join(tmpdir(), 'concord-plans-'));
  const file = join(folder, 'index.sqlite');
  const made = await openSqlite(file);
  const tables = new Set((await made.tables()).map(({ name }) => name));
  await made.close();
  const connection = new DatabaseSync(file);
  return {
    walks(query) {
      const text = textOf(query, () => '?');
      if (isDefinition(text)) {
        connection.exec(text);
        return [];
      }
      const rows = connection.prepare(`explain query plan ${text}`).all(...(query.values as SQLInputValue[]));
      const limited = /\blimit\b/iu.test(text);
      const names = namesIn(text);
      return rows.flatMap(({ detail, parent }) => {
        const [, alias = ''] = /^SCAN (\w+)/u.exec(String(detail)) ?? [];
        const table = names.get(alias) ?? alias;
        // Rows in the order they are wanted in, of which the first page is read.
        const sorted = rows.some(
          (row) => row.parent === parent && /TEMP B-TREE FOR (ORDER|GROUP)/u.test(String(row.detail)),
        );
        return tables.has(table) && !(limited && !sorted) ? [table] : [];
      });
    },
    async close() {
      connection.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** What tables are called within a statement. */
const namesIn = (text: string): ReadonlyMap<string, string> =>
  new Map(
    [...text.matchAll(/\b(?:from|join|update|into|,)\s+(\w+)(?:\s+as)?\s+(\w+)/giu)].map(
      ([, table = '', alias = '']) => [alias, table],
    ),
  );

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Cond'?: string;
  readonly Filter?: string;
  readonly 'Parent Relationship'?: string;
  readonly Plans?: readonly PlanNode[];
}

/** Nodes that pass rows on one by one, so that a limit above ends what is below. */
const passing = [
  ...['Nested Loop', 'Subquery Scan', 'Result', 'Append', 'Merge Append', 'ProjectSet', 'Unique', 'LockRows'],
  ...['Incremental Sort', 'Memoize'],
];

/** @param limited a limit above ends what is below */
function* walksIn(node: PlanNode, limited = false): Generator<string> {
  const table = node['Relation Name'];
  const kind = node['Node Type'];
  const isWalk = kind === 'Seq Scan' || (/^Index (Only )?Scan$/u.test(kind) && node['Index Cond'] === undefined);
  if (table !== undefined && isWalk && !(limited && kind !== 'Seq Scan' && node.Filter === undefined)) yield table;
  const below = kind === 'Limit' || (limited && passing.includes(kind));
  for (const child of node.Plans ?? []) yield* walksIn(child, below && child['Parent Relationship'] !== 'Inner');
}

/** On PostgreSQL with some rows in every table, asked for the best plan that does not walk. */
export async function explainOnPostgres(url: string): Promise<Explainer> {
  const schema = 'plans';
  const made = await openPostgres({ url, schema });
  const tables = await made.tables();
  await made.close();
  const client = new Client({
    connectionString: url,
    options: `-c search_path=${schema} -c client_min_messages=warning`,
  });
  await client.connect();
  const types = await client.query<{ table_name: string; column_name: string; data_type: string }>(
    'select table_name, column_name, data_type from information_schema.columns where table_schema = $1',
    [schema],
  );
  const typeOf = new Map(types.rows.map((row) => [`${row.table_name}.${row.column_name}`, row.data_type]));
  for (const table of tables) if (table.name !== 'schema_version') await client.query(filling(table, typeOf));
  await client.query('analyze');
  // The planner takes them for tables of millions of rows, and walks only where nothing else is left.
  await client.query(`
    update pg_class set reltuples = reltuples * 4000 where relnamespace = current_schema()::regnamespace and reltuples > 0;
    set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off`);
  const translate = createTranslator();
  const known = new Set(tables.map(({ name }) => name));
  return {
    async walks(query) {
      const { text, values } = ready(translate(query));
      if (isDefinition(text)) {
        await client.query(text);
        return [];
      }
      const explained = await client.query(`explain (format json) ${text}`, values);
      const [row] = explained.rows as { 'QUERY PLAN': { Plan: PlanNode }[] }[];
      const [plan] = row?.['QUERY PLAN'] ?? [];
      return plan ? [...walksIn(plan.Plan)].filter((table) => known.has(table)) : [];
    },
    close: () => client.end(),
  };
}

/** Columns that say something in hardly any row. */
const mostlyEmpty = ['quarantine', 'overlay', 'sent_uid', 'begun_at', 'nameless_study'];
/** Moments that have passed in hardly any row. */
const ahead = ['came_at', 'leased_until', 'not_before'];
const isMoment = (column: string) => /(_at|_until|_date|_start|_time|since|not_before)$/u.test(column);

/** The same value for the same column of any table, so that rows belong together; moments lie ten years back and ahead. */
const filling = ({ name, columns }: Table, typeOf: ReadonlyMap<string, string>): string => {
  const values = columns.map((column) => {
    const type = typeOf.get(`${name}.${column}`);
    if (type === 'bytea') return "''::bytea";
    if (type !== 'text') return 'i';
    if (mostlyEmpty.includes(column)) return "''";
    if (column === 'outcome') return "case when i % 2 = 0 then 'refused' else 'here already' end";
    if (ahead.includes(column)) return "'2099-' || i";
    return isMoment(column) ? "(2016 + i % 20)::text || '-' || i" : `'${column}' || i`;
  });
  return `insert into ${name} (${columns.join(', ')}) select ${values.join(', ')} from generate_series(1, ${rowsOfEach}) i`;
};
