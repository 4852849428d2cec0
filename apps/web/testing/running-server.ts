// The real server as a process of its own, on free ports and an empty folder, and programs that send to it.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');
/** Usually one or two seconds; a machine with much to do takes its time. */
const readyWithinMs = 180_000;

export interface RunningServer {
  readonly origin: string;
  readonly dicomPort: number;
  /** A folder of its own for files that a test makes. */
  readonly folder: string;
  /** Sends files with storescu, as a modality would. Throws with its words where it fails. */
  send(...files: readonly Uint8Array[]): void;
  /** Stores files over the web. */
  post(...files: readonly Uint8Array[]): Promise<void>;
  end(): Promise<void>;
}

const assertBuilt = () => {
  if (!existsSync(join(root, 'apps/web/dist/index.html'))) {
    throw new Error('apps/web/dist is missing: npm test builds it, or node scripts/build-web.mjs');
  }
};

const spawnServer = (data: string, config: string) => {
  const places = ['--data', data, '--config', config, '--http-port', '0', '--dicom-port', '0'];
  const args = ['apps/server/src/serve.ts', ...places];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  process.on('exit', () => child.kill('SIGKILL'));
  return child;
};

/** What a configuration file may say otherwise. */
export interface ServerSettings {
  readonly aeTitle?: string;
  /** Seconds without a further object after which a study is complete. */
  readonly quietTime?: number;
  /** Seconds that another archive may take for an answer. */
  readonly queryTimeout?: number;
  readonly viewerOverlays?: string;
  readonly maskStates?: string;
  readonly peers?: readonly {
    readonly aeTitle: string;
    readonly name?: string;
    readonly host: string;
    readonly port: number;
    readonly retrieve?: string;
  }[];
}

/** Waits for the lines that name the ports. */
const portsOf = (child: ReturnType<typeof spawnServer>): Promise<{ dicomPort: number; httpPort: number }> =>
  new Promise((resolve, reject) => {
    let [said, log] = ['', ''];
    const late = setTimeout(() => reject(new Error(`the server is not ready: ${said}${log}`)), readyWithinMs);
    child.stdout.on('data', (part: Buffer) => {
      said += part.toString();
      const [dicom, web] = [/DICOM\s.*:(\d+),/u.exec(said)?.[1], /Web\s.*:(\d+)/u.exec(said)?.[1]];
      if (dicom === undefined || web === undefined) return;
      clearTimeout(late);
      resolve({ dicomPort: Number(dicom), httpPort: Number(web) });
    });
    child.stderr.on('data', (part: Buffer) => {
      log = (log + part.toString()).slice(-10_000);
    });
    child.on('exit', (code) => reject(new Error(`the server ended with ${code}: ${log}`)));
  });

const storescu = (folder: string, dicomPort: number, files: readonly Uint8Array[]) => {
  const paths = files.map((bytes, index) => {
    const path = join(folder, `sent-${index}.dcm`);
    writeFileSync(path, bytes);
    return path;
  });
  const options = ['-v', '-aec', 'CONCORD', '127.0.0.1', String(dicomPort)];
  const { status, stderr, stdout, error } = spawnSync('storescu', [...options, ...paths], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`storescu: ${stdout}${stderr}`);
};

const post = async (origin: string, files: readonly Uint8Array[]) => {
  for (const bytes of files) {
    const headers = { 'content-type': 'application/dicom' };
    const response = await fetch(`${origin}/dicom-web/studies`, {
      method: 'POST',
      headers,
      body: Uint8Array.from(bytes),
    });
    if (response.status !== 200) throw new Error(`STOW-RS: ${response.status} ${await response.text()}`);
  }
};

export const startServer = async (settings: ServerSettings = {}): Promise<RunningServer> => {
  assertBuilt();
  const folder = mkdtempSync(join(tmpdir(), 'concord-web-'));
  const config = join(folder, 'settings.json');
  writeFileSync(config, JSON.stringify(settings));
  const child = spawnServer(join(folder, 'data'), config);
  const { dicomPort, httpPort } = await portsOf(child).catch((error: unknown) => {
    child.kill('SIGKILL');
    throw error;
  });
  const origin = `http://127.0.0.1:${httpPort}`;
  return {
    origin,
    dicomPort,
    folder,
    send: (...files) => storescu(folder, dicomPort, files),
    post: (...files) => post(origin, files),
    end: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        const ended = once(child, 'exit');
        child.kill('SIGTERM');
        const late = setTimeout(() => child.kill('SIGKILL'), 10_000);
        await ended;
        clearTimeout(late);
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
