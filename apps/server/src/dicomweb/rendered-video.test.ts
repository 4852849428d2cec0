// Stored videos as what players take: the stream, whole or a range of it, under the name of what it is wrapped in.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { writePart10 } from '@concord/dicom';
import { pixelDataEnd, pixelDataFragment, pixelDataStart } from '@concord/imaging';
import { startDicomweb } from '../../testing/archive.ts';
import { madeDataSet, madeSeries, madeStudy } from '../../testing/instances.ts';
import { streamType } from './rendered-video.ts';

const [mpeg2, h264, hevc] = ['100', '102', '107'].map((last) => `1.2.840.10008.1.2.4.${last}`) as [
  string,
  string,
  string,
];

/** What each kind of stream begins with; the rest is never looked at. */
const mp4 = Buffer.from(`0000001c${Buffer.from('ftypisom').toString('hex')}${'5a'.repeat(600)}`, 'hex');
const transport = Buffer.alloc(188 * 4, 0xff).map((byte, at) => (at % 188 === 0 ? 0x47 : byte));
const program = Buffer.from(`000001ba44000400${'c3'.repeat(400)}`, 'hex');
const annexB = Buffer.from(`0000000167640028${'1f'.repeat(400)}`, 'hex');

const videoFile = (instance: string, transferSyntaxUid: string, stream: Uint8Array): Buffer => {
  const dataSet = madeDataSet({ instance, frames: 25 });
  dataSet.delete('PixelData');
  const head = writePart10({ dataSet, transferSyntaxUid });
  const [first, second] = [stream.subarray(0, 100), stream.subarray(100)];
  return Buffer.concat([
    ...[head, pixelDataStart(), ...pixelDataFragment(first), ...pixelDataFragment(second), pixelDataEnd()],
  ]);
};

const start = async (t: Parameters<typeof startDicomweb>[0], transferSyntaxUid: string, stream: Uint8Array) => {
  const { service, url } = await startDicomweb(t);
  const body = Uint8Array.from(videoFile('1.2.1', transferSyntaxUid, stream));
  const sent = { method: 'POST', body, headers: { 'content-type': 'application/dicom' } };
  assert.equal((await fetch(`${service}/studies`, sent)).status, 200);
  const rendered = `${service}/studies/${madeStudy}/series/${madeSeries}/instances/1.2.1/rendered`;
  const uri = `${url}/wado?requestType=WADO&studyUID=${madeStudy}&seriesUID=${madeSeries}&objectUID=1.2.1`;
  const get = (address: string, accept = '*/*', headers: Record<string, string> = {}) =>
    fetch(address, { headers: { accept, ...headers } });
  return { get, rendered, uri };
};
const bytesOf = async (response: Response): Promise<Buffer> => Buffer.from(await response.arrayBuffer());

test('a stream is named by what it is wrapped in', () => {
  assert.equal(streamType(h264, mp4), 'video/mp4');
  assert.equal(streamType(hevc, mp4), 'video/mp4');
  assert.equal(streamType(h264, transport), 'video/mp2t');
  assert.equal(streamType(mpeg2, program), 'video/mpeg');
  assert.equal(streamType(h264, annexB), 'video/h264');
  assert.equal(streamType(hevc, annexB), 'video/h265');
  for (const short of [new Uint8Array(), new Uint8Array(5)]) assert.equal(streamType(mpeg2, short), 'video/mpeg');
});

for (const [name, syntax, stream, type] of [
  ['MPEG-2', mpeg2, program, 'video/mpeg'],
  ['H.264 in an MP4 file', h264, mp4, 'video/mp4'],
  ['H.264 in a transport stream', h264, transport, 'video/mp2t'],
  ['HEVC in an MP4 file', hevc, mp4, 'video/mp4'],
] as const) {
  test(`${name}: rendered is the stored stream, whole and in ranges, by both services`, async (t) => {
    const { get, rendered, uri } = await start(t, syntax, stream);
    for (const response of [await get(rendered), await get(rendered, type), await get(`${uri}&contentType=${type}`)]) {
      assert.equal(response.status, 200, await response.clone().text());
      assert.equal(response.headers.get('content-type'), type);
      assert.equal(response.headers.get('accept-ranges'), 'bytes');
      assert.ok((await bytesOf(response)).equals(stream));
    }
    const part = await get(rendered, '*/*', { range: 'bytes=95-104' });
    assert.deepEqual([part.status, part.headers.get('content-range')], [206, `bytes 95-104/${stream.length}`]);
    assert.ok((await bytesOf(part)).equals(stream.subarray(95, 105)));
  });
}

test('what a video cannot be: another format, a changed one, one from behind its end', async (t) => {
  const { get, rendered, uri } = await start(t, h264, mp4);
  const refused = await get(rendered, 'image/png');
  assert.equal(refused.status, 406);
  assert.deepEqual((await refused.json()).acceptable, ['video/mp4']);
  assert.equal((await get(`${rendered}?viewport=10,10`)).status, 400);
  assert.equal((await get(`${uri}&rows=10`)).status, 400);
  assert.equal((await get(rendered, '*/*', { range: `bytes=${mp4.length}-` })).status, 416);
  const tag = (await get(rendered)).headers.get('etag') ?? '';
  assert.equal((await get(rendered, '*/*', { 'if-none-match': tag })).status, 304);
});
