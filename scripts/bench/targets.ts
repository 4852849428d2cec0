// The servers under measurement, each on an empty archive in a folder of its own: Concord and the peers, with their defaults.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as server from '../server-process.mjs';
import { freePort, type Running, startServer } from './process.ts';

export type Capability = 'store' | 'find' | 'get' | 'move' | 'wado';

export interface Started extends Running {
  readonly dicomPort: number;
  readonly aeTitle: string;
  /** Where the title DEST leads to in a C-MOVE: nothing listens there yet. */
  readonly destinationPort: number;
  /** Root of its DICOMweb service; undefined where it has none. */
  readonly dicomWeb?: string;
}

export interface Target {
  readonly name: string;
  readonly note: string;
  readonly capabilities: readonly Capability[];
  /** How many studies it can hold; undefined = no limit known. */
  readonly maximumStudies?: number;
  version(): string;
  start(folder: string): Promise<Started>;
}

const root = join(import.meta.dirname, '../..');

const debianVersion = (packageName: string): string =>
  execFileSync('dpkg-query', ['-W', `-f=$\{Version}`, packageName], { encoding: 'utf8' }).trim();

type Command = (folder: string, port: number, destinationPort: number) => [string, ...string[]];

const dcmtk = (name: string, note: string, command: Command) => ({
  name,
  note,
  version: () => `DCMTK ${debianVersion('dcmtk')}`,
  start: async (folder: string): Promise<Started> => {
    const [dicomPort, destinationPort] = [await freePort(), await freePort()];
    const running = await startServer(command(folder, dicomPort, destinationPort), dicomPort);
    return { ...running, dicomPort, destinationPort, aeTitle: 'PEER' };
  },
});

const storescp: Target = {
  ...dcmtk('storescp', 'writes files; no index, no fsync', (folder, port) => {
    return ['storescp', '--fork', '-pm', '+xa', '+B', '-aet', 'PEER', '-od', folder, String(port)];
  }),
  capabilities: ['store'],
};

const storescpIgnore: Target = {
  ...dcmtk('storescp --ignore', 'receives and drops: what the load generator can do', (folder, port) => {
    return ['storescp', '--fork', '-pm', '+xa', '--ignore', '-aet', 'PEER', '-od', folder, String(port)];
  }),
  capabilities: ['store'],
};

const dcmqrscp: Target = {
  ...dcmtk('dcmqrscp', 'one flat index file, no fsync', (folder, port, destinationPort) => {
    mkdirSync(join(folder, 'area'));
    const configuration = join(folder, 'dcmqrscp.cfg');
    writeFileSync(
      configuration,
      `NetworkTCPPort = ${port}\nMaxPDUSize = 131072\nMaxAssociations = 64\nHostTable BEGIN\n` +
        `dest = (DEST, 127.0.0.1, ${destinationPort})\nHostTable END\nVendorTable BEGIN\nVendorTable END\n` +
        `AETable BEGIN\nPEER ${folder}/area RW (200000, 4096mb) ANY\nAETable END\n`,
    );
    return ['dcmqrscp', '--fork', '-c', configuration];
  }),
  capabilities: ['store', 'find', 'get', 'move'],
  maximumStudies: 500,
};

const orthancPlugin = (): string =>
  execFileSync('dpkg', ['-L', 'orthanc-dicomweb'], { encoding: 'utf8' })
    .split('\n')
    .find((path) => path.includes('plugins/libOrthancDicomWeb.so')) ?? '';

const orthanc: Target = {
  name: 'Orthanc',
  note: 'SQLite, files and index synced, defaults',
  capabilities: ['store', 'find', 'get', 'move', 'wado'],
  version: () => `${debianVersion('orthanc')}, DICOMweb ${debianVersion('orthanc-dicomweb')}`,
  start: async (folder) => {
    const [dicomPort, httpPort, destinationPort] = [await freePort(), await freePort(), await freePort()];
    const configuration = join(folder, 'orthanc.json');
    const options = {
      Name: 'bench',
      StorageDirectory: join(folder, 'db'),
      IndexDirectory: join(folder, 'db'),
      Plugins: [orthancPlugin()],
      HttpPort: httpPort,
      RemoteAccessAllowed: false,
      AuthenticationEnabled: false,
      DicomAet: 'PEER',
      DicomPort: dicomPort,
      DicomAlwaysAllowFind: true,
      DicomAlwaysAllowGet: true,
      DicomAlwaysAllowMove: true,
      DicomModalities: { DEST: ['DEST', '127.0.0.1', destinationPort] },
      DicomWeb: { Enable: true, Root: '/dicom-web/' },
    };
    mkdirSync(join(folder, 'db'));
    writeFileSync(configuration, JSON.stringify(options));
    const running = await startServer(['Orthanc', configuration], dicomPort);
    return {
      ...running,
      dicomPort,
      destinationPort,
      aeTitle: 'PEER',
      dicomWeb: `http://127.0.0.1:${httpPort}/dicom-web`,
    };
  },
};

const concord: Target = {
  name: 'Concord',
  note: 'SQLite, files and index synced, defaults',
  capabilities: ['store', 'find', 'get', 'move', 'wado'],
  version: () => execFileSync('git', ['-C', root, 'rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim(),
  start: async (folder) => {
    const [dicomPort, httpPort, destinationPort] = [await freePort(), await freePort(), await freePort()];
    const configuration = join(folder, 'concord.json');
    const peers = [{ aeTitle: 'DEST', host: '127.0.0.1', port: destinationPort }];
    writeFileSync(configuration, JSON.stringify({ peers }));
    const ports = ['--dicom-port', String(dicomPort), '--http-port', String(httpPort)];
    const flags = ['--data', folder, ...ports, '--config', configuration];
    const command = [process.execPath, ...server.flags, join(root, server.program), ...flags] as const;
    const running = await startServer(command, httpPort, server.environmentOf(root));
    return {
      ...running,
      dicomPort,
      destinationPort,
      aeTitle: 'CONCORD',
      dicomWeb: `http://127.0.0.1:${httpPort}/dicom-web`,
    };
  },
};

/** Concord first: the ratios are taken to it. */
export const targets: readonly Target[] = [concord, orthanc, dcmqrscp, storescp, storescpIgnore];
