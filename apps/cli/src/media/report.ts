// What became of a file-set, in words or as JSON: what is in it, what was supplied, what was left out, and which profiles it keeps to.

import type { FileSetPlan, FileSetReport, MediaFinding, Verdict, WrittenFileSet } from '@concord/media';
import { counted } from '../counted.ts';
import { printable } from '../printable.ts';
import { sizeText } from '../size.ts';

export interface CreationReport {
  readonly plan: FileSetPlan;
  readonly out: string;
  readonly passedBy: number;
  readonly failed: readonly string[];
  /** Absent where nothing was written. */
  readonly written?: WrittenFileSet;
  readonly verified?: FileSetReport;
}

/** What is claimed of a set: nothing that spoke against it before it was written, or that was found afterwards. */
const claimed = (plan: FileSetPlan, verified: FileSetReport | undefined): readonly Verdict[] =>
  plan.verdicts.map((planned) => {
    const found = verified?.verdicts.find(({ profile }) => profile === planned.profile);
    return planned.conforms && found ? found : planned;
  });

const shown = 20;

/** The first lines, and how many there are beside them. */
function* first(lines: readonly string[]): Generator<string> {
  yield* lines.slice(0, shown);
  if (lines.length > shown) yield `  and ${lines.length - shown} more (--json lists them all)`;
}

/** One line for each profile, and one for each reason against it. */
export function* verdictLines(verdicts: readonly Verdict[]): Generator<string> {
  for (const { profile, conforms, reasons } of verdicts) {
    yield `${profile}: ${conforms ? 'yes' : 'no'}`;
    for (const { count, text, places } of reasons) {
      const where = places[0] === undefined || places[0] === '' ? '' : ` (${places[0]}${count > 1 ? ', ...' : ''})`;
      yield printable(`  ${count} x ${text}${where}`);
    }
  }
}

/** The findings from the worst on. */
export function* findingLines(findings: readonly MediaFinding[]): Generator<string> {
  const rank = ['error', 'warning', 'information'];
  const sorted = findings.toSorted((one, other) => rank.indexOf(one.severity) - rank.indexOf(other.severity));
  yield* first(sorted.map(({ severity, text }) => printable(`  ${severity}: ${text}`)));
}

/** How a creation ended. */
export function* createdLines(report: CreationReport, json: boolean): Generator<string> {
  const { plan, out, passedBy, failed, written, verified } = report;
  if (json) {
    const { files, bytes, supplied, findings } = plan;
    const told = files.map(({ source, fileId, sopInstanceUid }) => ({
      source: source.name,
      fileId: fileId.join('/'),
      sopInstanceUid,
    }));
    const verification = verified && {
      instances: verified.instances,
      bytes: verified.compared,
      findings: verified.findings,
    };
    const profiles = claimed(plan, verified);
    yield JSON.stringify({
      ...{ files: told, bytes, passedBy, failed, supplied, findings, profiles },
      ...{ written: written?.bytes, verification },
    });
    return;
  }
  const by = passedBy > 0 ? `, ${passedBy} not DICOM, passed by` : '';
  yield `${counted(plan.files.length, 'file')}, ${sizeText(plan.bytes)}${by}`;
  yield* findingLines(plan.findings);
  yield* first(
    plan.supplied.map(({ place, keyword, value }) => printable(`  supplied: ${place}: ${keyword} ${value}`)),
  );
  yield* verdictLines(claimed(plan, verified));
  if (written) yield printable(`written to ${out}`);
  if (verified) yield* verificationLines(verified);
}

function* verificationLines({ findings, compared, instances }: FileSetReport): Generator<string> {
  const bad = findings.filter(({ severity }) => severity === 'error').length;
  yield bad > 0
    ? `verification failed: ${counted(bad, 'error')}`
    : `verified: ${counted(instances, 'instance')}, ${sizeText(compared)} read back`;
  yield* findingLines(findings);
}
