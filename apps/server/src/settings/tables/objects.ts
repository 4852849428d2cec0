// What is done with objects: duplicates, coercion, filters, retention, room on the disk, layout.

import { type AttributeFilter, readAttributeFilter } from '../attribute-filters.ts';
import { type IncomingDefault, readIncomingDefault } from '../coercion.ts';
import { type CompressionRule, readCompressionRule } from '../compression.ts';
import { choice, integer, list } from '../kinds.ts';
import { type RetentionRule, readRetentionRule } from '../retention.ts';

export const objectSettings = {
  duplicates: choice({
    default: 'keep',
    choices: ['keep', 'replace', 'rename', 'reject'],
    text: 'a second, different object under a known SOP Instance UID: the first stays and the second is put aside; it takes the place of the first; it gets a SOP Instance UID of its own; or it is rejected',
  }),
  maximumObjectSize: integer({
    default: 2 ** 40,
    minimum: 65_536,
    maximum: 2 ** 40,
    unit: 'bytes',
    text: 'largest object that is taken; a larger one is refused with A700. PS3.2 Table A.4.4-2',
  }),
  incompleteImages: choice({
    default: 'keep',
    choices: ['keep', 'refuse'],
    text: 'images without Photometric Interpretation, Rows, Columns, Bits Allocated, Bits Stored or Pixel Data: they are kept, or refused with A900',
  }),
  refusedObjects: choice({
    default: 'drop',
    choices: ['drop', 'for a while'],
    text: 'objects that are refused because of what is in them (A900, C000): they are dropped; or kept, each with the reason beside it, in the folder refused of the data, for the time for temporary objects and up to 1 GiB in all, which writes every object twice',
  }),
  storeFailures: choice({
    default: 'A701',
    choices: ['A701', 'by cause'],
    text: 'what an object is answered with that the store or the index fails to keep, or that cannot be read: A701 and C000; or C002 where the place of the objects is not there, C003 where store or index do not answer, C004 where they refuse this server, and C006',
  }),
  coercionWarning: choice({
    default: 'off',
    choices: ['off', 'on'],
    text: 'whether an object whose values were coerced, or that got another SOP Instance UID, is answered with the warning B000 instead of success, and one whose uncompressed Pixel Data is shorter or longer than its description asks for with B007; over the web the latter is told in any case',
  }),
  incomingDefaults: list<IncomingDefault>({
    default: [],
    maximum: 1000,
    entry: readIncomingDefault,
    text: 'values that objects get where they have none: each with attribute (PatientName, PatientID, IssuerOfPatientID, PatientBirthDate, StudyDate, AccessionNumber, Modality), value and, if only for one sender, from (its AE title)',
  }),
  incomingNames: choice({
    default: 'as sent',
    choices: ['as sent', 'split at comma'],
    text: 'patient names such as "Smith, Ann": as they are, or as Smith^Ann',
  }),
  incomingSex: choice({
    default: 'as sent',
    choices: ['as sent', 'M, F, O or empty'],
    text: 'Patient Sex as it is, or by its first letter M, F, O and otherwise empty',
  }),
  compressIncoming: list<CompressionRule>({
    default: [],
    maximum: 100,
    entry: readCompressionRule,
    text: 'uncompressed images that are kept in JPEG only, with loss, each with from (calling AE title) and modality, where it is not for all, quality (1 to 94) and sopInstanceUid (keep, new); images that JPEG cannot hold, or of more than 64 MiB, stay as they come',
  }),
  patientConflicts: choice({
    default: 'quarantine',
    choices: ['quarantine', 'new id', 'accept'],
    text: 'a study under a known patient ID that names another person: it is kept apart and marked; it gets an ID of its own; or it joins that patient',
  }),
  attributeFilters: list<AttributeFilter>({
    default: [],
    maximum: 100,
    entry: readAttributeFilter,
    text: 'what peers get otherwise, by a name that an entry of peers gives as filter: remove (attributes), set (attributes and values), both at the top, in each item of a sequence (Sequence.Attribute), or at every depth (*.Attribute), privateElements (keep, remove), deidentify (options of PS3.15 E.3 beside the basic profile, [] for that alone)',
  }),
  retention: list<RetentionRule>({
    default: [],
    maximum: 1000,
    entry: readRetentionRule,
    text: 'rules by which studies are rejected, each with name, olderThan (days), by (reception, study date) and, if it is not for all, modality and from (calling AE title); protected studies and those that are still to be sent or are committed stay',
  }),
  retrievedObjects: choice({
    default: 'keep',
    choices: ['keep', 'for a while'],
    text: 'objects that this server fetched from another archive: they stay like any other, or go again after the time for temporary objects',
  }),
  unsolicitedObjects: choice({
    default: 'keep',
    choices: ['keep', 'for a while'],
    text: 'objects that others sent by themselves: they stay, or go again after the time for temporary objects',
  }),
  temporaryTime: integer({
    default: 24,
    minimum: 1,
    maximum: 876_000,
    unit: 'h',
    text: 'that objects stay that are kept for a while only; longer where they are protected, still to be sent, or committed to somebody',
  }),
  purgeAfter: integer({
    default: 0,
    minimum: 0,
    maximum: 36_500,
    unit: 'days',
    text: 'after which rejected objects are deleted for good; 0: never by themselves',
  }),
  quota: integer({
    default: 0,
    minimum: 0,
    maximum: 1_000_000_000,
    unit: 'GiB',
    text: 'of objects that may be stored, with those that are rejected or were put aside; 0: as many as the disk takes',
  }),
  quotaPolicy: choice({
    default: 'refuse',
    choices: ['refuse', 'oldest first'],
    text: 'what happens when the quota is used up: objects are refused with A700, or the studies that came first are deleted, never protected ones or those still to be sent or committed',
  }),
  webDelete: choice({
    default: 'off',
    choices: ['off', 'reject'],
    text: 'what DELETE on /dicom-web does: it is refused, or instances are rejected: found no more, and kept until they are purged',
  }),
  diskReserve: integer({
    default: 512,
    minimum: 0,
    maximum: 1_048_576,
    unit: 'MiB',
    text: 'stays free on the disk; with less, objects are refused with A700',
  }),
  storeLayout: choice({
    default: 'containers',
    choices: ['files', 'containers'],
    text: 'new objects: up to 1 MiB appended to tar files, which is twice as fast, or a file each; what is stored already stays readable',
  }),
  journalSize: integer({
    default: 256,
    minimum: 0,
    maximum: 65_536,
    unit: 'MiB',
    text: 'disk space through which objects become durable at once; 0 syncs every file on its own',
  }),
  shutdownGrace: integer({
    default: 30,
    minimum: 0,
    maximum: 3600,
    unit: 's',
    text: 'how long what is being received may take to finish after SIGTERM',
  }),
  logLevel: choice({
    default: 'info',
    choices: ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
    text: 'least level that is logged',
  }),
} as const;
