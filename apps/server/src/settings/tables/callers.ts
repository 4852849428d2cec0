// Who may call, what is agreed with them, and how much at a time.

import { choice, integer, list } from '../kinds.ts';
import { syntaxPreferences } from '../peers.ts';
import { type ConfiguredUser, readUser } from '../users.ts';

export const callerSettings = {
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
    text: 'users that associations may name, each with name and password as `concord password` prints it; rights (view, edit, approve, execute) are those under /conformance',
  }),
  conformanceAccess: choice({
    default: 'everybody',
    choices: ['everybody', 'users'],
    text: 'who may do what under /conformance: everybody everything; or users what their rights say, and everybody reads the statement as shipped',
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
} as const;
