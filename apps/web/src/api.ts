// The server as this page calls it: JSON over HTTP with problems (RFC 9457), the administration API, addresses of DICOMweb.
import { isObject, type JsonObject, listOf, numberOf, objectOf, textOf } from './json.ts';

/** A request that the server did not meet. `status` is 0 where it could not be reached. */
export class RequestError extends Error {
  readonly status: number;
  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'RequestError';
    this.status = status;
  }
}

const unreachable = 'The server cannot be reached.';

/** What the answer says about itself: its detail or title, or at least its status. */
export const problemText = async (response: Response): Promise<string> => {
  const text = await response.text().catch(() => '');
  try {
    const problem: unknown = JSON.parse(text);
    if (isObject(problem)) return textOf(problem, 'detail', 'title') || `The server answered ${response.status}.`;
  } catch {
    // Not JSON: a proxy's page, which says nothing worth showing.
  }
  return `The server answered ${response.status}${response.statusText === '' ? '' : ` (${response.statusText})`}.`;
};

/**
 * Asks the server; a request without an answer in `timeoutMs` counts as unreachable.
 * @throws RequestError, or the reason of `signal` when it is aborted.
 */
export const request = async (
  address: string,
  { timeoutMs = 60_000, signal, ...init }: RequestInit & { timeoutMs?: number } = {},
): Promise<Response> => {
  const late = AbortSignal.timeout(timeoutMs);
  const either = signal ? AbortSignal.any([signal, late]) : late;
  let response: Response;
  try {
    response = await fetch(address, { ...init, signal: either });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new RequestError(0, unreachable, { cause: error });
  }
  if (!response.ok) throw new RequestError(response.status, await problemText(response));
  return response;
};

const json = async (address: string, init: RequestInit & { timeoutMs?: number } = {}): Promise<unknown> => {
  const response = await request(address, { headers: { accept: 'application/json' }, ...init });
  return response.json();
};

/** An answer of QIDO-RS or metadata: a list of data sets, and how many more there are. PS3.18 8.3.4.4. */
export interface Found {
  readonly dataSets: readonly JsonObject[];
  readonly remaining: number;
}

/** Of `299 {service}: There are {n} additional results that can be requested`. */
export const remainingOf = (warning: string | null): number =>
  Number(/There are (\d+) additional results/u.exec(warning ?? '')?.[1] ?? 0);

export const findDataSets = async (address: string, signal?: AbortSignal): Promise<Found> => {
  const response = await request(address, {
    headers: { accept: 'application/dicom+json' },
    ...(signal ? { signal } : {}),
  });
  const body: unknown = response.status === 204 ? [] : await response.json();
  return { dataSets: listOf(body).filter(isObject), remaining: remainingOf(response.headers.get('warning')) };
};

export interface Statistics {
  readonly patients: number;
  readonly studies: number;
  readonly series: number;
  readonly instances: number;
  readonly bytes: number;
}

export interface System {
  readonly name: string;
  readonly version: string;
  readonly aeTitle: string;
  readonly dicomHost: string;
  readonly dicomPort: number;
  readonly dataFolder: string;
  readonly statistics: Statistics;
}

export const readSystem = (value: unknown): System => {
  const system = objectOf(value);
  const statistics = objectOf(system.statistics);
  return {
    name: textOf(system, 'name') || 'Concord',
    version: textOf(system, 'version'),
    aeTitle: textOf(system, 'aeTitle'),
    dicomHost: textOf(system, 'dicomHost'),
    dicomPort: numberOf(system, 'dicomPort') ?? 0,
    dataFolder: textOf(system, 'dataFolder'),
    statistics: {
      patients: numberOf(statistics, 'patients') ?? 0,
      studies: numberOf(statistics, 'studies') ?? 0,
      series: numberOf(statistics, 'series') ?? 0,
      instances: numberOf(statistics, 'instances') ?? 0,
      bytes: numberOf(statistics, 'bytes') ?? 0,
    },
  };
};

export const getSystem = async (signal?: AbortSignal): Promise<System> =>
  readSystem(await json('/api/system', signal ? { signal } : {}));

/** Recent associations, the newest first, as they are sent; associations/association-record.ts reads them. */
/** `query` without its question mark. */
export const getAssociations = async (query: string, signal?: AbortSignal): Promise<readonly JsonObject[]> =>
  listOf(await json(`/api/associations?${query}`, signal ? { signal } : {})).filter(isObject);

/** Moments are ISO 8601, empty where it never came to that. */
export interface PeerContact {
  /** It opened an association that was accepted here. */
  readonly heardAt: string;
  /** It accepted one of ours, or did not, and why. */
  readonly reachedAt: string;
  readonly missedAt: string;
  readonly missedWhy: string;
}

export interface Peer {
  readonly aeTitle: string;
  /** What people call it: its AE title where the settings say nothing else. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly contact: PeerContact;
}

const readContact = (contact: JsonObject): PeerContact => ({
  heardAt: textOf(contact, 'heardAt'),
  reachedAt: textOf(contact, 'reachedAt'),
  missedAt: textOf(contact, 'missedAt'),
  missedWhy: textOf(contact, 'missedWhy'),
});

export const getPeers = async (signal?: AbortSignal): Promise<readonly Peer[]> =>
  listOf(await json('/api/peers', signal ? { signal } : {}))
    .filter(isObject)
    .map((peer) => ({
      aeTitle: textOf(peer, 'aeTitle'),
      name: textOf(peer, 'name') || textOf(peer, 'aeTitle'),
      host: textOf(peer, 'host'),
      port: numberOf(peer, 'port') ?? 0,
      contact: readContact(objectOf(peer.contact)),
    }));

/** The peers of the configuration file: what the next start will know. */
export interface FiledPeers {
  readonly file: string;
  readonly peers: readonly FiledPeer[];
  /** False: the server has to start again. */
  readonly inForce: boolean;
}

export interface FiledPeer {
  readonly aeTitle: string;
  readonly host: string;
  readonly port: number;
  readonly name: string;
}

const filedPath = '/api/settings/peers';

const readFiled = (answer: unknown): FiledPeers => {
  const filed = objectOf(answer);
  return {
    file: textOf(filed, 'file'),
    inForce: filed.inForce === true,
    peers: listOf(filed.peers)
      .filter(isObject)
      .map((peer) => ({
        aeTitle: textOf(peer, 'aeTitle'),
        host: textOf(peer, 'host'),
        port: numberOf(peer, 'port') ?? 0,
        name: textOf(peer, 'name'),
      })),
  };
};

export const getFiledPeers = async (signal?: AbortSignal): Promise<FiledPeers> =>
  readFiled(await json(filedPath, signal ? { signal } : {}));

export const putFiledPeer = async ({ aeTitle, name, ...peer }: FiledPeer): Promise<FiledPeers> =>
  readFiled(
    await json(`${filedPath}/${encodeURIComponent(aeTitle)}`, {
      method: 'PUT',
      body: JSON.stringify(name === '' ? peer : { ...peer, name }),
    }),
  );

export const removeFiledPeer = async (aeTitle: string): Promise<FiledPeers> =>
  readFiled(await json(`${filedPath}/${encodeURIComponent(aeTitle)}`, { method: 'DELETE' }));

export interface EchoOutcome {
  readonly success: boolean;
  readonly milliseconds: number;
  /** In words, where the peer did not answer with success. */
  readonly detail: string;
}

export const echoPeer = async (aeTitle: string): Promise<EchoOutcome> => {
  const address = `/api/peers/${encodeURIComponent(aeTitle)}/echo`;
  const outcome = objectOf(await json(address, { method: 'POST', timeoutMs: 120_000 }));
  return {
    success: textOf(outcome, 'status') === 'success',
    milliseconds: numberOf(outcome, 'milliseconds') ?? 0,
    detail: textOf(outcome, 'detail'),
  };
};

/**
 * Where the interfaces for programs are asked: '' for those of the archive, `/shown` for those of open media, whose images are looked
 * at by the same page under addresses that begin so.
 */
export const servicePrefix = (): '' | '/shown' =>
  typeof location !== 'undefined' && location.pathname.startsWith('/shown/') ? '/shown' : '';

const part = (name: string, uid: string | undefined): string =>
  uid === undefined ? '' : `/${name}/${encodeURIComponent(uid)}`;

/** The address of a study, series or instance in DICOMweb. PS3.18 10.4. */
export const dicomwebAddress = (study: string, series?: string, instance?: string): string =>
  `${servicePrefix()}/dicom-web${part('studies', study)}${part('series', series)}${part('instances', instance)}`;
