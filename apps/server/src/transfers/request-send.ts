// What a person or a rule asks to have sent: looked up once, then kept as a job with every instance by its name.
import type { Archive, Selection, StoredInstance } from '../archive/archive.ts';
import type { JobPriority, NewJob } from '../jobs/job.ts';
import type { Wanted } from '../jobs/job-store.ts';

export interface SendRequest {
  /** AE title of a configured peer. */
  readonly destination: string;
  readonly selection: Selection;
  readonly priority: JobPriority;
  readonly cause: string;
}

export interface RequestParts {
  readonly archive: Pick<Archive, 'instances' | 'header'>;
  readonly isPeer: (aeTitle: string) => boolean;
  readonly add: (job: NewJob, instances: readonly Wanted[]) => Promise<string>;
}

export type Requested =
  | { readonly kind: 'queued'; readonly jobId: string; readonly instances: number }
  | { readonly kind: 'no such peer' }
  | { readonly kind: 'nothing selected' };

/** Resolves when the job is durable. Throws ArchiveError and DatabaseError. */
export const requestSend =
  ({ archive, isPeer, add }: RequestParts) =>
  async ({ selection, ...request }: SendRequest): Promise<Requested> => {
    if (!isPeer(request.destination)) return { kind: 'no such peer' };
    const instances = await archive.instances(selection);
    const [first] = instances;
    if (!first) return { kind: 'nothing selected' };
    const job: NewJob = { ...request, kind: 'send', title: await titleOf(archive, first, instances), parameters: {} };
    const jobId = await add(job, instances);
    return { kind: 'queued', jobId, instances: instances.length };
  };

/** Whose images, and of which study, as far as there is one answer. */
export async function titleOf(
  archive: Pick<Archive, 'header'>,
  first: StoredInstance,
  instances: readonly StoredInstance[],
): Promise<string> {
  const header = await archive.header(first);
  const studies = new Set(instances.map(({ studyInstanceUid }) => studyInstanceUid)).size;
  const who = header.string('PatientName') || header.string('PatientID') || 'no name';
  if (studies > 1) return `${who}, ${studies} studies`;
  const study = [header.string('StudyDescription'), header.string('StudyDate')].filter(Boolean).join(' ');
  return study === '' ? who : `${who}, ${study}`;
}
