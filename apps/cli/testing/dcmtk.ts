// DCMTK's servers as peers: storescp receives, dcmqrscp keeps, finds, moves and gets.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { folderWith } from './folder.ts';
import { freePort, startProgram } from './program.ts';

/** A running receiver: how to name it, and where what it received lies. */
export interface Receiver {
  readonly peer: string;
  readonly port: number;
  readonly folder: string;
}

/** Starts storescp with these further options. */
export async function startStorescp(context: TestContext, ...options: readonly string[]): Promise<Receiver> {
  const [port, folder] = [await freePort(), folderWith(context)];
  await startProgram(context, port, 'storescp', ['-aet', 'RECEIVER', '-od', folder, ...options, String(port)]);
  return { peer: `RECEIVER@127.0.0.1:${port}`, port, folder };
}

/** Starts dcmqrscp with an empty archive `ARCHIVE`, which knows `destination` as DESTINATION for C-MOVE. */
export async function startDcmqrscp(context: TestContext, destination: number): Promise<Receiver> {
  const [port, folder] = [await freePort(), folderWith(context)];
  const storage = join(folder, 'archive');
  mkdirSync(storage);
  const configuration = join(folder, 'dcmqrscp.cfg');
  writeFileSync(
    configuration,
    `NetworkTCPPort = ${port}
MaxPDUSize = 16384
MaxAssociations = 16
HostTable BEGIN
destination = (DESTINATION, 127.0.0.1, ${destination})
HostTable END
AETable BEGIN
ARCHIVE ${storage} RW (500, 1024mb) ANY
AETable END
`,
  );
  await startProgram(context, port, 'dcmqrscp', ['-c', configuration]);
  return { peer: `ARCHIVE@127.0.0.1:${port}`, port, folder: storage };
}
