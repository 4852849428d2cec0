// Unmet claims as a document.
import { type StatementDocument, section, table } from '../document/document.ts';
import type { ClaimsReport } from './claims.ts';

/** The report as a document. */
export function claimsDocument({ underTest, claimedBy, claims, unmet }: ClaimsReport): StatementDocument {
  const title = `${underTest}: claims of ${claimedBy}`;
  const said = `${claims - unmet.length} of ${claims} claims are met.`;
  return {
    title,
    cover: [title, said],
    banner: title,
    sections: [
      section('1', 'Claims that are not met', {
        anchor: 'unmet',
        blocks: [
          { kind: 'paragraph', text: said },
          ...(unmet.length === 0
            ? []
            : [
                table(
                  'unmet-table',
                  'Claims that are not met',
                  ['Kind', 'What is missing', 'Claimed in'],
                  unmet.map(({ kind, text, section: where }) => [kind, text, where]),
                ),
              ]),
        ],
      }),
    ],
  };
}
