import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { createSpaceGuard } from './free-space.ts';

test('bytes that were counted and never came keep nobody out: the disk is asked before a refusal', async () => {
  const guard = createSpaceGuard(tmpdir(), 0, () => 0);
  assert.equal(await guard.hasRoom(), true);
  guard.taken(Number.MAX_SAFE_INTEGER);
  assert.equal(await guard.hasRoom(), true);
});

test('a reserve larger than the disk leaves no room, and a folder that is gone is an error', async () => {
  assert.equal(await createSpaceGuard(tmpdir(), Number.MAX_SAFE_INTEGER).hasRoom(), false);
  await assert.rejects(createSpaceGuard('/there is no such folder', 0).hasRoom(), { code: 'ENOENT' });
});
