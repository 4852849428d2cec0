// An order's whole way through a server with every role: entered, asked for, performed, and its number on the images. PS3.4 F.7, K.4
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { DataSet } from '@concord/dicom';
import {
  createStep,
  modalityWorklistSopClass,
  performedProcedureStepSopClasses,
  setStep,
  worklistOptions,
} from '@concord/network';
import { ctImageStorage, ctSlice, dataSetOf, encoded, explicitVrLittleEndian } from '../../testing/data-sets.ts';
import { type ProfiledServer, startProfile } from '../../testing/profile.ts';

const worklist = { abstractSyntax: modalityWorklistSopClass, transferSyntaxes: [explicitVrLittleEndian] };
const step = 'ScheduledProcedureStepSequence[0]';

describe('a server with every role', () => {
  let server: ProfiledServer;
  const endings: (() => Promise<void>)[] = [];
  before(async () => {
    server = await startProfile({ after: (end) => void endings.push(end) }, 'default', {
      worklistKeep: 3650,
      worklistMatches: 20,
      accessionFromOrders: 'where empty',
      incomingDefaults: [{ attribute: 'AccessionNumber', value: 'NONE' }],
    });
  });
  after(async () => {
    for (const end of endings) await end();
  });
  const add = async (order: object, ...steps: readonly object[]): Promise<string> => {
    const usual = { modality: 'CT', startDate: '20260302', startTime: '1000' };
    const all = (steps.length === 0 ? [{}] : steps).map((each) => ({ ...usual, ...each }));
    const response = await fetch(`http://127.0.0.1:${server.httpPort}/api/worklist`, {
      method: 'POST',
      body: JSON.stringify({ order: { patientName: 'DOE^JANE', ...order, steps: all } }),
    });
    const answer = await response.json();
    assert.equal(response.status, 200, JSON.stringify(answer));
    return answer.studyInstanceUid;
  };
  const ask = async (identifier: DataSet, options: { fuzzy?: boolean } = {}) => {
    const extendedNegotiation = worklistOptions.encode({ fuzzyPersonNames: options.fuzzy ?? false });
    const association = await server.associate('CONCORD', [{ ...worklist, extendedNegotiation }]);
    const found = await Array.fromAsync(association.find(modalityWorklistSopClass, identifier));
    await association.release();
    return found;
  };
  const statesOf = async (uid: string): Promise<readonly string[]> => {
    const order = Object(await server.json(`/api/worklist/${uid}`));
    return order.steps.map(({ stepId, state }: Record<string, string>) => `${stepId} ${state}`);
  };

  test('[ES-CHAR-02] answers come in the character set of the question, where that has room for them, else in UTF-8', async () => {
    await add({ patientId: 'DE', patientName: 'Müller^Jürgen', requestedProcedureDescription: 'Schädel' });
    await add({ patientId: 'JA', patientName: 'Yamada^Tarou=山田^太郎' });
    await add({ patientId: 'US', patientName: 'Miller^George' });
    const answerTo = async (patient: string, ...sets: readonly string[]) => {
      const keys = { PatientID: patient, PatientName: null, RequestedProcedureDescription: null };
      const [{ identifier } = {}] = await ask(dataSetOf({ SpecificCharacterSet: sets, ...keys }));
      return [identifier?.strings('SpecificCharacterSet').join('\\'), identifier?.string('PatientName')];
    };
    assert.deepEqual(await answerTo('DE', 'ISO_IR 100'), ['ISO_IR 100', 'Müller^Jürgen']);
    assert.deepEqual(await answerTo('JA', 'ISO_IR 100'), ['ISO_IR 192', 'Yamada^Tarou=山田^太郎']);
    assert.deepEqual(await answerTo('JA', '', 'ISO 2022 IR 87'), ['\\ISO 2022 IR 87', 'Yamada^Tarou=山田^太郎']);
    assert.deepEqual(await answerTo('US', 'ISO_IR 192'), ['', 'Miller^George']);
    const byName = (PatientName: string, fuzzy: boolean) => ask(dataSetOf({ PatientName, PatientID: null }), { fuzzy });
    assert.equal((await byName('jurgen mull', true)).length, 2);
    assert.equal((await byName('jurgen mull', false)).length, 1);
  });

  test('more than the limit is refused as a whole, and the next query is answered', async () => {
    const numbers = Array.from({ length: 21 }, (_, number) => number);
    await Promise.all(numbers.map((number) => add({ patientId: 'MANY', accessionNumber: `M${number}` })));
    const everything = dataSetOf({ PatientID: 'MANY' });
    const all = await ask(everything);
    assert.deepEqual(
      all.map(({ status }) => [status.code, status.comment]),
      [[0xa700, 'more than 20 matches']],
    );
    assert.equal((await ask(dataSetOf({ PatientID: 'MANY', AccessionNumber: 'M7' }))).length, 2);
  });

  test('a performed step starts and completes the scheduled one it references, in the same commit as itself', async () => {
    const uid = await add({ patientId: 'MPPS' }, { stepId: 'S1' }, { stepId: 'S2' });
    const visible = async () =>
      (await ask(dataSetOf({ PatientID: 'MPPS', ScheduledProcedureStepSequence: [] }))).flatMap(
        ({ identifier }) => identifier?.string(`${step}.ScheduledProcedureStepStatus`) ?? [],
      );
    const association = await server.associate('CONCORD', [
      { abstractSyntax: performedProcedureStepSopClasses.step, transferSyntaxes: [explicitVrLittleEndian] },
    ]);
    const reference = dataSetOf({ StudyInstanceUID: uid, ScheduledProcedureStepID: 'S1' });
    const begun = dataSetOf({
      ...{ Modality: 'CT', PerformedProcedureStepStatus: 'IN PROGRESS' },
      ScheduledStepAttributesSequence: [reference],
    });
    assert.equal((await createStep(association, '1.2.3.77', begun)).code, 0);
    assert.deepEqual(await statesOf(uid), ['S1 STARTED', 'S2 SCHEDULED']);
    assert.deepEqual(await visible(), ['STARTED', 'SCHEDULED']);
    assert.equal((await createStep(association, '1.2.3.77', begun)).code, 0x0111);
    const done = dataSetOf({ PerformedProcedureStepStatus: 'COMPLETED' });
    assert.equal((await setStep(association, '1.2.3.77', done)).code, 0);
    assert.deepEqual(await statesOf(uid), ['S1 COMPLETED', 'S2 SCHEDULED']);
    assert.deepEqual(await visible(), ['SCHEDULED']);
    await association.release();
  });

  test('[QR-DB-09] an image without number gets that of the order with its patient, name, day and modality; else the default', async () => {
    await add({ patientId: 'PID9', accessionNumber: 'ORD9', patientName: 'Doe^Jane' }, { startDate: '20240115' });
    await add({ patientId: 'TWO', accessionNumber: 'ORD1' }, { startDate: '20240115' });
    await add({ patientId: 'TWO', accessionNumber: 'ORD2' }, { startDate: '20240115' });
    const association = await server.associate('CONCORD', [
      { abstractSyntax: ctImageStorage, transferSyntaxes: [explicitVrLittleEndian] },
    ]);
    let count = 0;
    const numberOf = async (values: object): Promise<readonly unknown[]> => {
      count += 1;
      const uid = `1.2.9.${count}`;
      const image = ctSlice({
        ...{ StudyInstanceUID: uid, SeriesInstanceUID: `${uid}.1`, SOPInstanceUID: `${uid}.1.1` },
        ...{ PatientID: 'PID9', AccessionNumber: null, ...values },
      });
      const bytes = encoded(image);
      const { code } = await association.store({
        ...{ sopClassUid: ctImageStorage, sopInstanceUid: `${uid}.1.1`, transferSyntaxUid: explicitVrLittleEndian },
        open: async function* () {
          yield bytes;
        },
      });
      assert.equal(code, 0);
      const [kept] = Object(await server.json(`/dicom-web/studies/${uid}/metadata`));
      const original = kept['04000561']?.Value?.[0]?.['04000550']?.Value?.[0]?.['00080050'];
      return [kept['00080050']?.Value?.[0], original !== undefined];
    };
    assert.deepEqual(await numberOf({}), ['ORD9', true], 'and what it came with is kept beside it');
    assert.deepEqual(await numberOf({ AccessionNumber: 'OWN' }), ['OWN', false]);
    const others = [{ PatientID: 'P8' }, { PatientName: 'DOE^JOHN' }, { StudyDate: '20240116' }, { Modality: 'MR' }];
    for (const other of others) assert.deepEqual(await numberOf(other), ['NONE', true], JSON.stringify(other));
    assert.deepEqual(await numberOf({ PatientID: 'TWO' }), ['NONE', true], 'two orders with different numbers');
    await association.release();
  });
});
