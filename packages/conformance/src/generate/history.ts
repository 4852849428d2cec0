// The revision history of a statement: that of the release before, and what is different since. PS3.2 A.3.1
import { revisionChanges } from '../compare/revision.ts';
import { canonicalJson } from '../model/canonical.ts';
import type { Statement } from '../model/statement.ts';

/** What the author adds beside the lines that comparing gives. */
export interface AuthorsWords {
  readonly author?: string;
  readonly remarks?: string;
}

const otherWords = 'Words only: no service, syntax, status, parameter, object or security measure differs.';

const withRevisions = (statement: Statement, revisions: Statement['introduction']['revisions']): Statement => ({
  ...statement,
  introduction: { ...statement.introduction, revisions },
});

/** Everything but the history itself. */
const contentOf = ({ provenance: _, ...statement }: Statement): string =>
  canonicalJson({ ...statement, introduction: { ...statement.introduction, revisions: [] } });

/**
 * `statement` with the history that follows from `released`, the release before; without one its own stands.
 * Where nothing differs, the history is that of the release, and the author's words are not added.
 */
export function withHistory(
  statement: Statement,
  released: Statement | undefined,
  words: AuthorsWords = {},
): Statement {
  const { revisions: own } = statement.introduction;
  const newest = own.at(-1);
  if (!newest) return statement;
  if (!released) return withRevisions(statement, [...own.slice(0, -1), { ...newest, ...words }]);
  const { revisions: before } = released.introduction;
  if (contentOf(statement) === contentOf(released)) return withRevisions(statement, before);
  const lines = revisionChanges(released, statement);
  const version = `${newest.version} (${before.length + 1})`;
  const changes = lines.length > 0 ? [...lines] : [otherWords];
  return withRevisions(statement, [...before, { ...newest, version, changes, ...words }]);
}
