// Contents of objects, types of SOP Classes and their sections from what builders declare. PS3.2 7.3, A.8.1.1, A.8.5
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DataSet, tagOf } from '@concord/dicom';
import { contentFaults } from './check-contents.ts';
import { createdObjectsOf, extensionsOf, type ObjectBuilder, privateRows, sopClassTypeOf } from './object-contents.ts';

const ct = '1.2.840.10008.5.1.4.1.1.2';
const rawData = '1.2.840.10008.5.1.4.1.1.66';
const row = (tag: number, more: Partial<ObjectBuilder['attributes'][number]> = {}) => ({
  tag,
  presence: 'ALWAYS' as const,
  value: 'Made up.',
  source: ['AUTO'],
  ...more,
});
const builder: ObjectBuilder = {
  sopClasses: [ct],
  attributes: [
    row(tagOf('SOPClassUID')),
    row(tagOf('PatientID')),
    row(tagOf('PatientComments'), { presence: 'EMPTY' }),
    row(tagOf('ImageComments'), { presence: 'ANAP' }),
  ],
};
const own = { creator: 'EXAMPLE', name: 'Added', vr: 'LO', vm: '1' };
const extended = { ...builder, attributes: [...builder.attributes, row(0x00191010, { own })] };
const used = (uid: string) => [{ uid, roles: ['SCU' as const], operations: ['C-STORE'] }];

test('[CS-GEN-13] the type of a class follows from its UID and from what its objects hold', () => {
  assert.deepEqual(sopClassTypeOf(ct, [builder]), { type: 'standard' });
  assert.deepEqual(extensionsOf(used(ct), [builder]), []);
  assert.deepEqual(sopClassTypeOf(ct, [extended]), { type: 'standard extended', basedOn: ct });
  const [section] = extensionsOf(used(ct), [extended]);
  assert.equal(section?.type, 'standard extended');
  assert.deepEqual(
    section.addedAttributes.map(({ tag, type, vr }) => [tag, type, vr]),
    [['(0019,1010)', '3', 'LO']],
  );
  assert.deepEqual(privateRows([extended]), [{ ...own, tag: '(0019,1010)' }]);
  const privateUid = '1.2.826.0.1.3680043.10.1.7';
  assert.deepEqual(sopClassTypeOf(privateUid, []), { type: 'private' });
  const specialized = { ...builder, sopClasses: [privateUid], basedOn: rawData };
  assert.deepEqual(sopClassTypeOf(privateUid, [specialized]), { type: 'specialized', basedOn: rawData });
  assert.deepEqual(extensionsOf(used(privateUid), [specialized])[0]?.basedOn?.uid, rawData);
});

test('[CS-GEN-12] an object is checked against its table: what the table lacks, what is missing, what ought to be empty', () => {
  const created = createdObjectsOf([builder], 'none');
  assert.ok(created.state === 'described');
  const [table] = created.objects;
  assert.ok(table);
  const object = new DataSet();
  object.set('SOPClassUID', ct);
  object.set('PatientID', 'ZZ1');
  object.set('PatientComments', null);
  assert.deepEqual(contentFaults(table, object), []);
  object.set('PatientComments', 'said');
  object.set('StudyID', '1');
  object.delete('PatientID');
  const kinds = (source?: DataSet) => contentFaults(table, object, source).map(({ kind, tag }) => `${kind} ${tag}`);
  assert.deepEqual(kinds(), [
    'value where none is declared (0010,4000)',
    'undeclared attribute (0020,0010)',
    'missing attribute (0010,0020)',
  ]);
  const source = new DataSet();
  source.set('StudyID', '1');
  assert.ok(!kinds(source).includes('undeclared attribute (0020,0010)'), 'it comes from the source');
  object.set('PatientID', '');
  assert.ok(kinds().includes('missing attribute (0010,0020)'), 'ALWAYS means with a value');
});

test('modules and information entities of the rows are those of PS3.3', () => {
  const created = createdObjectsOf([extended], 'none');
  assert.ok(created.state === 'described');
  const modules = created.objects[0]?.modules.map(({ informationEntity, module }) => `${informationEntity}: ${module}`);
  assert.ok(
    modules?.some((each) => /^Patient: Patient/.test(each)),
    modules?.join(),
  );
  assert.ok(modules?.includes('Instance: Private attributes'));
  assert.deepEqual(createdObjectsOf([], 'none'), { state: 'not applicable', reason: 'none' });
});
