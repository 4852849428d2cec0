// UPS-RS against a real store: life of a work item, refusals and their warnings, searches, subscriptions over a WebSocket.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type DataSet, toJson, toXml } from '@concord/dicom';
import { startDicomweb } from '../../testing/archive.ts';
import { dataSetOf } from '../../testing/data-sets.ts';
import { rawRequest } from '../../testing/raw-request.ts';
import { performed, scheduledStep } from '../../testing/steps.ts';

const uid = '1.2.3.10';
const transaction = '1.2.3.99';
const json = 'application/dicom+json';

const start = async (t: TestContext) => {
  const started = await startDicomweb(t);
  const items = `${started.service}/workitems`;
  const call = async (method: string, path: string, dataSet?: DataSet, headers: Record<string, string> = {}) => {
    const body = dataSet === undefined ? {} : { body: JSON.stringify([toJson(dataSet)]) };
    const type: Record<string, string> = dataSet === undefined ? {} : { 'content-type': json };
    const response = await fetch(items + path, { method, ...body, headers: { ...type, ...headers } });
    const text = await response.text();
    return { status: response.status, text, headers: response.headers, warning: response.headers.get('warning') };
  };
  const state = (wanted: string, transactionUid = transaction) =>
    call('PUT', `/${uid}/state`, dataSetOf({ ProcedureStepState: wanted, TransactionUID: transactionUid }));
  return { ...started, items, call, state };
};

test('a work item is made, taken, changed and completed', async (t) => {
  const { call, state, items } = await start(t);
  const made = await call('POST', `?${uid}`, scheduledStep());
  assert.equal(made.status, 201, made.text);
  assert.deepEqual([made.headers.get('location'), made.warning], [`${items}/${uid}`, null]);
  const unnamed = await call('POST', `?${uid}.9`, scheduledStep({ WorklistLabel: undefined }));
  assert.equal(unnamed.status, 201, unnamed.text);
  assert.match(unnamed.warning ?? '', /^299 http\S+: The Workitem was created with modifications\.$/);
  assert.deepEqual(JSON.parse((await call('GET', `/${uid}.9`)).text)[0]['00741202'].Value, ['Worklist']);
  assert.equal((await state('IN PROGRESS')).status, 200);
  assert.equal((await call('POST', `/${uid}?${transaction}`, performed())).status, 200);
  assert.equal((await state('COMPLETED')).status, 200);
  const again = await state('COMPLETED');
  assert.equal(again.status, 200);
  assert.match(again.warning ?? '', /^299 http\S+: The UPS is already in the requested state of COMPLETED\.$/);
  const [step] = JSON.parse((await call('GET', `/${uid}`)).text);
  assert.deepEqual(step['00741000'].Value, ['COMPLETED']);
  assert.deepEqual(step['00100010'].Value, [{ Alphabetic: 'Müller^Jürgen' }]);
  assert.equal(step['00081195'], undefined, 'the Transaction UID is the performer’s secret');
  const xml = await call('GET', `/${uid}`, undefined, { accept: 'multipart/related; type="application/dicom+xml"' });
  assert.match(xml.text, /ProcedureStepState/);
});

test('XML as the body, a UID made here, a UID in the query by its name', async (t) => {
  const { items, call } = await start(t);
  const headers = { 'content-type': 'application/dicom+xml' };
  const response = await fetch(items, { method: 'POST', body: toXml(scheduledStep()), headers });
  assert.equal(response.status, 201, await response.text());
  assert.match(response.headers.get('content-location') ?? '', /\/workitems\/2\.25\.\d+$/);
  assert.equal((await call('POST', `?workitem=${uid}`, scheduledStep())).status, 201);
  assert.equal((await call('GET', `/${uid}`)).status, 200);
});

test('each refusal has its status and says why', async (t) => {
  const { call, state } = await start(t);
  assert.equal((await state('IN PROGRESS')).status, 404);
  assert.equal((await call('GET', `/${uid}`)).status, 404);
  assert.equal((await call('POST', `?${uid}`, scheduledStep({ ProcedureStepLabel: undefined }))).status, 400);
  assert.equal((await call('POST', `?${uid}`, scheduledStep({ ProcedureStepState: 'COMPLETED' }))).status, 400);
  assert.equal((await call('POST', `?${uid}`, scheduledStep())).status, 201);
  assert.equal((await call('POST', `?${uid}`, scheduledStep())).status, 409);
  assert.equal((await state('COMPLETED')).status, 409);
  assert.equal((await state('SCHEDULED')).status, 409);
  assert.equal((await state('IN PROGRESS', 'a.b')).status, 400, 'nobody could name it again');
  assert.equal((await state('IN PROGRESS')).status, 200);
  const other = await state('COMPLETED', '1.2.3.98');
  assert.deepEqual([other.status, other.warning?.replace(/^.*: /, '')], [400, 'The Transaction UID is incorrect.']);
  const early = await state('COMPLETED');
  assert.equal(early.status, 409);
  assert.match(early.text, /\(0074,1216\) is missing/);
  const why = ({ status, warning }: Awaited<ReturnType<typeof call>>) => [status, warning?.replace(/^299 \S+: /, '')];
  const unclaimed = await call('POST', `/${uid}`, performed());
  assert.deepEqual(why(unclaimed), [400, 'The target URI did not reference a claimed Workitem.']);
  const untold = await call('PUT', `/${uid}/state`, dataSetOf({ ProcedureStepState: 'CANCELED' }));
  assert.deepEqual(why(untold), [400, 'The Transaction UID is missing.']);
  assert.equal((await call('PUT', `/${uid}/state`, performed(), { 'content-type': 'text/plain' })).status, 415);
  assert.equal((await call('POST', '?1..2', scheduledStep())).status, 400);
  assert.equal((await call('POST', '?a=1&b=2', scheduledStep())).status, 400);
  assert.equal((await call('DELETE', `/${uid}`)).status, 405);
  assert.equal((await call('POST', `/${uid}/cancelrequest`)).status, 409, 'nobody listens');
  assert.equal((await state('CANCELED')).status, 200);
  const late = 'The submitted request is inconsistent with the current state of the Workitem.';
  assert.deepEqual(why(await call('POST', `/${uid}?${transaction}`, performed())), [400, late]);
  const again = await state('COMPLETED');
  assert.deepEqual(why(again), [409, 'The submitted request is inconsistent with the state of the UPS Instance.']);
  const canceled = await call('POST', `/${uid}/cancelrequest`);
  assert.deepEqual([canceled.status, /already in the requested state/.test(canceled.warning ?? '')], [202, true]);
});

test('bodies that are no data set', async (t) => {
  const { items } = await start(t);
  for (const [body, type, status] of [
    ['{', json, 400],
    ['[]', json, 400],
    ['[{},{}]', json, 400],
    ['[{"zz":1}]', json, 400],
    ['<a/>', 'application/dicom+xml', 400],
    ['{}', 'image/png', 415],
    ['{}', json, 400],
    ['[{"00280010":{"vr":"US","Value":["x"]}}]', json, 400],
    ['[{"00280010":{"vr":"US","Value":[70000]}}]', json, 400],
    ['[{"00100020":{"vr":"LO","Value":[{"a":1}]}}]', json, 400],
    ['[{"00100020":{"vr":"SQ","Value":["x"]}}]', json, 400],
    ['[{"7FE00010":{"vr":"OW","InlineBinary":"!"}}]', json, 400],
    [`[${'{"00081199":{"vr":"SQ","Value":['.repeat(5000)}${']}}'.repeat(5000)}]`, json, 400],
    [`${'['.repeat(200_000)}${']'.repeat(200_000)}`, json, 400],
    [`<NativeDicomModel>${'<DicomAttribute>'.repeat(5000)}`, 'application/dicom+xml', 400],
  ] as const) {
    const response = await fetch(items, { method: 'POST', body, headers: { 'content-type': type } });
    assert.equal(response.status, status, `${body.slice(0, 80)}: ${await response.text()}`);
  }
});

test('searches: attributes, sequences, fields, pages', async (t) => {
  const { call } = await start(t);
  for (const [last, patient] of [
    [1, 'P1'],
    [2, 'P2'],
    [3, 'P2'],
  ] as const)
    await call('POST', `?${uid}.${last}`, scheduledStep({ PatientID: patient, StudyInstanceUID: `1.2.${last}` }));
  const find = async (query: string) => {
    const answer = await call('GET', query);
    assert.equal(answer.status, 200, answer.text);
    const found: Record<string, { Value?: string[] }>[] = JSON.parse(answer.text);
    return {
      uids: found.map((step) => step['00080018']?.Value?.[0]?.slice(uid.length)),
      found,
      warning: answer.warning,
    };
  };
  assert.deepEqual((await find('?PatientID=P2')).uids, ['.2', '.3']);
  assert.deepEqual((await find('?00741000=SCHEDULED&StudyInstanceUID=1.2.1,1.2.3')).uids, ['.1', '.3']);
  assert.deepEqual((await find('?ScheduledWorkitemCodeSequence.CodeValue=1')).uids, ['.1', '.2', '.3']);
  assert.deepEqual((await find('?ProcedureStepState=COMPLETED')).uids, []);
  const page = await find('?limit=1&offset=1');
  assert.deepEqual(page.uids, ['.2']);
  assert.match(page.warning ?? '', /There are 1 additional results/);
  const [plain] = (await find('')).found;
  assert.equal(plain?.['00741204']?.Value?.[0], 'Segment the liver');
  for (const tag of ['00741210', '00101002', '00380014', '00081080', '00081084', '00404034'])
    assert.ok(plain && tag in plain, `${tag} is a return key of type 2`);
  assert.ok(plain && !('00102000' in plain) && !('00400400' in plain), 'of types 2C and 3');
  const misspelt = await find('?PatentName=x&PatientID=P1');
  assert.deepEqual(misspelt.uids, ['.1']);
  assert.match(misspelt.warning ?? '', /not supported and were ignored: "PatentName"$/);
});

test('searches: what is empty, each of several values, names in another order, where such matching is asked for', async (t) => {
  const { call } = await start(t);
  const steps = [
    { PatientName: 'Müller^Jürgen', AdmissionID: 'A1', OtherPatientIDs: ['X', 'Y'] },
    { PatientName: 'Meier^Anna', OtherPatientIDs: ['X'] },
  ];
  for (const [index, more] of steps.entries())
    await call('POST', `?${uid}.${index + 1}`, scheduledStep({ ...more, ...(index && { AdmissionID: '' }) }));
  const find = async (query: string) => {
    const answer = await call('GET', `?${query}`);
    assert.equal(answer.status, 200, answer.text);
    const found: Record<string, { Value?: string[] }>[] = JSON.parse(answer.text);
    return found.map((step) => step['00080018']?.Value?.[0]?.slice(uid.length));
  };
  assert.deepEqual(await find('AdmissionID=%22%22&emptyvaluematching=true'), ['.2']);
  assert.deepEqual(await find('AdmissionID=%22%22'), []);
  assert.deepEqual(await find('OtherPatientIDs=X%5CY&multiplevaluematching=true'), ['.1']);
  assert.deepEqual(await find('PatientName=jurgen%20mull&fuzzymatching=true'), ['.1']);
  assert.deepEqual(await find('PatientName=jurgen%20mull'), []);
  assert.equal((await call('GET', '?fuzzymatching=maybe')).status, 400);
});

const openChannel = async (url: string) => {
  const socket = new WebSocket(url);
  const events: Record<string, { Value: unknown[] }>[] = [];
  let wake: () => void = () => undefined;
  socket.addEventListener('message', ({ data }) => {
    events.push(JSON.parse(String(data)));
    wake();
  });
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve);
    socket.addEventListener('error', () => reject(new Error('no channel')));
  });
  const next = async () => {
    while (events.length === 0) await new Promise<void>((resolve) => (wake = resolve));
    const event = events.shift() ?? {};
    return [event['00001002']?.Value[0], event['00001000']?.Value[0], event['00741000']?.Value[0]];
  };
  /** Resolves when the server has seen the end too. */
  const closed = () => {
    const over = new Promise((resolve) => socket.addEventListener('close', resolve));
    socket.close();
    return over;
  };
  return { next, close: () => socket.close(), closed };
};

test('a work item that has two UIDs is not made', async (t) => {
  const { call } = await start(t);
  for (const [query, body] of [
    [`?${uid}`, scheduledStep({ SOPInstanceUID: `${uid}.1` })],
    [`?workitem=${uid}&workitem=${uid}.1`, scheduledStep()],
    [`?${uid}&${uid}.1`, scheduledStep()],
  ] as const)
    assert.equal((await call('POST', query, body)).status, 400, query);
  assert.deepEqual(JSON.parse((await call('GET', '')).text), []);
  assert.equal((await call('POST', `?${uid}`, scheduledStep({ SOPInstanceUID: uid }))).status, 201);
  assert.equal((await call('POST', '', scheduledStep({ SOPInstanceUID: `${uid}.1` }))).status, 201);
  assert.equal((await call('GET', `/${uid}.1`)).status, 200);
});

test('a subscriber hears over its WebSocket what becomes of a work item', async (t) => {
  const { call, state } = await start(t);
  await call('POST', `?${uid}`, scheduledStep());
  const subscribed = await call('POST', `/${uid}/subscribers/WATCHER`);
  assert.equal(subscribed.status, 201, subscribed.text);
  const url = subscribed.headers.get('content-location') ?? '';
  assert.match(url, /^ws:\/\/127\.0\.0\.1:\d+\/dicom-web\/subscribers\/WATCHER$/);
  const channel = await openChannel(url);
  assert.deepEqual(await channel.next(), [1, uid, 'SCHEDULED'], 'what was told before it listened');
  await state('IN PROGRESS');
  assert.deepEqual(await channel.next(), [1, uid, 'IN PROGRESS']);
  assert.equal((await call('POST', `/${uid}/cancelrequest`, dataSetOf({ ReasonForCancellation: 'late' }))).status, 202);
  assert.deepEqual(await channel.next(), [2, uid, undefined]);
  assert.equal((await call('DELETE', `/${uid}/subscribers/WATCHER`)).status, 200);
  assert.equal((await call('DELETE', `/${uid}/subscribers/WATCHER`)).status, 404, 'no such subscription');
  const all = '1.2.840.10008.5.1.4.34.5';
  assert.equal((await call('POST', `/${all}/subscribers/WATCHER?deletionlock=true`)).status, 201);
  assert.deepEqual(await channel.next(), [1, uid, 'IN PROGRESS']);
  await call('POST', `?${uid}.1`, scheduledStep());
  assert.deepEqual(await channel.next(), [1, `${uid}.1`, 'SCHEDULED']);
  assert.equal((await call('POST', `/${all}.1/subscribers/WATCHER/suspend`)).status, 404);
  assert.equal((await call('POST', `/${all}/subscribers/WATCHER/suspend`)).status, 200);
  await call('POST', `?${uid}.2`, scheduledStep());
  await state('CANCELED');
  assert.deepEqual(await channel.next(), [1, uid, 'CANCELED']);
  channel.close();
});

test('a subscriber that was away gets what it missed, in order, and nothing twice', async (t) => {
  const { call, state, service } = await start(t);
  await call('POST', `?${uid}`, scheduledStep());
  await call('POST', `/${uid}/subscribers/WATCHER`);
  const url = `${service.replace('http', 'ws')}/subscribers/WATCHER`;
  const first = await openChannel(url);
  assert.deepEqual(await first.next(), [1, uid, 'SCHEDULED']);
  await first.closed();
  await state('IN PROGRESS');
  await state('CANCELED');
  const second = await openChannel(url);
  assert.deepEqual(await second.next(), [1, uid, 'IN PROGRESS']);
  assert.deepEqual(await second.next(), [1, uid, 'CANCELED']);
  await second.closed();
});

test('filtered subscriptions, and subscriptions that are none', async (t) => {
  const { call, service } = await start(t);
  const filtered = '1.2.840.10008.5.1.4.34.5.1';
  const channel = await openChannel(`${service.replace('http', 'ws')}/subscribers/F`);
  assert.equal((await call('POST', `/${filtered}/subscribers/F?filter=PatientID=P2`)).status, 201);
  await call('POST', `?${uid}.1`, scheduledStep());
  await call('POST', `?${uid}.2`, scheduledStep({ PatientID: 'P2' }));
  assert.deepEqual(await channel.next(), [1, `${uid}.2`, 'SCHEDULED']);
  channel.close();
  assert.equal((await call('POST', `/${uid}/subscribers/F`)).status, 404);
  for (const query of ['?filter=x', '?filter=PatentName=x', '?filter=', ''])
    assert.equal((await call('POST', `/${filtered}/subscribers/F${query}`)).status, 400, query);
  assert.equal((await call('POST', `/${uid}.1/subscribers/${'A'.repeat(17)}`)).status, 400);
  assert.equal((await call('POST', `/${uid}.1/subscribers/F?deletionlock=perhaps`)).status, 400);
});

test('the events channel refuses foreign pages, bad handshakes and frames that break the rules', async (t) => {
  const { port } = await start(t);
  const handshake = (lines: string, path = '/dicom-web/subscribers/A') =>
    `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${lines}\r\n`;
  const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n';
  const ask = async (request: string | Buffer) => (await rawRequest(port, request, 500, 30_000)).slice(0, 12);
  assert.equal(await ask(handshake(key, '/api')), 'HTTP/1.1 404');
  assert.equal(await ask(handshake('')), 'HTTP/1.1 400');
  assert.equal(await ask(handshake(`${key}Origin: https://elsewhere.example\r\n`)), 'HTTP/1.1 403');
  assert.equal(await ask(handshake(key, '/dicom-web/subscribers/%ff')), 'HTTP/1.1 400');
  const open = await rawRequest(
    port,
    Buffer.concat([Buffer.from(handshake(key)), Buffer.from([0x81, 0x01, 0x41])]),
    500,
    30_000,
  );
  assert.match(open, /Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=/);
  const long = Buffer.concat([Buffer.from(handshake(key)), Buffer.from([0x82, 0xff]), Buffer.alloc(9)]);
  assert.match(await rawRequest(port, long, 500, 30_000), /101 Switching/);
});
