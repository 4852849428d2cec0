// Our own conformance statement as a started server gives it, in both editions; and the file of it that the repository keeps.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer } from '../../apps/server/src/main.ts';
import { readConfiguration } from '../../apps/server/src/settings/read-configuration.ts';

/** Where it is kept. */
export const keptStatement = 'docs/conformance-statement.md';

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Answers of a server with nothing set but where it keeps its data and that its ports are free ones. */
export async function asked(paths: readonly string[]): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'concord-statement-'));
  const argv = ['--data', join(folder, 'data'), '--dicom-port', '0', '--http-port', '0'];
  const server = await startServer(readConfiguration(argv, {}), silent);
  try {
    const answers = paths.map(async (path) => (await fetch(`http://127.0.0.1:${server.httpPort}${path}`)).text());
    return await Promise.all(answers);
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The statement that is published: as the product ships, in Markdown. */
export async function shippedStatement(): Promise<string> {
  const [text = ''] = await asked(['/conformance?format=markdown&edition=as-shipped']);
  return text;
}
