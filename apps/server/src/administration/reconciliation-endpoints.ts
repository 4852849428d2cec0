// The administration API of patients: what is put right, what waits to be, what was done, and taking it back.
import { z } from 'zod';
import { patientAttributes } from '../reconciliation/reconciliation.ts';
import type { Endpoint } from './endpoint.ts';

const text = (most: number) => z.string().max(most);
const uid = z.string().regex(/^[0-9.]{1,64}$/u, 'must be a UID');
const date = z.string().regex(/^(\d{8})?$/u, 'must be a date as YYYYMMDD');
const time = z.string().regex(/^(\d{2}(\d{2}(\d{2}(\.\d{1,6})?)?)?)?$/u, 'must be a time as HHMMSS');
const id = text(64).regex(/^[^\\\p{Cc}]*$/u, 'must have no backslash and no control characters');
const name = text(324).regex(/^[^\\\p{Cc}]*$/u, 'must be a name such as Doe^Jane');

const patientValues = z.strictObject({
  PatientID: id.min(1).optional(),
  IssuerOfPatientID: id.optional(),
  PatientName: name.optional(),
  PatientBirthDate: date.optional(),
  PatientSex: z.enum(['M', 'F', 'O', '']).optional(),
});

/** As they were shown, whatever they were. */
const seenValues = Object.fromEntries(patientAttributes.map((keyword) => [keyword, text(1024).optional()] as const));

const studyValues = z.strictObject({
  StudyDate: date.optional(),
  StudyTime: time.optional(),
  AccessionNumber: id.max(16).optional(),
  StudyID: id.max(16).optional(),
  StudyDescription: id.optional(),
  ReferringPhysicianName: name.optional(),
});

const patient = z.union([
  z.strictObject({ patientId: id.min(1), issuer: id.optional() }),
  z.strictObject({ studyInstanceUid: uid }),
]);

/** One act, as a request gives it. */
export const actRequest = z.strictObject({
  act: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('correct patient'), patient, values: patientValues }),
    z.strictObject({ kind: z.literal('correct study'), studyInstanceUid: uid, values: studyValues }),
    z.strictObject({
      kind: z.literal('move study'),
      studyInstanceUid: uid,
      to: z.strictObject({ ...patientValues.shape, PatientID: id.min(1) }),
    }),
    z.strictObject({ kind: z.literal('merge patients'), from: patient, into: patient }),
    z.strictObject({ kind: z.literal('link patients'), one: patient, other: patient }),
    z.strictObject({ kind: z.literal('accept study'), studyInstanceUid: uid }),
    z.strictObject({ kind: z.literal('protect study'), studyInstanceUid: uid }),
    z.strictObject({ kind: z.literal('release study'), studyInstanceUid: uid }),
  ]),
  seen: z
    .array(z.strictObject({ patient, values: z.strictObject(seenValues) }))
    .max(2)
    .default([])
    .describe('whom the person who acts was shown: where one is otherwise by now, nothing is done'),
  by: text(64).optional().describe('who acts; the address of the caller stands beside it'),
  reason: text(1024).default(''),
});

export const knownQuery = z.strictObject({
  patientId: id.default('').describe('exactly; nobody is known without one'),
});

const known = z.object({
  patientId: z.string(),
  issuer: z.string(),
  patientName: z.string(),
  patientBirthDate: z.string(),
  patientSex: z.string(),
  studies: z.number(),
});

export const eventQuery = z.strictObject({
  study: uid.optional().describe('Study Instance UID: its events and those of its patient'),
  limit: z
    .string()
    .regex(/^\d{1,4}$/u, 'must be a whole number')
    .optional(),
});

const event = z.object({
  eventId: z.string(),
  kind: z.string(),
  at: z.string(),
  by: z.string(),
  reason: z.string(),
  summary: z.string(),
  undoneAt: z.string().describe('empty where it was not taken back'),
  undoneBy: z.string(),
});

const quarantined = z.object({
  studyInstanceUid: z.string(),
  patientId: z.string(),
  issuer: z.string(),
  patientName: z.string(),
  patientBirthDate: z.string(),
  why: z.string(),
  receivedAt: z.string(),
  knownName: z.string().describe('of the patient who is known under the ID'),
  knownBirthDate: z.string(),
});

const conflict = z.object({
  conflict: z.number(),
  kind: z.string(),
  sopInstanceUid: z.string(),
  studyInstanceUid: z.string(),
  patientName: z.string().describe('of the study'),
  detail: z.string(),
  receivedAt: z.string(),
  receivedBy: z.string(),
});

const json = 'application/json';

export const reconciliationEndpoints = {
  reconcile: {
    method: 'POST',
    path: '/api/patients/events',
    summary:
      'Puts patients and studies right: body with act (correct patient, correct study, move study, merge patients, link patients, accept, protect or release study), by, reason and, if wanted, seen (whom the person was shown: nothing is done where that changed)',
    mediaType: json,
    response: event,
    problems: [400, 403, 404, 409, 413],
  },
  patientEvents: {
    method: 'GET',
    path: '/api/patients/events',
    summary: 'What was put right, the newest first; `study` and `limit` (100, at most 1000) narrow the list',
    mediaType: json,
    response: z.array(event),
    problems: [400],
  },
  undoPatientEvent: {
    method: 'POST',
    path: '/api/patients/events/:event/undo',
    summary: 'Takes an event back; what was done later to the same patients or studies has to be taken back first',
    mediaType: json,
    response: event,
    problems: [403, 404, 409],
  },
  knownPatients: {
    method: 'GET',
    path: '/api/patients/known',
    summary:
      'Who is known under `patientId`: one patient for each issuer; studies that stand apart under the ID are not theirs',
    mediaType: json,
    response: z.array(known),
    problems: [400],
  },
  quarantine: {
    method: 'GET',
    path: '/api/patients/quarantine',
    summary: 'Studies under an ID by which another person is known, and objects that contradict what was there before',
    mediaType: json,
    response: z.object({ studies: z.array(quarantined), objects: z.array(conflict) }),
  },
  dismissConflict: {
    method: 'POST',
    path: '/api/patients/quarantine/:conflict/dismiss',
    summary: 'Lets a contradiction of an object go: somebody has looked at it',
    mediaType: json,
    response: z.object({ dismissed: z.literal(true) }),
    problems: [403, 404],
  },
} as const satisfies Record<string, Endpoint>;
