// Uploads: never more than three at a time, every file with its outcome, and a cancel that ends it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WaitingFile } from './dropped-files.ts';
import type { Outcome } from './store-answer.ts';
import { type UploadOptions, Uploads } from './uploads.ts';

async function* named(...paths: readonly string[]): AsyncGenerator<WaitingFile, void> {
  for (const path of paths) {
    yield {
      path,
      open: () =>
        path === 'locked' ? Promise.reject(new Error('permission denied')) : Promise.resolve(new Blob([path])),
    };
  }
}

const stored: Outcome = { kind: 'stored', study: '1.2' };
const tick = () => new Promise((resolve) => setImmediate(resolve));

const uploadsThat = (send: UploadOptions['send'], changes: Partial<UploadOptions> = {}) =>
  new Uploads({ send, isTransient: () => false, pause: async () => {}, onChange: () => {}, ...changes });

const untilOver = async (uploads: Uploads) => {
  for (let turns = 0; uploads.state().phase === 'running'; turns += 1) {
    assert.ok(turns < 10_000, 'it never ends');
    await tick();
  }
};

test('three at a time, and all of them', async () => {
  let now = 0;
  let most = 0;
  const uploads = uploadsThat(async () => {
    now += 1;
    most = Math.max(most, now);
    await tick();
    now -= 1;
    return stored;
  });
  await uploads.add(named(...Array.from({ length: 50 }, (_, index) => `f${index}`)));
  await untilOver(uploads);
  assert.equal(most, 3);
  const { phase, total, stored: count, refused, studies, active } = uploads.state();
  assert.deepEqual([phase, total, count, refused, studies, active], ['finished', 50, 50, [], ['1.2'], []]);
});

test('each refused file is named with its reason, whether the server or the disk refuses', async () => {
  const uploads = uploadsThat(async (file) =>
    (await file.text()) === 'bad' ? { kind: 'refused', reason: 'Not a DICOM file' } : stored,
  );
  await uploads.add(named('good', 'bad', 'locked'));
  await untilOver(uploads);
  const { refused, stored: count } = uploads.state();
  assert.deepEqual(refused.map(({ path, reason }) => `${path}: ${reason}`).sort(), [
    'bad: Not a DICOM file',
    'locked: permission denied',
  ]);
  assert.equal(count, 1);
});

test('a server that is away for a moment costs nothing, one that stays away is the reason', async () => {
  let tries = 0;
  const isTransient = () => true;
  const flaky = uploadsThat(
    async () => {
      tries += 1;
      if (tries < 3) throw new Error('away');
      return stored;
    },
    { isTransient },
  );
  await flaky.add(named('a'));
  await untilOver(flaky);
  assert.equal(flaky.state().stored, 1);
  const gone = uploadsThat(() => Promise.reject(new Error('The server cannot be reached.')), { isTransient });
  await gone.add(named('a'));
  await untilOver(gone);
  assert.equal(gone.state().refused[0]?.reason, 'The server cannot be reached.');
});

test('cancel stops what is on its way and counts what was left', async () => {
  const uploads = uploadsThat(
    (_file, { signal }) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true })),
  );
  await uploads.add(named('a', 'b', 'c', 'd', 'e'));
  await tick();
  assert.equal(uploads.state().active.length, 3);
  uploads.cancel();
  await tick();
  await tick();
  const { phase, left, refused, active } = uploads.state();
  assert.deepEqual([phase, left, refused, active], ['cancelled', 5, [], []]);
});

test('the reading of folders waits while the queue is full', async () => {
  let read = 0;
  async function* endless(): AsyncGenerator<WaitingFile, void> {
    for (;;) {
      read += 1;
      yield { path: String(read), open: async () => new Blob([]) };
    }
  }
  const uploads = uploadsThat(
    (_file, { signal }) => new Promise((_, reject) => signal.addEventListener('abort', reject)),
    {
      queueLimit: 10,
    },
  );
  const added = uploads.add(endless());
  for (let turn = 0; turn < 50; turn += 1) await tick();
  assert.equal(read, 14);
  uploads.cancel();
  await added;
});

test('a new drop after the end begins anew, and nothing at all is over at once', async () => {
  const uploads = uploadsThat(async () => stored);
  await uploads.add(named('a'));
  await untilOver(uploads);
  await uploads.add(named('b'));
  await untilOver(uploads);
  assert.equal(uploads.state().total, 1);
  await uploads.add(named());
  assert.equal(uploads.state().phase, 'finished');
  uploads.clear();
  assert.equal(uploads.state().phase, 'idle');
});
