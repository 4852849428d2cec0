// What tests of the HTTP face share: a server with everything behind it replaced, and a raw HTTP request.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AdministrationParts } from '../src/administration/administration.ts';
import { createWebServer, type WebServerParts } from '../src/web/web-server.ts';

export interface LogLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
}

/** A log that is kept, to be looked at. */
export const memoryLog = () => {
  const lines: LogLine[] = [];
  const at = (level: LogLine['level']) => (fields: object, message: string) => {
    lines.push({ level, fields: { ...fields }, message });
  };
  return { lines, info: at('info'), warn: at('warn'), error: at('error') };
};

/** A folder with a page and a script, as the build of the web interface leaves it. */
export const builtPages = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'concord-pages-'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Concord</title>');
  writeFileSync(join(folder, 'app.js'), 'export {};');
  writeFileSync(join(folder, '.hidden'), 'secret');
  return folder;
};

export const statistics = { patients: 1, studies: 2, series: 3, instances: 4, bytes: 5 };

type Watcher = Parameters<AdministrationParts['archive']['watch']>[0];

/** Parts for a server on a free port of the loopback interface. `changes` holds those who watch the archive. */
export const webParts = (overrides: Partial<WebServerParts> = {}) => {
  const changes = new Set<Watcher>();
  const log = memoryLog();
  const parts = {
    host: '127.0.0.1',
    port: 0,
    origins: { allowedOrigins: [], allowedHosts: [] },
    log,
    system: () => ({
      name: 'Concord',
      version: '0.1.0',
      aeTitle: 'CONCORD',
      dicomHost: '127.0.0.1',
      dicomPort: 11112,
      httpPort: 8080,
      dataFolder: './data',
    }),
    associations: () => [{ callingAeTitle: 'STORESCU' }],
    peers: {
      list: () => [{ aeTitle: 'PACS', host: '127.0.0.1', port: 104 }],
      echo: async (aeTitle: string) =>
        aeTitle === 'PACS' ? ({ status: 'success', milliseconds: 3 } as const) : undefined,
    },
    archive: {
      statistics: async () => statistics,
      watch: (listener: Watcher) => {
        changes.add(listener);
        return () => changes.delete(listener);
      },
    },
    ...overrides,
  };
  return { parts, changes, log };
};

/** Starts a server and ends it when the test is over. */
export const startWeb = async (t: { after(work: () => Promise<void>): void }, parts: WebServerParts) => {
  const server = createWebServer(parts);
  const port = await server.listen();
  t.after(() => server.close());
  return { url: `http://127.0.0.1:${port}`, port, server };
};
