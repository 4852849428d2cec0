// SIGKILL at random moments while four senders store: nothing confirmed is lost, nothing half-stored remains.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crashRound } from '../testing/crash-rounds.ts';
import { temporaryFolder } from '../testing/real-archive.ts';

const rounds = 5;

for (const layout of ['files', 'containers'] as const)
  test(`[QR-RCV-04] kills, objects in ${layout}: what was confirmed is there, byte for byte; no file without row, no row without file`, {
    timeout: 300_000,
  }, async (t) => {
    const data = await temporaryFolder();
    const confirmed = new Map<string, number>();
    for (let number = 0; number < rounds; number += 1) {
      const killAfter = 50 + Math.floor(Math.random() * 1500);
      const found = await crashRound(t, data, { number, killAfter, settings: ['--store-layout', layout] }, confirmed);
      const { lost, rowsWithoutFile, filesWithoutRow } = found;
      const nothing = { lost: [], rowsWithoutFile: [], filesWithoutRow: [] };
      const when = `round ${number}, killed after ${killAfter} ms`;
      assert.deepEqual({ lost, rowsWithoutFile, filesWithoutRow }, nothing, when);
    }
    assert.ok(confirmed.size > rounds, `only ${confirmed.size} objects were confirmed`);
  });
