// Another archive whose answers a test decides: what it is asked is kept, what it says may be anything.
import type { TestContext } from 'node:test';
import type { DataSet } from '@concord/dicom';
import { bind, listen, queryFind, queryMove, queryRetrieveSopClasses, service } from '@concord/network';
import { dataSetOf, type Values } from './data-sets.ts';

const { studyRootFind, patientRootFind, studyRootMove, patientRootMove } = queryRetrieveSopClasses;

export interface AnsweringOptions {
  readonly aeTitle?: string;
  /** Answers to a C-FIND, in order; a number is a final status. */
  readonly find?: (keys: DataSet, signal: AbortSignal) => AsyncIterable<DataSet | number> | Iterable<DataSet | number>;
  /** Final status of a C-MOVE. */
  readonly move?: (keys: DataSet, destination: string, signal: AbortSignal) => Promise<number> | number;
  readonly models?: readonly ('study' | 'patient')[];
}

export interface AnsweringArchive {
  readonly aeTitle: string;
  readonly port: number;
  /** Identifiers of C-FIND requests with their SOP Class. */
  readonly asked: { readonly sopClassUid: string; readonly keys: DataSet }[];
  readonly moved: { readonly sopClassUid: string; readonly keys: DataSet; readonly destination: string }[];
  /** How often a C-FIND was cancelled. */
  cancelled: number;
}

/** Codes that tests answer with. */
const anything = Object.fromEntries(
  [0x0000, 0xff00, 0xff01, 0xfe00, 0xa700, 0xa701, 0xa702, 0xa801, 0xa900, 0xb000, 0xb123, 0xc001].map((code) => [
    code,
    'said',
  ]),
) as Record<0x0000 | 0xff00 | 0xa702, string>;

/** Ends with the test. */
export async function startAnsweringArchive(t: TestContext, options: AnsweringOptions = {}): Promise<AnsweringArchive> {
  const { aeTitle = 'REMOTE', models = ['study', 'patient'], find = () => [], move = () => 0xa702 } = options;
  const having = (study: string, patient: string) => models.map((model) => (model === 'study' ? study : patient));
  const seen: AnsweringArchive = { aeTitle, port: 0, asked: [], moved: [], cancelled: 0 };
  const findService = service({
    ...queryFind,
    sopClasses: having(studyRootFind, patientRootFind),
    operations: { 'C-FIND': { statuses: anything } },
  });
  const moveService = service({
    ...queryMove,
    sopClasses: having(studyRootMove, patientRootMove),
    operations: { 'C-MOVE': { statuses: anything } },
  });
  const acceptor = await listen({
    host: '127.0.0.1',
    port: 0,
    applicationEntities: [
      {
        aeTitle,
        services: [
          bind(findService, {
            async *'C-FIND'({ affectedSopClassUid: sopClassUid, identifier: keys }, { signal }) {
              seen.asked.push({ sopClassUid, keys });
              signal.addEventListener('abort', () => (seen.cancelled += 1), { once: true });
              for await (const answer of find(keys, signal)) {
                if (signal.aborted) break;
                if (typeof answer === 'number') yield { code: answer as 0x0000, comment: 'as the test wants it' };
                else yield { code: 0xff00, identifier: answer };
              }
            },
          }),
          bind(moveService, {
            async 'C-MOVE'(
              { affectedSopClassUid: sopClassUid, identifier: keys, moveDestination: destination },
              { signal },
            ) {
              seen.moved.push({ sopClassUid, keys, destination });
              return { code: (await move(keys, destination, signal)) as 0xa702, comment: 'as the test wants it' };
            },
          }),
        ],
      },
    ],
  });
  t.after(() => acceptor.close({ graceMs: 0 }));
  return Object.assign(seen, { port: acceptor.port });
}

/** A match at STUDY level. */
export const studyMatch = (uid: string, values: Values = {}): DataSet =>
  dataSetOf({
    QueryRetrieveLevel: 'STUDY',
    StudyInstanceUID: uid,
    PatientID: 'VET-0042',
    PatientName: 'Doe^Rex',
    StudyDate: '20260102',
    ...values,
  });
