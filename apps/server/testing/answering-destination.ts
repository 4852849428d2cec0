// A move destination that answers each C-STORE as the test says, statuses included that no declaration has.
import { bind, listen, service, storage } from '@concord/network';

export interface AnsweringDestination {
  readonly port: number;
  /** SOP Instance UIDs in the order they were asked to be stored. */
  readonly asked: readonly string[];
  /** Of associations that have ended: their calling titles, and how they ended. */
  readonly ended: readonly { readonly callingAeTitle: string; readonly kind: string }[];
  /** Aborts every association that is open. */
  abort(): void;
  close(): Promise<void>;
}

type Answer = (place: number) => number | Promise<number>;

/** `answer` is given the place of the object in the order of asking, from 0, and gives the status. Ends with the test. */
export async function startDestination(
  context: { after(end: () => Promise<void>): void },
  answer: Answer = () => 0,
  sopClasses: readonly string[] = storage.sopClasses,
  aeTitle = 'DEST',
): Promise<AnsweringDestination> {
  const asked: string[] = [];
  const ended: { callingAeTitle: string; kind: string }[] = [];
  const codes = [
    0xa700, 0xa7ff, 0xa900, 0xa9ff, 0xb000, 0xb006, 0xb007, 0xb001, 0xc000, 0xcfff, 0x0107, 0x0116, 0x0122,
  ];
  const statuses = Object.fromEntries([0, ...codes].map((code) => [code, 'as the test says']));
  const taking = bind(service({ ...storage, sopClasses, operations: { 'C-STORE': { statuses } } }), {
    'C-STORE': async ({ dataSet, affectedSopInstanceUid }) => {
      const place = asked.push(affectedSopInstanceUid) - 1;
      for await (const _ of dataSet);
      return { code: await answer(place) };
    },
  });
  const acceptor = await listen({
    host: '127.0.0.1',
    port: 0,
    applicationEntities: [{ aeTitle, services: [taking] }],
    onAssociation: ({ callingAeTitle, end }) => ended.push({ callingAeTitle, kind: end.kind }),
  });
  const close = () => acceptor.close({ graceMs: 0 });
  const abort = () => {
    for (const { id } of acceptor.associations()) acceptor.abort(id);
  };
  context.after(close);
  return { port: acceptor.port, asked, ended, abort, close };
}
