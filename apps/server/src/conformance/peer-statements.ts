// Statements of other systems that are kept: each state a version of its own, never changed. PS3.2 6
import { createHash } from 'node:crypto';
import { contentDigest } from '@concord/conformance';
import { type Database, sql } from '../database/database.ts';
import { origins } from './requests.ts';

export type Origin = (typeof origins)[number];

export interface StatementVersion {
  readonly version: number;
  readonly origin: Origin;
  /** ISO 8601, UTC. */
  readonly keptAt: string;
  readonly keptBy: string;
  /** SHA-256 of what it says, in hexadecimal; where it came from does not belong to it. */
  readonly digest: string;
}

/** A system, with the versions of its statement, the newest first. */
export interface PeerStatement {
  readonly id: string;
  readonly name: string;
  readonly versions: readonly StatementVersion[];
}

export interface KeptContent {
  readonly name: string;
  readonly digest: string;
  readonly version: number;
  /** As JSON was read: it may lack anything. */
  readonly statement: unknown;
}

export interface PeerStatements {
  /** By name. */
  list(): Promise<readonly PeerStatement[]>;
  /** Of one system; undefined where it or the version is not there. Without `version`: the newest. */
  read(id: string, version?: number): Promise<KeptContent | undefined>;
  /** A further version of the system of that name; what its newest says already is not kept again. Undefined: there are too many. */
  keep(
    name: string,
    statement: unknown,
    by: { readonly origin: Origin; readonly who: string },
  ): Promise<Kept | undefined>;
  /** False where there is none. */
  remove(id: string): Promise<boolean>;
}

export interface Kept {
  readonly id: string;
  readonly version: number;
}

/** More are not listed, compared and planned from by people. */
const mostSystems = 500;
const mostVersions = 200;

interface VersionRow {
  readonly id: string;
  readonly version: number;
  readonly name: string;
  readonly origin: string;
  readonly kept_at: string;
  readonly kept_by: string;
  readonly digest: string;
}

/** A name is a system: two nodes that keep it at once write versions of the same one. */
const idOf = (name: string): string => createHash('sha256').update(name).digest('hex').slice(0, 16);

const versionOf = (row: VersionRow): StatementVersion => ({
  version: row.version,
  origin: origins.find((origin) => origin === row.origin) ?? 'by hand',
  keptAt: row.kept_at,
  keptBy: row.kept_by,
  digest: row.digest,
});

const grouped = (rows: readonly VersionRow[]): readonly PeerStatement[] =>
  [...Map.groupBy(rows, ({ id }) => id)].flatMap(([id, versions]) => {
    const [first] = versions;
    return first ? [{ id, name: first.name, versions: versions.map(versionOf) }] : [];
  });

/** In the index, where every node sees them. */
export function createPeerStatements(database: Pick<Database, 'all' | 'batch' | 'transaction'>): PeerStatements {
  return {
    async list() {
      const rows = await database.all<VersionRow>(
        sql`select id, version, name, origin, kept_at, kept_by, digest from peer_statement order by name, id, version desc`,
      );
      return grouped(rows);
    },
    async read(id, version) {
      const [row] = await database.all<VersionRow & { readonly content: string }>(
        version === undefined
          ? sql`select * from peer_statement where id = ${id} order by version desc limit 1`
          : sql`select * from peer_statement where id = ${id} and version = ${version}`,
      );
      return (
        row && {
          name: row.name,
          digest: row.digest,
          version: row.version,
          statement: JSON.parse(row.content) as unknown,
        }
      );
    },
    keep: (name, statement, { origin, who }) =>
      database.transaction(async (inside) => {
        const id = idOf(name);
        const [last] = await inside.all<VersionRow>(
          sql`select id, version, digest from peer_statement where id = ${id} order by version desc limit 1`,
        );
        const digest = contentDigest(statement);
        if (last?.digest === digest) return { id, version: last.version };
        if (last ? last.version >= mostVersions : (await systemsIn(inside)) >= mostSystems) return undefined;
        const version = (last?.version ?? 0) + 1;
        const now = new Date().toISOString();
        await inside.all(
          sql`insert into peer_statement (id, version, name, origin, kept_at, kept_by, digest, content)
            values (${id}, ${version}, ${name}, ${origin}, ${now}, ${who}, ${digest}, ${JSON.stringify(statement)})`,
        );
        return { id, version };
      }),
    async remove(id) {
      const [rows = []] = await database.batch([sql`delete from peer_statement where id = ${id} returning version`]);
      return rows.length > 0;
    },
  };
}

async function systemsIn(database: Pick<Database, 'all'>): Promise<number> {
  const [row] = await database.all<{ readonly count: number }>(
    sql`select count(distinct id) as count from peer_statement`,
  );
  return Number(row?.count ?? 0);
}
