// Dropped folders: everything in them is found, whatever the portions, and what cannot be read is named.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Entry, filesBelow, filesDropped } from './dropped-files.ts';

const file = (fullPath: string): Entry =>
  Object.assign(
    { isFile: true, isDirectory: false, fullPath },
    { file: (found: (blob: Blob) => void) => found(new Blob([fullPath])) },
  );

const folder = (fullPath: string, inner: readonly Entry[], portion = 2): Entry =>
  Object.assign(
    { isFile: false, isDirectory: true, fullPath },
    {
      createReader: () => {
        let at = 0;
        return {
          readEntries: (found: (entries: readonly Entry[]) => void) => {
            at += portion;
            found(inner.slice(at - portion, at));
          },
        };
      },
    },
  );

const paths = async (entries: readonly Entry[]) => (await Array.fromAsync(filesBelow(entries))).map(({ path }) => path);

test('folders are read to their end, in every portion and at every depth', async () => {
  const series = folder(
    '/study/b',
    ['1', '2', '3', '4', '5'].map((name) => file(`/study/b/${name}`)),
  );
  const study = folder('/study', [file('/study/a'), series, file('/study/DICOMDIR')]);
  assert.deepEqual(await paths([study, file('/alone')]), [
    ...['study/a', 'study/b/1', 'study/b/2', 'study/b/3', 'study/b/4', 'study/b/5', 'study/DICOMDIR', 'alone'],
  ]);
});

test('what file systems leave beside files is passed over', async () => {
  assert.deepEqual(await paths([file('/x/.DS_Store'), file('/x/._a.dcm'), file('/Thumbs.db'), file('/a.dcm')]), [
    'a.dcm',
  ]);
});

test('a folder that cannot be read is named, and the rest goes on', async () => {
  const locked = Object.assign(
    { isFile: false, isDirectory: true, fullPath: '/locked' },
    {
      createReader: () => ({
        readEntries: (_: unknown, failed: (error: Error) => void) => failed(new Error('denied')),
      }),
    },
  );
  const found = await Array.fromAsync(filesBelow([locked, file('/a')]));
  assert.deepEqual(
    found.map(({ path }) => path),
    ['locked/', 'a'],
  );
  await assert.rejects(found[0]!.open(), /denied/);
});

test('a folder that holds itself ends', async () => {
  const inner: Entry[] = [];
  const loop = folder('/loop', inner, 1);
  inner.push(loop);
  assert.deepEqual(await paths([loop]), []);
});

test('text that is dropped is no file, and a file without an entry is one', async () => {
  const none = { webkitGetAsEntry: () => null, getAsFile: () => null };
  assert.equal(filesDropped([{ kind: 'string', ...none }]), undefined);
  const plain = { kind: 'file', webkitGetAsEntry: () => null, getAsFile: () => new File(['x'], 'x.dcm') };
  const found = await Array.fromAsync(filesDropped([plain]) ?? []);
  assert.deepEqual(
    found.map(({ path }) => path),
    ['x.dcm'],
  );
});
