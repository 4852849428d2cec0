// Statements that were released: kept unchanged, one file each, under the digest of what they say. PS3.2 A.3.1
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  canonicalJson,
  contentDigest,
  readStatement,
  type Statement,
  StatementError,
  statementDigest,
} from '@concord/conformance';
import { writeWhole } from '../backup/durable-file.ts';
import { version as serverVersion } from '../version.ts';

export interface Release {
  /** Date and digest, as its file is named. */
  readonly id: string;
  /** ISO 8601, the day it was released. */
  readonly date: string;
  /** Of the product that runs. */
  readonly version: string;
  readonly edition: string;
  /** SHA-256 of its canonical JSON, in hexadecimal. */
  readonly digest: string;
}

export interface Releases {
  /** The newest first. */
  list(): Promise<readonly Release[]>;
  /** Durable when the promise resolves. What was released before with the same words is not released again. */
  keep(statement: Statement, date: string): Promise<Release>;
  /** The text as it was kept; undefined where there is none. Throws StatementError where the file was changed since. */
  read(id: string): Promise<{ readonly release: Release; readonly text: string } | undefined>;
}

const shortDigest = 32;
const fileName = /^(\d{4}-\d{2}-\d{2})_([0-9A-Za-z.+-]{1,32})_(as-[a-z]{1,20})_([0-9a-f]{32})\.json$/u;

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** @param folder is made when the first one is kept */
export function createReleases(folder: string): Releases {
  const named = (name: string): Release | undefined => {
    const [, date, version, edition, digest] = fileName.exec(name) ?? [];
    if (!date || !version || !edition || !digest) return undefined;
    return { id: name.slice(0, -'.json'.length), date, version, edition, digest };
  };
  const list = async (): Promise<readonly Release[]> => {
    const names = await readdir(folder).catch((error: unknown) => {
      if (isMissing(error)) return [];
      throw error;
    });
    return names
      .sort()
      .reverse()
      .flatMap((name) => named(name) ?? []);
  };
  return {
    list,
    async keep(statement, date) {
      const digest = statementDigest(statement).slice(0, shortDigest);
      const same = (await list()).find((release) => release.digest === digest && release.version === serverVersion);
      if (same) return same;
      const id = `${date}_${serverVersion}_${statement.edition}_${digest}`;
      const bytes = Buffer.from(canonicalJson(statement));
      await writeWhole(join(folder, `${id}.json`), piece(bytes));
      return { id, date, version: serverVersion, edition: statement.edition, digest };
    },
    async read(id) {
      const release = named(`${id}.json`);
      if (!release) return undefined;
      const text = await readFile(join(folder, `${id}.json`), 'utf8').catch((error: unknown) => {
        if (isMissing(error)) return undefined;
        throw error;
      });
      return text === undefined ? undefined : { release, text };
    },
  };
}

async function* piece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** The statement that a kept text is, where its words are still those under the digest. */
export function releasedStatement({ release, text }: { readonly release: Release; readonly text: string }): Statement {
  const statement = readStatement(text);
  // Of what was kept: a statement of an older schema version is another one when it has been read.
  if (contentDigest(JSON.parse(text)).slice(0, shortDigest) !== release.digest)
    throw new StatementError([{ path: '', message: 'was changed since it was released' }]);
  return statement;
}

/** What was released last, asked for at each request; files are read again only where there are others. */
export function lastReleased(releases: Releases): () => Promise<Statement | undefined> {
  let known: { readonly ids: string; readonly statement: Statement | undefined } | undefined;
  return async () => {
    const list = await releases.list();
    const ids = list.map(({ id }) => id).join();
    if (known?.ids !== ids) known = { ids, statement: await newestOf(releases, list) };
    return known.statement;
  };
}

/** Of the latest day the one with the longest history. One that was changed by hand is no release. */
async function newestOf(releases: Releases, list: readonly Release[]): Promise<Statement | undefined> {
  let newest: { readonly date: string; readonly statement: Statement } | undefined;
  const lengthOf = (statement: Statement | undefined) => statement?.introduction.revisions.length ?? 0;
  for (const { id, date } of list) {
    if (newest && newest.date !== date) break;
    const statement = await readable(releases, id);
    if (statement && lengthOf(statement) > lengthOf(newest?.statement)) newest = { date, statement };
  }
  return newest?.statement;
}

async function readable(releases: Releases, id: string): Promise<Statement | undefined> {
  const kept = await releases.read(id);
  try {
    return kept && releasedStatement(kept);
  } catch (error) {
    if (error instanceof StatementError) return undefined;
    throw error;
  }
}
