// `concord get`, `move` and `find` of peers whose words are not what they do.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { ctSlice, dataSetOf } from '../../server/testing/data-sets.ts';
import { type ScriptedArchiveOptions, startScriptedArchive } from '../../server/testing/scripted-archive.ts';
import { folderWith } from '../testing/folder.ts';
import { concord } from '../testing/terminal.ts';

const study = '1.2.3.1';
const uid = (number: number) => `1.2.3.1.1.${number}`;
const slice = (number: number, values = {}) => ctSlice({ SOPInstanceUID: uid(number), ...values });

async function get(t: TestContext, retrieve: ScriptedArchiveOptions['retrieve'], ...more: readonly string[]) {
  const { port } = await startScriptedArchive(t, { find: () => [], retrieve });
  const folder = folderWith(t);
  const peer = `REMOTE@127.0.0.1:${port}`;
  const { code, output, notes } = await concord(['get', '--study', study, '--to', folder, '--peer', peer, ...more]);
  return { code, said: [...output, ...notes].join('; '), files: readdirSync(folder), output: output.join('') };
}

test('get and move: success without anything is nothing found, and exit code 1', async (t) => {
  const nothing = async () => ({ status: 0, completed: 0, failed: 0, warning: 0 });
  const { code, said } = await get(t, nothing);
  assert.deepEqual([code, /0 received, 0 failed.*; nothing found: the peer sent nothing$/.test(said)], [1, true], said);
  const { port } = await startScriptedArchive(t, { retrieve: nothing });
  const moved = await concord(['move', '--study', study, '--to', 'X', '--peer', `REMOTE@127.0.0.1:${port}`]);
  assert.deepEqual([moved.code, moved.notes], [1, ['nothing found: the peer sent nothing']]);
});

test('get: what is in the folder counts, not what the peer says of it', async (t) => {
  const fewer = await get(t, async ({ store }) => {
    await store(slice(1));
    return { status: 0, completed: 5 };
  });
  assert.deepEqual([fewer.code, fewer.files], [1, [`${uid(1)}.dcm`]]);
  assert.match(fewer.said, /^1 received.*the peer says that it has sent 5/);
  const uncounted = await get(t, async ({ store }) => {
    for (const number of [1, 2, 2]) await store(slice(number));
    return { status: 0 };
  });
  assert.deepEqual([uncounted.code, uncounted.files.length], [0, 2]);
  assert.match(uncounted.said, /^2 received, 0 failed/);
  const contradicted = await get(t, async ({ store }) => {
    await store(slice(1));
    return { status: 0, completed: 1, failed: 2 };
  });
  assert.equal(contradicted.code, 1);
});

test('get: an object of another study is refused, said, and leaves no file; --json tells it too', async (t) => {
  const retrieve: ScriptedArchiveOptions['retrieve'] = async ({ store }) => {
    await store(slice(1));
    const status = await store(slice(2, { StudyInstanceUID: '1.2.9' }));
    assert.equal(status, 0xa900);
    return { status: 0xb000, completed: 1, failed: 1 };
  };
  const { code, said, files } = await get(t, retrieve);
  assert.deepEqual([code, files], [1, [`${uid(1)}.dcm`]]);
  assert.match(said, new RegExp(`refused here: ${uid(2)}: nobody asked for this object`));
  const { received, refused } = JSON.parse((await get(t, retrieve, '--json')).output);
  assert.deepEqual([received, refused.length], [1, 1]);
});

test('find: a peer that stops of its own accord has failed, and one match is one', async (t) => {
  const { port } = await startScriptedArchive(t, {
    find: () => [dataSetOf({ StudyInstanceUID: study })],
    findEnd: 0xfe00,
    retrieve: async () => undefined,
  });
  const { code, notes } = await concord(['find', 'PatientName', '--peer', `REMOTE@127.0.0.1:${port}`]);
  assert.equal(code, 1);
  assert.match(notes.join(), /after 1 match the peer answered: .*FE00H/);
});
