// Rendered resources, thumbnails and WADO-URI against a real archive: formats, sizes, windows, and what has no picture.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { type DataSet, DataSet as EmptyDataSet } from '@concord/dicom';
import sharp from 'sharp';
import { startFilled } from '../../testing/archive.ts';
import { type Made, madeSeries, madeSeriesPath, madeStudy } from '../../testing/instances.ts';

const start = async (t: TestContext, files: readonly Made[]) => {
  const web = await startFilled(t, files);
  const uri = (query: string, accept = '*/*') => fetch(`${web.url}/wado?${query}`, { headers: { accept } });
  return { ...web, uri };
};

const picture = async (response: Response) => {
  assert.equal(response.status, 200, await response.clone().text());
  const image = sharp(Buffer.from(await response.arrayBuffer()));
  const { format, width, height, channels } = await image.metadata();
  return { format, width, height, channels, pixels: await image.extractChannel(0).raw().toBuffer() };
};

const one = `${madeSeriesPath}/instances/1.2.1`;
/** 64 by 32 pixels that count up from 0, shown from 0 to 2047. */
const ramp: Made = {
  instance: '1.2.1',
  rows: 32,
  columns: 64,
  frames: 2,
  change: (dataSet) => {
    dataSet.set('WindowCenter', 1024);
    dataSet.set('WindowWidth', 2048);
  },
};

const bright = (dataSet: DataSet) => {
  dataSet.set('FrameTime', 40);
  dataSet.set('WindowCenter', 5120);
  dataSet.set('WindowWidth', 10_240);
};

const ids = `requestType=WADO&studyUID=${madeStudy}&seriesUID=${madeSeries}&objectUID=1.2.1`;

test('pictures of one image', async (t) => {
  const { get, uri } = await start(t, [ramp]);

  await t.test('each format that is asked for', async () => {
    for (const [accept, format] of [
      ['image/png', 'png'],
      ['image/jpeg', 'jpeg'],
      ['image/gif', 'gif'],
      ['*/*', 'jpeg'],
    ] as const) {
      const response = await get(`${one}/rendered`, accept);
      assert.equal(response.headers.get('content-type'), `image/${format}`);
      assert.match(response.headers.get('content-security-policy') ?? '', /sandbox/);
      assert.equal(response.headers.get('content-location'), `/dicom-web${one}/rendered`);
      const { format: found, width, height } = await picture(response);
      assert.deepEqual([found, width, height], [format, 64, 32]);
    }
    // Read by nothing here: a file of boxes that say so, and smaller where less will do.
    const jp2 = async (query: string) => {
      const response = await get(`${one}/rendered?accept=image/jp2${query}`);
      assert.deepEqual([response.status, response.headers.get('content-type')], [200, 'image/jp2']);
      const bytes = Buffer.from(await response.arrayBuffer());
      assert.deepEqual(
        [bytes.toString('latin1', 4, 8), bytes.toString('latin1', 16, 24)],
        ['jP  ', 'ftypjp2 '.slice(-8)],
      );
      return bytes.length;
    };
    assert.ok((await jp2('&quality=100')) > (await jp2('&quality=30')));
    assert.ok((await jp2('&iccprofile=yes')) > 0);
    assert.equal((await get(`${one}/frames/1/thumbnail`, 'image/jp2')).status, 200);
  });

  await t.test('the window of the file, or the one that is asked for', async () => {
    const plain = await picture(await get(`${one}/rendered`, 'image/png'));
    assert.deepEqual([plain.pixels[0], plain.pixels[2047]], [0, 255]);
    const narrow = await picture(await get(`${one}/rendered?window=1000,2,linear-exact`, 'image/png'));
    assert.deepEqual([narrow.pixels[900], narrow.pixels[1100]], [0, 255]);
  });

  await t.test('frames, one or several, in the order asked for', async () => {
    const second = await picture(await get(`${one}/frames/2/rendered?window=3072,2048,linear`, 'image/png'));
    assert.equal(second.pixels[0], 0);
    const several = await get(`${one}/frames/2,1/rendered`, 'image/png');
    assert.match(several.headers.get('content-type') ?? '', /^multipart\/related; type="image\/png"/);
    assert.equal((await several.text()).match(/Content-Type: image\/png/g)?.length, 2);
    assert.equal((await get(`${one}/frames/3/rendered`)).status, 404);
  });

  await t.test('a viewport: fitted, cut, and turned over', async () => {
    const fitted = await picture(await get(`${one}/rendered?viewport=32,32`, 'image/png'));
    assert.deepEqual([fitted.width, fitted.height], [32, 16]);
    const cut = await picture(await get(`${one}/rendered?viewport=10,10,54,22,10,10`, 'image/png'));
    assert.equal(cut.pixels[99], 255);
    const turned = await picture(await get(`${one}/rendered?viewport=64,32,0,0,-64,-32`, 'image/png'));
    assert.deepEqual([turned.pixels[0], turned.pixels[2047]], [255, 0]);
    assert.equal((await get(`${one}/rendered?viewport=10,10,100,100,5,5`)).status, 400);
  });

  await t.test('WADO-URI: a picture by default, the instance on request', async () => {
    assert.equal((await picture(await uri(ids))).format, 'jpeg');
    const small = await picture(
      await uri(`${ids}&contentType=image/png&rows=16&columns=100&frameNumber=2&windowCenter=3072&windowWidth=2048`),
    );
    assert.deepEqual([small.format, small.width, small.height], ['png', 32, 16]);
    assert.ok((small.pixels[0] ?? 255) < 10);
    const part = await picture(await uri(`${ids}&contentType=image/png&region=0.5,0.5,1,1`));
    assert.deepEqual([part.width, part.height, part.pixels.at(-1)], [32, 16, 255]);
    const file = await uri(`${ids}&contentType=application/dicom`);
    assert.match(file.headers.get('content-type') ?? '', /^application\/dicom/);
    assert.equal(Buffer.from(await file.arrayBuffer()).toString('latin1', 128, 132), 'DICM');
  });

  await t.test('WADO-URI: requests that are wrong', async () => {
    const expected: [string, number][] = [
      ['', 400],
      [ids.replace('WADO', 'DICOM'), 400],
      [ids.replace('objectUID=1.2.1', 'objectUID=..%2f..%2fetc%2fpasswd'), 400],
      [ids.replace('objectUID=1.2.1', 'x=1'), 400],
      [ids.replace('objectUID=1.2.1', 'objectUID=1.2.9'), 404],
      [`${ids}&frameNumber=3`, 400],
      [`${ids}&frameNumber=1,2`, 400],
      [`${ids}&windowCenter=1`, 400],
      [`${ids}&region=0,0,2,2`, 400],
      [`${ids}&region=0,0,0,0`, 400],
      [`${ids}&rows=0`, 400],
      [`${ids}&contentType=text/html`, 406],
      [`${ids}&contentType=application/dicom&rows=5&columns=5`, 400],
      [`${ids}&contentType=application/dicom&transferSyntax=1.2.840.10008.1.2.4.50`, 406],
      [`${ids}&anonymize=yes`, 400],
      [`${ids}&contentType=application/dicom,image/png`, 400],
      [`${ids}&contentType=image/png;charset=utf-8`, 400],
      [`${ids}&contentType=application/dicom;transfer-syntax=1.2.840.10008.1.2.1`, 400],
      [`${ids}&presentationSeriesUID=1.2.3&presentationUID=1.2.3.4`, 400],
      [`${ids}&presentationUID=1.2.3.4`, 400],
    ];
    for (const [query, status] of expected) {
      const response = await uri(query);
      assert.equal(response.status, status, `${query}: ${await response.text()}`);
    }
  });
});

test('frames of an instance as one moving picture, all or some', async (t) => {
  const { get, uri } = await start(t, [{ ...ramp, frames: 5, change: bright }]);
  const pages = async (response: Response) => {
    assert.equal(response.status, 200, await response.clone().text());
    const { format, pages: count, delay } = await sharp(Buffer.from(await response.arrayBuffer())).metadata();
    return [format, count ?? 1, delay?.[0]];
  };
  assert.deepEqual(await pages(await get(`${one}/rendered`, 'image/gif')), ['gif', 5, 40]);
  assert.deepEqual(await pages(await get(`${one}/rendered`, 'image/webp')), ['webp', 5, 40]);
  assert.deepEqual(await pages(await get(`${one}/frames/2,4/rendered`, 'image/gif')), ['gif', 2, 40]);
  assert.deepEqual((await pages(await get(`${one}/frames/2/rendered`, 'image/gif'))).slice(0, 2), ['gif', 1]);
  const query = `requestType=WADO&studyUID=${madeStudy}&seriesUID=${madeSeries}&objectUID=1.2.1&contentType=image/gif`;
  assert.deepEqual((await pages(await uri(query))).slice(0, 2), ['gif', 5]);
  assert.equal((await get(`${one}/frames/2,9/rendered`, 'image/gif')).status, 404);
});

test('quality makes a JPEG smaller, also where it is called imageQuality', async (t) => {
  const { get, uri } = await start(t, [{ ...ramp, rows: 200, columns: 200 }]);
  const size = async (quality: number) =>
    (await (await get(`${one}/rendered?quality=${quality}`, 'image/jpeg')).arrayBuffer()).byteLength;
  assert.ok((await size(10)) < (await size(95)));
  const byUri = async (quality: number) => {
    const response = await uri(`${ids}&contentType=image/jpeg&imageQuality=${quality}`);
    assert.deepEqual([response.status, response.headers.get('content-type')], [200, 'image/jpeg']);
    return (await response.arrayBuffer()).byteLength;
  };
  assert.deepEqual([await byUri(10), await byUri(95)], [await size(10), await size(95)]);
  for (const wrong of ['0', '101', '', '9.5', 'best'])
    assert.equal((await uri(`${ids}&imageQuality=${wrong}`)).status, 400, wrong);
});

test('a study and a series show the middle one, or every one', async (t) => {
  const files = [1, 2, 3].map((number) => ({ ...ramp, instance: `1.2.${number}`, instanceNumber: number, frames: 1 }));
  const { get } = await start(t, files);
  for (const path of [`/studies/${madeStudy}`, madeSeriesPath]) {
    assert.equal((await picture(await get(`${path}/rendered`, 'image/png'))).width, 64);
    const all = await get(`${path}/rendered`, 'multipart/related; type="image/png"');
    const text = await all.text();
    assert.equal(text.match(/Content-Type: image\/png/g)?.length, 3);
    assert.match(text, /Content-Location: http:\S+\/instances\/1\.2\.2\/rendered\r\n/);
  }
});

test('thumbnails are small, of every level', async (t) => {
  const { get } = await start(t, [{ ...ramp, rows: 300, columns: 400 }]);
  for (const path of [`/studies/${madeStudy}`, madeSeriesPath, one, `${one}/frames/2`]) {
    const { width, height, format } = await picture(await get(`${path}/thumbnail`));
    assert.deepEqual([width, height, format], [128, 96, 'jpeg'], path);
  }
  const asked = await picture(await get(`${one}/thumbnail?viewport=40,40`, 'image/png'));
  assert.deepEqual([asked.width, asked.height], [40, 30]);
  assert.equal((await get(`${one}/thumbnail?viewport=40,40,1,1,1,1`)).status, 400);
});

test('what has no pixels has no picture', async (t) => {
  const without: Made = { instance: '1.2.1', rows: 0, columns: 0 };
  const { get } = await start(t, [without]);
  for (const path of [`${one}/rendered`, `${one}/thumbnail`]) {
    const response = await get(path);
    assert.ok([404, 406].includes(response.status), `${path}: ${response.status}`);
    assert.match(response.headers.get('content-type') ?? '', /problem\+json/);
  }
});

test('a picture that nobody reads yet stays what it is while others are made', async (t) => {
  /** Noise, by a table: of a picture that is longer than what the sockets hold. */
  const noise = Array.from({ length: 65_536 }, (_, entry) => {
    const mixed = Math.imul(entry ^ (entry >>> 7), 0x9e3779b1);
    return (Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b) >>> 13) & 0xff;
  });
  const files = Array.from({ length: 3 }, (_, index): Made => {
    const change = (dataSet: DataSet) => {
      const table = new EmptyDataSet();
      table.set('LUTDescriptor', [0, 0, 8]);
      table.set('LUTData', [...noise.slice(index * 777), ...noise.slice(0, index * 777)]);
      dataSet.delete('WindowCenter');
      dataSet.delete('WindowWidth');
      dataSet.set('VOILUTSequence', [table]);
    };
    return { instance: `1.2.${index + 1}`, rows: 2048, columns: 4096, change };
  });
  const { url } = await startFilled(t, files);
  const { host } = new URL(url);
  const path = (index: number) => `/dicom-web${madeSeriesPath}/instances/1.2.${index + 1}/rendered?quality=100`;
  const ask = async (index: number) => {
    const response = await fetch(`${url}${path(index)}`, { headers: { accept: 'image/jpeg' } });
    return Buffer.from(await response.arrayBuffer());
  };
  const alone = [await ask(0), await ask(1), await ask(2)];
  assert.ok(
    alone.every((file) => file.length > 8_000_000),
    `${alone.map((file) => file.length)}`,
  );
  const socket = connect(Number(new URL(url).port), '127.0.0.1').pause();
  socket.write(`GET ${path(0)} HTTP/1.1\r\nHost: ${host}\r\nAccept: image/jpeg\r\nConnection: close\r\n\r\n`);
  await once(socket, 'connect');
  await setTimeout(500);
  for (let round = 0; round < 3; round += 1) {
    const made = await Promise.all([ask(1), ask(2), ask(1)]);
    assert.ok(made.every((file, at) => file.equals(alone[[1, 2, 1][at] ?? 0] ?? Buffer.alloc(0))));
  }
  const answer = Buffer.concat(await Array.fromAsync(socket));
  const body = answer.subarray(answer.indexOf('\r\n\r\n') + 4);
  assert.ok(body.equals(alone[0] ?? Buffer.alloc(0)), 'bytes of another picture');
});
