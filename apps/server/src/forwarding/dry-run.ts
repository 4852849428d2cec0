// What a rule would have done with what came in before: nothing is sent, nothing is kept.
import { arrivedOf } from '../arrivals/arrival-rows.ts';
import { type Database, sql } from '../database/database.ts';
import { shares } from './apply-rule.ts';
import type { HeaderParts } from './headers-of.ts';
import type { RuleContent } from './rule.ts';
import { taken } from './take-along.ts';

export interface Span {
  /** ISO 8601; of the first object of a study. */
  readonly since: string;
  readonly until: string;
  /** Studies that are looked at, the newest first. */
  readonly limit: number;
}

/** A study of the span, with what of it would have gone. */
export interface TriedStudy {
  readonly studyInstanceUid: string;
  readonly patientName: string;
  readonly description: string;
  readonly studyDate: string;
  readonly receivedAt: string;
  readonly total: number;
  /** Those the rule holds for, and others that would have gone along. */
  readonly held: number;
  readonly along: number;
  readonly destinations: readonly {
    readonly destination: string;
    readonly instances: number;
    readonly cameFromThere: number;
  }[];
}

export interface DryRunParts extends HeaderParts {
  readonly database: Pick<Database, 'all'>;
}

/** Study by study, those too for which the rule does not hold. Throws ArchiveError, DatabaseError. */
export async function* dryRun(rule: RuleContent, span: Span, parts: DryRunParts): AsyncGenerator<TriedStudy> {
  const rows = await parts.database.all(sql`
    select study_instance_uid, patient_name, description, study_date, received_at from study
    where received_at >= ${span.since} and received_at < ${span.until} and instance_count > 0
    order by received_at desc, study_key desc limit ${span.limit}`);
  for (const row of rows) {
    const studyInstanceUid = String(row.study_instance_uid);
    const instances = await arrivedOf(parts.database, studyInstanceUid);
    const { held, along } = await taken(rule, { instances, ofStudy: instances }, parts);
    yield {
      studyInstanceUid,
      patientName: String(row.patient_name),
      description: String(row.description),
      studyDate: String(row.study_date),
      receivedAt: String(row.received_at),
      total: instances.length,
      held: held.length,
      along: along.length,
      destinations: shares(rule, [...held, ...along]).map(({ destination, instances: theirs, cameFromThere }) => ({
        destination,
        instances: theirs.length,
        cameFromThere,
      })),
    };
  }
}
