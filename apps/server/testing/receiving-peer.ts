// A peer that takes objects and counts them: what it confirmed, how often it was sent the same, and, where it may be asked, what it has.
import { bind, listen, queryFind, queryRetrieveSopClasses, service, storage } from '@concord/network';
import { dataSetOf } from './data-sets.ts';

export interface ReceivingPeer {
  readonly port: number;
  /** SOP Instance UIDs with how often each was confirmed. */
  readonly confirmed: ReadonlyMap<string, number>;
  /** Transfer syntaxes objects came in. */
  readonly syntaxes: ReadonlySet<string>;
  /** How often it was asked by C-FIND. */
  readonly asked: () => number;
  /** Bytes of data sets so far. */
  readonly bytes: () => number;
  /** Associations so far. */
  readonly associations: () => number;
  /** Resolves when so many were confirmed; rejects after a minute and a half. */
  until(count: number): Promise<void>;
  close(): Promise<void>;
}

export interface ReceivingOptions {
  readonly port?: number;
  readonly aeTitle?: string;
  /** What to answer; undefined: success. */
  readonly answer?: (sopInstanceUid: string, count: number) => Promise<number | undefined>;
  /** Is given each data set as it came. */
  readonly keep?: (sopInstanceUid: string, dataSet: Uint8Array) => void;
  readonly transferSyntaxes?: readonly string[];
  readonly sopClasses?: readonly string[];
  /** It answers a C-FIND at the level IMAGE with all that it has. */
  readonly finds?: boolean;
}

const patienceMs = 90_000;

/** Ends with the test. */
export async function startReceivingPeer(
  t: { after(end: () => Promise<void>): void },
  options: ReceivingOptions = {},
): Promise<ReceivingPeer> {
  const { port = 0, aeTitle = 'DESTINATION', answer = async () => undefined } = options;
  const confirmed = new Map<string, number>();
  const syntaxes = new Set<string>();
  const waiting = new Set<{ count: number; resolve: () => void }>();
  let associations = 0;
  let bytes = 0;
  let asked = 0;
  const taking = service({
    ...storage,
    transferSyntaxes: options.transferSyntaxes ?? storage.transferSyntaxes,
    sopClasses: options.sopClasses ?? storage.sopClasses,
    operations: { 'C-STORE': { statuses: { 0x0000: 'stored', 0xa700: 'full', 0xb000: 'coerced', 0xc000: 'no' } } },
  });
  const bound = bind(taking, {
    'C-STORE': async ({ dataSet, affectedSopInstanceUid: uid }, { presentationContext }) => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of dataSet) {
        bytes += chunk.length;
        if (options.keep) chunks.push(Buffer.from(chunk));
      }
      options.keep?.(uid, Buffer.concat(chunks));
      const code = (await answer(uid, confirmed.size)) ?? 0x0000;
      if (code === 0x0000 || code === 0xb000) confirmed.set(uid, (confirmed.get(uid) ?? 0) + 1);
      syntaxes.add(presentationContext.transferSyntax);
      for (const waiter of waiting) if (confirmed.size >= waiter.count) waiter.resolve();
      return { code: code as 0x0000 };
    },
  });
  const finding = service({ ...queryFind, sopClasses: [queryRetrieveSopClasses.studyRootFind] });
  const listing = bind(finding, {
    async *'C-FIND'() {
      asked += 1;
      for (const uid of confirmed.keys())
        yield { code: 0xff00, identifier: dataSetOf({ QueryRetrieveLevel: 'IMAGE', SOPInstanceUID: uid }) };
    },
  });
  const acceptor = await listen({
    host: '127.0.0.1',
    port,
    applicationEntities: [{ aeTitle, services: options.finds ? [bound, listing] : [bound] }],
    onAssociation: () => {
      associations += 1;
    },
  });
  let open = true;
  const close = async () => {
    if (open) await acceptor.close({ graceMs: 0 });
    open = false;
  };
  t.after(close);
  return {
    port: acceptor.port,
    confirmed,
    syntaxes,
    asked: () => asked,
    bytes: () => bytes,
    associations: () => associations,
    until: (count) =>
      new Promise((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`${confirmed.size} of ${count} came`)), patienceMs);
        const done = () => {
          clearTimeout(late);
          resolve();
        };
        waiting.add({ count, resolve: done });
        if (confirmed.size >= count) done();
      }),
    close,
  };
}
