// An archive in memory that gives back what it keeps, as it came or with one fault: what items about retrieval have to find.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { type DataSet, readDataSet, writeDataSet } from '@concord/dicom';
import {
  bind,
  listen,
  type OutgoingInstance,
  queryGet,
  queryMove,
  service,
  storage,
  storageSyntaxes,
  verificationScp,
} from '@concord/network';
import type { Target } from '../src/execute/target.ts';

export interface KeepingFaults {
  /** What it does to each data set on its way out. */
  readonly change?: (dataSet: DataSet) => void;
  /** Sends longer PDUs than the requestor announces. */
  readonly ignoresMaximumLength?: boolean;
  /** Gives an instance more that nobody asked for. */
  readonly sendsAnother?: boolean;
  /** Leaves the first instance out. */
  readonly forgetsOne?: boolean;
  readonly destination?: { readonly aeTitle: string; readonly port: number };
}

interface Kept extends OutgoingInstance {
  readonly dataSet: DataSet;
}

/** The requestor's maximum length of 4096 bytes becomes one of 65,536 on its way: PS3.8 D.1. */
async function raising(port: number) {
  const [low, high] = ['5100000400001000', '5100000400010000'].map((text) => Buffer.from(text, 'hex'));
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const onward = connect(port, '127.0.0.1');
    for (const each of [socket, onward]) {
      sockets.add(each);
      each.on('error', () => each.destroy());
    }
    socket.on('data', (bytes: Buffer) => {
      const at = low ? bytes.indexOf(low) : -1;
      if (at >= 0 && high) high.copy(bytes, at);
      onward.write(bytes);
    });
    socket.on('close', () => onward.destroy());
    onward.pipe(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

const uniqueKeys = ['PatientID', 'StudyInstanceUID', 'SeriesInstanceUID', 'SOPInstanceUID'] as const;

function outgoing(kept: Kept, change: KeepingFaults['change']): OutgoingInstance {
  const dataSet = kept.dataSet.clone();
  change?.(dataSet);
  const syntax = kept.transferSyntaxUid;
  return {
    ...kept,
    open: async function* () {
      yield writeDataSet(dataSet, syntax);
    },
  };
}

/** Keeps everything, finds it by its unique keys, gives it by C-GET and C-MOVE. */
export async function keepingArchive(
  faults: KeepingFaults = {},
): Promise<AsyncDisposable & { readonly target: Target }> {
  const all: Kept[] = [];
  const select = (identifier: DataSet): readonly OutgoingInstance[] => {
    const found = all.filter(({ dataSet }) =>
      uniqueKeys.every((key) => {
        const wanted = identifier.string(key);
        return wanted === undefined || wanted === dataSet.string(key);
      }),
    );
    const [first] = found;
    const extra = faults.sendsAnother && first ? [another(first)] : [];
    return [...found.slice(faults.forgetsOne ? 1 : 0), ...extra].map((each) => outgoing(each, faults.change));
  };
  const store = bind(service({ ...storage, transferSyntaxes: storageSyntaxes }), {
    'C-STORE': async (request, { presentationContext: { transferSyntax } }) => {
      const dataSet = readDataSet(Buffer.concat(await Array.fromAsync(request.dataSet)), transferSyntax);
      all.push({
        sopClassUid: request.affectedSopClassUid,
        sopInstanceUid: request.affectedSopInstanceUid,
        transferSyntaxUid: transferSyntax,
        dataSet,
        open: async function* () {},
      });
      return { code: 0x0000 };
    },
  });
  const { destination } = faults;
  const acceptor = await listen({
    host: '127.0.0.1',
    port: 0,
    limits: { maximumLength: 0 },
    applicationEntities: [
      {
        aeTitle: 'ARCHIVE',
        services: [
          verificationScp,
          store,
          bind(queryGet, { 'C-GET': async ({ identifier }) => ({ instances: select(identifier) }) }),
          bind(queryMove, {
            'C-MOVE': async ({ identifier, moveDestination }) =>
              destination?.aeTitle === moveDestination
                ? {
                    destination: {
                      host: '127.0.0.1',
                      port: destination.port,
                      calledAeTitle: moveDestination,
                      callingAeTitle: 'ARCHIVE',
                    },
                    instances: select(identifier),
                  }
                : { code: 0xa801 },
          }),
        ],
      },
    ],
  });
  const between = faults.ignoresMaximumLength ? await raising(acceptor.port) : undefined;
  return {
    target: { host: '127.0.0.1', port: between?.port ?? acceptor.port, calledAeTitle: 'ARCHIVE' },
    [Symbol.asyncDispose]: async () => {
      between?.close();
      await acceptor.close();
    },
  };
}

/** The same under a UID of its own. */
function another(kept: Kept): Kept {
  const dataSet = kept.dataSet.clone();
  const sopInstanceUid = '2.25.4711';
  dataSet.set('SOPInstanceUID', sopInstanceUid);
  return { ...kept, sopInstanceUid, dataSet };
}
