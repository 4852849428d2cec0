// Corrections of an imported statement name places as they were read.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { activitiesOf, correct, isUid, valueAt, withClass } from './corrections.ts';

const statement = {
  id: 'Scanner',
  networking: {
    applicationEntities: [
      {
        id: 'main',
        name: 'MAIN',
        acceptance: { activities: [{ contexts: [{ role: 'SCP' }, { role: 'SCU' }, { role: 'SCP' }] }] },
      },
    ],
    configuration: { parameters: [{ name: 'PDU', default: '1' }] },
  },
};
const contexts = '/networking/applicationEntities/0/acceptance/activities/0/contexts';

test('what is taken out moves no other correction, and what was read stays as it was', () => {
  const before = structuredClone(statement);
  const now = correct(statement, {
    [`${contexts}/0`]: { out: true },
    [`${contexts}/2`]: { members: { role: 'SCU' } },
    '/networking/configuration/parameters/0': { members: { default: '2' } },
    '/nothing/there': { out: true },
  });
  assert.deepEqual(valueAt(now, contexts), [{ role: 'SCU' }, { role: 'SCU' }]);
  assert.deepEqual(valueAt(now, '/networking/configuration/parameters/0'), { name: 'PDU', default: '2' });
  assert.deepEqual(statement, before);
});

test('a SOP Class is put into an activity, under the name that the standard has for its UID', () => {
  const [place] = activitiesOf(statement);
  assert.deepEqual(place, { path: contexts.replace(/\/contexts$/u, ''), label: 'MAIN: is called' });
  const added = withClass(statement, {
    path: place?.path ?? '',
    uid: '1.2.840.10008.5.1.4.1.1.2',
    role: 'SCP',
    transferSyntaxes: ['1.2.840.10008.1.2'],
  });
  assert.deepEqual(valueAt(added, `${contexts}/3`), {
    abstractSyntax: { uid: '1.2.840.10008.5.1.4.1.1.2', name: 'CT Image Storage' },
    transferSyntaxes: [{ uid: '1.2.840.10008.1.2', name: 'Implicit VR Little Endian' }],
    role: 'SCP',
  });
});

test('the table of SOP Classes follows its contexts: a row without one goes, roles are theirs', () => {
  const context = (uid: string, role: string) => ({ abstractSyntax: { uid }, role });
  const imported = {
    networking: {
      applicationEntities: [
        {
          sopClasses: [
            { uid: '1.1', scu: 'No', scp: 'Yes' },
            { uid: '1.2', scu: 'No', scp: 'Yes' },
          ],
          acceptance: { activities: [{ contexts: [context('1.1', 'SCP'), context('1.2', 'SCP')] }] },
        },
      ],
    },
  };
  const now = correct(imported, { [`${contexts}/0`]: { out: true }, [`${contexts}/1`]: { members: { role: 'BOTH' } } });
  assert.deepEqual(valueAt(now, '/networking/applicationEntities/0/sopClasses'), [
    { uid: '1.2', scu: 'Yes', scp: 'Yes' },
  ]);
});

test('what is no statement has no activities, and what is no UID is told', () => {
  for (const value of [undefined, null, 'x', [], { networking: { applicationEntities: 'many' } }])
    assert.deepEqual(activitiesOf(value), []);
  assert.equal(valueAt({ a: [1] }, '/a/0/b'), undefined);
  for (const uid of ['', '1', '1.02', '1.2.', `1.${'2'.repeat(64)}`, '1.2 ']) assert.equal(isUid(uid), false, uid);
  assert.equal(isUid('1.2.840.10008.1.1'), true);
});
