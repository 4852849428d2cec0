// What each profile leaves unmet of the statement of the system that it takes the place of: the statement of a started server against the model file.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readStatement, unmetClaims } from '@concord/conformance';
import { startServer } from '../../apps/server/src/main.ts';
import { profiles } from '../../apps/server/src/settings/profiles/profiles.ts';
import { readConfiguration } from '../../apps/server/src/settings/read-configuration.ts';
import { root } from '../test-run/result.ts';
import type { ProfileClaims } from './claims-page.ts';
import { seeds } from './unmet-page.ts';

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const seedOf = (name: string): string => join(root, 'docs/seeds', `${name}.json`);

/** Profiles that a statement of the same name is there for. */
export const profilesWithClaims: readonly string[] = profiles
  .map(({ name }) => name)
  .filter((name) => existsSync(seedOf(name)));

/** The statement as shipped under a profile; the server listens on free ports, the statement tells those of the profile. */
async function statementUnder(profile: string | undefined): Promise<unknown> {
  const folder = mkdtempSync(join(tmpdir(), 'concord-claims-'));
  const chosen = profile === undefined ? [] : ['--profile', profile];
  const argv = [...chosen, '--data', join(folder, 'data'), '--http-port', '0', '--dicom-port', '0'];
  const configuration = readConfiguration(argv, {});
  const entities = configuration.entities.map((entity) => ({ ...entity, port: 0 }));
  const server = await startServer({ ...configuration, entities }, silent);
  try {
    const answer = await fetch(`http://127.0.0.1:${server.httpPort}/conformance?format=json&edition=as-shipped`, {
      signal: AbortSignal.timeout(30_000),
    });
    return await answer.json();
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Systems that no profile stands for. */
const withoutProfile: readonly string[] = seeds().filter((name) => !profilesWithClaims.includes(name));

const seedStatement = (name: string) => readStatement(readFileSync(seedOf(name), 'utf8'));

/** The reports of all profiles, and of the default configuration against the systems that no profile stands for. */
export async function allClaims(): Promise<readonly ProfileClaims[]> {
  const all: ProfileClaims[] = [];
  for (const profile of profilesWithClaims)
    all.push({ profile, report: unmetClaims(await statementUnder(profile), seedStatement(profile)) });
  const asShipped = await statementUnder(undefined);
  for (const profile of withoutProfile)
    all.push({ profile, isDefault: true, report: unmetClaims(asShipped, seedStatement(profile)) });
  return all;
}
