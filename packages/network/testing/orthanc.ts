// Orthanc as a peer for one test: its own empty archive, its DICOM and HTTP ports, the modalities it knows.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, start, temporaryFolder } from './programs.ts';

export interface TestOrthanc extends AsyncDisposable {
  readonly dicomPort: number;
  readonly httpPort: number;
  /** Its REST API; throws on an answer that is not 2xx. */
  readonly rest: (method: 'GET' | 'POST', path: string, body?: unknown) => Promise<unknown>;
}

/** @param ourPort where it reaches AE title CONCORD */
export async function startOrthanc(ourPort: number): Promise<TestOrthanc> {
  const folder = temporaryFolder();
  const [dicomPort, httpPort] = [await freePort(), await freePort()];
  mkdirSync(join(folder.path, 'db'));
  const configuration = {
    Name: 'test',
    StorageDirectory: join(folder.path, 'db'),
    IndexDirectory: join(folder.path, 'db'),
    HttpPort: httpPort,
    RemoteAccessAllowed: false,
    AuthenticationEnabled: false,
    DicomAet: 'ORTHANC',
    DicomPort: dicomPort,
    DicomModalities: { concord: { AET: 'CONCORD', Host: '127.0.0.1', Port: ourPort, AllowStorageCommitment: true } },
    DicomAlwaysAllowFind: true,
    DicomAlwaysAllowGet: true,
    DicomCheckModalityHost: false,
  };
  const file = join(folder.path, 'orthanc.json');
  writeFileSync(file, JSON.stringify(configuration));
  const server = await start('Orthanc', [file], httpPort);
  const rest: TestOrthanc['rest'] = async (method, path, body) => {
    const response = await fetch(`http://127.0.0.1:${httpPort}${path}`, {
      method,
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };
  return {
    dicomPort,
    httpPort,
    rest,
    [Symbol.asyncDispose]: async () => {
      await server.stop();
      folder[Symbol.dispose]();
    },
  };
}
