// What tests of the HTTP face share: a server with everything behind it replaced, and a raw HTTP request.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSet } from '@concord/dicom';
import { createImagingPool } from '@concord/imaging/node';
import type { Archive, Change } from '../src/archive/archive.ts';
import type { Rule } from '../src/forwarding/rule.ts';
import type { Job } from '../src/jobs/job.ts';
import type { MediaAction } from '../src/media/actions.ts';
import type { OpenedMedium } from '../src/media/opened-media.ts';
import type { Reconciliation } from '../src/reconciliation/open-reconciliation.ts';
import type { RemoteArchive } from '../src/remote-archives/remote-archive.ts';
import type { Transfers } from '../src/transfers/open-transfers.ts';
import { createWebServer, type WebServerParts } from '../src/web/web-server.ts';
import type { ScheduledStep } from '../src/worklist/step-rows.ts';

export interface LogLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
}

/** A log that is kept, to be looked at. */
export const memoryLog = () => {
  const lines: LogLine[] = [];
  const at = (level: LogLine['level']) => (fields: object, message: string) => {
    lines.push({ level, fields: { ...fields }, message });
  };
  return { lines, info: at('info'), warn: at('warn'), error: at('error') };
};

/** A folder with a page and a script, as the build of the web interface leaves it. */
export const builtPages = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'concord-pages-'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Concord</title>');
  writeFileSync(join(folder, 'app.js'), 'export {};');
  writeFileSync(join(folder, '.hidden'), 'secret');
  return folder;
};

export const statistics = { patients: 1, studies: 2, series: 3, instances: 4, bytes: 5 };

/** Who files made in tests say they come from. */
export const testImplementation = { classUid: '1.2.826.0.1.3680043.10.9', versionName: 'CONCORD_TEST' };

const nothing = async function* () {};
const unexpected = async () => {
  throw new Error('the archive is empty');
};

/** An archive that holds nothing and takes nothing in. */
export const emptyArchive: Archive = {
  receive: unexpected,
  receivePart10: unexpected,
  find: nothing,
  findForPeer: nothing,
  findTexts: async function* () {
    yield* [];
    return 0;
  },
  count: async () => 0,
  instances: async () => [],
  header: unexpected,
  headerLeavingValues: unexpected,
  leftValue: nothing,
  dataSetBytes: nothing,
  part10Bytes: nothing,
  lendDataSet: () => ({ length: 0, chunks: nothing }),
  lendPart10: () => ({ length: 0, chunks: nothing }),
  frames: async () => [],
  frame: unexpected,
  lendFrame: unexpected,
  headerBytes: async () => undefined,
  pixelData: async () => undefined,
  watch: () => () => undefined,
  statistics: async () => statistics,
  reject: async () => 0,
  rejected: async () => [],
  hasRejected: async () => false,
  // As if something of every study had been rejected.
  restore: async () => 1,
  purge: async () => 1,
};

/** A job that has ended. */
export const endedJob: Job = {
  jobId: '0190',
  kind: 'send',
  state: 'failed',
  priority: 'medium',
  destination: 'PACS',
  cause: 'a test',
  title: 'Doe^Jane',
  parameters: {},
  attempts: 1,
  notBefore: '2026-01-02T03:04:05.000Z',
  createdAt: '2026-01-02T03:04:05.000Z',
  startedAt: '2026-01-02T03:04:05.000Z',
  finishedAt: '2026-01-02T03:04:05.000Z',
  detail: 'no answer',
  total: 3,
  sent: 1,
  failed: 0,
};

/** Transfers with one job that takes every control, and a peer called PACS. */
export const noTransfers: Pick<Transfers, 'jobs' | 'send' | 'control' | 'controlQueue' | 'add'> = {
  jobs: { list: async () => [endedJob], get: async () => endedJob, instances: async () => [], queues: async () => [] },
  send: async ({ destination }) =>
    destination === 'PACS' ? { kind: 'queued', jobId: '0190', instances: 3 } : { kind: 'no such peer' },
  control: async () => true,
  controlQueue: async () => 0,
  add: async () => '0191',
};

const pacs: RemoteArchive = {
  aeTitle: 'PACS',
  host: '127.0.0.1',
  port: 104,
  peer: { host: '127.0.0.1', port: 104, calledAeTitle: 'PACS', callingAeTitle: 'CONCORD' },
  query: 'C-FIND',
  retrieve: 'C-MOVE',
  dicomweb: '',
};

/** One archive, called PACS, that has nothing. */
export const noRemoteArchives = {
  list: () => [pacs],
  find: (aeTitle: string) => (aeTitle === 'PACS' ? pacs : undefined),
  moreKeys: () => [],
  search: nothing,
};

const aRule: Rule = {
  ruleId: '0192',
  since: '2026-01-02T03:04:05.000Z',
  name: 'Knees',
  state: 'on',
  when: 'study complete',
  callingAeTitles: [],
  modalities: [],
  bodyParts: ['KNEE'],
  keys: {},
  takeAlong: 'referring',
  destinations: ['PACS'],
  priority: 'medium',
};

/** One rule, which would have done nothing. */
export const oneRule: WebServerParts['forwarding'] = {
  list: async () => [aRule],
  get: async () => aRule,
  add: async () => aRule,
  replace: async () => aRule,
  remove: async () => true,
  arrange: async () => undefined,
  dryRun: nothing,
};

const emptyLine = {
  seriesInstanceUid: '',
  modality: '',
  received: 0,
  state: 'arriving',
  evidence: '',
  completedAt: '',
  gaps: [],
} as const;

/** What a proof of it has: one instance that is missing. */
async function* oneMissing() {
  yield {
    ...{ at: '', event: 'missing' as const, sopInstanceUid: '1.2.3', seriesInstanceUid: '', sopClassUid: '', peer: '' },
    ...{ associationId: '', transferSyntaxUid: '', status: '', detail: '' },
  };
}

/** One study of which nothing has come yet. */
export const emptyLedger: WebServerParts['ledger'] = {
  recent: async () => [],
  incomplete: async () => [],
  refused: async () => [],
  study: async (studyInstanceUid) => ({
    studyInstanceUid,
    patientName: '',
    description: '',
    studyDate: '',
    receivedAt: '',
    study: emptyLine,
    series: [],
    missing: [],
    refused: 0,
    sent: [],
  }),
  studyProof: oneMissing,
  associationProof: oneMissing,
  expect: async () => undefined,
};

const anEvent = {
  eventId: '0190',
  kind: 'accept study',
  at: '2026-01-02T03:04:05.000Z',
  by: 'a test',
  reason: '',
  summary: 'study accepted as it is',
  undoneAt: '',
  undoneBy: '',
};

/** Nothing waits, and everything can be done. */
export const noReconciliation: Reconciliation = {
  act: async () => anEvent,
  undo: async () => anEvent,
  events: async () => [anEvent],
  known: async () => [],
  quarantined: async () => [],
  conflicts: async () => [],
  dismiss: async () => true,
};

const aCandidate = { studyInstanceUid: '1.2', patientName: 'DOE^JANE', studyDate: '', receivedAt: '', bytes: 1 };

const kept = {
  ...{
    studyInstanceUid: '1.2',
    isProtected: false,
    quarantine: '',
    isOnItsWay: false,
    awaitsCommitment: false,
    isComingIn: false,
  },
  temporary: 0,
  committed: [{ peer: 'CT1', at: '2026-01-01T00:00:00.000Z' }],
};

const noStorageUse = {
  bytes: 5,
  rejectedBytes: 0,
  asideBytes: 0,
  studies: 2,
  protectedStudies: 0,
  committedStudies: 0,
  moved: { objects: 0, bytes: 0, lastAt: '' },
  quota: 0,
  quotaPolicy: 'refuse',
  months: [{ month: '2026-01', bytes: 5, studies: 2 }],
  modalities: [],
};

const anAction: MediaAction = {
  ...{ action: '0193', kind: 'import', state: 'done', medium: '0194', title: 'a disc', total: 1, done: 1 },
  ...{ stored: 1, already: 0, skipped: 0, failed: 0, destination: '', job: '', series: [], notes: [], detail: '' },
  ...{ startedAt: '2026-01-02T03:04:05.000Z', endedAt: '2026-01-02T03:04:06.000Z' },
};

const aMedium: OpenedMedium = {
  ...{ id: '0194', title: 'a disc', openedAt: '2026-01-02T03:04:05.000Z', notes: [] },
  medium: { paths: [], read: async () => new Uint8Array(0) },
  fileSet: {
    ...{ from: 'files', fileSetId: '', fileSetUid: '', patients: [], others: [] },
    ...{ passedOver: [], unreferenced: [], findings: [] },
  },
};

/** One medium that is open and empty, on which everything has been done. */
const oneMedium: WebServerParts['media'] = {
  actions: { list: () => [anAction], get: () => anAction, cancel: () => true },
  opened: { get: () => aMedium, list: () => [aMedium] },
  uploadLimit: 1,
  roots: async () => [{ path: '/disc', name: '/disc', isMedium: true }],
  folders: async () => [],
  openFolder: async () => anAction,
  beginUpload: async () => '0195',
  upload: () => ({ addFile: async () => undefined, addZip: async () => undefined }),
  openUpload: () => anAction,
  dropUpload: async () => undefined,
  act: () => anAction,
  closeMedium: async () => undefined,
};

const aStep: ScheduledStep = {
  ...{ studyInstanceUid: '1.2', stepId: '1', state: 'SCHEDULED', item: new DataSet(), performedStepUid: '' },
  ...{ source: 'a test', createdAt: '2026-01-02T03:04:05.000Z', changedAt: '2026-01-02T03:04:05.000Z' },
};

/** Parts for a server on a free port of the loopback interface. `changes` holds those who watch the archive. */
export const webParts = (overrides: Partial<WebServerParts> = {}) => {
  const changes = new Set<(change: Change) => void>();
  const log = memoryLog();
  const watch: Archive['watch'] = (listener) => {
    changes.add(listener);
    return () => changes.delete(listener);
  };
  const parts: WebServerParts = {
    host: '127.0.0.1',
    port: 0,
    origins: { allowedOrigins: [], allowedHosts: [] },
    log,
    system: () => ({
      name: 'Concord',
      version: '0.1.0',
      aeTitle: 'CONCORD',
      dicomHost: '127.0.0.1',
      dicomPort: 11112,
      httpPort: 8080,
      dataFolder: './data',
    }),
    associations: async () => [{ callingAeTitle: 'STORESCU' }],
    peerFile: {
      path: 'concord.json',
      list: async () => [],
      put: async (peer) => [peer],
      remove: async () => [],
    },
    contacts: async () => () => ({ heardAt: '', reachedAt: '', missedAt: '', missedWhy: '' }),
    peers: {
      list: () => [{ aeTitle: 'PACS', host: '127.0.0.1', port: 104 }],
      echo: async (aeTitle) => (aeTitle === 'PACS' ? { status: 'success', milliseconds: 3 } : undefined),
    },
    alerts: { list: async () => [], acknowledge: async () => true, watch: () => () => undefined },
    orders: {
      list: async () => [aStep],
      add: async () => ({ studyInstanceUid: '1.2' }),
      change: async () => 'changed',
      setState: async () => 'changed',
    },
    examTypes: {
      list: async () => [],
      add: async () => 'added',
      remove: async (name) => name === 'KNEE',
      ofStudy: async () => [],
    },
    keyObjects: {
      create: async () => [],
      ofStudy: async () => [],
      titles: { add: async () => 'added', retire: async (code) => (code === 'X1' ? 'retired' : 'no such title') },
      group: async () => ({ titles: [], own: [], localVersion: '', creatorUid: '' }),
    },
    viewerOverlays: 'every group',
    transfers: noTransfers,
    remoteArchives: noRemoteArchives,
    reconciliation: noReconciliation,
    storageUse: async () => noStorageUse,
    presentationStates: async () => [],
    retention: { preview: async () => [{ rule: 'old', studies: [aCandidate] }], keepingOf: async () => kept },
    media: oneMedium,
    forwarding: oneRule,
    ledger: emptyLedger,
    archive: { ...emptyArchive, watch },
    imaging: createImagingPool({ threads: 1 }),
    implementation: testImplementation,
    ...overrides,
  };
  return { parts, changes, log };
};

/** Starts a server and ends it when the test is over. */
export const startWeb = async (t: { after(work: () => Promise<void>): void }, parts: WebServerParts) => {
  const server = createWebServer(parts);
  const port = await server.listen();
  t.after(() => server.close());
  return { url: `http://127.0.0.1:${port}`, port, server };
};
