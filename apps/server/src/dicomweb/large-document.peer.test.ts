// An encapsulated document larger than the memory it may take, from a running server: as it is, as bulk data, named by metadata.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { DataSet, writeDataSet, writePart10 } from '@concord/dicom';
import { madeDataSet, madeSeriesPath } from '../../testing/instances.ts';
import { passing } from '../../testing/large-study.ts';
import { startServerProcess } from '../../testing/programs.ts';
import { temporaryFolder } from '../../testing/real-archive.ts';

const explicitVrLittleEndian = '1.2.840.10008.1.2.1';
const length = 256 * 1024 * 1024;
/** Less than half of the document; what a server that is warm keeps for buffers is less. */
const allowedMegabytes = 120;
const chunk = Buffer.alloc(1024 * 1024, '%PDF-1.7 ');

/** The file, its document made while it is sent. PS3.3 C.24.2. */
async function* file(): AsyncGenerator<Uint8Array, void> {
  const dataSet = madeDataSet({ instance: '1.2.1' });
  dataSet.delete('PixelData');
  for (const keyword of ['Rows', 'Columns', 'BitsAllocated', 'BitsStored', 'HighBit']) dataSet.delete(keyword);
  dataSet.set('SOPClassUID', '1.2.840.10008.5.1.4.1.1.104.1');
  const header = Buffer.from('420011004f42000000000000', 'hex'); // (0042,0011) OB
  header.writeUInt32LE(length, 8);
  yield Buffer.concat([written(dataSet), header]);
  for (let left = length; left > 0; left -= chunk.length) yield chunk;
  const rest = new DataSet();
  rest.set('MIMETypeOfEncapsulatedDocument', 'application/pdf');
  rest.set('EncapsulatedDocumentLength', length - 1);
  yield writeDataSet(rest, explicitVrLittleEndian);
}

const written = (dataSet: DataSet): Uint8Array => writePart10({ dataSet, transferSyntaxUid: explicitVrLittleEndian });

test('a document of 256 MiB: streamed, never held; its text is refused at once', async (t) => {
  const server = await startServerProcess(t, join(await temporaryFolder(), 'data'));
  await server.wake();
  const service = `http://127.0.0.1:${server.httpPort}/dicom-web`;
  const pid = server.process.pid ?? 0;
  const sending = request(`${service}/studies`, { method: 'POST', headers: { 'content-type': 'application/dicom' } });
  const answered = once(sending, 'response');
  await pipeline(Readable.from(file()), sending);
  const [stored]: IncomingMessage[] = await answered;
  assert.equal(stored?.resume().statusCode, 200);
  const instance = `${service}${madeSeriesPath}/instances/1.2.1`;
  const metadata = async () => (await (await fetch(`${instance}/metadata`)).json())[0];
  for (const [path, accept, expected] of [
    ['/rendered', '*/*', length - 1],
    ['/bulkdata/EncapsulatedDocument', 'application/octet-stream', length],
    ['/bulkdata', '*/*', length],
  ] as const) {
    const { grownMegabytes } = await passing(path, pid, length, async () => {
      const response = await fetch(`${instance}${path}`, { headers: { accept } });
      let received = 0;
      for await (const bytes of response.body ?? []) received += bytes.length;
      assert.equal(response.status, 200);
      assert.ok(received >= expected && received < expected + 1000, `${path}: ${received}`);
    });
    assert.ok(grownMegabytes < allowedMegabytes, `${path}: ${Math.round(grownMegabytes)} MB more`);
  }
  const { grownMegabytes } = await passing('metadata', pid, length, async () => {
    const { '00420011': document } = await metadata();
    assert.match(document.BulkDataURI, /\/instances\/1\.2\.1\/bulkdata\/EncapsulatedDocument$/u);
    const xml = await fetch(`${instance}/metadata`, {
      headers: { accept: 'multipart/related; type="application/dicom+xml"' },
    });
    assert.match(await xml.text(), /keyword="EncapsulatedDocument"><BulkData uri="[^"]+"\/>/u);
    const part = await fetch(`${instance}/rendered`, {
      headers: { accept: '*/*', range: 'bytes=200000000-200000008' },
    });
    assert.deepEqual([part.status, (await part.text()).length], [206, 9]);
    const text = await fetch(`${instance}/rendered`, { headers: { accept: 'text/plain' } });
    assert.equal(text.status, 406);
    const { detail, acceptable } = await text.json();
    assert.match(detail, /larger than what is read for its text/u);
    assert.deepEqual(acceptable, ['application/pdf', 'text/xml']);
  });
  assert.ok(grownMegabytes < 60, `${Math.round(grownMegabytes)} MB more`);
});
