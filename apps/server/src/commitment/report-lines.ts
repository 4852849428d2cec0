// Associations that carry reports to peers: one for each peer, kept open for a moment so that several reports share it.
import {
  type Association,
  type ConnectOptions,
  connect,
  type EventReport,
  NetworkError,
  type NormalizedResponse,
  type Peer,
  reportingContext,
} from '@concord/network';

export interface ReportLines {
  /** One after the other for one peer, in the name of the title that was asked. Throws NetworkError. */
  report(to: ReportPath, event: EventReport): Promise<NormalizedResponse>;
  close(): Promise<void>;
}

export interface ReportPath {
  readonly aeTitle: string;
  /** The title of ours that took the request. */
  readonly from: string;
}

export interface ReportLineParts {
  readonly peerOf: (aeTitle: string, from: string) => Peer | undefined;
  readonly connection: Pick<ConnectOptions, 'log' | 'onRecord'>;
  /** Associations that are open at a time, whoever the peers are. */
  readonly most: number;
  /** How long a line waits for a further report, in ms. */
  readonly idleMs?: number;
}

interface Line {
  readonly association: Association;
  idle: NodeJS.Timeout | undefined;
}

export function createReportLines({ peerOf, connection, most, idleMs = 3000 }: ReportLineParts): ReportLines {
  const lines = new Map<string, Line>();
  const releasing = new Set<Promise<void>>();
  const places = createPlaces(most);
  const release = (name: string, line: Line) => {
    clearTimeout(line.idle);
    if (lines.get(name) === line) lines.delete(name);
    const released = line.association[Symbol.asyncDispose]().finally(() => {
      releasing.delete(released);
      places.leave();
    });
    releasing.add(released);
  };
  const makeRoom = () => {
    const idle = [...lines].find(([, line]) => line.idle !== undefined);
    if (idle) release(...idle);
  };
  const open = async ({ aeTitle, from }: ReportPath, signal: AbortSignal | undefined): Promise<Line> => {
    const name = nameOf({ aeTitle, from });
    const there = lines.get(name);
    clearTimeout(there?.idle);
    if (there) there.idle = undefined;
    if (there && !there.association.exchange.failure) return there;
    if (there) release(name, there);
    const peer = peerOf(aeTitle, from);
    if (!peer) throw new NetworkError('refused', `no peer is called ${aeTitle}`);
    await places.enter(makeRoom, signal);
    try {
      const association = await connect(peer, [reportingContext], { ...connection, signal });
      const line: Line = { association, idle: undefined };
      lines.set(name, line);
      return line;
    } catch (error) {
      places.leave();
      throw error;
    }
  };
  return {
    async report(to, event) {
      const line = await open(to, event.signal);
      const name = nameOf(to);
      try {
        const response = await line.association.nEventReport(event);
        // An error ends the association: the rest goes over a new one. So does whoever waits for a place.
        const isTaken = response.code === 0x0000 || response.code === 0x0107;
        if (isTaken && !places.areWanted()) line.idle = setTimeout(() => release(name, line), idleMs);
        else release(name, line);
        return response;
      } catch (error) {
        release(name, line);
        throw error;
      }
    },
    async close() {
      for (const [name, line] of lines) release(name, line);
      await Promise.all(releasing);
    },
  };
}

const nameOf = ({ aeTitle, from }: ReportPath): string => JSON.stringify([from, aeTitle]);

/** So many at a time; the others wait in the order they came. */
function createPlaces(most: number) {
  let taken = 0;
  const waiting = new Set<() => void>();
  return {
    /** @param makeRoom ends what is only kept for what may come; rejects where the signal is aborted */
    async enter(makeRoom: () => void, signal: AbortSignal | undefined): Promise<void> {
      if (taken < most) {
        taken += 1;
        return;
      }
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const abort = () => {
        if (waiting.delete(resolve)) reject(new NetworkError('cancelled', 'before there was room for its association'));
      };
      waiting.add(resolve);
      signal?.addEventListener('abort', abort, { once: true });
      makeRoom();
      try {
        await promise;
      } finally {
        signal?.removeEventListener('abort', abort);
      }
    },
    areWanted: (): boolean => waiting.size > 0,
    leave(): void {
      const [next] = waiting;
      if (!next) {
        taken -= 1;
        return;
      }
      waiting.delete(next);
      next();
    },
  };
}
