// Notes of what came in and became no object: none of what is kept, with a warning or without.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NetworkError, silentLog } from '@concord/network';
import {
  ctImageStorage,
  ctSlice,
  encoded,
  explicitVrLittleEndian,
  inPieces,
  type Values,
} from '../../../testing/data-sets.ts';
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

test('what broke off, and what was put aside in another study, is noted as such; a name has no more than a UID may have', async (t) => {
  const now = () => new Date('2026-01-02T03:04:05Z');
  const { archive, database } = await openRealArchive(t);
  const receptions = await openReceptions({ database, days: 30, now, believedNow: async () => now(), log: silentLog });
  const watched = receptions.watching(archive);
  const whole = (values: Values) => inPieces(encoded(ctSlice(values)), 100);
  async function* brokenOff() {
    for await (const piece of whole({})) {
      yield piece;
      if (piece.length === 100) throw new NetworkError('closed', 'by the peer');
    }
  }
  const origin = { via: 'DIMSE', callingAeTitle: 'CT1', associationId: 'a1' } as const;
  const receive = (dataSet: AsyncIterable<Uint8Array>, sopInstanceUid: string) =>
    watched.receive({
      ...{ dataSet, transferSyntaxUid: explicitVrLittleEndian, origin, sopInstanceUid, sopClassUid: ctImageStorage },
    });
  await assert.rejects(receive(brokenOff(), '1.2.3.1.1.1'), NetworkError);
  assert.equal((await receive(whole({}), '1.2.3.1.1.1')).status.code, 0x0000);
  const elsewhere = { StudyInstanceUID: '1.2.4', SeriesInstanceUID: '1.2.4.1' };
  assert.equal((await receive(whole(elsewhere), '1.2.3.1.1.1')).status.code, 0x0000);
  assert.equal((await receive(whole({}), '1'.repeat(5000))).status.code, 0xa900);
  await receptions.settled();
  const rows = await database.all(sql`
    select outcome, study_instance_uid, sop_instance_uid, detail from reception_note order by outcome`);
  assert.deepEqual(
    rows.map((row) => [row.outcome, row.study_instance_uid, row.sop_instance_uid]),
    [
      ['broken off', '', '1.2.3.1.1.1'],
      ['put aside', '1.2.4', '1.2.3.1.1.1'],
      ['refused', '', '1'.repeat(64)],
    ],
  );
  assert.match(String(rows[0]?.detail), /by the peer/);
  assert.match(String(rows[1]?.detail), /in study 1\.2\.3\.1$/);
  // The study that the copy says it is of has it nowhere: it is not what somebody asked for and got.
  assert.deepEqual([...(await receptions.arrivedSince('1.2.4', '2026-01-01'))], []);
});
