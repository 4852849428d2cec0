// Getting back what was stored: over the association of a C-GET, or at our own receiver by C-MOVE. PS3.4 C.4.2, C.4.3

import type { DataSet } from '@concord/dicom';
import { storageSopClasses } from '@concord/dicom';
import {
  bind,
  listen,
  type ProposedContext,
  queryRetrieveSopClasses,
  type RetrieveProgress,
  type StoreRequest,
  service,
  statusClass,
  storage,
  storageSyntaxes,
  verificationScp,
} from '@concord/network';
import { queryContext } from './checks/query.ts';
import type { OurSide, RunContext } from './run-context.ts';

export interface Arrived {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly transferSyntax: string;
  readonly bytes: Uint8Array;
}

export interface Retrieved {
  readonly arrived: readonly Arrived[];
  readonly progress: readonly RetrieveProgress[];
  /** The final status; -1 where none came. */
  readonly final: number;
}

const studyRoots: readonly string[] = [queryRetrieveSopClasses.studyRootMove, queryRetrieveSopClasses.studyRootGet];

/** Whose keys the retrieval shares. */
export const modelOf = (sopClass: string): string =>
  studyRoots.includes(sopClass) ? queryRetrieveSopClasses.studyRootFind : queryRetrieveSopClasses.patientRootFind;

/** An object beyond this is no test object of ours, in bytes. */
const mostBytes = 64 * 1024 * 1024;

/** The whole of what is stored at our side. Throws RangeError for what no test needs. */
export async function wholeOf(request: StoreRequest, transferSyntax: string): Promise<Arrived> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request.dataSet) {
    length += chunk.length;
    if (length > mostBytes) throw new RangeError(`more than ${mostBytes} bytes came back`);
    chunks.push(Uint8Array.from(chunk));
  }
  const { affectedSopClassUid: sopClassUid, affectedSopInstanceUid: sopInstanceUid } = request;
  return { sopClassUid, sopInstanceUid, transferSyntax, bytes: Buffer.concat(chunks) };
}

/** What our side answers to each instance that comes in, by its number from 0. */
type Answer = (number: number) => number;
const taken: Answer = () => 0x0000;

async function collect(
  progress: AsyncIterable<RetrieveProgress>,
  onEach: (step: RetrieveProgress) => void = () => undefined,
): Promise<Pick<Retrieved, 'progress' | 'final'>> {
  const all: RetrieveProgress[] = [];
  for await (const step of progress) {
    all.push(step);
    onEach(step);
  }
  const last = all.at(-1);
  const over = last !== undefined && statusClass(last.status.code) !== 'pending';
  return { progress: all, final: over ? last.status.code : -1 };
}

export interface GetOptions {
  /** Classes and syntaxes that our side takes. */
  readonly contexts: readonly ProposedContext[];
  /** That our side announces, in bytes. */
  readonly maximumLength?: number;
}

/** One C-GET after the other; the final status is that of the last that did not succeed. Throws NetworkError. */
export async function getBack(
  run: RunContext,
  sopClass: string,
  identifiers: readonly DataSet[],
  { contexts, maximumLength }: GetOptions,
): Promise<Retrieved> {
  const arrived: Arrived[] = [];
  await using association = await run.associate(
    [queryContext(sopClass), ...contexts.map((context) => ({ ...context, roles: { scu: false, scp: true } }))],
    maximumLength === undefined ? {} : { maximumLength },
  );
  const onStore = async (
    request: StoreRequest,
    { presentationContext }: { readonly presentationContext: { readonly transferSyntax: string } },
  ) => {
    arrived.push(await wholeOf(request, presentationContext.transferSyntax));
    return { code: 0x0000 };
  };
  const progress: RetrieveProgress[] = [];
  let final = 0x0000;
  for (const identifier of identifiers) {
    const steps = await collect(association.get(sopClass, identifier, { onStore, signal: run.signal }));
    progress.push(...steps.progress);
    if (steps.final !== 0x0000) final = steps.final;
  }
  return { arrived, progress, final };
}

/** A receiver at our side: takes every storage class, answers as it is told. */
export async function receiverAt(run: RunContext, { host, port, aeTitle }: OurSide, answer: Answer = taken) {
  const arrived: Arrived[] = [];
  const { evidence } = run;
  const declaration = service({
    ...storage,
    sopClasses: storageSopClasses.map(({ uid }) => uid),
    transferSyntaxes: storageSyntaxes,
  });
  const acceptor = await listen({
    host,
    port,
    applicationEntities: [
      {
        aeTitle,
        services: [
          verificationScp,
          bind(declaration, {
            'C-STORE': async (request, { presentationContext }) => {
              const instance = await wholeOf(request, presentationContext.transferSyntax);
              const code = answer(arrived.length);
              arrived.push(instance);
              return code === 0x0000 ? { code: 0x0000 } : { code: 0xa700, comment: 'refused by the test' };
            },
          }),
        ],
      },
    ],
    policy: { calledAeTitles: 'any' },
    onAssociation: (record) => evidence.add(record),
  });
  return { arrived, port: acceptor.port, [Symbol.asyncDispose]: () => acceptor.close({ graceMs: 1000 }) };
}

export interface MoveOptions {
  readonly destination: OurSide;
  readonly answer?: Answer;
  /** C-CANCEL after the first response. */
  readonly cancel?: boolean;
}

/** C-MOVE to our own receiver. Throws NetworkError. */
export async function moveBack(
  run: RunContext,
  sopClass: string,
  identifier: DataSet,
  { destination, answer, cancel }: MoveOptions,
): Promise<Retrieved> {
  await using receiver = await receiverAt(run, destination, answer);
  await using association = await run.associate([queryContext(sopClass)]);
  const stop = new AbortController();
  const steps = await collect(
    association.move(sopClass, identifier, destination.aeTitle, {
      signal: AbortSignal.any([run.signal, stop.signal]),
    }),
    () => cancel && stop.abort(),
  );
  return { arrived: receiver.arrived, ...steps };
}
