// Another archive down to its bytes: it lists what a test says, and ends a C-MOVE or C-GET with counts of the test's choice.
import type { TestContext } from 'node:test';
import { type DataSet, readDataSet, writeDataSet } from '@concord/dicom';
import { type ScriptedPeer, scriptedServer } from '../../../packages/network/testing/scripted-peer.ts';
import {
  associateAc,
  command,
  dataSet,
  releaseRp,
  role,
  storeRq,
  type WireElement,
} from '../../../packages/network/testing/wire.ts';
import { dataSetOf, implicitVrLittleEndian as implicit } from './data-sets.ts';

/** A final response. Counts that are left out are not in it. */
export interface ScriptedEnd {
  readonly status: number;
  readonly completed?: number;
  readonly failed?: number;
  readonly warning?: number;
  readonly failedUids?: readonly string[];
}

export interface ScriptedRetrieval {
  readonly keys: DataSet;
  readonly destination: string;
  /** A sub-operation of a C-GET; the status that it is answered with. */
  store(instance: DataSet): Promise<number>;
  /** Ends the association without a word. */
  hangUp(): void;
}

export interface ScriptedArchiveOptions {
  /** Undefined: C-FIND contexts are refused. */
  readonly find?: (keys: DataSet) => readonly DataSet[];
  /** Final status of each C-FIND. */
  readonly findEnd?: number;
  /** Undefined: no answer ever comes. */
  readonly retrieve: (request: ScriptedRetrieval) => Promise<ScriptedEnd | undefined>;
}

interface Offered {
  readonly id: number;
  readonly abstract: string;
}

function offeredIn(request: Buffer): readonly Offered[] {
  const found: Offered[] = [];
  for (let at = 68; at + 4 <= request.length; ) {
    const length = request.readUInt16BE(at + 2);
    const body = request.subarray(at + 4, at + 4 + length);
    if (request[at] === 0x20)
      found.push({ id: body[0] ?? 0, abstract: body.subarray(8, 8 + body.readUInt16BE(6)).toString('latin1') });
    at += 4 + length;
  }
  return found;
}

const isFind = ({ abstract }: Offered) => /^1\.2\.840\.10008\.5\.1\.4\.1\.2\.\d\.1$/.test(abstract);
const isStorage = ({ abstract }: Offered) => !abstract.startsWith('1.2.840.10008.5.1.4.1.2.');

/** Ends with the test. */
export async function startScriptedArchive(t: TestContext, options: ScriptedArchiveOptions): Promise<{ port: number }> {
  const server = await scriptedServer();
  const open = new Set<ScriptedPeer>();
  let isOver = false;
  t.after(async () => {
    isOver = true;
    for (const peer of open) peer.close();
    await server[Symbol.asyncDispose]();
  });
  void (async () => {
    while (!isOver) {
      const peer = await server.accepted();
      open.add(peer);
      void serve(peer, options).catch(() => undefined);
    }
  })();
  return { port: server.peer.port };
}

async function serve(peer: ScriptedPeer, options: ScriptedArchiveOptions): Promise<void> {
  const request = await peer.next();
  if (request === 'closed') return;
  const contexts = offeredIn(request.body);
  const taken = contexts.map((context) => ({
    id: context.id,
    result: isFind(context) && !options.find ? 3 : 0,
    transfer: implicit,
  }));
  peer.send(
    associateAc(
      taken,
      contexts.filter(isStorage).map(({ abstract }) => role(abstract, 0, 1)),
    ),
  );
  for (;;) {
    const next = await Promise.race([peer.nextCommand().catch(() => undefined)]);
    if (!next) {
      peer.send(releaseRp);
      return;
    }
    const [sopClass, id] = [String(next.get(0x0002)), Number(next.get(0x0110))];
    const context = contexts.find(({ abstract }) => abstract === sopClass)?.id ?? 1;
    const keys = readDataSet(await peer.nextDataSet(), implicit);
    const answer = (...more: readonly WireElement[]): readonly WireElement[] => [
      [0x0002, sopClass],
      [0x0100, Number(next.get(0x0100)) | 0x8000],
      [0x0120, id],
      ...more,
    ];
    if (next.get(0x0100) === 0x0020) {
      for (const match of options.find?.(keys) ?? [])
        peer.send(
          command(context, answer([0x0800, 0], [0x0900, 0xff00])),
          dataSet(context, writeDataSet(match, implicit)),
        );
      peer.send(command(context, answer([0x0800, 0x0101], [0x0900, options.findEnd ?? 0])));
      continue;
    }
    const end = await options.retrieve(
      retrievalOf(peer, contexts, { keys, destination: String(next.get(0x0600) ?? '') }),
    );
    if (end) peer.send(...finalResponse(context, end, answer));
  }
}

const retrievalOf = (
  peer: ScriptedPeer,
  contexts: readonly Offered[],
  request: Pick<ScriptedRetrieval, 'keys' | 'destination'>,
): ScriptedRetrieval => {
  let messageId = 1000;
  return {
    ...request,
    async store(instance) {
      messageId += 1;
      const sopClass = instance.string('SOPClassUID') ?? '';
      const context = contexts.find(({ abstract }) => abstract === sopClass)?.id ?? 0;
      peer.send(
        storeRq(messageId, sopClass, instance.string('SOPInstanceUID') ?? '', context),
        dataSet(context, writeDataSet(instance, implicit)),
      );
      return Number((await peer.nextCommand()).get(0x0900));
    },
    hangUp: () => peer.close(),
  };
};

function finalResponse(
  context: number,
  { status, completed, failed, warning, failedUids }: ScriptedEnd,
  answer: (...more: readonly WireElement[]) => readonly WireElement[],
): readonly Buffer[] {
  const counts = (
    [
      [0x1021, completed],
      [0x1022, failed],
      [0x1023, warning],
    ] as const
  ).flatMap(([element, count]): readonly WireElement[] => (count === undefined ? [] : [[element, count]]));
  const response = command(context, answer([0x0800, failedUids ? 0 : 0x0101], [0x0900, status], ...counts));
  if (!failedUids) return [response];
  const list = dataSetOf({ FailedSOPInstanceUIDList: [...failedUids] });
  return [response, dataSet(context, writeDataSet(list, implicit))];
}
