// One file to STOW-RS, with its progress. XMLHttpRequest, because fetch does not tell how much has been sent.
import { type Outcome, readStoreAnswer } from './store-answer.ts';

export interface SendOptions {
  readonly signal: AbortSignal;
  /** Bytes of the file that are on their way, at most its size. */
  readonly onProgress: (sent: number) => void;
}

/** The server could not be reached, or went away: another try may help. */
export class Unreachable extends Error {
  constructor() {
    super('The server cannot be reached.');
    this.name = 'Unreachable';
  }
}

/** A connection on which nothing moves for so long is given up. */
const stalledAfterMs = 120_000;
const busy = 503;

const multipart = (file: Blob): { body: Blob; contentType: string } => {
  const boundary = `concord-${crypto.getRandomValues(new Uint32Array(4)).join('-')}`;
  const head = `--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`;
  return {
    body: new Blob([head, file, `\r\n--${boundary}--\r\n`]),
    contentType: `multipart/related; type="application/dicom"; boundary=${boundary}`,
  };
};

/**
 * Sends a file and reads the answer.
 * @throws Unreachable; the signal's reason when it is aborted.
 */
export const sendFile = (file: Blob, { signal, onProgress }: SendOptions): Promise<Outcome> =>
  new Promise((resolve, reject) => {
    const { body, contentType } = multipart(file);
    const exchange = new XMLHttpRequest();
    let stalled = 0;
    const abort = () => exchange.abort();
    const finish = (settle: () => void) => {
      window.clearTimeout(stalled);
      signal.removeEventListener('abort', abort);
      settle();
    };
    const moved = () => {
      window.clearTimeout(stalled);
      stalled = window.setTimeout(abort, stalledAfterMs);
    };
    exchange.open('POST', '/dicom-web/studies');
    exchange.setRequestHeader('Content-Type', contentType);
    exchange.setRequestHeader('Accept', 'application/dicom+json');
    exchange.upload.onprogress = ({ loaded }) => {
      moved();
      onProgress(Math.min(loaded, file.size));
    };
    exchange.onload = () =>
      finish(() =>
        exchange.status === busy
          ? reject(new Unreachable())
          : resolve(readStoreAnswer(exchange.status, exchange.responseText)),
      );
    exchange.onerror = () => finish(() => reject(new Unreachable()));
    exchange.onabort = () => finish(() => reject(signal.aborted ? signal.reason : new Unreachable()));
    signal.addEventListener('abort', abort);
    moved();
    if (signal.aborted) abort();
    else exchange.send(body);
  });
