// Objects that belong to no patient over the web: stored, found, retrieved, and what is refused. PS3.18 12.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { DataSet, fromJson, readPart10, toJson, toXml, writePart10 } from '@concord/dicom';
import { startDicomweb } from '../../testing/archive.ts';
import { madeFile } from '../../testing/instances.ts';
import { mostObjectBytes } from '../non-patient/non-patient-objects.ts';

const hangingProtocol = '1.2.840.10008.5.1.4.38.1';
const colorPalette = '1.2.840.10008.5.1.4.39.1';
const deflated = '1.2.840.10008.1.2.1.99';
const implicit = '1.2.840.10008.1.2';

const item = (values: Readonly<Record<string, string>>): DataSet => {
  const dataSet = new DataSet();
  for (const [keyword, value] of Object.entries(values)) dataSet.set(keyword, value);
  return dataSet;
};

const protocol = (sopInstanceUid: string, name: string, more: Readonly<Record<string, string>> = {}): DataSet => {
  const dataSet = item({
    SpecificCharacterSet: 'ISO_IR 100',
    SOPClassUID: hangingProtocol,
    SOPInstanceUID: sopInstanceUid,
    HangingProtocolName: name,
    HangingProtocolLevel: 'SITE',
    HangingProtocolCreator: 'Müller',
    NumberOfPriorsReferenced: '1',
    ...more,
  });
  dataSet.set('HangingProtocolDefinitionSequence', [item({ Modality: 'MR', Laterality: '' })]);
  return dataSet;
};

const fileOf = (dataSet: DataSet, transferSyntaxUid = '1.2.840.10008.1.2.1') =>
  Uint8Array.from(writePart10({ dataSet, transferSyntaxUid }));

const start = async (t: TestContext) => {
  const { service } = await startDicomweb(t);
  const get = (path: string, accept = '*/*') => fetch(`${service}${path}`, { headers: { accept } });
  const post = (path: string, type: string, body: Uint8Array<ArrayBuffer> | string) =>
    fetch(`${service}${path}`, { method: 'POST', body, headers: { 'content-type': type } });
  const found = async (query: string) => {
    const response = await get(`/hanging-protocols${query}`);
    assert.equal(response.status, 200, await response.clone().text());
    const all = (await response.json()) as unknown[];
    return all.map((one) => fromJson(one).string('SOPInstanceUID'));
  };
  return { service, get, post, found };
};

test('a hanging protocol is stored as a file, as JSON and as XML, and comes back in each form', async (t) => {
  const { service, get, post } = await start(t);
  const stored = await post('/hanging-protocols', 'application/dicom', fileOf(protocol('1.2.1', 'Brain'), implicit));
  assert.equal(stored.status, 200, await stored.clone().text());
  const report = fromJson(await stored.json());
  assert.equal(report.string('ReferencedSOPSequence[0].RetrieveURL'), `${service}/hanging-protocols/1.2.1`);
  const json = JSON.stringify([toJson(protocol('1.2.2', 'Knee')), toJson(protocol('1.2.3', 'Hip'))]);
  assert.equal((await post('/hanging-protocols', 'application/dicom+json', json)).status, 200);
  const xml = toXml(protocol('1.2.4', 'Foot'));
  assert.equal((await post('/hanging-protocols/1.2.4', 'application/dicom+xml', xml)).status, 200);
  const body = `--b\r\nContent-Type: application/dicom+xml\r\n\r\n${toXml(protocol('1.2.5', 'Hand'))}\r\n--b--`;
  const related = 'multipart/related; type="application/dicom+xml"; boundary=b';
  assert.equal((await post('/hanging-protocols', related, body)).status, 200);
  for (const [uid, name] of [
    ['1.2.1', 'Brain'],
    ['1.2.3', 'Hip'],
    ['1.2.4', 'Foot'],
    ['1.2.5', 'Hand'],
  ] as const) {
    const answer = await get(`/hanging-protocols/${uid}`);
    assert.equal(answer.headers.get('content-type'), 'application/dicom+json');
    const [only] = (await answer.json()) as [unknown];
    assert.deepEqual(toJson(fromJson(only)), {
      ...toJson(protocol(uid, name)),
      '00080005': { vr: 'CS', Value: ['ISO_IR 192'] },
    });
    const file = await get(`/hanging-protocols/${uid}`, 'application/dicom');
    assert.equal(file.headers.get('content-type'), 'application/dicom; transfer-syntax=1.2.840.10008.1.2.1');
    const { dataSet, transferSyntaxUid } = readPart10(new Uint8Array(await file.arrayBuffer()));
    assert.equal(transferSyntaxUid, '1.2.840.10008.1.2.1');
    assert.deepEqual(toJson(dataSet), toJson(protocol(uid, name)));
    const model = await get(`/hanging-protocols/${uid}`, 'multipart/related; type="application/dicom+xml"');
    assert.match(await model.text(), new RegExp(`<Value number="1">${name}</Value>`, 'u'));
  }
  const known = await get('/hanging-protocols/1.2.1');
  const again = await fetch(`${service}/hanging-protocols/1.2.1`, {
    headers: { 'if-none-match': known.headers.get('etag') ?? '' },
  });
  assert.equal(again.status, 304);
});

test('a search finds by any attribute, within sequences too, and answers with what is asked for', async (t) => {
  const { get, post, found } = await start(t);
  const more = { HangingProtocolUserGroupName: 'Neuro', Manufacturer: 'Neuro' };
  const all = [protocol('1.2.1', 'Brain MR', more), protocol('1.2.2', 'Brain CT'), protocol('1.2.3', 'Knee')];
  assert.equal(
    (await post('/hanging-protocols', 'application/dicom+json', JSON.stringify(all.map((one) => toJson(one))))).status,
    200,
  );
  assert.deepEqual(await found(''), ['1.2.1', '1.2.2', '1.2.3']);
  assert.deepEqual(await found('?HangingProtocolName=Brain*'), ['1.2.1', '1.2.2']);
  assert.deepEqual(await found('?SOPInstanceUID=1.2.3,1.2.1'), ['1.2.1', '1.2.3']);
  assert.deepEqual(await found('?HangingProtocolDefinitionSequence.Modality=MR&HangingProtocolName=Knee'), ['1.2.3']);
  assert.deepEqual(await found('?HangingProtocolDefinitionSequence.Modality=CT'), []);
  assert.deepEqual(await found('?HangingProtocolUserGroupName=%22%22&emptyvaluematching=true'), ['1.2.2', '1.2.3']);
  assert.deepEqual(await found('?limit=1&offset=1'), ['1.2.2']);
  const cut = await get('/hanging-protocols?limit=1');
  assert.match(cut.headers.get('warning') ?? '', /2 additional results/u);
  const [short] = (await cut.json()) as [Record<string, unknown>];
  assert.ok(short['00720002'] && short['00081190'] && !short['00080070']);
  const [long] = (await (await get('/hanging-protocols?limit=1&includefield=00080070')).json()) as [
    Record<string, unknown>,
  ];
  assert.deepEqual(long['00080070'], { vr: 'LO', Value: ['Neuro'] });
  assert.deepEqual(await (await get('/color-palettes')).json(), []);
  assert.match(
    await (await get('/hanging-protocols', 'multipart/related; type="application/dicom+xml"')).text(),
    /Knee/u,
  );
  assert.match((await get('/hanging-protocols?Nonsense=1')).headers.get('warning') ?? '', /ignored: "Nonsense"$/);
  assert.equal((await get('/hanging-protocols', 'image/png')).status, 406);
});

test('what is stored again takes the place of what was there, what has long values is found without them', async (t) => {
  const { get, post } = await start(t);
  const palette = (red: number, label: string) => {
    const dataSet = item({ SOPClassUID: colorPalette, SOPInstanceUID: '1.2.9', ContentLabel: label });
    dataSet.set('RedPaletteColorLookupTableData', new Uint8Array(4096).fill(red), 'OW');
    return dataSet;
  };
  for (const [red, label] of [
    [1, 'HOT'],
    [2, 'PET'],
  ] as const)
    assert.equal(
      (await post('/color-palettes', 'application/dicom', fileOf(palette(red, label), deflated))).status,
      200,
    );
  const [one] = (await (await get('/color-palettes?includefield=all&ContentLabel=PET')).json()) as [
    Record<string, unknown>,
  ];
  assert.deepEqual([one['00700080'], one['00281201']], [{ vr: 'CS', Value: ['PET'] }, { vr: 'OW' }]);
  const file = await get('/color-palettes/1.2.9', 'application/dicom; transfer-syntax=*');
  assert.equal(file.headers.get('content-type'), 'application/dicom; transfer-syntax=1.2.840.10008.1.2.1');
  const { dataSet } = readPart10(new Uint8Array(await file.arrayBuffer()));
  assert.deepEqual(dataSet.bytes('RedPaletteColorLookupTableData'), new Uint8Array(4096).fill(2));
  const asIs = await get('/color-palettes/1.2.9', `application/dicom; transfer-syntax=${deflated}`);
  assert.equal(readPart10(new Uint8Array(await asIs.arrayBuffer())).transferSyntaxUid, deflated);
});

test('what does not belong is refused, object by object', async (t) => {
  const { get, post } = await start(t);
  const reasonOf = async (response: Response) => {
    const report = fromJson(await response.json());
    const failed =
      report.string('FailedSOPSequence[0].FailureReason') ?? report.string('OtherFailuresSequence[0].FailureReason');
    return [response.status, Number(failed)];
  };
  const file = fileOf(protocol('1.2.1', 'Brain'));
  assert.deepEqual(await reasonOf(await post('/color-palettes', 'application/dicom', file)), [409, 0xa900]);
  assert.deepEqual(await reasonOf(await post('/hanging-protocols/1.2.2', 'application/dicom', file)), [409, 0xa900]);
  const image = madeFile({ instance: '1.2.7' });
  assert.deepEqual(await reasonOf(await post('/hanging-protocols', 'application/dicom', image)), [409, 0x0122]);
  assert.deepEqual(
    await reasonOf(await post('/hanging-protocols', 'application/dicom', file.slice(0, -5))),
    [400, 0xc000],
  );
  assert.deepEqual(await reasonOf(await post('/hanging-protocols', 'application/dicom+json', '[{')), [400, 0xc000]);
  assert.equal((await post('/hanging-protocols', 'text/plain', 'x')).status, 415);
  const large = new Uint8Array(mostObjectBytes + 1);
  assert.equal((await post('/hanging-protocols', 'application/dicom', large)).status, 413);
  assert.equal((await post('/hanging-protocols', 'multipart/related; type="application/dicom"', 'x')).status, 400);
  const both = JSON.stringify([toJson(protocol('1.2.1', 'Brain')), {}]);
  const partly = await post('/hanging-protocols', 'application/dicom+json', both);
  assert.deepEqual(await reasonOf(partly), [200, 0xa900]);
  assert.equal((await get('/hanging-protocols/1.2.1')).status, 200);
  assert.equal((await get('/color-palettes/1.2.1')).status, 404);
  assert.equal((await get('/hanging-protocols/1.2.77')).status, 404);
  assert.equal((await get('/hanging-protocols/abc')).status, 400);
  assert.equal((await get('/hanging-protocols/1.2.1', 'image/png')).status, 406);
  const capabilities = await (
    await fetch((await get('/hanging-protocols/1.2.1')).url.replace(/hanging.*/u, ''), { method: 'OPTIONS' })
  ).text();
  for (const name of ['color-palettes', 'defined-procedure-protocols', 'hanging-protocols', 'implant-templates'])
    assert.match(capabilities, new RegExp(`path="${name}/\\{object\\}"`, 'u'));
});
