// Text of requests: what is not UTF-8, and JSON that would take more memory than it may, is refused before anything is made of it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toJson, toXml } from '@concord/dicom';
import { startDicomweb } from '../../testing/archive.ts';
import { dataSetOf } from '../../testing/data-sets.ts';
import { madeDataSet } from '../../testing/instances.ts';
import { scheduledStep } from '../../testing/steps.ts';
import { HttpProblem } from '../web/problem.ts';
import { parseMediaType } from './media-range.ts';
import { parseJson, utf8Text } from './request-text.ts';

const problem = (kind: string) => (error: unknown) => error instanceof HttpProblem && error.kind === kind;

test('text is UTF-8, with a byte order mark or without; anything else is told', () => {
  const type = (text: string) => parseMediaType(text);
  assert.equal(utf8Text(Buffer.from('\ufeffMüller')), 'Müller');
  for (const charset of ['UTF-8', 'utf8', 'us-ascii', '"utf-8"'])
    assert.equal(utf8Text(Buffer.from('x'), type(`application/dicom+json; charset=${charset}`)), 'x', charset);
  for (const declared of ['UTF-8', 'utf-8', 'US-ASCII']) {
    const xml = `<?xml version="1.0" encoding="${declared}"?><a/>`;
    assert.equal(utf8Text(Buffer.from(xml)), xml);
  }
  assert.throws(() => utf8Text(Buffer.from('Müller', 'latin1')), problem('malformed-request'));
  assert.throws(() => utf8Text(Buffer.from('Müller', 'utf16le')), problem('malformed-request'));
  const latin = type('application/dicom+json; charset=iso-8859-1');
  assert.throws(() => utf8Text(Buffer.from('x'), latin), problem('unsupported-media-type'));
  for (const name of ['x', 'Müller'])
    for (const quotation of ['"', "'"]) {
      const xml = `<?xml version="1.0" encoding=${quotation}ISO-8859-1${quotation}?><a>${name}</a>`;
      assert.throws(() => utf8Text(Buffer.from(xml, 'latin1')), problem('unsupported-media-type'));
    }
});

test('JSON of more arrays and objects, or deeper ones, than data sets have is refused; brackets in text count for nothing', () => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
  assert.ok(Array.isArray(parseJson(nested(4000))));
  assert.throws(() => parseJson(nested(5000)), problem('malformed-request'));
  assert.throws(() => parseJson('['.repeat(1_000_000)), problem('malformed-request'));
  assert.throws(() => parseJson(`[${'[],'.repeat(1_500_001)}1]`), problem('too-large'));
  const text = ['['.repeat(5000), `"${'{'.repeat(5000)}`, '\\'.repeat(9), `\\"${'['.repeat(9)}`, 'x'.repeat(5000)];
  assert.deepEqual(parseJson(JSON.stringify(text)), text);
  assert.throws(() => parseJson(`["${'x'.repeat(5000)}`), SyntaxError);
});

test('a name in another encoding is never stored as another name; the request says which instance could not be read', async (t) => {
  const { service, archive, steps } = await startDicomweb(t);
  const send = async (path: string, body: Uint8Array<ArrayBuffer> | string, type: string) => {
    const response = await fetch(service + path, { method: 'POST', body, headers: { 'content-type': type } });
    return { status: response.status, json: JSON.parse((await response.text()) || 'null') };
  };
  const [json, xml] = ['application/dicom+json', 'application/dicom+xml'];
  const instance = JSON.stringify([toJson(madeDataSet({ instance: '1.2.1' }))]);
  const step = scheduledStep({ ProcedureStepLabel: 'Müller' });
  const described = `<?xml version="1.0" encoding="ISO-8859-1"?>${toXml(step).replace(/^<\?xml[^>]*\?>/u, '')}`;
  const latin1 = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'));
  for (const [path, body, type, status] of [
    ['/studies', latin1(instance), json, 400],
    ['/studies', instance, `${json}; charset=windows-1252`, 415],
    ['/workitems', latin1(JSON.stringify([toJson(step)])), json, 400],
    ['/workitems', latin1(described), xml, 415],
    ['/workitems', '['.repeat(100_000), json, 400],
    ['/studies', `[${'['.repeat(100_000)}`, json, 400],
    ['/hanging-protocols', latin1(instance), json, 400],
  ] as const)
    assert.equal((await send(path, body, type)).status, status, `${path} ${type}`);
  assert.equal((await archive.statistics()).instances, 0);
  assert.deepEqual(await Array.fromAsync(steps.find(dataSetOf({ SOPInstanceUID: null }))), []);
  assert.equal((await send('/studies', `\ufeff${instance}`, json)).status, 200);
  const wrong = { ...toJson(madeDataSet({ instance: '1.2.2' })), '00280010': { vr: 'US', Value: ['many'] } };
  const { status, json: answer } = await send('/studies', JSON.stringify([wrong, {}, 7]), json);
  assert.equal(status, 409);
  assert.deepEqual(answer['00081198'].Value[0]['00081155'].Value, ['1.2.2']);
  assert.deepEqual([answer['00081198'].Value.length, answer['0008119A'].Value.length], [1, 2]);
});
