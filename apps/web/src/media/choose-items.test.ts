// Choosing from a medium: branches, parts of them, single objects.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allOf, chosenCount, markOf, toggled, toggledInstance } from './choose-items.ts';

const series = (item: string, instances: number) => ({
  ...{ item, instances, uid: item, modality: 'CT', number: '1', description: '' },
});
const study = (item: string, ...of: readonly number[]) => ({
  ...{ item, uid: item, date: '', description: '', accessionNumber: '' },
  series: of.map((instances, at) => series(`${item}.${at}`, instances)),
});
const patient = (item: string, ...studies: readonly ReturnType<typeof study>[]) => ({
  ...{ item, name: '', patientId: '', birthDate: '', sex: '', studies },
});
const contents = { patients: [patient('0', study('0.0', 3, 2)), patient('1', study('1.0', 4))], others: 1 };

test('a branch is chosen with all below it, and half of it is some', () => {
  const all = new Set(allOf(contents));
  assert.equal(chosenCount(contents, all), 10);
  const first = toggled(['0.0.0', '0.0.1'], new Set());
  assert.deepEqual([...first], ['0.0.0', '0.0.1']);
  assert.equal(markOf(['0.0.0', '0.0.1'], first), 'all');
  assert.equal(markOf(['0.0.0', '0.0.1'], toggled(['0.0.1'], first)), 'some');
  assert.equal(markOf(['1.0.0'], first), 'none');
  assert.equal(toggled(['0.0.0', '0.0.1'], first).size, 0);
});

test('an object taken out of its series leaves the others; all of them are the series again', () => {
  const all = ['0.0.0.0', '0.0.0.1', '0.0.0.2'];
  const less = toggledInstance('0.0.0.1', { series: '0.0.0', all }, new Set(['0.0.0', '1.0.0']));
  assert.deepEqual([...less], ['1.0.0', '0.0.0.0', '0.0.0.2']);
  assert.equal(chosenCount(contents, less), 6);
  assert.equal(markOf(['0.0.0'], less), 'some');
  assert.deepEqual([...toggledInstance('0.0.0.1', { series: '0.0.0', all }, less)], ['1.0.0', '0.0.0']);
  // One series does not hold what is in another whose name begins alike.
  assert.equal(markOf(['0.0.1'], new Set(['0.0.10.2'])), 'none');
});
