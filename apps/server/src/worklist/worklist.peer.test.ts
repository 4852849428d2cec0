// The worklist of a clinic as other programs see it: findscu asks by every key, and wlmscpfs has the same answers.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { DataSet } from '@concord/dicom';
import { modalityWorklistSopClass } from '@concord/network';
import { idsIn, onWlmscpfs, orders } from '../../testing/clinic-orders.ts';
import {
  ctImageStorage,
  ctSlice,
  dataSetOf,
  encoded,
  explicitVrLittleEndian,
  implicitVrLittleEndian,
  inPieces,
} from '../../testing/data-sets.ts';
import { type ProfiledServer, startProfile } from '../../testing/profile.ts';
import { run } from '../../testing/programs.ts';
import { readConfiguration } from '../settings/read-configuration.ts';
import { requestTags, stepTags } from './attributes.ts';

const bigEndian = '1.2.840.10008.1.2.2';
const idsWhere = (holds: (order: (typeof orders)[number], index: number) => boolean): readonly string[] =>
  orders.filter(holds).map(({ patientId }) => patientId);

const step = 'ScheduledProcedureStepSequence[0]';

describe('the worklist of a clinic', () => {
  let server: ProfiledServer;
  const endings: (() => Promise<void>)[] = [];
  const api = async (method: string, path: string, body?: object): Promise<{ status: number; answer: unknown }> => {
    const response = await fetch(`http://127.0.0.1:${server.httpPort}${path}`, {
      method,
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: response.status, answer: await response.json() };
  };
  const add = async (order: object): Promise<string> => {
    const { status, answer } = await api('POST', '/api/worklist', { order });
    assert.equal(status, 200, JSON.stringify(answer));
    return Object(answer).studyInstanceUid;
  };
  before(async () => {
    server = await startProfile(
      { after: (end) => void endings.push(end) },
      'echoes-server',
      // These orders are of any day, today or not.
      { worklistKeep: 3650, peers: [{ aeTitle: 'OR1', host: '127.0.0.1', port: 4002 }] },
    );
    await Promise.all(orders.map(add));
  });
  after(async () => {
    for (const end of endings) await end();
  });
  const findscu = (title: string, ...keys: readonly string[]) =>
    run('findscu', '-v', '-W', ...server.called(title), ...keys.flatMap((key) => ['-k', key]));
  /** Patient IDs of what a key finds. */
  const asked = async (...keys: readonly string[]): Promise<readonly string[]> => {
    const { exitCode, output } = await findscu('ECHOESMWL', 'PatientID=*', `${step}.ScheduledProcedureStepID`, ...keys);
    assert.equal(exitCode, 0, output);
    return idsIn(output).toSorted();
  };

  test('[ES-GEN-01] [ES-MWL-01] [ES-CFG-02] two listeners, storage and worklist, each takes its own and nothing else', async () => {
    const wanted = async (title: string, abstractSyntax: string, syntax: string) => {
      const association = await server.associate(title, [{ abstractSyntax, transferSyntaxes: [syntax] }]);
      const { accepted, rejected } = association;
      await association.release();
      return accepted[0]?.transferSyntax ?? rejected[0]?.result;
    };
    const [ct, echo] = [ctImageStorage, '1.2.840.10008.1.1'];
    for (const syntax of [implicitVrLittleEndian, explicitVrLittleEndian, bigEndian]) {
      assert.equal(await wanted('ECHOESMWL', modalityWorklistSopClass, syntax), syntax);
      assert.equal(await wanted('ECHOESMWL', echo, syntax), syntax);
    }
    assert.equal(await wanted('ECHOES', modalityWorklistSopClass, implicitVrLittleEndian), 3);
    assert.equal(await wanted('ECHOESMWL', ct, implicitVrLittleEndian), 3);
    assert.notEqual(server.ports.get('ECHOES'), server.ports.get('ECHOESMWL'));
    const shipped = readConfiguration(['--profile', 'echoes-server'], {});
    assert.deepEqual(
      shipped.entities.map(({ aeTitle, port }) => [aeTitle, port]),
      [
        ['ECHOES', 4000],
        ['ECHOESMWL', 4001],
      ],
      'here they have others, by the same setting',
    );
    const rule = { name: 'To the theatre', destinations: ['OR1'] };
    assert.equal((await api('POST', '/api/rules', rule)).status, 200);
    assert.match(JSON.stringify(await server.json('/api/peers')), /"aeTitle":"OR1","host":"127.0.0.1","port":4002/);
    const { output } = await run('echoscu', '-v', ...server.called('ECHOESMWL'));
    assert.match(output, /Received Echo Response \(Success\)/);
  });

  const keys: readonly (readonly [key: string, found: readonly string[]])[] = [
    ['AccessionNumber=acc07', ['ID07']],
    ['AccessionNumber=ACC1?', idsWhere((_, index) => index >= 10 && index < 20)],
    ['ReferringPhysicianName=referrer3*', idsWhere((_, index) => index % 5 === 3)],
    ['PatientName=NAME1?^given', idsWhere((_, index) => index >= 10 && index < 20)],
    ['PatientID=ID23', ['ID23']],
    ['PatientBirthDate=19700201', idsWhere((_, index) => index % 12 === 1)],
    ['PatientBirthDate=19700301-19700401', idsWhere((_, index) => index % 12 === 2 || index % 12 === 3)],
    ['PatientSex=O', idsWhere((_, index) => index % 3 === 2)],
    ['RequestingPhysician=Requester4^Bert', idsWhere((_, index) => index % 5 === 4)],
    ['AdmissionID=adm2*', idsWhere((_, index) => index >= 20)],
    [`${step}.Modality=MR`, idsWhere((_, index) => index % 3 === 1)],
    [`${step}.ScheduledStationAETitle=ROOM2`, idsWhere((_, index) => index % 4 === 2)],
    [`${step}.ScheduledProcedureStepStartDate=20260727-`, ['ID26', 'ID27']],
    [`${step}.ScheduledProcedureStepStartTime=-0100`, idsWhere((_, index) => index % 24 === 0)],
    [`${step}.ScheduledPerformingPhysicianName=Performer5*`, idsWhere((_, index) => index % 6 === 5)],
    ['RequestedProcedureID=RP11', ['ID11']],
    ['RequestedProcedurePriority=HIGH', idsWhere((_, index) => index % 2 === 1)],
    ['PatientSex', idsWhere(() => true)],
    ['PatientSex=*', idsWhere(() => true)],
  ];

  test('[ES-MWL-02] [ES-MWL-03] findscu finds by each of the sixteen keys exactly what has its value, and by several what has all', async () => {
    for (const [key, found] of keys) assert.deepEqual(await asked(key), found, key);
    const both = await asked('PatientSex=F', `${step}.Modality=CT`, `${step}.ScheduledStationAETitle=ROOM1`);
    assert.deepEqual(
      both,
      idsWhere((_, index) => index % 3 === 0 && index % 4 === 1),
    );
    assert.deepEqual(await asked('PatientID=id23'), [], 'an ID is itself');
  });

  test('[ES-MWL-04] [ES-MWL-05] every attribute of Table K.6-1 comes back, FF01 where one is asked for that is none', async () => {
    const association = await server.associate('ECHOESMWL', [
      { abstractSyntax: modalityWorklistSopClass, transferSyntaxes: [implicitVrLittleEndian] },
    ]);
    const identifier = dataSetOf({ PatientID: 'ID05', ScheduledProcedureStepSequence: [] });
    for (const tag of requestTags) if (!identifier.has(tag)) identifier.set(tag, null);
    const ask = async (): Promise<readonly (readonly [number, DataSet | undefined])[]> =>
      (await Array.fromAsync(association.find(modalityWorklistSopClass, identifier))).map(
        ({ status, identifier: answer }) => [status.code, answer],
      );
    const [[code, answer = new DataSet()] = [], last] = await ask();
    assert.deepEqual([code, last?.[0]], [0xff00, 0x0000]);
    assert.deepEqual(
      [...answer.elements()].map(({ tag }) => tag),
      [...requestTags].sort((left, right) => left - right),
    );
    assert.equal(answer.items('ScheduledProcedureStepSequence').length, 1);
    const inside = new Set(
      [...(answer.items('ScheduledProcedureStepSequence')[0]?.elements() ?? [])].map((e) => e.tag),
    );
    assert.deepEqual(inside, new Set([...stepTags].sort((left, right) => left - right)));
    const filled = [
      'Modality',
      'ScheduledStationAETitle',
      'ScheduledProcedureStepStartDate',
      'ScheduledProcedureStepID',
    ];
    for (const keyword of [...filled, 'ScheduledProcedureStepStartTime', 'ScheduledProcedureStepDescription'])
      assert.ok(answer.string(`${step}.${keyword}`), keyword);
    for (const keyword of ['StudyInstanceUID', 'RequestedProcedureID', 'RequestedProcedureDescription'])
      assert.ok(answer.string(keyword), keyword);
    const [[, again] = []] = await ask();
    assert.equal(again?.string('StudyInstanceUID'), answer.string('StudyInstanceUID'));
    identifier.set('InstitutionName', null);
    const [[more, less] = []] = await ask();
    assert.deepEqual([more, less?.has('InstitutionName')], [0xff01, false]);
    await association.release();
  });

  test('[ES-MWL-06] what cannot be asked is refused with its reason, and nothing is taken for everything', async () => {
    const association = await server.associate('ECHOESMWL', [
      { abstractSyntax: modalityWorklistSopClass, transferSyntaxes: [explicitVrLittleEndian] },
    ]);
    const statusOf = async (identifier: DataSet) => {
      const [response, ...more] = await Array.fromAsync(association.find(modalityWorklistSopClass, identifier));
      return [response?.status.code, response?.status.comment, more.length];
    };
    const withStep = (keyword: string, value: string): DataSet => {
      const identifier = dataSetOf({ PatientID: null });
      identifier.set(`${step}.${keyword}`, value);
      return identifier;
    };
    const two = dataSetOf({
      ScheduledProcedureStepSequence: [dataSetOf({ Modality: 'CT' }), dataSetOf({ Modality: 'MR' })],
    });
    const name = 'Scheduled Procedure Step';
    assert.deepEqual(await statusOf(two), [0xa900, `${name} Sequence has more than one item`, 0]);
    const foreign = dataSetOf({ QueryRetrieveLevel: 'SERIES', SeriesInstanceUID: null });
    assert.deepEqual(await statusOf(foreign), [0xa900, 'the identifier has no key of the worklist', 0]);
    for (const date of ['2026070', 'July', '20260701-x'])
      assert.deepEqual(await statusOf(withStep('ScheduledProcedureStepStartDate', date)), [
        ...[0xc001, `${name} Start Date is no date or range`, 0],
      ]);
    assert.equal((await statusOf(withStep('ScheduledProcedureStepStartTime', 'noon')))[0], 0xc001);
    assert.equal((await statusOf(dataSetOf({ StudyInstanceUID: '1.2.x' })))[0], 0xc001);
    const stop = new AbortController();
    const codes: number[] = [];
    for await (const { status } of association.find(modalityWorklistSopClass, dataSetOf({ PatientID: null }), {
      signal: stop.signal,
    })) {
      codes.push(status.code);
      stop.abort();
    }
    assert.ok(codes.at(-1) === 0xfe00 || codes.length === orders.length + 1, 'stopped, unless all were out already');
    await association.release();
  });

  test('[ES-CHAR-01] a strict worklist answers in the default repertoire alone, without naming a character set', async () => {
    const uid = await add({
      ...{
        patientName: 'Größe^Łukasz=山田^太郎',
        patientId: 'ISO',
        requestedProcedureDescription: 'Schädel → Übersicht',
      },
      steps: [{ modality: 'DX', startDate: '20260801', startTime: '0800' }],
    });
    const association = await server.associate('ECHOESMWL', [
      { abstractSyntax: modalityWorklistSopClass, transferSyntaxes: [explicitVrLittleEndian] },
    ]);
    const keys = dataSetOf({
      ...{ SpecificCharacterSet: 'ISO_IR 192', PatientID: 'ISO', PatientName: 'größe*' },
      RequestedProcedureDescription: null,
    });
    const [{ identifier: answer } = {}] = await Array.fromAsync(association.find(modalityWorklistSopClass, keys));
    await association.release();
    assert.equal(answer?.has('SpecificCharacterSet'), false);
    assert.equal(answer?.string('PatientName'), 'Grosse^?ukasz');
    assert.equal(answer?.string('RequestedProcedureDescription'), 'Schadel ? Ubersicht');
    await api('POST', `/api/worklist/${uid}/state`, { state: 'CANCELED' });
    // What is stored is another matter: it stays as it came.
    const image = encoded(ctSlice({ SpecificCharacterSet: 'ISO_IR 192', PatientName: '山田^太郎' }));
    const storing = await server.associate('ECHOES', [
      { abstractSyntax: ctImageStorage, transferSyntaxes: [explicitVrLittleEndian] },
    ]);
    const sent = { sopClassUid: ctImageStorage, sopInstanceUid: '1.2.3.1.1.1' };
    const open = () => inPieces(image);
    assert.equal((await storing.store({ ...sent, transferSyntaxUid: explicitVrLittleEndian, open })).code, 0);
    await storing.release();
    const path = '/dicom-web/studies/1.2.3.1/series/1.2.3.1.1/instances/1.2.3.1.1.1';
    const url = `http://127.0.0.1:${server.httpPort}${path}`;
    const part10 = await fetch(url, {
      headers: { accept: 'multipart/related; type="application/dicom"; transfer-syntax=*' },
    });
    assert.ok(Buffer.from(await part10.arrayBuffer()).includes(Buffer.from(image)), 'bit by bit');
  });

  test('[ES-MWL-07] orders of the interface are in the next answer: new, changed, called off', async () => {
    const jane = { patientName: 'Doe^Jane', patientId: 'NEW' };
    const steps = [{ modality: 'DX', startDate: '20260801', startTime: '0800' }];
    const uid = await add({ ...jane, steps });
    assert.deepEqual(await asked('PatientID=NEW'), ['NEW']);
    const changed = { order: { ...jane, patientName: 'Roe^Jane', steps }, by: 'reception' };
    assert.equal((await api('PUT', `/api/worklist/${uid}`, changed)).status, 200);
    assert.deepEqual(await asked('PatientID=NEW', 'PatientName=Doe*'), []);
    assert.deepEqual(await asked('PatientID=NEW', 'PatientName=roe*'), ['NEW']);
    assert.match(JSON.stringify((await api('GET', `/api/worklist/${uid}`)).answer), /"source":"reception, web/);
    assert.equal((await api('POST', `/api/worklist/${uid}/state`, { state: 'CANCELED' })).status, 200);
    assert.deepEqual(await asked('PatientID=NEW'), []);
    const problems = [
      ['POST', '/api/worklist', { order: { ...jane, steps: [{}] } }, 400, /steps\[0\]\.modality is missing/],
      ['POST', '/api/worklist', { order: { ...jane, steps, studyInstanceUid: uid } }, 409, /already/],
      ['PUT', '/api/worklist/1.2.3', changed, 404, /no order/],
      ['POST', `/api/worklist/${uid}/state`, { state: 'LOST' }, 400, /state/],
      ['GET', '/api/worklist?from=July', undefined, 400, /from/],
    ] as const;
    for (const [method, path, body, status, words] of problems) {
      const said = await api(method, path, body);
      assert.equal(said.status, status, path);
      assert.match(JSON.stringify(said.answer), words);
    }
  });

  test('wlmscpfs finds the same by the same keys', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'concord-wlm-'));
    try {
      const questions = [
        'PatientName=Name1*',
        `${step}.Modality=US`,
        `${step}.ScheduledProcedureStepStartDate=20260727-`,
      ];
      const here: (readonly string[])[] = [];
      for (const question of questions) here.push(await asked(question));
      assert.deepEqual(await onWlmscpfs(folder, questions), here);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
