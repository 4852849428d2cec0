// `concord conformance medium`: exit codes, and a result for each profile.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { folderWith } from '../../testing/folder.ts';
import { concord } from '../../testing/terminal.ts';

test('a folder without a directory is told so, for each profile apart; one that is not there cannot be looked at', async (context) => {
  const folder = folderWith(context, { README: 'no medium' });
  const profiles = ['--profile', 'STD-GEN-CD', 'std-ctmr-cd'];
  const told = await concord(['conformance', 'medium', folder, ...profiles]);
  assert.equal(told.code, 1);
  assert.deepEqual(told.output, [
    '0 instances in 1 file',
    'Directory and files: 1 finding',
    '  there is no DICOMDIR at the root',
    'STD-GEN-CD: 1 finding',
    '  there is no instance to be measured',
    'STD-CTMR-CD: 1 finding',
    '  there is no instance to be measured',
  ]);
  const json = await concord(['conformance', 'medium', folder, ...profiles, '--format', 'json']);
  assert.equal(JSON.parse(json.output.join('\n')).profiles.length, 2);
  assert.equal((await concord(['conformance', 'medium', `${folder}/nowhere`, ...profiles])).code, 2);
  assert.equal((await concord(['conformance', 'medium', folder])).code, 2, 'without a profile there is no yardstick');
});
