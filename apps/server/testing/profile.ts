// A server under a profile, on ports of its own: for tests that treat it as the system of that profile.
import { mkdtempSync, rmSync } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type ProposedContext } from '@concord/network';
import { type RunningServer, startServer } from '../src/main.ts';
import { readConfiguration } from '../src/settings/read-configuration.ts';
import type { Configuration } from '../src/settings/settings.ts';
import { emptyIndex, testThreads } from './test-index.ts';

export interface LogEntry {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly fields: Readonly<Record<string, unknown>>;
  readonly line: string;
}

export interface ProfiledServer extends RunningServer {
  readonly folder: string;
  /** Lines of the log so far. */
  readonly lines: readonly string[];
  /** The same with their fields. */
  readonly entries: readonly LogEntry[];
  /** DCMTK's arguments that call an application entity. */
  called(aeTitle: string): readonly string[];
  associate(aeTitle: string, contexts: readonly ProposedContext[]): ReturnType<typeof connect>;
  /** JSON of the administration interface or of the statement. */
  json(path: string): Promise<unknown>;
}

/** Starts the profile with every port replaced by a free one; `changes` go before its values. */
export async function startProfile(
  context: { after(end: () => Promise<void>): void },
  profile: string,
  changes: Partial<Configuration> = {},
): Promise<ProfiledServer> {
  const folder = mkdtempSync(join(tmpdir(), 'concord-profile-'));
  const argv = ['--profile', profile, '--data', join(folder, 'data'), '--http-port', '0', '--dicom-port', '0'];
  const read = readConfiguration(argv, {});
  const entities = (changes.entities ?? read.entities).map((entity) => ({ ...entity, port: 0 }));
  const lines: string[] = [];
  const entries: LogEntry[] = [];
  const at = (level: LogEntry['level']) => (fields: object, line: string) => {
    lines.push(line);
    entries.push({ level, fields: { ...fields }, line });
  };
  const log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  await mkdir(join(folder, 'data'));
  await copyFile(await emptyIndex(), join(folder, 'data', 'index.sqlite'));
  const server = await startServer({ ...read, ...changes, entities }, log, testThreads);
  context.after(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const portOf = (aeTitle: string) => server.ports.get(aeTitle) ?? server.dicomPort;
  return {
    ...server,
    folder,
    lines,
    entries,
    called: (aeTitle) => ['-aet', 'TESTER', '-aec', aeTitle, '127.0.0.1', String(portOf(aeTitle))],
    associate: (aeTitle, contexts) => {
      const peer = { host: '127.0.0.1', port: portOf(aeTitle), calledAeTitle: aeTitle, callingAeTitle: 'TESTER' };
      return connect(peer, contexts);
    },
    json: async (path) => (await fetch(`http://127.0.0.1:${server.httpPort}${path}`)).json(),
  };
}
