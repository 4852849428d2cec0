// Statements read from text: entities, classes, keys, statuses, limits and the rest, each with its line; and what is refused.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { StatementError } from '../model/read-statement.ts';
import { importStatementText } from './import-text.ts';

const networkOf = (text: string) => {
  const { statement, uncertain } = importStatementText(text, 'Example');
  assert.ok(statement.networking.state === 'described');
  return { statement, uncertain, networking: statement.networking };
};
const lineOf = (text: string, what: string): number => text.split('\n').findIndex((line) => line.includes(what)) + 1;

const table = `Accepted Presentation Contexts
CT Image Storage 1.2.840.10008.5.1.4.1.1.2 Implicit VR Little Endian 1.2.840.10008.1.2 SCP None
Wrong name       1.2.840.10008.5.1.4.1.1.
4 Explicit VR Little Endian 1.2.840.10008.1.2.1 SCP None
Query 1.840.10008.5.1.4.1.2.2.1 Implicit VR Little Endian 1.2.840.10008.1.2 SCU None
Private 1.2.840.10008.5.1.4.1.1.99999 SCU
Implementation Class UID 1.2.826.0.1.3680043.8.226
Implementation Version Name EXAMPLE_1
Maximum PDU size I can receive Yes 128 kbytes
Time-out waiting for a response

Yes 30 s
The AE supports ISO_IR 100.`;

test('rows of tables become contexts, broken UIDs are mended, and each guess is a doubt with its line', () => {
  const { statement, uncertain, networking } = networkOf(table);
  const [entity] = networking.applicationEntities;
  assert.ok(entity?.acceptance.state === 'described' && entity.initiation.state === 'described');
  const contexts = [...entity.acceptance.activities, ...entity.initiation.activities].flatMap(
    (activity) => activity.contexts,
  );
  assert.deepEqual(
    contexts.map(({ abstractSyntax, role, transferSyntaxes }) => [
      abstractSyntax.uid,
      role,
      transferSyntaxes.map(({ uid }) => uid).join(),
    ]),
    [
      ['1.2.840.10008.5.1.4.1.1.2', 'SCP', '1.2.840.10008.1.2'],
      ['1.2.840.10008.5.1.4.1.1.4', 'SCP', '1.2.840.10008.1.2.1'],
      ['1.2.840.10008.5.1.4.1.2.2.1', 'SCU', '1.2.840.10008.1.2'],
    ],
  );
  assert.deepEqual(
    uncertain.filter(({ reason }) => /UID|registered/.test(reason)).map(({ line }) => line),
    [3, 5, 6],
  );
  assert.deepEqual(entity.implementation, { classUid: '1.2.826.0.1.3680043.8.226', versionName: 'EXAMPLE_1' });
  assert.deepEqual(
    networking.configuration.parameters.map(({ name, default: value, unit }) => [name, value, unit]),
    [
      ['Maximum PDU size I can receive', '128', 'kbytes'],
      ['Time-out waiting for a response', '30', 's'],
    ],
  );
  assert.equal(statement.characterSets.state, 'described');
});

const archive = `4.2 AE SPECIFICATIONS
4.2.1 KEEPER-SCP Application Entity Specification
4.2.1.1 SOP Classes
The KEEPER-SCP AE provides Standard Conformance to the following SOP Classes:
Verification 1.2.840.10008.1.1 No Yes
CT Image Storage 1.2.840.10008.5.1.4.1.1.2 No Yes
4.2.1.2 Association Policies
Maximum number of simultaneous Associations 7 (Configurable)
Implementation Version Name KEEPER_1
4.2.1.4 Association Acceptance Policy
Table 4.2-5 ACCEPTABLE PRESENTATION CONTEXTS
Verification 1.2.840.10008.1.1 Implicit VR Little Endian 1.2.840.10008.1.2 SCP None
CT Image Storage 1.2.840.10008.5.1.4.1.1.2 Explicit VR Little Endian 1.2.840.10008.1.2.1 SCP None
Table 4.2-6
STORAGE C-STORE RESPONSE STATUS RETURN REASONS

Service
Status Further Meaning Error
Code Reason
Success Success 0000 Stored.
Refused Out of Resources A700-A7FF The disk is full.
Error Mismatch A9xx Another class (0008,0016), not of the 2008 edition.

4.2.2 FINDER-SCU Application Entity Specification
4.2.2.1 SOP Classes
The FINDER-SCU AE provides Standard Conformance to the following SOP Classes:
Study Root Query/Retrieve Information Model - FIND 1.2.840.10008.5.1.4.1.2.2.1 Yes No
4.2.2.3 Association Initiation Policy
Table 4.2-9 PROPOSED PRESENTATION CONTEXTS
Study Root FIND 1.2.840.10008.5.1.4.1.2.2.1 Implicit VR Little Endian 1.2.840.10008.1.2 SCU None
Table 4.2-10
STUDY ROOT REQUEST IDENTIFIER FOR FINDER-SCU

STUDY Level
Patient ID (0010,0020) S,*,U
Study Instance UID (0020,000D) UNIQUE
SERIES Level
Modality (0008,0060) NONE

Table 4.2-11
FINDER-SCU C-FIND RESPONSE STATUS HANDLING BEHAVIOR

Service Status Further Meaning Error Code Behavior
Success Matching is complete 0000 The list is shown.
Pending A match FF00 It is added.
* * Any other status code. The user is told.

4.3 NETWORK INTERFACES
4.4 CONFIGURATION
Application Entity Role Default AE Title Default TCP/IP Port
KEEPER-SCP SCP KEEPER 4000
FINDER-SCU SCU FINDER None
5 MEDIA
STD-GEN-CD Write a disc FSC
`;

describe('a document of two entities', () => {
  const { statement, networking } = networkOf(archive);
  const [keeper, finder] = networking.applicationEntities;
  assert.ok(keeper?.acceptance.state === 'described' && finder?.initiation.state === 'described');
  const [kept] = keeper.acceptance.activities;
  const [asked] = finder.initiation.activities;

  test('each has its own name, classes, limit, title and side', () => {
    assert.deepEqual([keeper.name, finder.name], ['KEEPER-SCP', 'FINDER-SCU']);
    assert.deepEqual(
      [keeper, finder].map(({ sopClasses }) => sopClasses.length),
      [2, 1],
    );
    assert.equal(keeper.initiation.state, 'unknown');
    assert.equal(finder.acceptance.state, 'unknown');
    assert.deepEqual(keeper.acceptance, { ...keeper.acceptance, associations: { value: 7, configurable: true } });
    assert.deepEqual(networking.configuration.localTitles, [
      { ae: 'keeper-scp', defaultTitle: 'KEEPER', defaultPort: 4000 },
      { ae: 'finder-scu', defaultTitle: 'FINDER' },
    ]);
    assert.equal(keeper.implementation.versionName, 'KEEPER_1');
  });

  test('status tables go to the operation and the side that they are of; dates and tags are no codes', () => {
    const store = kept?.sopConformance.find(({ operation }) => operation === 'C-STORE');
    assert.equal(store?.ourRole, 'SCP');
    assert.deepEqual(
      store?.statuses.map(({ status, code }) => [status, code]),
      [
        ['Success', '0000'],
        ['Failure', 'A700-A7FF'],
        ['Failure', 'A900-A9FF'],
      ],
    );
    const find = asked?.sopConformance.find(({ operation }) => operation === 'C-FIND');
    assert.equal(find?.ourRole, 'SCU');
    assert.deepEqual(
      find?.statuses.map(({ code }) => code),
      ['0000', 'FF00', '*'],
    );
  });

  test('keys have level and matching, and the model that the title names', () => {
    const keys = asked?.sopConformance.find(({ operation }) => operation === 'C-FIND')?.keys;
    assert.deepEqual(
      keys?.map(({ level, tag, type, matching }) => [level, tag, type, matching]),
      [
        ['STUDY', '(0010,0020)', 'Unique', ['single value', 'wildcard', 'universal']],
        ['STUDY', '(0020,000D)', 'Unique', ['single value', 'universal']],
        ['SERIES', '(0008,0060)', 'Optional', []],
      ],
    );
  });

  test('each fact names its line', () => {
    const sources = new Map(statement.provenance.map(({ path, source }) => [path, source]));
    const [first, second] = ['/networking/applicationEntities/0', '/networking/applicationEntities/1'];
    const at = (what: string): string => `line ${lineOf(archive, what)}`;
    assert.equal(sources.get(`${first}/sopClasses/1`), at('1.1.2 No Yes'));
    assert.equal(sources.get(`${first}/acceptance/associations`), at('7 (Configurable)'));
    assert.equal(sources.get(`${first}/acceptance/activities/0/contexts/1`), at('1.2.840.10008.1.2.1 SCP'));
    assert.equal(sources.get(`${first}/acceptance/activities/0/sopConformance/1/statuses/1`), at('A700-A7FF'));
    assert.equal(sources.get(`${second}/initiation/activities/0/sopConformance/0/keys/2`), at('(0008,0060) NONE'));
    assert.equal(sources.get('/networking/configuration/localTitles/1'), at('FINDER-SCU SCU FINDER'));
    assert.equal(sources.get('/media/entities/0/profiles/0'), at('STD-GEN-CD'));
  });

  test('media profiles have their roles', () => {
    assert.ok(statement.media.state === 'described');
    assert.deepEqual(
      statement.media.entities.flatMap(({ profiles }) => profiles.map(({ name, roles }) => [name, roles])),
      [['STD-GEN-CD', ['FSC']]],
    );
  });
});

test('a key table that was torn into columns is put together where the columns are of equal length', () => {
  const torn = `The QUERY AE provides Standard Conformance to the following SOP Classes:
Patient Root FIND 1.2.840.10008.5.1.4.1.2.1.1 No Yes
Association Acceptance Policy
Table 1
PATIENT ROOT C-FIND SCP SUPPORTED ELEMENTS

Patient Level
Patient's Name
Patient's Sex

0010,0010
0010,0040

PN
CS
S,*,U
NONE
Study Level
Study Date

0008,0020

DA
`;
  const { networking } = networkOf(torn);
  const [entity] = networking.applicationEntities;
  assert.ok(entity?.acceptance.state === 'described');
  assert.deepEqual(
    entity.acceptance.activities[0]?.sopConformance[0]?.keys.map(({ level, tag, matching }) => [level, tag, matching]),
    [
      ['PATIENT', '(0010,0010)', ['single value', 'wildcard', 'universal']],
      ['PATIENT', '(0010,0040)', []],
      ['STUDY', '(0008,0020)', ['universal']],
    ],
  );
  const doubtful = importStatementText(torn, 'x').statement.provenance.filter((each) => each.doubtful);
  assert.ok(doubtful.some(({ path }) => path.endsWith('/keys/2')));
});

test('a table that gives both roles counts for both sides, and members of a Meta SOP Class are not negotiated', () => {
  const both = `Proposed Presentation Contexts
CT Image Storage 1.2.840.10008.5.1.4.1.1.2 Implicit VR Little Endian 1.2.840.10008.1.2 SCU/SCP None
Basic Grayscale Print Management 1.2.840.10008.5.1.1.9 Implicit VR Little Endian 1.2.840.10008.1.2 SCU None
Basic Film Session 1.2.840.10008.5.1.1.1 Implicit VR Little Endian 1.2.840.10008.1.2 SCU None
`;
  const [entity] = networkOf(both).networking.applicationEntities;
  assert.ok(entity?.acceptance.state === 'described' && entity.initiation.state === 'described');
  const uids = (activities: readonly { contexts: readonly { abstractSyntax: { uid: string }; role: string }[] }[]) =>
    activities.flatMap(({ contexts }) => contexts.map(({ abstractSyntax, role }) => `${abstractSyntax.uid} ${role}`));
  assert.deepEqual(uids(entity.initiation.activities), ['1.2.840.10008.5.1.4.1.1.2 SCU', '1.2.840.10008.5.1.1.9 SCU']);
  assert.deepEqual(uids(entity.acceptance.activities), ['1.2.840.10008.5.1.4.1.1.2 SCP']);
});

test('what is no statement is refused with the reason', () => {
  assert.throws(() => importStatementText('', 'x'), /empty/);
  assert.throws(() => importStatementText(' \n\t', 'x'), /empty/);
  assert.throws(() => importStatementText('\0\u0001\u0002PNG', 'x'), /not text/);
  assert.throws(() => importStatementText('A letter.\nWithout any table.', 'x'), /no SOP Class/);
  assert.throws(() => importStatementText('x'.repeat(50 * 1024 * 1024), 'x'), StatementError);
});

test('a text of very long lines, or of tables without end, is read in bounded time', () => {
  const long = `${'1.2.840.10008.5.1.4.1.1.'.repeat(40_000)} ${'Yes '.repeat(40_000)}`;
  assert.throws(() => importStatementText(long, 'x'), StatementError);
  const many = `${archive}${'Table 9 C-FIND STATUS\nFurther Meaning Error Code\nA700 x (0010,0010)\n'.repeat(5000)}`;
  assert.equal(networkOf(many).networking.applicationEntities.length, 2);
});
