// Notes of what came in and became no object: none of what is kept, with a warning or without.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLog } from '@concord/network';
import { ctSlice, encoded, explicitVrLittleEndian, inPieces, type Values } from '../../../testing/data-sets.ts';
import { openRealArchive } from '../../../testing/real-archive.ts';
import { sql } from '../../database/database.ts';
import { openReceptions } from './receptions.ts';

test('an object that is kept with a warning was not refused', async (t) => {
  const now = () => new Date('2026-01-02T03:04:05Z');
  const { archive, database } = await openRealArchive(t, { coercionWarning: 'on', duplicates: 'rename' });
  const receptions = await openReceptions({ database, days: 30, now, believedNow: async () => now(), log: silentLog });
  const watched = receptions.watching(archive);
  const store = async (values: Values) => {
    const dataSet = inPieces(encoded(ctSlice(values)));
    const { status } = await watched.receive({
      dataSet,
      transferSyntaxUid: explicitVrLittleEndian,
      origin: { via: 'import' },
    });
    return status.code;
  };
  const notes = async () => {
    await receptions.settled();
    return (await database.all(sql`select outcome, status from reception_note order by status`)).map(
      ({ outcome, status }) => `${outcome} ${Number(status).toString(16)}`,
    );
  };
  const short = { SOPInstanceUID: '1.2.3.1.1.2', PixelData: new Uint8Array(30) };
  assert.equal(await store({}), 0x0000);
  assert.equal(await store(short), 0xb007);
  assert.equal(await store({ PixelData: new Uint8Array(32) }), 0xb000, 'under another UID');
  assert.deepEqual(await notes(), []);
  assert.equal(await store(short), 0xb007);
  assert.equal(await store({ StudyInstanceUID: undefined }), 0xa900);
  assert.deepEqual(await notes(), ['refused a900', 'here already b007']);
});
