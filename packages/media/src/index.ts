// @concord/media: file-sets on media (PS3.10, PS3.11, PS3.3 Annex F). The package's only door.

export {
  type ApplicationProfile,
  applicationProfile,
  applicationProfiles,
  type MediaRole,
  type ProfileKey,
} from './application-profiles.ts';
export { MediaError, type MediaFault, type MediaFinding, mediaFaults } from './error.ts';
export {
  type FileSet,
  type InstanceEntry,
  instancesOf,
  type PatientEntry,
  type SeriesEntry,
  type StudyEntry,
} from './file-set.ts';
export { fileSource, folderMedium } from './folder.ts';
export { directoryName, type Medium } from './medium.ts';
export type { PlannedFile } from './new-records.ts';
export { type OpenOptions, openFileSet, openInstance, readFileSet } from './open-file-set.ts';
export { type FileSetPlan, type PlanOptions, planFileSet } from './plan-file-set.ts';
export { type DirectoryLimits, directoryClass, directoryLimits } from './read-directory.ts';
export { isMediaClass, mediaClasses } from './record-types.ts';
export { type ScanOptions, scanMedium } from './scan-medium.ts';
export type { MediaSource } from './subject.ts';
export type { Made, Supplied } from './supplied-keys.ts';
export type { ProfileRule, Reason, Verdict } from './verdicts.ts';
export { type FileSetReport, type VerifyOptions, verifyFileSet } from './verify-file-set.ts';
export type { FileSetName, Writer } from './write-directory.ts';
export { type WriteOptions, type WrittenFileSet, writeFileSet } from './write-file-set.ts';
