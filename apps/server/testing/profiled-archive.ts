// The profile query-retrieve-server with the fixture F1 in it, and what tests ask of it.
import assert from 'node:assert/strict';
import { DataSet } from '@concord/dicom';
import type { Match, ProposedContext, RetrieveProgress } from '@concord/network';
import { associateAc } from '../../../packages/network/testing/wire.ts';
import { readConfiguration } from '../src/settings/read-configuration.ts';
import type { Configuration } from '../src/settings/settings.ts';
import { writeF1 } from './fixture-f1.ts';
import { type ProfiledServer, startProfile } from './profile.ts';
import { run } from './programs.ts';

export const queryRetrieve = 'query-retrieve-server';
export const [storeTitle, queryTitle] = ['EX_STORE_SCP', 'EX_QUERY_SCP'];

export const shippedEntities = readConfiguration(['--profile', queryRetrieve], {}).entities;

/** The entities of the profile, some with changes by title. */
export const entitiesWith = (changes: Readonly<Record<string, object>>): Configuration['entities'] =>
  shippedEntities.map((entity) => ({ ...entity, ...changes[entity.aeTitle] }));

const implicit = '1.2.840.10008.1.2';

export const models = {
  patientFind: '1.2.840.10008.5.1.4.1.2.1.1',
  studyFind: '1.2.840.10008.5.1.4.1.2.2.1',
  onlyFind: '1.2.840.10008.5.1.4.1.2.3.1',
  patientMove: '1.2.840.10008.5.1.4.1.2.1.2',
  studyMove: '1.2.840.10008.5.1.4.1.2.2.2',
  onlyMove: '1.2.840.10008.5.1.4.1.2.3.2',
} as const;

/** A destination's answer to the two contexts that are proposed for CT: the one in Explicit VR Little Endian. */
export const explicitAlone = associateAc([
  { id: 1, result: 4, transfer: implicit },
  { id: 3, transfer: '1.2.840.10008.1.2.1' },
]);

/** One context in Implicit VR Little Endian for each. */
export const contextsOf = (...sopClasses: readonly string[]): readonly ProposedContext[] =>
  sopClasses.map((abstractSyntax) => ({ abstractSyntax, transferSyntaxes: [implicit] }));

export function identifier(level: string, keys: Readonly<Record<string, string | null>>): DataSet {
  const dataSet = new DataSet();
  dataSet.set('QueryRetrieveLevel', level);
  for (const [keyword, value] of Object.entries(keys)) dataSet.set(keyword, value);
  return dataSet;
}

type Ending = Parameters<typeof startProfile>[0];

/** The profile with F1 stored by storescu, and a peer DEST at a port of this machine. */
export async function startArchive(t: Ending, port = 1, changes: Partial<Configuration> = {}): Promise<ProfiledServer> {
  const peers = [{ aeTitle: 'DEST', host: '127.0.0.1', port }];
  const server = await startProfile(t, queryRetrieve, { peers, ...changes });
  const { exitCode, output } = await run('storescu', '+sd', ...server.called(storeTitle), await writeF1(server.folder));
  assert.equal(exitCode, 0, output);
  return server;
}

/** All responses of a query, the final one last. */
export async function find(server: ProfiledServer, sopClassUid: string, keys: DataSet): Promise<readonly Match[]> {
  await using association = await server.associate(queryTitle, contextsOf(sopClassUid));
  return await Array.fromAsync(association.find(sopClassUid, keys));
}

/** All responses of a move of a study to DEST. */
export async function moveStudy(server: ProfiledServer, study: string): Promise<readonly RetrieveProgress[]> {
  await using association = await server.associate(queryTitle, contextsOf(models.studyMove));
  const keys = identifier('STUDY', { StudyInstanceUID: study });
  return await Array.fromAsync(association.move(models.studyMove, keys, 'DEST'));
}
