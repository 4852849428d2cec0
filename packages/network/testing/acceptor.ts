// An acceptor for one test: on a free port, closed with `await using`, its records and log lines kept.
import {
  type AssociationRecord,
  type BoundService,
  type ListenOptions,
  type Log,
  listen,
  type Peer,
} from '../src/index.ts';

export interface TestAcceptor {
  readonly port: number;
  readonly records: AssociationRecord[];
  readonly lines: string[];
  /** How to reach it. */
  readonly peer: Peer;
  readonly open: () => number;
  readonly close: (graceMs?: number) => Promise<void>;
  /** Waits for the record of the next association that ends, or one that has ended unseen. */
  readonly nextRecord: () => Promise<AssociationRecord>;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function testAcceptor(
  services: readonly BoundService[],
  options: Partial<ListenOptions> = {},
): Promise<TestAcceptor> {
  const records: AssociationRecord[] = [];
  const lines: string[] = [];
  const waiting: ((record: AssociationRecord) => void)[] = [];
  let seen = 0;
  const write =
    (level: string) =>
    (_fields: unknown, text: string): void => {
      lines.push(`${level} ${text}`);
    };
  const log: Log = {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    isLevelEnabled: (level) => level !== 'debug',
  };
  const acceptor = await listen({
    host: '127.0.0.1',
    port: 0,
    applicationEntities: [{ aeTitle: 'CONCORD', services }],
    log,
    onAssociation: (record) => {
      records.push(record);
      const next = waiting.shift();
      if (next) {
        seen += 1;
        next(record);
      }
    },
    ...options,
  });
  const nextRecord = (): Promise<AssociationRecord> => {
    const record = records[seen];
    if (record) {
      seen += 1;
      return Promise.resolve(record);
    }
    return new Promise((resolve) => waiting.push(resolve));
  };
  return {
    port: acceptor.port,
    records,
    lines,
    peer: { host: '127.0.0.1', port: acceptor.port, calledAeTitle: 'CONCORD', callingAeTitle: 'TEST' },
    open: () => acceptor.associations().length,
    close: (graceMs = 0) => acceptor.close({ graceMs }),
    nextRecord,
    [Symbol.asyncDispose]: () => acceptor.close({ graceMs: 0 }),
  };
}
