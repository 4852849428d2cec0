// Orthanc as a process of its own: a system of somebody else for the pages to look at.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const readyWithinMs = 180_000;

export interface RunningOrthanc {
  readonly dicomPort: number;
  end(): Promise<void>;
}

/** Ports that nobody listens on, each another one. */
const freePorts = async (count: number): Promise<readonly number[]> => {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => Number(Reflect.get(Object(server.address()), 'port')));
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
};

const answers = async (httpPort: number): Promise<boolean> => {
  try {
    return (await fetch(`http://127.0.0.1:${httpPort}/system`)).ok;
  } catch {
    return false;
  }
};

/** Answers as ORTHANC whoever calls. */
export const startOrthanc = async (): Promise<RunningOrthanc> => {
  const [dicomPort = 0, httpPort = 0] = await freePorts(2);
  const folder = mkdtempSync(join(tmpdir(), 'concord-orthanc-'));
  const configuration = join(folder, 'orthanc.json');
  const settings = {
    ...{ Name: 'test', StorageDirectory: folder, IndexDirectory: folder, HttpPort: httpPort },
    ...{ RemoteAccessAllowed: false, AuthenticationEnabled: false },
    ...{ DicomAet: 'ORTHANC', DicomPort: dicomPort, DicomAlwaysAllowFind: true, DicomAlwaysAllowGet: true },
  };
  writeFileSync(configuration, JSON.stringify(settings));
  const child = spawn('Orthanc', [configuration], { stdio: 'ignore', env: { ...process.env, TCP_NODELAY: '1' } });
  const ended = once(child, 'exit');
  ended.catch(() => undefined);
  process.on('exit', () => child.kill('SIGKILL'));
  for (const until = Date.now() + readyWithinMs; !(await answers(httpPort)); ) {
    if (Date.now() > until || child.exitCode !== null) throw new Error('Orthanc is not ready');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    dicomPort,
    async end() {
      child.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
