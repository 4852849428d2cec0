// The display correction against DCMTK's, on the characteristic curve it ships.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { inFolder, run } from '../testing/peers.ts';
import { displayCorrection } from './gsdf.ts';

const monitor = '/usr/share/dcmtk/monitor.lut';

/** Numbers in the columns of a text table, without its comments. */
const rowsOf = (text: string): number[][] =>
  text
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter((row) => row.length >= 2 && row.every(Number.isFinite));

test(
  'corrected luminances are those that dcmdspfn finds',
  { skip: existsSync(monitor) ? false : 'no monitor.lut' },
  () =>
    inFolder(async (folder) => {
      const out = join(folder, 'gsdf.txt');
      await run('dcmdspfn', '+Im', monitor, '+Ca', '5', '+Og', out);
      const rows = rowsOf(await readFile(out, 'utf8'));
      assert.equal(rows.length, 256);
      const luminances = rows.map(([, characteristic = 0]) => characteristic - 5);
      const levels = displayCorrection({ luminances, ambientLight: 5 });
      const corrected = [...levels].map((level) => (luminances[level] ?? 0) + 5);
      rows.forEach(([value, , , theirs = 0], at) => {
        const ours = corrected[at] ?? 0;
        assert(Math.abs(ours - theirs) <= 0.015 * theirs, `P-Value ${value}: ${ours} and ${theirs}`);
      });
    }),
);
