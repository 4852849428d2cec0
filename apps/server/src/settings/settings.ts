// Every setting of the server, declared once: type, default, range, flag, variable and help follow from this table.

import { type AskedKeys, readAskedKeys } from './asked-keys.ts';
import { type AttributeFilter, readAttributeFilter } from './attribute-filters.ts';
import { type IncomingDefault, readIncomingDefault } from './coercion.ts';
import { type ConfiguredEntity, readEntity } from './entities.ts';
import { aeTitle, choice, integer, list, optionalAeTitle, path, type Setting, text } from './kinds.ts';
import { arrangements, type ConfiguredPeer, readPeer, syntaxPreferences } from './peers.ts';
import { type ConfiguredProposal, readProposal } from './proposals.ts';
import { type RetentionRule, readRetentionRule } from './retention.ts';
import { databaseAddress, storeAddress } from './stores.ts';
import { type ConfiguredUser, readUser } from './users.ts';
import { readHostName, readOrigin, webAddress } from './web-names.ts';

export const settings = {
  data: path({ default: './data', text: 'folder for the index and the stored objects' }),
  databaseUrl: databaseAddress({
    text: 'address of a PostgreSQL database that keeps the index, in place of the data folder; several servers may share it',
  }),
  store: storeAddress({
    text: 'S3 bucket that keeps new objects, in place of the data folder; several servers may share it',
  }),
  moveTo: storeAddress({
    text: 'S3 bucket that objects of the data folder are moved to when they are old enough; it must stay set as long as they lie there',
  }),
  moveAfter: integer({
    default: 30,
    minimum: 0,
    maximum: 36_500,
    unit: 'days',
    text: 'after which objects of the data folder are moved, where there is a place to move them to',
  }),
  moveRate: integer({
    default: 0,
    minimum: 0,
    maximum: 100_000,
    unit: 'MB/s',
    text: 'of objects that are moved, at most; 0: as fast as it goes',
  }),
  s3Endpoint: webAddress({ text: 'address of the S3 server, where it is not that of AWS' }),
  s3Region: text({ default: 'us-east-1', maximumLength: 64, text: 'region of the bucket' }),
  s3AccessKey: text({
    default: '',
    maximumLength: 128,
    text: 'access key of the bucket; where there is none, what the AWS SDK finds: its variables, files, the role of the machine',
  }),
  s3SecretKey: text({ default: '', maximumLength: 256, text: 'secret key that belongs to the access key' }),
  host: text({ default: '127.0.0.1', maximumLength: 253, text: 'address to listen on; 0.0.0.0 for every interface' }),
  dicomPort: integer({ default: 11112, minimum: 0, maximum: 65535, text: 'TCP port for DICOM; 0 takes a free one' }),
  plainDicom: choice({
    default: 'on',
    choices: ['on', 'off'],
    text: 'whether DICOM without TLS is served on the DICOM port',
  }),
  tlsPort: integer({
    default: 2762,
    minimum: 0,
    maximum: 65535,
    text: 'TCP port for DICOM over TLS, open where there is a certificate; 0 takes a free one',
  }),
  tlsCertificate: path({
    default: '',
    text: 'PEM file with the certificate of this server, and those between it and its authority',
  }),
  tlsKey: path({ default: '', text: 'PEM file with the key of the certificate' }),
  tlsAuthorities: path({
    default: '',
    text: 'PEM file with the authorities that certificates of callers and of called peers must come from',
  }),
  tlsClients: choice({
    default: 'required',
    choices: ['required', 'optional', 'none'],
    text: 'whether callers over TLS must show a certificate',
  }),
  tlsProfile: choice({
    default: 'BCP 195 non-downgrading',
    choices: ['BCP 195 non-downgrading', 'BCP 195'],
    text: 'security profile of TLS; the second takes older cipher suites too. PS3.15 B.9, B.10',
  }),
  httpPort: integer({ default: 8080, minimum: 0, maximum: 65535, text: 'TCP port for the web; 0 takes a free one' }),
  aeTitle: aeTitle({ default: 'CONCORD', text: 'AE title of this server' }),
  callingAeTitle: optionalAeTitle({
    default: '',
    text: 'AE title that this server gives itself towards peers, where it is another than its own',
  }),
  entities: list<ConfiguredEntity>({
    default: [],
    maximum: 100,
    entry: readEntity,
    text: 'application entities, each with aeTitle, port and services (verification, storage, query, move, get, work items, commitment, commitment reports, availability, performed steps); where none is listed: one with all services, aeTitle and dicomPort',
  }),
  connectTimeout: integer({
    default: 30,
    minimum: 1,
    maximum: 3600,
    unit: 's',
    text: 'wait for a TCP connection to a peer',
  }),
  config: path({ default: '', text: 'configuration file in JSON with any of these settings' }),
  profile: text({ default: 'default', maximumLength: 64, text: 'named set of defaults' }),
  peers: list<ConfiguredPeer>({
    default: [],
    maximum: 10_000,
    entry: readPeer,
    text: 'systems known here, each with aeTitle, host, port; callingAeTitle, if another title is used towards it; maximumRate in kB/s; proposal (one per syntax, all in one, uncompressed apart); conversion (lossless, never); commitment (ask, no), asked for after sending; notification (study complete, no); query (C-FIND, QIDO-RS, no), retrieve (C-MOVE, C-GET, WADO-RS) and dicomweb (an address), where it is searched; demographics (latest, original) and filter (a name), for what it gets; tls (true, false); certificates, users',
  }),
  proposes: list<ConfiguredProposal>({
    default: [],
    maximum: 100,
    entry: readProposal,
    text: 'what is proposed to peers, where it is not everything: each with service (storage, query), transferSyntaxes and, if not for all, sopClasses; proposed (all, or what the objects need); preferred (as kept, as listed); a SOP Class of a service with entries that none of them names is not proposed',
  }),
  askedKeys: list<AskedKeys>({
    default: [],
    maximum: 10,
    entry: readAskedKeys,
    text: 'what other archives are asked for beside the usual: each with level (STUDY, SERIES, IMAGE) and attributes; they may be searched for too',
  }),
  proposalArrangement: choice({
    default: 'one per syntax',
    choices: arrangements,
    text: 'how transfer syntaxes are spread over presentation contexts, where an entry of peers says nothing else of it',
  }),
  allowedOrigins: list<string>({
    default: [],
    maximum: 100,
    entry: readOrigin,
    text: 'origins of web viewers that others serve and that may read and store here, such as https://viewer.example',
  }),
  allowedHosts: list<string>({
    default: [],
    maximum: 100,
    entry: readHostName,
    text: 'host names beside localhost that the web answers to; where none is named: any, on the loopback interface none',
  }),
  publicUrl: webAddress({
    text: 'address of the web as callers know it, where a proxy stands between: links in answers begin with it',
  }),
  calledAeTitle: choice({
    default: 'check',
    choices: ['check', 'any'],
    text: 'whether an association must call this server by its own AE title',
  }),
  callers: choice({
    default: 'any',
    choices: ['any', 'known peers'],
    text: 'who may call: any AE title, or only those of peers',
  }),
  userIdentity: choice({
    default: 'noted',
    choices: ['noted', 'checked', 'required'],
    text: 'what becomes of the user that an association names: it is noted; it must be one of users; and there must be one',
  }),
  users: list<ConfiguredUser>({
    default: [],
    maximum: 1000,
    entry: readUser,
    text: 'users that associations may name, each with name and password as `concord password` prints it',
  }),
  unreadableRequests: choice({
    default: 'abort',
    choices: ['abort', 'reject'],
    text: 'what answers an A-ASSOCIATE-RQ that cannot be read: an A-ABORT, or a rejection 1/2/1',
  }),
  noContext: choice({
    default: 'accept',
    choices: ['accept', 'reject'],
    text: 'what becomes of an association none of whose presentation contexts is accepted: it is accepted without any, or rejected 1/1/1',
  }),
  syntaxPreference: choice({
    default: 'own order',
    choices: syntaxPreferences,
    text: 'which of the transfer syntaxes offered together is accepted: by our order (lossless first), or by the order of the offer',
  }),
  unknownSopClasses: choice({
    default: 'accept',
    choices: ['accept', 'known peers', 'reject'],
    text: 'whether objects of SOP Classes that the standard does not know are stored, or only from configured peers',
  }),
  maximumAssociations: integer({
    default: 100,
    minimum: 1,
    maximum: 10_000,
    unit: 'associations',
    text: 'open at once; more are rejected with "local limit exceeded"',
  }),
  maximumAssociationsPerPeer: integer({
    default: 100,
    minimum: 1,
    maximum: 10_000,
    unit: 'associations',
    text: 'open at once with one calling AE title, where peers say nothing else of it',
  }),
  moveJobs: integer({
    default: 100,
    minimum: 1,
    maximum: 10_000,
    unit: 'jobs',
    text: 'of C-MOVE that send at a time; more wait for their turn',
  }),
  congestionMemory: integer({
    default: 0,
    minimum: 0,
    maximum: 1_048_576,
    unit: 'MiB',
    text: 'of memory of this process above which associations are rejected with "temporary congestion"; 0: no limit',
  }),
  congestionDisk: integer({
    default: 0,
    minimum: 0,
    maximum: 1_048_576,
    unit: 'MiB',
    text: 'free on the disk below which associations are rejected with "temporary congestion"; 0: no limit',
  }),
  associationHistory: integer({
    default: 90,
    minimum: 1,
    maximum: 3650,
    unit: 'days',
    text: 'that the records of associations are kept',
  }),
  maximumPduLength: integer({
    default: 131_072,
    minimum: 4096,
    maximum: 1_048_576,
    unit: 'bytes',
    text: 'largest P-DATA-TF PDU accepted. PS3.8 D.1',
  }),
  toleratedPduLength: integer({
    default: 0,
    minimum: 0,
    maximum: 0x7fffffff,
    unit: 'bytes',
    text: 'largest P-DATA-TF PDU accepted from a peer that does not keep to what it was told; 0 for none',
  }),
  sentPduLength: integer({
    default: 1_048_576,
    minimum: 4096,
    maximum: 1_048_576,
    unit: 'bytes',
    text: 'largest P-DATA-TF PDU sent, also where a peer takes any. PS3.8 D.1',
  }),
  artimTimeout: integer({
    default: 30,
    minimum: 1,
    maximum: 3600,
    unit: 's',
    text: 'wait for an A-ASSOCIATE-RQ on an open connection. PS3.8 9.1.5',
  }),
  idleTimeout: integer({
    default: 300,
    minimum: 1,
    maximum: 86_400,
    unit: 's',
    text: 'wait for the next request of a peer before its association is aborted',
  }),
  dataTimeout: integer({
    default: 120,
    minimum: 1,
    maximum: 3600,
    unit: 's',
    text: 'wait for the rest of a message that has begun, and for a peer to take what is sent to it, before its association is aborted',
  }),
  networkTimeout: integer({
    default: 30,
    minimum: 1,
    maximum: 3600,
    unit: 's',
    text: "wait for a peer's answer to an association request",
  }),
  responseTimeout: integer({
    default: 300,
    minimum: 1,
    maximum: 86_400,
    unit: 's',
    text: "wait for a peer's response to a request of this server",
  }),
  queryTimeout: integer({
    default: 30,
    minimum: 1,
    maximum: 3600,
    unit: 's',
    text: 'wait for another archive that is searched or fetched from, at each step; one that is slower has failed, the others go on',
  }),
  arrivalTimeout: integer({
    default: 30,
    minimum: 1,
    maximum: 600,
    unit: 's',
    text: 'wait for objects that another archive says it has sent here (C-MOVE), before they count as not received',
  }),
  sendAttempts: integer({
    default: 5,
    minimum: 1,
    maximum: 100,
    unit: 'tries',
    text: 'of a job that sends, without a single object confirmed, before it is given up',
  }),
  sendRetryWait: integer({
    default: 60,
    minimum: 1,
    maximum: 86_400,
    unit: 's',
    text: 'before the second try of a job; doubled before each further one',
  }),
  sendLongestWait: integer({
    default: 3600,
    minimum: 1,
    maximum: 604_800,
    unit: 's',
    text: 'between two tries of a job',
  }),
  sendAssociations: integer({
    default: 1,
    minimum: 1,
    maximum: 16,
    unit: 'associations',
    text: 'that one job that sends opens at a time',
  }),
  jobs: integer({ default: 16, minimum: 1, maximum: 256, unit: 'jobs', text: 'carried out at a time' }),
  jobsPerPeer: integer({
    default: 1,
    minimum: 1,
    maximum: 16,
    unit: 'jobs',
    text: 'at a time, of one kind, that talk to one peer',
  }),
  jobHistory: integer({
    default: 365,
    minimum: 2,
    maximum: 36_500,
    unit: 'days',
    text: 'that jobs which are over are kept, with what became of each object; what came before is not sent on by rules',
  }),
  transferHistory: integer({
    default: 365,
    minimum: 1,
    maximum: 36_500,
    unit: 'days',
    text: 'that is remembered what was refused, what came again, and how many objects somebody announced',
  }),
  commitmentReportsOver: choice({
    default: 'any association',
    choices: ['any association', 'new association'],
    text: 'reports on storage commitment go over the association of the request while it is open, or always over one of their own',
  }),
  commitmentWait: integer({
    default: 10,
    minimum: 0,
    maximum: 600,
    unit: 's',
    text: 'that an association is kept open for the report, after a peer was asked for storage commitment',
  }),
  commitmentTimeout: integer({
    default: 24,
    minimum: 1,
    maximum: 720,
    unit: 'h',
    text: 'that a report on storage commitment is waited for; one that comes later is honoured',
  }),
  quietTime: integer({
    default: 60,
    minimum: 1,
    maximum: 86_400,
    unit: 's',
    text: 'without a further object after which a series or study counts as complete, where nobody said how many there are',
  }),
  duplicates: choice({
    default: 'keep',
    choices: ['keep', 'replace', 'rename', 'reject'],
    text: 'a second, different object under a known SOP Instance UID: the first stays and the second is put aside; it takes the place of the first; it gets a SOP Instance UID of its own; or it is rejected',
  }),
  coercionWarning: choice({
    default: 'off',
    choices: ['off', 'on'],
    text: 'whether an object whose values were coerced, or that got another SOP Instance UID, is answered with the warning B000 instead of success',
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
  patientConflicts: choice({
    default: 'quarantine',
    choices: ['quarantine', 'new id', 'accept'],
    text: 'a study under a known patient ID that names another person: it is kept apart and marked; it gets an ID of its own; or it joins that patient',
  }),
  attributeFilters: list<AttributeFilter>({
    default: [],
    maximum: 100,
    entry: readAttributeFilter,
    text: 'what peers get otherwise, by a name that an entry of peers gives as filter: remove (attributes), set (attributes and values), privateElements (keep, remove), deidentify (options of PS3.15 E.3 beside the basic profile, [] for that alone)',
  }),
  retention: list<RetentionRule>({
    default: [],
    maximum: 1000,
    entry: readRetentionRule,
    text: 'rules by which studies are rejected, each with name, olderThan (days), by (reception, study date) and, if it is not for all, modality and from (calling AE title); protected studies and those that are still to be sent or are committed stay',
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
    text: 'of objects that may be stored; 0: as many as the disk takes',
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

type Values<T> = { readonly [K in keyof T]: T[K] extends Setting<infer V> ? V : never };

/** Read once by whoever starts the server, then passed down; no module reads the environment. */
export type Configuration = Values<typeof settings>;
export type SettingName = keyof Configuration;
