// `concord peers` against a running server: peers that answer, that do not, and that were heard of.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startStorescp } from '../testing/dcmtk.ts';
import { startConcordWith } from '../testing/server.ts';
import { concord } from '../testing/terminal.ts';

test('the last contact with each peer is shown, and an echo asks anew', async (context) => {
  const { port } = await startStorescp(context);
  const { peer, httpPort } = await startConcordWith(context, {
    peers: [
      { aeTitle: 'HERE', host: '127.0.0.1', port },
      { aeTitle: 'GONE', host: '127.0.0.1', port: 1 },
      { aeTitle: 'CALLER', host: '127.0.0.1', port: 1 },
    ],
  });
  const said = async (...argv: readonly string[]) => {
    const { code, output, notes } = await concord(['peers', ...argv, '--server', `http://127.0.0.1:${httpPort}`]);
    return { code, lines: output, notes: notes.join('\n') };
  };
  const before = await said();
  assert.match(before.lines[1] ?? '', /^HERE +127\.0\.0\.1:\d+ +never +never$/);
  assert.equal((await concord(['echo', '--peer', peer, '--calling', 'CALLER'])).code, 0);
  assert.match((await said('echo', 'HERE')).lines.join(), /^HERE answered in /);
  const gone = await said('echo', 'GONE');
  assert.deepEqual([gone.code, /^GONE: /.test(gone.notes)], [1, true]);
  assert.match((await said('echo', 'NOBODY')).notes, /No peer is called "NOBODY"/);
  const [, here, missed, caller] = (await said()).lines;
  assert.match(here ?? '', /^HERE +\S+ +never +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
  assert.match(missed ?? '', /^GONE +\S+ +never +never +\d{4}-\S+ \S+: \S/);
  assert.match(caller ?? '', /^CALLER +\S+ +\d{4}-\S+ \S+ +never$/);
  const [first = ''] = (await said('--json')).lines;
  assert.match(JSON.parse(first).contact.reachedAt, /^\d{4}-/);
  const added = await said('add', 'PACS', 'pacs.example', '11112', '--name', 'Radiology');
  assert.match(added.lines.join(), /^PACS stands in .*concord\.json$/);
  assert.match((await said()).lines.join('\n'), /^PACS Radiology +pacs\.example:11112 /m, 'in force at once');
  assert.match((await said('add', 'PACS', 'pacs.example', 'many')).notes, /port/);
  assert.match((await said('remove', 'PACS')).lines.join(), /^PACS is out of .*concord\.json$/);
  const none = await said('remove', 'PACS');
  assert.deepEqual([none.code === 0, /is called "PACS"/.test(none.notes)], [false, true]);
});
