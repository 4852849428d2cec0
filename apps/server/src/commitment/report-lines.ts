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
  /** One after the other for one peer. Throws NetworkError. */
  report(aeTitle: string, event: EventReport): Promise<NormalizedResponse>;
  close(): Promise<void>;
}

export interface ReportLineParts {
  readonly peerOf: (aeTitle: string) => Peer | undefined;
  readonly connection: Pick<ConnectOptions, 'log' | 'onRecord'>;
  /** How long a line waits for a further report, in ms. */
  readonly idleMs?: number;
}

interface Line {
  readonly association: Association;
  idle: NodeJS.Timeout | undefined;
}

export function createReportLines({ peerOf, connection, idleMs = 500 }: ReportLineParts): ReportLines {
  const lines = new Map<string, Line>();
  const releasing = new Set<Promise<void>>();
  const release = (aeTitle: string, line: Line) => {
    clearTimeout(line.idle);
    if (lines.get(aeTitle) === line) lines.delete(aeTitle);
    const released = line.association[Symbol.asyncDispose]().finally(() => releasing.delete(released));
    releasing.add(released);
  };
  const open = async (aeTitle: string, signal: AbortSignal | undefined): Promise<Line> => {
    const there = lines.get(aeTitle);
    clearTimeout(there?.idle);
    if (there && !there.association.exchange.failure) return there;
    const peer = peerOf(aeTitle);
    if (!peer) throw new NetworkError('refused', `no peer is called ${aeTitle}`);
    const association = await connect(peer, [reportingContext], { ...connection, signal });
    const line: Line = { association, idle: undefined };
    lines.set(aeTitle, line);
    return line;
  };
  return {
    async report(aeTitle, event) {
      const line = await open(aeTitle, event.signal);
      try {
        const response = await line.association.nEventReport(event);
        // An error ends the association: the rest goes over a new one.
        if (response.code === 0x0000 || response.code === 0x0107)
          line.idle = setTimeout(() => release(aeTitle, line), idleMs);
        else release(aeTitle, line);
        return response;
      } catch (error) {
        release(aeTitle, line);
        throw error;
      }
    },
    async close() {
      for (const [aeTitle, line] of lines) release(aeTitle, line);
      await Promise.all(releasing);
    },
  };
}
