// The worklist of a veterinary practice as devices see it: two classes in one syntax, four keys that narrow, the rest returned; its orders
// are in a database server, which may be away.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { DataSet } from '@concord/dicom';
import { modalityWorklistSopClass } from '@concord/network';
import { ScriptedPeer } from '../../../../packages/network/testing/scripted-peer.ts';
import { associateRq, readAccept, windowItem } from '../../../../packages/network/testing/wire.ts';
import { ctImageStorage, dataSetOf, explicitVrLittleEndian, implicitVrLittleEndian } from '../../testing/data-sets.ts';
import { inPostgres, type PostgresServer, startPostgres } from '../../testing/postgres.ts';
import { type ProfiledServer, startProfile } from '../../testing/profile.ts';
import { run } from '../../testing/programs.ts';

const title = 'IMPROMEDMWL';
const step = 'ScheduledProcedureStepSequence[0]';

const order = (patientId: string, patientName: string, values: object, ...steps: readonly object[]) => ({
  ...{ patientId, patientName, ...values },
  steps: steps.map((each) => ({ startTime: '0900', stationAeTitle: 'ROOM1', ...each })),
});

const rex = {
  ...{ patientSpecies: 'Canine', patientBreed: 'Collie', responsiblePerson: 'Müller^Jürgen', patientWeight: '12.5' },
  requestedProcedureDescription: 'Hip',
};
const orders = [
  order('00042', 'Smith^Rex', rex, { modality: 'DX', startDate: '20260301' }),
  order('42', 'Smythe^Tom', {}, { modality: 'US', startDate: '20260302' }),
  order('7', 'Jones^Tibby', {}, { modality: 'DX', startDate: '20260303' }, { modality: 'CT', startDate: '20260303' }),
];

describe('the worklist of a practice', () => {
  let server: ProfiledServer;
  let database: PostgresServer;
  const endings: (() => Promise<void>)[] = [];
  before(async () => {
    const hooks = { after: (end: () => unknown) => void endings.unshift(async () => void (await end())) };
    database = await startPostgres(hooks);
    server = await startProfile(hooks, 'impromed-worklist', { worklistKeep: 3650, databaseUrl: database.url });
    for (const each of orders) await api('POST', '/api/worklist', { order: each });
  });
  after(async () => {
    for (const end of endings) await end();
  });
  const api = async (method: string, path: string, body: object): Promise<Record<string, unknown>> => {
    const url = `http://127.0.0.1:${server.httpPort}${path}`;
    const response = await fetch(url, { method, body: JSON.stringify(body) });
    assert.equal(response.status, 200, path);
    return response.json();
  };
  /** Patient IDs of what a query finds, in order of their steps. */
  const asked = async (...keys: readonly string[]): Promise<readonly string[]> => {
    const all = ['PatientID', `${step}.Modality`].filter((name) => !keys.some((key) => key.startsWith(name)));
    const given = [...all, ...keys].flatMap((key) => ['-k', key]);
    const { exitCode, output } = await run('findscu', '-v', '-W', '-xi', ...server.called(title), ...given);
    assert.equal(exitCode, 0, output);
    return [...output.matchAll(/\(0010,0020\) LO \[([^\]]*)\]/g)]
      .map(([, id = '']) => id.trim())
      .slice(keys.some((key) => key.startsWith('PatientID=')) ? 1 : 0);
  };
  const find = async (identifier: DataSet) => {
    const contexts = [{ abstractSyntax: modalityWorklistSopClass, transferSyntaxes: [implicitVrLittleEndian] }];
    const association = await server.associate(title, contexts);
    const found = await Array.fromAsync(association.find(modalityWorklistSopClass, identifier));
    await association.release();
    return found;
  };

  test('[IW-ASSOC-04] [IW-ASSOC-05] [IW-ASSOC-07] [IW-SEQ-01] two classes in Implicit VR Little Endian, as InfinityDS 1.0, and nothing negotiated besides', async () => {
    const one = (abstractSyntax: string, transferSyntax: string) => ({
      abstractSyntax,
      transferSyntaxes: [transferSyntax],
    });
    const association = await server.associate(title, [
      one(modalityWorklistSopClass, implicitVrLittleEndian),
      one('1.2.840.10008.1.1', implicitVrLittleEndian),
      one(modalityWorklistSopClass, explicitVrLittleEndian),
      one(ctImageStorage, implicitVrLittleEndian),
    ]);
    assert.equal(association.accepted.length, 2);
    assert.deepEqual(
      association.rejected.map(({ result }) => result),
      [4, 3],
    );
    await association.release();
    const syntaxes = { transfer: [implicitVrLittleEndian] };
    using peer = await ScriptedPeer.connect(server.ports.get(title) ?? 0);
    peer.send(
      associateRq({
        contexts: [{ id: 1, abstract: modalityWorklistSopClass, ...syntaxes }],
        called: title,
        user: [windowItem(5, 5)],
      }),
    );
    const answer = await peer.next();
    assert.ok(answer !== 'closed' && answer.type === 2);
    const { user } = readAccept(answer.body);
    assert.deepEqual([user.has(0x53), user.has(0x56)], [false, false]);
    assert.equal(user.get(0x52)?.[0]?.toString('latin1'), '1.2.826.0.1.3680043.8.226');
    assert.equal(user.get(0x55)?.[0]?.toString('latin1'), 'InfinityDS 1.0');
  });

  test('[IW-FIND-01] [IW-FIND-02] [IW-FIND-03] [IW-FIND-04] [IW-FIND-05] [IW-FIND-09] day, modality, name and ID narrow, alone and together', async () => {
    const date = `${step}.ScheduledProcedureStepStartDate`;
    const all = ['00042', '42', '7', '7'];
    const questions: readonly (readonly [keys: readonly string[], found: readonly string[]])[] = [
      [[], all],
      [[`${date}=20260302`], ['42']],
      [[`${date}=20260301-20260302`], ['00042', '42']],
      [[`${date}=20260302-`], ['42', '7', '7']],
      [[`${date}=-20260301`], ['00042']],
      [[date], all],
      [[`${step}.Modality=DX`], ['00042', '7']],
      [['PatientName=smi*'], ['00042']],
      [['PatientName=SM?TH*^rex'], ['00042']],
      [['PatientName=S*^*'], ['00042', '42']],
      [['PatientName=*'], all],
      [['PatientID=00042'], ['00042']],
      [['PatientID=42'], ['42']],
      [['PatientID=7', `${step}.Modality=CT`, `${date}=20260303`], ['7']],
      [['PatientID=7', `${step}.Modality=US`], []],
    ];
    for (const [keys, found] of questions) assert.deepEqual(await asked(...keys), found, keys.join(' '));
    const [refused] = await find(stepKeys({ ScheduledProcedureStepStartDate: 'tomorrow' }));
    assert.equal(refused?.status.code, 0xc001);
  });

  test('[IW-FIND-06] [IW-FIND-07] other keys narrow nothing, come back with their values, and what is none is left out with FF01', async () => {
    const others = stepKeys({ ScheduledStationAETitle: 'NOSUCH', ScheduledProcedureStepStartTime: '2359' });
    for (const keyword of ['AccessionNumber', 'PatientSex', 'RequestedProcedureID']) others.set(keyword, 'NOSUCH');
    const found = await find(others);
    assert.equal(found.length, orders.length + 2, 'each step, and the end');
    assert.deepEqual(new Set(found.slice(0, -1).map(({ status }) => status.code)), new Set([0xff00]));
    const [{ identifier: first } = {}] = found;
    assert.equal(first?.string(`${step}.ScheduledStationAETitle`), 'ROOM1');
    assert.deepEqual(
      [...(first?.elements() ?? [])].map(({ tag }) => tag),
      [...others.elements()].map(({ tag }) => tag),
      'what was asked for, no more',
    );
    const [{ status, identifier } = {}] = await find(dataSetOf({ PatientID: '00042', InstitutionName: null }));
    assert.deepEqual([status?.code, identifier?.has('InstitutionName')], [0xff01, false]);
  });

  test('[IW-FIND-08] [IW-FIND-12] an empty sequence is answered with the whole step, two items are refused, and identifiers stay the same', async () => {
    const empty = dataSetOf({ PatientID: '00042', ScheduledProcedureStepSequence: [], StudyInstanceUID: null });
    const [{ identifier: answer } = {}] = await find(empty);
    const [item, ...more] = answer?.items('ScheduledProcedureStepSequence') ?? [];
    assert.equal(more.length, 0);
    for (const keyword of ['ScheduledStationAETitle', 'ScheduledProcedureStepID', 'Modality'])
      assert.ok(item?.string(keyword), keyword);
    const [{ identifier: again } = {}] = await find(empty);
    assert.match(answer?.string('StudyInstanceUID') ?? '', /^2\.25\./);
    assert.equal(again?.string('StudyInstanceUID'), answer?.string('StudyInstanceUID'));
    const two = dataSetOf({ ScheduledProcedureStepSequence: [new DataSet(), new DataSet()] });
    assert.deepEqual(
      (await find(two)).map(({ status }) => status.code),
      [0xa900],
    );
  });

  test('[IW-FIND-13] [IW-FIND-14] [IW-FIND-15] an animal comes with species, breed, owner and weight, in a character set that is named; a change is seen at once', async () => {
    const keys = { PatientSpeciesDescription: null, PatientBreedDescription: null, ResponsiblePerson: null };
    const asking = dataSetOf({ SpecificCharacterSet: 'ISO_IR 100', PatientID: '00042', PatientWeight: null, ...keys });
    const [{ identifier: animal } = {}] = await find(asking);
    assert.deepEqual(
      ['SpecificCharacterSet', 'ResponsiblePerson', 'PatientWeight', ...Object.keys(keys).slice(0, 2)].map((keyword) =>
        animal?.string(keyword),
      ),
      ['ISO_IR 100', 'Müller^Jürgen', '12.5', 'Canine', 'Collie'],
    );
    const { studyInstanceUid } = await api('POST', '/api/worklist', {
      order: order('NEW', 'Miller^Max', {}, { modality: 'CR', startDate: '20260401' }),
    });
    assert.deepEqual(await asked('PatientID=NEW'), ['NEW']);
    await api('POST', `/api/worklist/${studyInstanceUid}/state`, { state: 'CANCELED' });
    assert.deepEqual(await asked('PatientID=NEW'), []);
  });

  test('[IW-FIND-11] [IW-VER-01] [IW-DATA-02] [IW-DATA-03] while the database is away queries fail and say so, C-ECHO succeeds; when it is back, so is the list', async () => {
    const everything = dataSetOf({ PatientID: null });
    const before = await inPostgres(database.url, 'select * from scheduled_step order by changed_at, step_id');
    assert.equal((await find(everything)).length, before.filter((row) => Object(row).state === 'SCHEDULED').length + 1);
    assert.deepEqual(
      await inPostgres(database.url, 'select * from scheduled_step order by changed_at, step_id'),
      before,
      'a query changes nothing',
    );
    await database.stop('fast');
    for (let round = 0; round < 3; round += 1) {
      const [failure, ...more] = await find(everything);
      assert.deepEqual([failure?.status.code, failure?.status.comment, more], [0xc002, 'the index failed', []]);
      const { exitCode } = await run('echoscu', ...server.called(title));
      assert.equal(exitCode, 0);
    }
    await database.start();
    // The first connections may still find out that theirs are dead.
    for (const until = Date.now() + 60_000; ; await new Promise((again) => setTimeout(again, 100))) {
      const answers = await find(everything);
      if (answers.at(-1)?.status.code === 0) {
        assert.equal(answers.length, orders.length + 2);
        return;
      }
      assert.ok(Date.now() < until, 'the list did not come back');
    }
  });
});

function stepKeys(values: Readonly<Record<string, string>>): DataSet {
  const keys = dataSetOf({ PatientID: null });
  for (const [keyword, value] of Object.entries(values)) keys.set(`${step}.${keyword}`, value);
  return keys;
}
