// The statement of what runs as this installation has it: with its texts, and the history of what it released. PS3.2 A.3.1
import { join } from 'node:path';
import { type AuthorsWords, type Statement, withHistory } from '@concord/conformance';
import { type Edition, type SystemParts, statementOf } from './describe-system.ts';
import { createReleases, lastReleased, type Releases } from './releases.ts';
import { createTextStore, type TextStore } from './text-store.ts';

export interface PresentStatement {
  readonly releases: Releases;
  readonly texts: TextStore;
  /** Made at each request. */
  readonly make: (edition: Edition, words?: AuthorsWords) => Promise<Statement>;
}

/** What is kept lies in the folder `conformance` of the data folder. */
export function presentStatement(parts: SystemParts): PresentStatement {
  const folder = join(parts.configuration.data, 'conformance');
  const releases = createReleases(folder);
  const released = lastReleased(releases);
  const texts = createTextStore(folder);
  return {
    releases,
    texts,
    // What is released is what is configured: the history and the texts are those of this installation.
    make: async (edition, words) =>
      edition === 'as-shipped'
        ? statementOf(parts, edition)
        : withHistory(statementOf(parts, edition, await texts.read()), await released(), words),
  };
}
