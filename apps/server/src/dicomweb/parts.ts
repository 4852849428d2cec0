// What the DICOMweb face is built on: handed in by the composition, never looked up.
import type { ImagingPool } from '@concord/imaging/node';
import type { Archive, StoredInstance } from '../archive/archive.ts';
import type { CommitmentRequests } from '../commitment/commitment-requests.ts';
import type { NonPatientObjects } from '../non-patient/non-patient-objects.ts';
import type { Zone } from '../settings/time-zones.ts';
import type { ProcedureSteps } from '../unified-procedure-step/procedure-steps.ts';
import type { WebLimits } from '../web/limits.ts';
import type { HoldBody } from './held-bodies.ts';
import type { PdfTexts } from './pdf-texts.ts';

export interface DicomwebParts {
  readonly archive: Archive;
  readonly imaging: ImagingPool;
  readonly pdfTexts: PdfTexts;
  /** Who writes the files that are made here. PS3.7 D.3.3.2. */
  readonly implementation: { readonly classUid: string; readonly versionName: string };
  /** Address of this server as callers know it, where a proxy stands between; without a slash at its end. */
  readonly publicUrl?: string | undefined;
  readonly limits: WebLimits;
  readonly holdBody: HoldBody;
  /** Of dates and times of objects that do not name theirs; absent: UTC. */
  readonly zone?: Zone;
  /** Work items; absent: the resource is not there. */
  readonly steps?: ProcedureSteps;
  /** Objects that belong to no patient; absent: the resources are not there. */
  readonly nonPatient?: NonPatientObjects;
  /** Storage commitment; absent: the resource is not there. */
  readonly commitmentRequests?: CommitmentRequests;
  /** The instance without identity; absent: such requests are refused. PS3.15 E.1. */
  readonly anonymous?: (instance: StoredInstance) => StoredInstance;
  /** What DELETE does; absent: it is refused. */
  readonly webDelete?: 'off' | 'reject';
}
