// The administration API of media: what may be opened, what is open, what is in it, and what is done with it.
import { z } from 'zod';
import type { Endpoint } from './endpoint.ts';

const folder = z.object({
  path: z.string(),
  name: z.string(),
  isMedium: z.boolean().describe('it has a DICOMDIR'),
});

const action = z.object({
  action: z.string().describe('its id'),
  kind: z.enum(['open', 'show', 'import', 'send']),
  state: z.enum(['waiting', 'running', 'done', 'failed', 'cancelled']),
  medium: z.string().describe('of `open` the one that was opened; empty until then'),
  title: z.string(),
  total: z.number().describe('objects, of `open` files'),
  done: z.number(),
  stored: z.number(),
  already: z.number().describe('in the archive before'),
  skipped: z.number().describe('passed over'),
  failed: z.number(),
  destination: z.string(),
  job: z.string().describe('that sends; empty where there is none'),
  series: z
    .array(z.object({ studyInstanceUid: z.string(), seriesInstanceUid: z.string() }))
    .describe('of what was taken, the first 1,000'),
  notes: z.array(z.object({ file: z.string(), kind: z.enum(['skipped', 'failed', 'warning']), text: z.string() })),
  detail: z.string().describe('why it failed'),
  startedAt: z.string(),
  endedAt: z.string(),
});

const medium = z.object({
  id: z.string(),
  title: z.string(),
  openedAt: z.string(),
  from: z
    .enum(['directory', 'files'])
    .describe('where its contents are known from: its DICOMDIR, or a look at every file'),
  fileSetId: z.string(),
  instances: z.number(),
});

const series = z.object({
  item: z.string(),
  seriesInstanceUid: z.string(),
  modality: z.string(),
  number: z.string(),
  description: z.string(),
  instances: z.number(),
});

const study = z.object({
  item: z.string(),
  studyInstanceUid: z.string(),
  date: z.string(),
  time: z.string(),
  description: z.string(),
  accessionNumber: z.string(),
  series: z.array(series),
});

const patient = z.object({
  item: z.string(),
  name: z.string(),
  patientId: z.string(),
  birthDate: z.string(),
  sex: z.string(),
  studies: z.array(study),
});

const contents = medium.extend({
  patients: z.array(patient),
  others: z.number().describe('objects that belong to no series: the item `others`'),
  passedOver: z.array(z.string()).describe('files of private and unknown records, the first 100'),
  unreferenced: z.array(z.string()).describe('files that no record names, or that are no DICOM, the first 100'),
  findings: z.array(z.object({ severity: z.string(), place: z.string(), text: z.string() })),
  notes: z.array(z.string()).describe('what was left out of an upload'),
});

const instance = z.object({
  item: z.string(),
  recordType: z.string(),
  sopClassUid: z.string(),
  sopInstanceUid: z.string(),
  transferSyntaxUid: z.string(),
  number: z.string(),
  file: z.string(),
  isThere: z.boolean(),
});

const path = z.string().min(1).max(4096);

export const folderQuery = z.strictObject({ path: path.describe('a folder within those of `mediaFolders`') });
export const instancesQuery = z.strictObject({ item: z.string().max(64).describe('a series, or `others`') });
export const fileQuery = z.strictObject({ path: z.string().min(1).max(1024).describe('of the file on its medium') });

/** A folder to be opened. */
export const openRequest = z.strictObject({ path });
/** What an upload is called. */
export const openUploadRequest = z.strictObject({ title: z.string().min(1).max(200) });
/** What is to be done with what. */
export const actRequest = z.strictObject({
  kind: z.enum(['show', 'import', 'send']),
  items: z.array(z.string().max(64)).max(100_000).default([]),
  destination: z.string().min(1).max(16).optional(),
});

const json = 'application/json';
const upload = z.object({ upload: z.string().describe('its id') });

export const mediaEndpoints = {
  media: {
    method: 'GET',
    path: '/api/media',
    summary: 'Folders that may be opened, open media, and the last actions, the newest first',
    mediaType: json,
    response: z.object({
      folders: z.array(folder),
      uploadLimit: z.number().describe('MB of one upload; 0: none is taken'),
      opened: z.array(medium),
      actions: z.array(action),
    }),
  },
  mediaFolders: {
    method: 'GET',
    path: '/api/media/folders',
    summary: 'The folders within one that may be opened',
    mediaType: json,
    query: folderQuery,
    response: z.array(folder),
    problems: [400, 403, 404],
  },
  openMedium: {
    method: 'POST',
    path: '/api/media/folders/open',
    summary: 'Opens a folder as a medium: body with path; the action says which medium it became',
    mediaType: json,
    response: action,
    problems: [400, 403, 404, 409],
  },
  beginUpload: {
    method: 'POST',
    path: '/api/media/uploads',
    summary: 'Begins an upload, whose files come one by one or as a ZIP archive',
    mediaType: json,
    response: upload,
    problems: [403, 409],
  },
  uploadFile: {
    method: 'PUT',
    path: '/api/media/uploads/:upload/file',
    summary: 'Adds a file to an upload: its bytes as the body',
    mediaType: json,
    query: fileQuery,
    response: upload,
    problems: [400, 403, 404, 409, 413],
  },
  uploadZip: {
    method: 'PUT',
    path: '/api/media/uploads/:upload/zip',
    summary: 'Adds the files of a ZIP archive to an upload: its bytes as the body',
    mediaType: json,
    response: upload,
    problems: [400, 403, 404, 409, 413],
  },
  openUpload: {
    method: 'POST',
    path: '/api/media/uploads/:upload/open',
    summary: 'Opens a finished upload as a medium: body with title',
    mediaType: json,
    response: action,
    problems: [400, 403, 404, 409],
  },
  dropUpload: {
    method: 'DELETE',
    path: '/api/media/uploads/:upload',
    summary: 'Gives an upload up',
    mediaType: json,
    response: upload,
    problems: [403, 404],
  },
  medium: {
    method: 'GET',
    path: '/api/media/opened/:medium',
    summary: 'Patients, studies and series of an open medium, and what is odd about it',
    mediaType: json,
    response: contents,
    problems: [404],
  },
  mediumInstances: {
    method: 'GET',
    path: '/api/media/opened/:medium/instances',
    summary: 'The instances of a series of an open medium',
    mediaType: json,
    query: instancesQuery,
    response: z.array(instance),
    problems: [400, 404],
  },
  actOnMedium: {
    method: 'POST',
    path: '/api/media/opened/:medium/actions',
    summary:
      'Shows, imports or sends objects of a medium, after the actions before it: body with kind, items (none: all), destination (AE title)',
    mediaType: json,
    response: action,
    problems: [400, 403, 404, 409],
  },
  closeMedium: {
    method: 'DELETE',
    path: '/api/media/opened/:medium',
    summary: 'Closes a medium: what was uploaded or shown of it is deleted',
    mediaType: json,
    response: medium,
    problems: [403, 404, 409],
  },
  mediaAction: {
    method: 'GET',
    path: '/api/media/actions/:action',
    summary: 'How far an action is',
    mediaType: json,
    response: action,
    problems: [404],
  },
  cancelMediaAction: {
    method: 'POST',
    path: '/api/media/actions/:action/cancel',
    summary: 'Stops an action; what it has done stays done',
    mediaType: json,
    response: action,
    problems: [403, 404, 409],
  },
} as const satisfies Record<string, Endpoint>;
