// What one client may cost the HTTP face. Every value is on by default; units stand in the names.

export interface WebLimits {
  /** A socket on which nothing moves, in either direction, is closed after this time. */
  readonly idleSocketMs: number;
  /** Request line and header fields must be complete within this time. */
  readonly headersMs: number;
  /** Between two requests on one connection. */
  readonly keepAliveMs: number;
  /** One wait for more of a request's body. */
  readonly bodyWaitMs: number;
  /** Mean rate below which a body is too slow, counted over the time we waited for it, after the first wait. */
  readonly bodyBytesPerSecond: number;
  /** Header bytes of a request, with its line: also bounds the list of frames in a path. */
  readonly headerBytes: number;
  /** Body of a request that is held whole (JSON for the administration API). */
  readonly smallBodyBytes: number;
  /** Body of a store request, which streams. */
  readonly storeBodyBytes: number;
  /** Bodies that are held whole (metadata, work items), of all requests at a time. */
  readonly heldBodyBytes: number;
  /** Instances of one store request: what became of each is held until the answer is sent. */
  readonly storeInstances: number;
  /** Connections at one time; further ones wait in the kernel's queue or are closed. */
  readonly connections: number;
  /** Listeners of /api/events at one time. */
  readonly eventListeners: number;
  /** Between two signs of life to a listener of /api/events. */
  readonly heartbeatMs: number;
  /** What running requests get to finish when the server stops. */
  readonly closeMs: number;
}

export const webLimits: WebLimits = {
  idleSocketMs: 120_000,
  headersMs: 20_000,
  keepAliveMs: 65_000,
  bodyWaitMs: 30_000,
  bodyBytesPerSecond: 512,
  headerBytes: 16_384,
  smallBodyBytes: 1_048_576,
  storeBodyBytes: 2 ** 40,
  heldBodyBytes: 2 ** 28,
  storeInstances: 200_000,
  connections: 1024,
  eventListeners: 200,
  heartbeatMs: 15_000,
  closeMs: 30_000,
};
