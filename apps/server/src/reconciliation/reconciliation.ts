// What people do about patients and studies that are not right: each act is an event with before and after, and can be taken back.

/** A patient by its ID and issuer, or as the one a study belongs to: quarantined and nameless ones have no ID of their own. */
export type PatientRef =
  | { readonly patientId: string; readonly issuer?: string | undefined }
  | { readonly studyInstanceUid: string };

/** Attributes of a patient that can be put right. */
export const patientAttributes = [
  'PatientID',
  'IssuerOfPatientID',
  'PatientName',
  'PatientBirthDate',
  'PatientSex',
] as const;
export type PatientValues = Partial<Record<(typeof patientAttributes)[number], string | undefined>>;

/** Attributes of a study that can be put right. */
export const studyAttributes = [
  'StudyDate',
  'StudyTime',
  'AccessionNumber',
  'StudyID',
  'StudyDescription',
  'ReferringPhysicianName',
] as const;
export type StudyValues = Partial<Record<(typeof studyAttributes)[number], string | undefined>>;

/** What is to be done. */
export type Act =
  | { readonly kind: 'correct patient'; readonly patient: PatientRef; readonly values: PatientValues }
  | { readonly kind: 'correct study'; readonly studyInstanceUid: string; readonly values: StudyValues }
  /** To a patient that is known, or, where a name is given, to a new one. */
  | {
      readonly kind: 'move study';
      readonly studyInstanceUid: string;
      readonly to: PatientValues & { readonly PatientID: string };
    }
  /** Every study of one patient goes to another, and so does whatever comes under its ID later. */
  | { readonly kind: 'merge patients'; readonly from: PatientRef; readonly into: PatientRef }
  /** Two IDs of one person: nothing moves, both say so. */
  | { readonly kind: 'link patients'; readonly one: PatientRef; readonly other: PatientRef }
  /** It stays, whatever rules and people say; and may go again. */
  | { readonly kind: 'protect study'; readonly studyInstanceUid: string }
  | { readonly kind: 'release study'; readonly studyInstanceUid: string }
  /** A quarantined study is right as it is. */
  | { readonly kind: 'accept study'; readonly studyInstanceUid: string };
export type ActKind = Act['kind'];

/** What somebody saw when deciding: a patient, or that of a study, with its values as they were shown. */
export interface Seen {
  readonly patient: PatientRef;
  readonly values: PatientValues;
}

/** Who acts, and why. */
export interface Note {
  readonly by: string;
  readonly reason: string;
}

export interface PatientEvent {
  readonly eventId: string;
  readonly kind: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly by: string;
  readonly reason: string;
  /** In words. */
  readonly summary: string;
  /** '' where it was not taken back. */
  readonly undoneAt: string;
  readonly undoneBy: string;
}

/** What every act works with. */
export interface Moment extends Note {
  readonly at: Date;
  /** (0400,0563) Modifying System. */
  readonly system: string;
}

export const reconciliationFaults = {
  'not-there': 'there is no such patient, study or event',
  'in-the-way': 'this cannot be done as things are',
  'nothing-to-do': 'nothing would change',
  changed: 'this is no longer as it was shown',
} as const;

/** The one error of this room. */
export class ReconciliationError extends Error {
  readonly fault: keyof typeof reconciliationFaults;
  constructor(fault: keyof typeof reconciliationFaults, detail: string, cause?: unknown) {
    super(`${reconciliationFaults[fault]}: ${detail}`, { cause });
    this.name = 'ReconciliationError';
    this.fault = fault;
  }
}
