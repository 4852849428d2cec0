// Every bound and every wait of an association, with its default.

/** Seconds. Each may be changed; none may be left out. */
export interface Timeouts {
  /** Wait for a TCP (and TLS) connection. */
  readonly connect: number;
  /** Wait for an A-ASSOCIATE-RQ, and for the close of a connection that is over. PS3.8 9.1.5. */
  readonly artim: number;
  /** Wait for the answer to an A-ASSOCIATE-RQ. */
  readonly associate: number;
  /** Wait for the next response to an operation that we invoked, while nothing comes in. */
  readonly response: number;
  /** Wait for the peer between its requests. */
  readonly idle: number;
  /** Wait for the peer in the middle of a message, and until it reads what was sent. */
  readonly data: number;
  /** Wait for the final response after a C-CANCEL, and for an A-RELEASE-RP. */
  readonly release: number;
}

export const defaultTimeouts: Timeouts = {
  connect: 10,
  artim: 30,
  associate: 30,
  response: 300,
  idle: 120,
  data: 120,
  release: 10,
};

export interface Limits {
  /** Associations at a time: in total, with one calling AE title, from one address. */
  readonly associations: number;
  readonly associationsPerAeTitle: number;
  readonly associationsPerAddress: number;
  /** Connections at a time, with an association or not yet. More are closed at once. */
  readonly connections: number;
  /** The longest P-DATA-TF that we announce, in bytes; 0 = any. */
  readonly maximumLength: number;
  /** A P-DATA-TF longer than announced is taken up to this, in bytes: it streams, nothing of its size is held. 0 = none is. */
  readonly toleratedLength: number;
  /** The longest P-DATA-TF that we send, in bytes, even where the peer announces more or any. */
  readonly sentLength: number;
  /** The longest A-ASSOCIATE PDU, in bytes. 128 contexts of 50 syntaxes need some 430,000. */
  readonly associateBytes: number;
  /** The longest identifier or attribute list that is held in memory, in bytes. A C-STORE is never held. */
  readonly dataSetBytes: number;
  /** The longest object of a C-STORE, in bytes. */
  readonly objectBytes: number;
  /** Bytes that wait for a handler before the socket is paused. */
  readonly queuedBytes: number;
  /** Operations that an association record lists one by one; more are only counted. */
  readonly recordedOperations: number;
  /** Operations a peer may have outstanding where it negotiates a window. 1 = never more than one. PS3.7 D.3.3.3. */
  readonly operationsPerformed: number;
  /** Jobs of C-MOVE at a time that send; those above it wait for their turn. Infinity = any number. */
  readonly moveJobs: number;
}

export const defaultLimits: Limits = {
  associations: 100,
  associationsPerAeTitle: 100,
  associationsPerAddress: 100,
  connections: 2000,
  maximumLength: 262144,
  toleratedLength: 0,
  sentLength: 1 << 20,
  associateBytes: 1 << 20,
  dataSetBytes: 16 << 20,
  objectBytes: 2 ** 40,
  queuedBytes: 1 << 20,
  recordedOperations: 1000,
  operationsPerformed: 1,
  moveJobs: Number.POSITIVE_INFINITY,
};

/** The longest P-DATA-TF that is taken, in bytes; 0 = any. */
export const takenLength = ({ maximumLength, toleratedLength }: Limits): number =>
  maximumLength === 0 ? 0 : Math.max(maximumLength, toleratedLength);
