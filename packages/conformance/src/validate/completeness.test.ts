// Nothing that a statement must have can be missing unseen, and nothing that is somebody's choice is judged. PS3.2 6, 7
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { z } from 'zod';
import { changed } from '../../testing/changed.ts';
import { completeStatement } from '../../testing/complete-statement.ts';
import type { Change } from '../../testing/rule-examples.ts';
import { statementJsonSchema } from '../model/json-schema.ts';
import { asStatement, readStatement, StatementError } from '../model/read-statement.ts';
import { statement } from '../model/statement.ts';
import { rules, validate } from './validate.ts';

const findings = (change: Change) => validate(changed(completeStatement(), change)).findings;
const entity = '/networking/applicationEntities/0';

/** One place of each kind: numbers of rows do not make another. */
function places(value: unknown): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const walk = (each: unknown, path: string): void => {
    if (typeof each !== 'object' || each === null) return;
    for (const [key, entry] of Object.entries(each)) {
      const at = `${path}/${key}`;
      if (!Array.isArray(each)) found.set(at.replaceAll(/\/\d+/g, '/#'), at);
      walk(entry, at);
    }
  };
  walk(value, '');
  return found;
}

test('[CS-VAL-08] each mandatory field that is taken out is reported at its path, as an error', () => {
  let mandatory = 0;
  for (const path of places(completeStatement()).values()) {
    const without = changed(completeStatement(), { [path]: undefined });
    if (statement.safeParse(without).success) continue;
    mandatory += 1;
    const found = validate(without).findings.filter(({ level }) => level === 'E');
    assert.ok(
      found.some((finding) => path === finding.path || path.startsWith(`${finding.path}/`)),
      `${path}: ${JSON.stringify(found)}`,
    );
  }
  assert.ok(mandatory > 150, String(mandatory));
});

test('[CS-VAL-08] each conditional field is reported where its condition holds', () => {
  const conditional: readonly (readonly [string, Change])[] = [
    ['orgRoots: private UIDs are used', { '/orgRoots': [] }],
    ['networkServices: the network is claimed', { '/overview/networkServices': [] }],
    ['mediaServices: media are claimed', { '/overview/mediaServices': [] }],
    ['optionNote: a value is Option', { '/overview/networkServices/1/optionNote': undefined }],
    ['basedOn: a class is specialized', { [`${entity}/sopClasses/4/basedOn`]: undefined }],
    ['metaNegotiation: a row refers to it', { [`${entity}/initiation/activities/2/metaNegotiation`]: undefined }],
    ['notes: a row refers to one', { [`${entity}/initiation/activities/0/notes`]: [] }],
    ['managementText: an actor asks for it', { '/networking/interfaces/managementText': [] }],
    ['localLdap: an LDAP client', { '/networking/configuration/localLdap': undefined }],
    ['remoteLdap: an LDAP client', { '/networking/configuration/remoteLdap': undefined }],
    ['augmentations: an augmented profile', { '/media/entities/0/profiles/1/augmentations': undefined }],
    ['discussion: circles overlap', { '/networking/model/overlaps/0/discussion': undefined }],
  ];
  for (const [what, change] of conditional) assert.ok(findings(change).length > 0, what);
});

test('[CS-SCOPE-08] what is optional may be left out: no error', () => {
  const without = {
    '/introduction/references': [],
    '/annexes/contextGroups': [],
    '/annexes/extendedContextGroups': undefined,
    '/annexes/privateContextGroups': undefined,
    '/annexes/templates': undefined,
    '/annexes/privateCodes': undefined,
    '/annexes/attributeUsage': { state: 'not applicable', reason: 'None.' },
    '/annexes/attributeMapping': { state: 'not applicable', reason: 'None.' },
    '/annexes/coercion': { state: 'not applicable', reason: 'None.' },
    '/networking/model/overlaps': undefined,
    '/networking/implementationNotes': undefined,
    '/media/implementationNotes': undefined,
  };
  assert.deepEqual(
    findings(without).filter(({ level }) => level === 'E'),
    [],
  );
});

test('[CS-SCOPE-02] the type and the options of each SOP Class and profile are there; without them it is reported', () => {
  const value = asStatement(completeStatement());
  assert.ok(value.networking.state === 'described' && value.media.state === 'described');
  for (const { sopClasses } of value.networking.applicationEntities)
    for (const { type, options } of sopClasses) assert.ok(type && Array.isArray(options));
  for (const { profiles } of value.media.entities) for (const { type } of profiles) assert.ok(type);
  for (const path of [
    `${entity}/sopClasses/0/type`,
    `${entity}/sopClasses/0/options`,
    '/media/entities/0/profiles/0/type',
  ])
    assert.ok(
      findings({ [path]: undefined }).some(({ level }) => level === 'E'),
      path,
    );
});

describe('the model', () => {
  test('[CS-MODEL-05] calling and being called, using and providing are facts of their own', () => {
    const { networking } = asStatement(completeStatement());
    assert.ok(networking.state === 'described');
    const [store] = networking.applicationEntities;
    assert.ok(store?.initiation.state === 'described' && store.acceptance.state === 'described');
    // A user that accepts associations: reports of commitment. A provider that opens them: the same from the other side.
    for (const [side, role] of [
      ['acceptance', 'SCU'],
      ['initiation', 'SCP'],
    ] as const) {
      const changedRole = changed(completeStatement(), { [`${entity}/${side}/activities/0/contexts/0/role`]: role });
      const read = asStatement(changedRole);
      assert.ok(read.networking.state === 'described');
      const part = read.networking.applicationEntities[0]?.[side];
      assert.equal(part?.state === 'described' && part.activities[0]?.contexts[0]?.role, role);
    }
    const counts = changed(completeStatement(), {
      [`${entity}/initiation/associations/value`]: 3,
      [`${entity}/acceptance/associations/value`]: 9,
    });
    const read = asStatement(counts);
    assert.ok(read.networking.state === 'described');
    const [first] = read.networking.applicationEntities;
    assert.deepEqual(
      [first?.initiation, first?.acceptance].map((side) => side?.state === 'described' && side.associations.value),
      [3, 9],
    );
  });

  test('one source gives the types and the JSON Schema, which says the same of the same statements', () => {
    const schema = statementJsonSchema();
    assert.match(JSON.stringify(schema), /2020-12/);
    const outside = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);
    assert.ok(outside.safeParse(completeStatement()).success);
    for (const path of ['/cover', '/networking', '/annexes/grayscale', '/claim/network'])
      assert.ok(!outside.safeParse(changed(completeStatement(), { [path]: undefined })).success, path);
    assert.ok(!outside.safeParse(changed(completeStatement(), { '/noField': 1 })).success);
    assert.ok(outside.safeParse(changed(completeStatement(), { '/x-site': { any: 'thing' } })).success);
  });

  test('a text that is no statement is refused with every fault', () => {
    assert.throws(() => readStatement('{'), StatementError);
    assert.throws(
      () => asStatement({}),
      (error) => error instanceof StatementError && error.faults.length > 5,
    );
  });
});

describe('what a person attests', () => {
  const attested = ['CS-V72-14', 'CS-V73-05', 'CS-V73-13', 'CS-V73-15'];
  for (const id of attested)
    test(`[${id}] it is open until somebody attests it, whatever the statement says`, () => {
      const rule = rules().find((each) => each.id === id);
      assert.deepEqual(rule?.decided.includes('a'), true);
      assert.ok(validate(completeStatement()).open.some((each) => each.id === id));
      assert.ok(rule?.remedy);
    });
});
