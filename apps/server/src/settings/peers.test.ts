// What a peer is to get, as the settings say it: which entries are taken, and what is wrong with the others.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BadValue } from './kinds.ts';
import { readPeer } from './peers.ts';

const known = { aeTitle: 'DEST', host: 'dest', port: 104 };

test('what images of a peer are to be is read with its entry', () => {
  const wanted = { ...known, ultrasound: 'either way', lossy: 'preferred', lossyQuality: 80 } as const;
  assert.deepEqual(readPeer(wanted), wanted);
  const other = { ...known, photometric: 'RGB', defaultWindow: { center: -0.5, width: 1 } } as const;
  assert.deepEqual(readPeer(other), other);
});

test('values that mean nothing, or contradict each other, are refused and named', () => {
  const wrong: readonly (readonly [object, RegExp])[] = [
    [{ ultrasound: 'yes' }, /ultrasound/],
    [{ photometric: 'MONOCHROME1' }, /photometric/],
    [{ lossy: 'always' }, /lossy/],
    [{ lossyQuality: 95 }, /lossyQuality/],
    [{ defaultWindow: { center: 40 } }, /defaultWindow.*width/],
    [{ defaultWindow: { center: 40, width: 0 } }, /defaultWindow.*width/],
    [{ defaultWindow: { center: '40', width: 400 } }, /defaultWindow.*center/],
    [{ defaultWindow: [40, 400] }, /defaultWindow/],
    [{ photometric: 'RGB', lossy: 'preferred' }, /photometric and lossy/],
    [{ conversion: 'never', lossy: 'preferred' }, /conversion is never/],
    [{ conversion: 'never', ultrasound: 'to retired' }, /conversion is never/],
  ];
  for (const [values, words] of wrong)
    assert.throws(
      () => readPeer({ ...known, ...values }),
      (error: unknown) => error instanceof BadValue && words.test(error.message),
      JSON.stringify(values),
    );
});
