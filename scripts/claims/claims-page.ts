// The page of unmet claims: a count for each system, then a table for each.
import type { ClaimsReport, UnmetClaim } from '@concord/conformance';
import { reasonFor } from './reasons.ts';

/** One profile with its report. */
export interface ProfileClaims {
  readonly profile: string;
  readonly report: ClaimsReport;
  /** No profile has this name: the statement under test is that of the default configuration. */
  readonly isDefault?: boolean;
}

const noProfile = 'No profile stands for this system yet.';

/** Why a claim is not met; '' where nobody has said it. */
export const whyOf = ({ profile, isDefault }: ProfileClaims, claim: Pick<UnmetClaim, 'kind' | 'text'>): string =>
  isDefault ? noProfile : reasonFor(profile, claim);

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

function tableOf(system: ProfileClaims): readonly string[] {
  const { profile, report, isDefault } = system;
  const { claims, unmet } = report;
  const by = isDefault ? ' by the default configuration' : '';
  const head = ['', `## ${profile}`, '', `${claims - unmet.length} of ${claims} claims are met${by}.`];
  if (unmet.length === 0) return head;
  const rows = new Set(
    unmet.map((claim) => {
      const { kind, text, section } = claim;
      return `| ${kind} | ${cell(text)} | ${section} | ${cell(whyOf(system, claim))} |`;
    }),
  );
  return [...head, '', '| kind | what is missing | claimed in | why |', '| --- | --- | --- | --- |', ...rows];
}

/** The page. */
export function claimsPage(all: readonly ProfileClaims[]): string {
  const lines = [
    '# Claims that a profile does not meet',
    '',
    'Made by `npm run claims`: the statement of Concord under each profile, against the [statement](README.md) of the system that it takes the place of. Where there is no such profile yet, it is the default configuration.',
    'A test fails where this page is not what a build gives, and where a row has no reason or no decision that it waits for. `npm test` prints the tables.',
    '',
    '| profile | claims | met | not met |',
    '| --- | --- | --- | --- |',
    ...all.map(
      ({ profile, isDefault, report: { claims, unmet } }) =>
        `| ${profile}${isDefault ? ' (default configuration)' : ''} | ${claims} | ${claims - unmet.length} | ${unmet.length} |`,
    ),
    ...all.flatMap(tableOf),
  ];
  return `${lines.join('\n')}\n`;
}
