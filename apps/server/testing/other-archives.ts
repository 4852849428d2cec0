// Other archives as processes: DCMTK's dcmqrscp, and Orthanc with its DICOMweb service. Each ends with the test.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from './ports.ts';
import { type Hooks, run } from './programs.ts';
import { temporaryFolder } from './real-archive.ts';

/** What a test stores there, and what knows us as CONCORD at `ourPort`. */
export interface OtherArchive {
  readonly aeTitle: string;
  readonly port: number;
  /** Of Orthanc, for DICOMweb and REST; 0 otherwise. */
  readonly httpPort: number;
  store(files: string): Promise<void>;
}

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

async function startWhenReady(t: Hooks, command: string, args: readonly string[], ready: () => Promise<boolean>) {
  const child = spawn(command, args, { stdio: 'ignore', env: { ...process.env, TCP_NODELAY: '1' } });
  running.add(child);
  child.on('exit', () => running.delete(child));
  t.after(() => void child.kill('SIGKILL'));
  for (let tries = 0; tries < 200; tries += 1) {
    if (await ready()) return;
    await pause(50);
  }
  throw new Error(`${command} is not ready`);
}

const storeBy = (aeTitle: string, port: number) => async (files: string) => {
  const { exitCode, output } = await run('storescu', '-aec', aeTitle, '+sd', '127.0.0.1', String(port), files);
  if (exitCode !== 0) throw new Error(output);
};

const answersEcho = (aeTitle: string, port: number) => async () =>
  (await run('echoscu', '-aec', aeTitle, '127.0.0.1', String(port))).exitCode === 0;

export async function startDcmqrscp(
  t: Hooks,
  ourPort: number,
  { aeTitle = 'DCMTK', knowsUs = true, ourTitle = 'CONCORD' } = {},
): Promise<OtherArchive> {
  const [port, folder] = [await freePort(), await temporaryFolder()];
  const storage = join(folder, 'archive');
  mkdirSync(storage);
  const configuration = join(folder, 'dcmqrscp.cfg');
  writeFileSync(
    configuration,
    `NetworkTCPPort = ${port}
MaxPDUSize = 16384
MaxAssociations = 16
HostTable BEGIN
us = (${knowsUs ? ourTitle : 'SOMEBODY'}, 127.0.0.1, ${ourPort})
HostTable END
AETable BEGIN
${aeTitle} ${storage} RW (500, 1024mb) ANY
AETable END
`,
  );
  await startWhenReady(t, 'dcmqrscp', ['-c', configuration], answersEcho(aeTitle, port));
  return { aeTitle, port, httpPort: 0, store: storeBy(aeTitle, port) };
}

export async function startOrthanc(t: Hooks, ourPort: number): Promise<OtherArchive> {
  const [port, httpPort, folder] = [await freePort(), await freePort(), await temporaryFolder()];
  const database = join(folder, 'db');
  mkdirSync(database);
  const configuration = join(folder, 'orthanc.json');
  const settings = {
    Name: 'test',
    StorageDirectory: database,
    IndexDirectory: database,
    HttpPort: httpPort,
    RemoteAccessAllowed: false,
    AuthenticationEnabled: true,
    RegisteredUsers: { vet: 'secret' },
    DicomAet: 'ORTHANC',
    DicomPort: port,
    DicomModalities: { concord: { AET: 'CONCORD', Host: '127.0.0.1', Port: ourPort } },
    DicomAlwaysAllowFind: true,
    DicomAlwaysAllowGet: true,
    DicomCheckModalityHost: false,
    Plugins: ['/usr/share/orthanc/plugins/libOrthancDicomWeb.so'],
    DicomWeb: { Enable: true, Root: '/dicom-web/' },
  };
  writeFileSync(configuration, JSON.stringify(settings));
  await startWhenReady(t, 'Orthanc', [configuration], answersEcho('ORTHANC', port));
  return { aeTitle: 'ORTHANC', port, httpPort, store: storeBy('ORTHANC', port) };
}
