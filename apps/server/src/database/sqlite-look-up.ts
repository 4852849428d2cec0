// Look-ups by a key on the thread that asks: to wake another one and to be woken by it costs several times what they cost.
import { DatabaseSync } from 'node:sqlite';
import type { Database } from './database.ts';
import { createRunner } from './sqlite-runner.ts';
import { createNumbering, toObjects } from './sqlite-statements.ts';

/** Statements kept prepared. */
const statements = 20;
/** Milliseconds: nothing else happens meanwhile. A disk that takes longer is waited for by another thread. */
const slow = 10;
/** Milliseconds for which others are asked after that. */
const elsewhereFor = 10_000;

/** What cannot be answered here at once is answered by the reading thread: a file that is locked, cannot be read, or lies on a slow disk. */
export function createLookUp(file: string, elsewhere: Database['all']) {
  let connection: ReturnType<typeof connect> | undefined;
  let closed = false;
  let notBefore = 0;
  const lookUp: Database['lookUp'] = async (query) => {
    const begun = performance.now();
    if (closed || begun < notBefore) return elsewhere(query);
    try {
      connection ??= connect(file);
      return connection.all(query);
    } catch {
      notBefore = begun + elsewhereFor;
      return elsewhere(query);
    } finally {
      const ended = performance.now();
      if (ended - begun > slow) notBefore = ended + elsewhereFor;
    }
  };
  return {
    lookUp,
    close(): void {
      closed = true;
      connection?.close();
      connection = undefined;
    },
  };
}

function connect(file: string) {
  const database = new DatabaseSync(file, { readOnly: true, timeout: 0 });
  database.exec('pragma cache_size = -2048; pragma temp_store = memory');
  const { learn, run } = createRunner(database, statements);
  const statementOf = createNumbering();
  return {
    all<R>(query: Parameters<typeof statementOf>[0]): readonly R[] {
      const statement = statementOf(query);
      learn(statement);
      return toObjects<R>(run(statement));
    },
    close: () => database.close(),
  };
}
