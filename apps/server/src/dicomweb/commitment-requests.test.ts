// Storage commitment over the web: asked for, answered at once, and the result kept for who comes for it. PS3.18 13.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { DataSet, fromJson, toJson, toXml } from '@concord/dicom';
import { startDicomweb } from '../../testing/archive.ts';
import { ctImageStorage, madeFile, madeSeries, madeStudy } from '../../testing/instances.ts';

const item = (values: Readonly<Record<string, string | readonly DataSet[]>>): DataSet => {
  const dataSet = new DataSet();
  for (const [keyword, value] of Object.entries(values)) dataSet.set(keyword, value);
  return dataSet;
};
const reference = (uid: string, sopClass = ctImageStorage) =>
  item({ ReferencedSOPClassUID: sopClass, ReferencedSOPInstanceUID: uid });

const start = async (t: TestContext) => {
  const { service, archive } = await startDicomweb(t);
  for (const instance of ['1.2.1', '1.2.2']) {
    const sent = { method: 'POST', body: madeFile({ instance }), headers: { 'content-type': 'application/dicom' } };
    assert.equal((await fetch(`${service}/studies`, sent)).status, 200);
  }
  const url = (transaction: string) => `${service}/commitment-requests/${transaction}`;
  const ask = (transaction: string, body: string, type = 'application/dicom+json') =>
    fetch(url(transaction), { method: 'POST', body, headers: { 'content-type': type } });
  const check = (transaction: string) => fetch(url(transaction));
  return {
    archive,
    ask,
    check,
    askFor: (transaction: string, body: DataSet) => ask(transaction, JSON.stringify([toJson(body)])),
  };
};

const answerOf = async (response: Response): Promise<DataSet> => {
  assert.equal(response.status, 200, await response.clone().text());
  const [only] = (await response.json()) as [unknown];
  return fromJson(only);
};

const asked = item({
  ReferencedSOPSequence: [
    reference('1.2.1'),
    reference('1.2.9'),
    reference('1.2.2', '1.2.840.10008.5.1.4.1.1.4'),
    reference('1.2.1'),
  ],
});

test('what is here is committed, what is not is named with the reason, now and when the result is checked', async (t) => {
  const { askFor, ask, check } = await start(t);
  for (const answer of [await answerOf(await askFor('1.9.1', asked)), await answerOf(await check('1.9.1'))]) {
    const committed = answer.items('ReferencedSOPSequence').map((one) => one.string('ReferencedSOPInstanceUID'));
    const failed = answer
      .items('FailedSOPSequence')
      .map((one) => [one.string('ReferencedSOPInstanceUID'), one.number('FailureReason')]);
    assert.deepEqual(
      [committed, failed],
      [
        ['1.2.1'],
        [
          ['1.2.9', 0x0112],
          ['1.2.2', 0x0119],
        ],
      ],
    );
    assert.equal(answer.has('TransactionUID'), false);
  }
  assert.equal((await askFor('1.9.1', asked)).status, 409);
  const xml = await ask('1.9.2', toXml(item({ ReferencedSOPSequence: [reference('1.2.2')] })), 'application/dicom+xml');
  assert.equal((await answerOf(xml)).items('ReferencedSOPSequence').length, 1);
});

test('what a person took out since is not committed when the result is checked', async (t) => {
  const { askFor, check, archive } = await start(t);
  const both = item({ ReferencedSOPSequence: [reference('1.2.1'), reference('1.2.2')] });
  assert.equal((await answerOf(await askFor('1.9.5', both))).items('ReferencedSOPSequence').length, 2);
  assert.equal(await archive.reject({ sopInstanceUid: '1.2.2' }, { by: 'vet', reason: 'wrong patient' }), 1);
  const answer = await answerOf(await check('1.9.5'));
  const [failed] = answer.items('FailedSOPSequence');
  assert.deepEqual(
    [answer.items('ReferencedSOPSequence').length, failed?.string('ReferencedSOPInstanceUID')],
    [1, '1.2.2'],
  );
  assert.equal(failed?.number('FailureReason'), 0x0112);
});

test('instances that are named by study and series are answered so', async (t) => {
  const { askFor, check } = await start(t);
  const classes = item({
    ReferencedSOPClassUID: ctImageStorage,
    ReferencedInstanceSequence: [reference('1.2.1'), reference('1.2.8'), reference('1.2.2')],
  });
  const series = item({ SeriesInstanceUID: madeSeries, ReferencedInstancesBySOPClassSequence: [classes] });
  const body = item({
    ReferencedStudySequence: [item({ StudyInstanceUID: madeStudy, ReferencedSeriesSequence: [series] })],
  });
  await answerOf(await askFor('1.9.3', body));
  const answer = await answerOf(await check('1.9.3'));
  const within = (sequence: string) => {
    const [study] = answer.items(sequence);
    const [one] = study?.items('ReferencedSeriesSequence') ?? [];
    const [group] = one?.items('ReferencedInstancesBySOPClassSequence') ?? [];
    const uids = group?.items('ReferencedInstanceSequence').map((each) => each.string('ReferencedSOPInstanceUID'));
    return [
      study?.string('StudyInstanceUID'),
      one?.string('SeriesInstanceUID'),
      group?.string('ReferencedSOPClassUID'),
      uids,
    ];
  };
  assert.deepEqual(within('ReferencedStudySequence'), [madeStudy, madeSeries, ctImageStorage, ['1.2.1', '1.2.2']]);
  assert.deepEqual(within('FailedStudySequence'), [madeStudy, madeSeries, ctImageStorage, ['1.2.8']]);
  assert.equal(answer.has('FailedSOPSequence'), false);
});

test('requests that are none are refused, and nobody has a result who has not asked', async (t) => {
  const { ask, askFor, check } = await start(t);
  assert.equal((await check('1.9.9')).status, 404);
  assert.equal((await check('abc')).status, 400);
  assert.equal((await askFor('1.9.4', new DataSet())).status, 400);
  assert.equal(
    (await askFor('1.9.4', item({ ReferencedSOPSequence: [item({ ReferencedSOPClassUID: ctImageStorage })] }))).status,
    400,
  );
  const study = item({ StudyInstanceUID: madeStudy, ReferencedSeriesSequence: [item({})] });
  assert.equal((await askFor('1.9.4', item({ ReferencedStudySequence: [study] }))).status, 400);
  assert.equal((await ask('1.9.4', '{', 'application/dicom+json')).status, 400);
  assert.equal((await ask('1.9.4', 'x', 'text/plain')).status, 415);
  assert.equal((await askFor('1.9.4', asked)).status, 200);
});
