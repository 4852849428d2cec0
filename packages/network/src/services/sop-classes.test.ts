// Every SOP Class of the systems in the ledgers is declared: proposed over a real association, accepted in both roles where both are asked for.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { isStorageSopClass } from '@concord/dicom';
import { testAcceptor } from '../../testing/acceptor.ts';
import { implicitVrLittleEndian } from '../../testing/instances.ts';
import type { Operation } from '../dimse/messages.ts';
import * as door from '../index.ts';
import { type BoundService, connect, type ProposedContext, type Service } from '../index.ts';

const ledgers = join(import.meta.dirname, '../../../../docs/requirements');
/** Rows of a ledger's table; none of the columns read here holds a comma. */
function rowsOf(file: string): readonly Readonly<Record<string, string>>[] {
  const [head = '', ...lines] = readFileSync(join(ledgers, file), 'utf8').trim().split('\n');
  const names = head.split(',');
  return lines.map((line) => {
    const cells = line.split(',');
    return Object.fromEntries(names.map((name, at) => [name, cells[at] ?? '']));
  });
}
const claimed = rowsOf('sop-classes.csv');
const profile = rowsOf('sop-classes-ps3.2.csv');

/** A DICOMDIR goes on media, never over an association. */
const mediaOnly = '1.2.840.10008.1.3.10';
/** A service class, named in common extended negotiation, never an abstract syntax. */
const storageServiceClass = '1.2.840.10008.4.2';
const negotiable = (uid: string): boolean => uid !== mediaOnly && uid !== storageServiceClass;

const isService = (value: unknown): value is Service =>
  typeof value === 'object' && value !== null && 'sopClasses' in value && 'operations' in value;
const services: readonly BoundService[] = Object.values(door)
  .flatMap((value) =>
    isService(value)
      ? [value]
      : typeof value === 'object' && value !== null
        ? Object.values(value).filter(isService)
        : [],
  )
  .map((declaration) => ({ declaration, handlers: {}, parameters: {} }));

/** Which of the SOP Classes are accepted, over as many associations as it takes. */
async function acceptedOf(
  uids: readonly string[],
  roles?: { readonly scu: boolean; readonly scp: boolean },
): Promise<ReadonlyMap<string, { readonly scu: boolean; readonly scp: boolean }>> {
  await using acceptor = await testAcceptor(services);
  const accepted = new Map<string, { readonly scu: boolean; readonly scp: boolean }>();
  for (let at = 0; at < uids.length; at += 128) {
    const contexts = uids.slice(at, at + 128).map((abstractSyntax): ProposedContext => {
      const context = { abstractSyntax, transferSyntaxes: [implicitVrLittleEndian] };
      return roles ? { ...context, roles } : context;
    });
    await using association = await connect(acceptor.peer, contexts);
    for (const { abstractSyntax, weAreScu: scu, weAreScp: scp } of association.accepted)
      accepted.set(abstractSyntax, { scu, scp });
  }
  return accepted;
}

const uidsOf = (rows: readonly Readonly<Record<string, string>>[]): readonly string[] => [
  ...new Set(rows.map(({ uid = '' }) => uid).filter(negotiable)),
];

/** The roles that an SCP must take the other side of: the calling SCU asks with its default role. */
async function assertServed(uids: readonly string[]): Promise<void> {
  const accepted = await acceptedOf(uids);
  assert.deepEqual(
    uids.filter((uid) => accepted.get(uid)?.scu !== true),
    [],
  );
}

describe('SOP Classes of the systems in sop-classes.csv', () => {
  const columns = ['impromed_client', 'echoes_scp', 'echoes_scu', 'reviewer_scp', 'reviewer_scu'];
  for (const column of columns)
    test(`those of ${column} are accepted`, async () => {
      const rows = claimed.filter((row) => row[column] === 'yes');
      assert.ok(rows.length > 20, 'the column has rows');
      await assertServed(uidsOf(rows));
    });

  test('storage classes can be had over the association of a C-GET, retired ones too', async () => {
    const uids = uidsOf(claimed).filter(isStorageSopClass);
    const accepted = await acceptedOf(uids, { scu: false, scp: true });
    assert.deepEqual(
      uids.filter((uid) => accepted.get(uid)?.scp !== true),
      [],
    );
  });

  test('a DICOMDIR and a service class are no abstract syntaxes', async () => {
    assert.equal((await acceptedOf([mediaOnly, storageServiceClass])).size, 0);
  });
});

/** The roles of the standard: who may ask for what. PS3.4. */
const eventClasses = ['1.2.840.10008.3.1.2.3.5'];
/** Never negotiated by themselves: instances under a Meta SOP Class. PS3.4 H.3. */
const memberClasses = [1, 2, 4, '4.1'].map((last) => `1.2.840.10008.5.1.1.${last}`);

describe('SOP Classes of sop-classes-ps3.2.csv', () => {
  test('each is accepted in the role of the standard', async () => {
    const asked = uidsOf(profile).filter((uid) => !eventClasses.includes(uid) && !memberClasses.includes(uid));
    assert.ok(asked.length > 90);
    await assertServed(asked);
  });

  test('a notification is accepted from a peer that is its SCP, and from no other', async () => {
    const roles = await acceptedOf(eventClasses, { scu: false, scp: true });
    for (const uid of eventClasses) assert.deepEqual(roles.get(uid), { scu: false, scp: true });
    assert.equal((await acceptedOf(eventClasses)).size, 0);
  });

  test('film sessions and boxes are members of the Meta SOP Classes', () => {
    const members = services.flatMap(({ declaration }) => Object.values(declaration.memberSopClasses ?? {}).flat());
    for (const uid of memberClasses) assert.ok(members.includes(uid), uid);
  });
});

/** What PS3.4 lets an SCU ask for, by SOP Class. */
const operationsOf: Readonly<Record<string, readonly Operation[]>> = {
  '1.2.840.10008.1.1': ['C-ECHO'],
  '1.2.840.10008.1.20.1': ['N-ACTION', 'N-EVENT-REPORT'],
  '1.2.840.10008.1.40': ['N-ACTION'],
  '1.2.840.10008.1.42': ['N-ACTION'],
  '1.2.840.10008.3.1.2.3.3': ['N-CREATE', 'N-SET'],
  '1.2.840.10008.3.1.2.3.4': ['N-GET'],
  '1.2.840.10008.3.1.2.3.5': ['N-EVENT-REPORT'],
  '1.2.840.10008.5.1.1.9': ['N-CREATE', 'N-SET', 'N-GET', 'N-ACTION', 'N-DELETE', 'N-EVENT-REPORT'],
  '1.2.840.10008.5.1.1.18': ['N-CREATE', 'N-SET', 'N-GET', 'N-ACTION', 'N-DELETE', 'N-EVENT-REPORT'],
  '1.2.840.10008.5.1.1.14': ['N-GET', 'N-EVENT-REPORT'],
  '1.2.840.10008.5.1.1.15': ['N-SET'],
  '1.2.840.10008.5.1.1.16': ['N-GET', 'N-EVENT-REPORT'],
  '1.2.840.10008.5.1.1.16.376': ['N-GET'],
  '1.2.840.10008.5.1.1.23': ['N-CREATE', 'N-DELETE'],
  '1.2.840.10008.5.1.1.33': ['N-CREATE', 'N-ACTION', 'N-GET'],
  '1.2.840.10008.5.1.4.31': ['C-FIND'],
  '1.2.840.10008.5.1.4.32': ['C-FIND', 'N-ACTION', 'N-GET', 'N-CREATE', 'N-SET'],
  '1.2.840.10008.5.1.4.33': ['N-CREATE'],
  '1.2.840.10008.5.1.4.37.1': ['C-FIND'],
  '1.2.840.10008.5.1.4.38.2': ['C-FIND'],
  '1.2.840.10008.5.1.4.38.3': ['C-MOVE'],
  '1.2.840.10008.5.1.4.38.4': ['C-GET'],
  '1.2.840.10008.5.1.4.41': ['C-FIND'],
  '1.2.840.10008.5.1.4.42': ['C-FIND'],
  '1.2.840.10008.5.1.4.1.2.1.1': ['C-FIND'],
  '1.2.840.10008.5.1.4.1.2.1.2': ['C-MOVE'],
  '1.2.840.10008.5.1.4.1.2.1.3': ['C-GET'],
  '1.2.840.10008.5.1.4.1.1.2': ['C-STORE'],
};

test('each SOP Class has the operations that the standard gives it', () => {
  for (const [uid, wanted] of Object.entries(operationsOf)) {
    const declared = services
      .filter(({ declaration }) => declaration.sopClasses.includes(uid))
      .flatMap(({ declaration }) => Object.keys(declaration.operations));
    for (const operation of wanted) assert.ok(declared.includes(operation), `${operation} of ${uid}`);
  }
});
