// Stored videos as what players take: the stream, whole or a range of it, under the name of what it is wrapped in.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPart10, writePart10 } from '@concord/dicom';
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

/** The stream in fragments of `size` bytes, the last one longer. */
const videoFile = (transferSyntaxUid: string, stream: Uint8Array, count = 2, size = 100): Buffer => {
  const dataSet = madeDataSet({ instance: '1.2.1', frames: 25 });
  dataSet.delete('PixelData');
  const head = writePart10({ dataSet, transferSyntaxUid });
  const fragments = Array.from({ length: count }, (_, index) =>
    stream.subarray(index * size, index + 1 === count ? undefined : (index + 1) * size),
  );
  return Buffer.concat([head, pixelDataStart(), ...fragments.flatMap(pixelDataFragment), pixelDataEnd()]);
};

const send = (service: string, file: Uint8Array): Promise<Response> =>
  fetch(`${service}/studies`, {
    method: 'POST',
    body: Uint8Array.from(file),
    headers: { 'content-type': 'application/dicom' },
  });

const start = async (t: Parameters<typeof startDicomweb>[0], file: Uint8Array) => {
  const { service, url } = await startDicomweb(t);
  assert.equal((await send(service, file)).status, 200);
  const instance = `${service}/studies/${madeStudy}/series/${madeSeries}/instances/1.2.1`;
  const uri = `${url}/wado?requestType=WADO&studyUID=${madeStudy}&seriesUID=${madeSeries}&objectUID=1.2.1`;
  const get = (address: string, accept = '*/*', headers: Record<string, string> = {}) =>
    fetch(address, { headers: { accept, ...headers } });
  return { get, service, instance, rendered: `${instance}/rendered`, uri };
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
    const { get, rendered, uri } = await start(t, videoFile(syntax, stream));
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
  const { get, rendered, uri } = await start(t, videoFile(h264, mp4));
  const refused = await get(rendered, 'image/png');
  assert.equal(refused.status, 406);
  assert.deepEqual((await refused.json()).acceptable, ['video/mp4']);
  assert.equal((await get(`${rendered}?viewport=10,10`)).status, 400);
  assert.equal((await get(`${uri}&rows=10`)).status, 400);
  assert.equal((await get(rendered, '*/*', { range: `bytes=${mp4.length}-` })).status, 416);
  const tag = (await get(rendered)).headers.get('etag') ?? '';
  assert.equal((await get(rendered, '*/*', { 'if-none-match': tag })).status, 304);
});

for (const [name, syntax, type] of [
  ['MPEG-2', mpeg2, 'video/mpeg2'],
  ['H.264', h264, 'video/mp4'],
  ['H.264 in fragments (.102.1)', `${h264}.1`, 'video/mp4'],
  ['HEVC', hevc, 'video/h265'],
] as const)
  test(`${name} in as many fragments as frames, and cut in the middle of its stream, stays one stream, as it came`, async (t) => {
    const cut = transport.subarray(0, 600); // players stop there; nobody here looks into it
    const file = videoFile(syntax, cut, 25, 24);
    const { get, instance, rendered } = await start(t, file);
    for (const [path, accept] of [
      [`${instance}/bulkdata/PixelData`, type],
      [`${instance}/bulkdata/PixelData`, 'application/octet-stream'],
      [rendered, '*/*'],
    ] as const)
      assert.ok((await bytesOf(await get(path, accept))).equals(cut), `${path} ${accept}`);
    for (const path of ['frames/1', 'frames/1,2', 'frames/25']) {
      const refused = await get(`${instance}/${path}`);
      assert.equal(refused.status, 404, path);
      assert.match((await refused.json()).detail, /A video has no frames/u);
    }
    assert.equal((await get(`${instance}/frames/2/rendered`)).status, 406);
    const other = await get(instance, 'application/dicom; transfer-syntax=1.2.840.10008.1.2.1');
    assert.equal(other.status, 406);
    assert.deepEqual((await other.json()).acceptable.length > 0, true);
    const kept = readPart10(await bytesOf(await get(instance, 'application/dicom')));
    assert.deepEqual(kept.dataSet.element('PixelData')?.fragments?.length, 26);
  });

test('a video whose object ends before its stream does is refused, and says where', async (t) => {
  const { service } = await start(t, videoFile(h264, mp4));
  const whole = videoFile(h264, mp4);
  for (const [end, reason] of [
    [whole.length - 8, /has no end/u],
    [whole.length - 300, /runs past the end/u],
  ] as const) {
    const refused = await send(service, whole.subarray(0, end));
    assert.equal(refused.status, 409);
    assert.match(await refused.text(), reason);
  }
});
