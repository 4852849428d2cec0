// Several senders, and a person who takes out and puts back, all at once: what was answered, the index, the counts and the proofs say the same.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setImmediate as breath } from 'node:timers/promises';
import { NetworkError, silentLog } from '@concord/network';
import { ctImageStorage, ctSlice, encoded, explicitVrLittleEndian, inPieces } from '../../../testing/data-sets.ts';
import { openRealArchive } from '../../../testing/real-archive.ts';
import { sql } from '../../database/database.ts';
import type { Configuration } from '../../settings/settings.ts';
import { associationProof, studyProof } from './proof.ts';
import type { ProofLine } from './proof-lines.ts';
import { openReceptions } from './receptions.ts';
import { refusedObjects } from './refused-objects.ts';
import { studyLedger } from './study-ledger.ts';

/** Numbers that look random and are the same in each run. */
const numbers = (seed: number) => {
  let state = seed;
  return (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
};

const studies = ['1.2.7.1', '1.2.7.2', '1.2.7.3'];
const senders = ['assoc-1', 'assoc-2', 'assoc-3', 'assoc-4'];

const openLedger = async (t: TestContext, duplicates: Configuration['duplicates']) => {
  const real = await openRealArchive(t, { duplicates });
  const now = () => new Date('2026-01-02T03:04:05Z');
  const { database } = real;
  const receptions = await openReceptions({ database, days: 30, now, believedNow: async () => now(), log: silentLog });
  return { ...real, receptions, archive: receptions.watching(real.archive) };
};
type Ledger = Awaited<ReturnType<typeof openLedger>>;

interface Sent {
  readonly associationId: string;
  readonly uid: string;
  readonly outcome: 'taken' | 'refused' | 'broken off';
}

interface Sending {
  readonly associationId: string;
  readonly uid: string;
  readonly study: string;
  readonly fill: number;
  readonly fate: 'whole' | 'cut' | 'broken off';
}

async function send({ archive }: Ledger, { associationId, uid, study, fill, fate }: Sending): Promise<Sent> {
  const values = { SOPInstanceUID: uid, StudyInstanceUID: study, SeriesInstanceUID: `${study}.1` };
  const bytes = encoded(ctSlice({ ...values, PatientID: study, PixelData: new Uint8Array(32).fill(fill) }));
  async function* dataSet() {
    for await (const piece of inPieces(fate === 'whole' ? bytes : bytes.subarray(0, bytes.length - 5), 100)) {
      await breath();
      yield piece;
    }
    if (fate === 'broken off') throw new NetworkError('closed', 'by the peer');
  }
  const origin = { via: 'DIMSE', callingAeTitle: associationId.toUpperCase(), associationId } as const;
  const incoming = { dataSet: dataSet(), transferSyntaxUid: explicitVrLittleEndian, sopInstanceUid: uid, origin };
  try {
    const { status } = await archive.receive({ ...incoming, sopClassUid: ctImageStorage });
    return { associationId, uid, outcome: status.code === 0x0000 ? 'taken' : 'refused' };
  } catch (error) {
    assert.ok(error instanceof NetworkError);
    return { associationId, uid, outcome: 'broken off' };
  }
}

const isTaken = new Set<ProofLine['event']>(['stored', 'here already', 'put aside', 'replaced', 'taken out']);
const outcomeOf = ({ event }: ProofLine): Sent['outcome'] =>
  isTaken.has(event) ? 'taken' : event === 'refused' ? 'refused' : event === 'broken off' ? event : assert.fail(event);
/** Under the UID that it was sent with. */
const saidBy = (line: ProofLine): string =>
  `${line.associationId} ${/^came as (?<uid>[\d.]+)/u.exec(line.detail)?.groups?.uid ?? line.sopInstanceUid} ${outcomeOf(line)}`;

/** Whether it was there. */
function takeFrom(lines: string[], line: string): boolean {
  const index = lines.indexOf(line);
  if (index >= 0) lines.splice(index, 1);
  return index >= 0;
}

/** Compares everything that says what came with what senders heard, one line for each time they sent. */
async function compare({ database, receptions, archive }: Ledger, sent: readonly Sent[]): Promise<void> {
  await receptions.settled();
  const parts = { database, associations: async () => [] };
  const heard = sent.map(({ associationId, uid, outcome }) => `${associationId} ${uid} ${outcome}`).sort();
  const proofs = await Promise.all(senders.map((id) => Array.fromAsync(associationProof(id, parts))));
  const said = proofs.flat().map(saidBy);
  // One of two copies of the same bytes goes where it is put back beside the other.
  const unsaid = heard.filter((line) => !takeFrom(said, line));
  assert.deepEqual(said, [], 'lines of what nobody sent');
  for (const line of unsaid) {
    const [, uid = '', outcome] = line.split(' ');
    assert.deepEqual([outcome, (await archive.instances({ sopInstanceUid: uid })).length], ['taken', 1], line);
  }
  let received = 0;
  for (const study of studies) {
    const stored = await archive.instances({ studyInstanceUid: study });
    const proof = await Array.fromAsync(studyProof(study, parts));
    const lines = proof.flatMap(({ event, sopInstanceUid }) => (event === 'stored' ? [sopInstanceUid] : []));
    assert.deepEqual(lines.sort(), stored.map(({ sopInstanceUid }) => sopInstanceUid).sort(), study);
    const ledger = await studyLedger(database, study);
    assert.equal(ledger?.study.received ?? 0, stored.length, study);
    received += stored.length;
  }
  const [row] = await database.all(
    sql`select count(*) as n, (select sum(instance_count) from patient) as counted from instance`,
  );
  assert.deepEqual([Number(row?.n), Number(row?.counted ?? 0)], [received, received]);
  const untaken = sent.filter(({ outcome }) => outcome !== 'taken').length;
  assert.equal((await refusedObjects(database, { before: '', limit: 1000 })).length, untaken);
}

for (const duplicates of ['keep', 'reject', 'replace', 'rename'] as const)
  test(`whatever four senders and a person do at once, the ledger says what was answered (duplicates: ${duplicates})`, async (t) => {
    const ledger = await openLedger(t, duplicates);
    const random = numbers(7);
    const sent: Sent[] = [];
    for (let round = 0; round < 12; round += 1) {
      const sending = senders.flatMap((associationId) =>
        Array.from({ length: 3 }, async () => {
          const number = random(8);
          const study = studies[random(8) === 0 ? 2 : number % 2] ?? '';
          const fate = ([...Array(6).fill('whole'), 'cut', 'broken off'] as const)[random(8)];
          sent.push(await send(ledger, { associationId, uid: `1.2.7.9.${number}`, study, fill: random(2), fate }));
        }),
      );
      const study = studies[random(3)] ?? '';
      const person = { by: 'a person', reason: 'a test' };
      const one = { studyInstanceUid: study, sopInstanceUid: `1.2.7.9.${random(8)}` };
      const doing = [
        () => ledger.archive.reject(one, person),
        () => ledger.archive.restore(study, person),
        () => ledger.archive.reject({ studyInstanceUid: study }, person),
      ][round % 4]?.();
      await Promise.all([...sending, doing]);
      await compare(ledger, sent);
    }
  });
