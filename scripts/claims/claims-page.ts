// The page of unmet claims: a count for each system, then a table for each.
import type { ClaimsReport } from '@concord/conformance';
import { reasonFor } from './reasons.ts';

/** One profile with its report. */
export interface ProfileClaims {
  readonly profile: string;
  readonly report: ClaimsReport;
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

function tableOf({ profile, report }: ProfileClaims): readonly string[] {
  const { claims, unmet } = report;
  const head = ['', `## ${profile}`, '', `${claims - unmet.length} of ${claims} claims are met.`];
  if (unmet.length === 0) return head;
  const rows = new Set(
    unmet.map((claim) => {
      const { kind, text, section } = claim;
      return `| ${kind} | ${cell(text)} | ${section} | ${cell(reasonFor(profile, claim))} |`;
    }),
  );
  return [...head, '', '| kind | what is missing | claimed in | why |', '| --- | --- | --- | --- |', ...rows];
}

/** The page. */
export function claimsPage(all: readonly ProfileClaims[]): string {
  const lines = [
    '# Claims that a profile does not meet',
    '',
    'Made by `npm run claims`: the statement of Concord under each profile, against the [statement](README.md) of the system that it takes the place of.',
    'A test fails where this page is not what a build gives. A row without a reason is something to be done.',
    '',
    '| profile | claims | met | not met |',
    '| --- | --- | --- | --- |',
    ...all.map(
      ({ profile, report: { claims, unmet } }) =>
        `| ${profile} | ${claims} | ${claims - unmet.length} | ${unmet.length} |`,
    ),
    ...all.flatMap(tableOf),
  ];
  return `${lines.join('\n')}\n`;
}
