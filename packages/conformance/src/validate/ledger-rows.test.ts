// What a statement must hold, field by field: each row of the ledger whose check is a change of the statement, and what is then said of it.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { changed } from '../../testing/changed.ts';
import { completeStatement } from '../../testing/complete-statement.ts';
import type { Change } from '../../testing/rule-examples.ts';
import { entityBaseline, generalBaseline } from '../generate/baseline.ts';
import { canonicalJson } from '../model/canonical.ts';
import { asStatement, StatementError } from '../model/read-statement.ts';
import { validate } from './validate.ts';

const gone = undefined;
const entity = '/networking/applicationEntities/0';
const context = `${entity}/acceptance/activities/0/contexts/1`;
const print = `${entity}/initiation/activities/2`;
const profiles = '/media/entities/0/profiles';

const with_ = (change: Change): unknown => changed(completeStatement(), change);
const found = (change: Change, rule: string) =>
  validate(with_(change)).findings.filter((finding) => finding.rule === rule);

/** Each change breaks the rule, at the place that is changed or above it. */
const rows: readonly (readonly [string, string, string, readonly Change[]])[] = [
  [
    'CS-MODEL-06',
    'an Option without a note is reported',
    'CS-VX-04',
    [{ '/overview/networkServices/1/optionNote': gone }],
  ],
  [
    'CS-MODEL-10',
    'a reference to an entity or activity that is not defined is reported',
    'CS-VX-05',
    [
      { '/networking/model/dataFlow/2': gone },
      { '/networking/configuration/localTitles/1': gone },
      { '/networking/configuration/parameters/0/scope': 'nobody' },
    ],
  ],
  [
    'CS-AE-04',
    'an entity of the diagram without its specification is reported',
    'CS-VX-05',
    [{ '/networking/applicationEntities/1': gone }],
  ],
  [
    'CS-FRONT-03',
    'an acronym or a UID in the overview is reported',
    'CS-VX-07',
    [{ '/overview/description': 'It is a C-STORE SCU.' }],
  ],
  [
    'CS-FRONT-05',
    'a name that is not that of the registry is reported',
    'CS-VX-08',
    [{ [`${context}/abstractSyntax/name`]: 'US Image Storage' }],
  ],
  [
    'CS-INI-07',
    'a Meta SOP Class without its table of extended negotiation is reported',
    'CS-VX-11',
    [{ [`${print}/metaNegotiation`]: gone }],
  ],
  [
    'CS-NIF-04',
    'a DHCP client that does not say how it is configured is reported',
    'CS-VX-20',
    [{ '/networking/interfaces/managementText': [] }],
  ],
  [
    'CS-CFG-04',
    'LDAP without what is asked of it is reported',
    'CS-VX-21',
    [{ '/networking/configuration/localLdap': gone }],
  ],
  [
    'CS-MED-11',
    'an augmented profile that lacks one of its three parts is reported',
    'CS-V74-12',
    ['sopClasses', 'directory', 'other'].map((part) => ({ [`${profiles}/1/augmentations/${part}`]: gone })),
  ],
  [
    'CS-CHR-06',
    'each of the four cells of queries is needed',
    'CS-VX-26',
    ['scuRequest', 'scuResponse', 'scpRequest', 'scpResponse'].map((cell) => ({
      [`/characterSets/query/${cell}`]: gone,
    })),
  ],
  [
    'CS-SEC-03',
    'IPv6 security that contradicts the interfaces is reported',
    'CS-VX-27',
    [{ '/security/ipv6': 'IPsec secures every connection.', '/networking/interfaces/ipv6/supported': false }],
  ],
  [
    'CS-EXT-02',
    'a private transfer syntax without its section is reported',
    'CS-VX-23',
    [{ [`${context}/transferSyntaxes/0`]: { name: 'Own', uid: '1.2.826.0.1.3680043.10.1.6' } }],
  ],
  [
    'CS-COD-04',
    'a private context group that lacks a column is reported',
    'CS-VX-28',
    [{ '/annexes/privateContextGroups': [] }, { '/annexes/privateCodes/0/meaning': gone }],
  ],
];

describe('a change of the statement is reported', () => {
  for (const [row, what, rule, changes] of rows)
    test(`[${row}] ${what} (${rule})`, () => {
      for (const change of changes) assert.ok(found(change, rule).length > 0, JSON.stringify(change));
      assert.deepEqual(found({}, rule), []);
    });

  test('[CS-CFG-07] every baseline row, in general and for each entity, is needed even where it is not configurable', () => {
    const { networking } = asStatement(completeStatement());
    assert.ok(networking.state === 'described');
    const { parameters } = networking.configuration;
    const needed = parameters.flatMap(({ scope, name }, index) =>
      (scope === 'General' ? generalBaseline : entityBaseline).some((each) => each === name) ? [index] : [],
    );
    assert.ok(needed.length >= generalBaseline.length + entityBaseline.length);
    for (const index of needed)
      assert.ok(
        found({ [`/networking/configuration/parameters/${index}`]: gone }, 'CS-VX-19').length > 0,
        String(index),
      );
  });
});

describe('the form of a field', () => {
  const refusedAt = (change: Change): readonly string[] => {
    try {
      asStatement(with_(change));
    } catch (error) {
      assert.ok(error instanceof StatementError);
      return error.faults.map(({ path }) => path);
    }
    return [];
  };

  test('[CS-MODEL-03] UIDs have the form of PS3.5, those of the standard are registered, and the path is told', () => {
    for (const uid of ['1.2.840.10008.5.1.4.1.1.02', '1.2.840.10008.9.9', '1..2', '1.2.', 'a.b', '1'.repeat(65)])
      assert.deepEqual(refusedAt({ [`${context}/abstractSyntax/uid`]: uid }), [`${context}/abstractSyntax/uid`], uid);
    assert.deepEqual(refusedAt({ [`${context}/abstractSyntax/uid`]: '1.2.826.0.1.3680043.10.1.7' }), []);
  });

  test('[CS-MODEL-09] a SOP Class has one type, and a specialized one its base', () => {
    const at = '/annexes/sopClassExtensions/1';
    assert.notDeepEqual(refusedAt({ [`${at}/type`]: ['specialized', 'private'] }), []);
    assert.ok(found({ [`${at}/basedOn`]: gone }, 'CS-V73-11').length > 0);
    assert.notDeepEqual(refusedAt({ [`${profiles}/0/type`]: 'standard and private' }), []);
  });

  test('[CS-INI-13] error codes are four hexadecimal digits, a range of them, or any other', () => {
    const at = `${entity}/acceptance/activities/0/sopConformance/0/statuses/0/code`;
    for (const code of ['A7', 'A70', 'A70Z', 'A700-', 'success', '0xA700', ''])
      assert.deepEqual(refusedAt({ [at]: code }), [at], code);
    for (const code of ['A700', 'A700-A7FF']) assert.deepEqual(refusedAt({ [at]: code }), [], code);
  });

  test('[CS-MED-14] media are read, created and updated; there is no other role', () => {
    assert.notDeepEqual(refusedAt({ [`${profiles}/0/roles`]: ['FSX'] }), []);
    for (const role of ['FSC', 'FSR', 'FSU'])
      assert.deepEqual(refusedAt({ [`${profiles}/0/roles`]: [role] }), [], role);
  });

  test('[CS-MODEL-02] what goes in comes out: fields with x-, the order of rows, and one digest for one content', () => {
    const given = { ...asStatement(completeStatement()), 'x-site': { ward: 'Ångström', list: [3, 1, 2] } };
    const back: unknown = JSON.parse(JSON.stringify(asStatement(JSON.parse(JSON.stringify(given)))));
    assert.deepEqual(back, JSON.parse(JSON.stringify(given)));
    const digest = (value: unknown) => createHash('sha256').update(canonicalJson(value)).digest('hex');
    const turned = Object.fromEntries(Object.entries(given).reverse());
    assert.equal(digest(back), digest(turned));
    assert.notEqual(digest(back), digest({ ...given, 'x-site': { ward: 'Ångström', list: [1, 2, 3] } }));
  });
});
