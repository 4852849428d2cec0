// Requests to the DICOMweb service of another archive: bounded in time and size, failures in words. PS3.18 8.
import { RemoteError } from './remote-archive.ts';

export interface RequestOptions {
  readonly signal: AbortSignal;
  /** Longest wait for the answer, and for each further piece of it. */
  readonly timeoutMs: number;
}

/** A page of matches is held whole, in bytes. */
const mostJson = 67_108_864;

/** What `fetch` takes: user and password of the address go into a header, where they are not logged. RFC 7617. */
function requestTo(address: URL, accept: string) {
  const url = new URL(address);
  const headers: Record<string, string> = { accept };
  if (url.username !== '') {
    const given = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    headers.authorization = `Basic ${Buffer.from(given).toString('base64')}`;
    url.username = '';
    url.password = '';
  }
  return { url, headers };
}

const unreachable = (cause: unknown): string => {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  return inner instanceof Error ? inner.message : String(inner);
};

export interface StreamedAnswer {
  readonly status: number;
  readonly contentType: string;
  /** What the archive warns of; '' where it does not. RFC 7234 5.5 */
  readonly warning: string;
  /** Ends with an error where nothing comes for the time allowed. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** Throws RemoteError where the archive cannot be reached, answers with an error, or says nothing for too long. */
export async function streamFrom(address: URL, accept: string, options: RequestOptions): Promise<StreamedAnswer> {
  const { signal, timeoutMs } = options;
  const { url, headers } = requestTo(address, accept);
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), timeoutMs);
  let response: Response;
  try {
    response = await fetch(url, { headers, signal: AbortSignal.any([signal, late.signal]), redirect: 'error' });
  } catch (cause) {
    clearTimeout(timer);
    if (signal.aborted) throw new RemoteError('silent', 'given up', { cause });
    const detail = late.signal.aborted ? `nothing within ${timeoutMs / 1000} s` : unreachable(cause);
    throw new RemoteError('silent', detail, { cause });
  }
  timer.refresh();
  if (!response.ok) {
    clearTimeout(timer);
    await response.body?.cancel();
    throw new RemoteError('refused', `HTTP status ${response.status}`, { status: response.status });
  }
  const body = pieces(response, timer, () => late.signal.aborted, timeoutMs);
  const of = (name: string) => response.headers.get(name) ?? '';
  return { status: response.status, contentType: of('content-type'), warning: of('warning'), body };
}

async function* pieces(response: Response, timer: NodeJS.Timeout, isLate: () => boolean, timeoutMs: number) {
  try {
    for await (const piece of response.body ?? []) {
      timer.refresh();
      yield piece;
    }
  } catch (cause) {
    throw new RemoteError('silent', isLate() ? `nothing more within ${timeoutMs / 1000} s` : unreachable(cause), {
      cause,
    });
  } finally {
    clearTimeout(timer);
  }
}

/** The list that a search answers with, and what is warned of. Throws RemoteError. */
export async function jsonFrom(
  address: URL,
  options: RequestOptions,
): Promise<{ readonly found: readonly unknown[]; readonly warning: string }> {
  const { status, warning, body } = await streamFrom(address, 'application/dicom+json', options);
  const held: Uint8Array[] = [];
  let size = 0;
  for await (const piece of body) {
    size += piece.length;
    if (size > mostJson) throw new RemoteError('unreadable', `more than ${mostJson} bytes of matches in one answer`);
    held.push(piece);
  }
  if (status === 204 || size === 0) return { found: [], warning };
  let value: unknown;
  try {
    value = JSON.parse(Buffer.concat(held).toString('utf8'));
  } catch (cause) {
    throw new RemoteError('unreadable', 'it is not JSON', { cause });
  }
  if (!Array.isArray(value)) throw new RemoteError('unreadable', 'it is no list of matches');
  return { found: value, warning };
}
