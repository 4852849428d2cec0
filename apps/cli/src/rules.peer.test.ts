// `concord rules` against a running server: added, tried, paused, changed back, found by name, removed.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { folderWith } from '../testing/folder.ts';
import { instanceFile } from '../testing/instance.ts';
import { startConcord } from '../testing/server.ts';
import { concord } from '../testing/terminal.ts';

/** As if all that is there had come in at noon of the day before. */
function cameYesterday(index: string): void {
  const now = new Date();
  const noon = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1, 12).toISOString();
  const database = new DatabaseSync(index, { timeout: 30_000 });
  for (const table of ['study', 'instance']) database.prepare(`update ${table} set received_at = ?`).run(noon);
  database.close();
}

test('a rule is added, tried on what came in, paused, turned off and removed; what makes no rule is refused in words', async (context) => {
  const { peer, httpPort, data } = await startConcord(context);
  const folder = folderWith(context);
  writeFileSync(join(folder, 'one.dcm'), instanceFile({ sopInstanceUid: '1.2.3.1.1.1' }));
  assert.equal((await concord(['store', '--peer', peer, '--calling', 'ROOM1', folder])).code, 0);
  const said = async (...argv: readonly string[]) => {
    const { code, output, notes } = await concord(['rules', ...argv, '--server', `http://127.0.0.1:${httpPort}`]);
    return `${code} ${[...output, ...notes].join('\n')}`;
  };
  assert.equal(await said(), '0 there are no rules');
  const conditions = ['--from', 'ROOM*', '--modality', 'OT,CT', '--key', 'PatientID=PID*', '--after', '00:00'];
  const added = await said('add', 'copies', '--to', 'DESTINATION', ...conditions, '--priority', 'low', '--paused');
  assert.match(
    added,
    /^0 RULE .*\n\S+ +copies +paused +study complete +ROOM\*, OT\|CT, PatientID=PID\*, from 00:00 +DESTINATION$/,
  );
  assert.match(await said('try', 'copies'), /^0 RECEIVED .*\n\S+ +DOE\^JANE +1\.2\.3\.1 +1\/1 +0 +DESTINATION 1$/);
  assert.equal(
    await said('try', 'copies', '--since', '2020-01-01', '--until', '2020-01-02'),
    '0 nothing came in that time',
  );
  assert.match(await said('try', 'copies', '--since', 'yesterday'), /^2 .*is no time such as/);
  assert.match(await said('try', 'copies', '--yesterday', '--since', '2020-01-01'), /^2 .*stands alone/);
  assert.equal(await said('try', 'copies', '--yesterday'), '0 nothing came in that time', 'it came today');
  cameYesterday(join(data, 'index.sqlite'));
  assert.match(
    await said('try', 'copies', '--yesterday'),
    /^0 RECEIVED .*\n\S+ +DOE\^JANE +1\.2\.3\.1 +1\/1 +0 +DESTINATION 1$/,
  );
  assert.match(await said('try', 'other'), /^1 concord: no rule is called "other"$/);
  assert.match(await said('on', 'copies'), /copies +on /);
  assert.match(await said('pause', 'copies'), /copies +paused /);
  assert.match(await said('off', 'copies'), /copies +off /);
  assert.match(
    await said('change', 'copies', '--modality', 'CT', '--key', '', '--after', '', '--name', 'copies of CT'),
    /copies of CT +off +study complete +ROOM\*, CT +DESTINATION$/,
  );
  assert.match(await said('change', 'copies of CT'), /^2 .*say what is to be otherwise/);
  assert.match(await said('change', 'copies of CT', '--to', 'NOBODY'), /^1 .*No peer is called "NOBODY"/);
  assert.match(await said('change', 'copies of CT', '--key', 'PatientID'), /^2 .*is not of the form KEYWORD=VALUE/);
  assert.match(await said('change', 'copies of CT', '--name', 'copies'), /copies +off .* CT +DESTINATION$/);
  const rule = join(folder, 'rule.json');
  writeFileSync(rule, JSON.stringify({ destinations: ['DESTINATION'], when: 'at once', state: 'off' }));
  assert.match(await said('add', 'copies', '--file', rule), /copies +off +at once +everything +DESTINATION$/);
  assert.match(await said('remove', 'copies'), /^1 concord: several rules are called "copies"$/);
  const listed = (await said('--json')).slice(2).split('\n');
  assert.equal(listed.length, 2);
  for (const line of listed) assert.match(await said('remove', JSON.parse(line).ruleId), /^0 \S+ is removed$/);
  assert.equal(await said(), '0 there are no rules');
  assert.match(await said('add', 'x', '--to', 'NOBODY'), /^1 concord: No peer is called "NOBODY"\.$/);
  assert.match(await said('add', 'x', '--to', 'DESTINATION', '--key', '=1'), /^2 .*is not of the form KEYWORD=VALUE/);
  assert.match(await said('add', 'x', '--to', 'DESTINATION', '--key', 'Nothing=1'), /^1 .*is no attribute/);
  assert.match(await said('add', 'x', '--to', 'DESTINATION', '--after', '25:00'), /^1 .*must be a time/);
  assert.match(await said('add', 'x'), /^1 concord: /);
});
