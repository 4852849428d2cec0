// What stands in an address: queries, UIDs, frame lists, ranges, rendering parameters, and hostile values of each.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FastifyRequest } from 'fastify';
import type { HttpProblem } from '../web/problem.ts';
import { allowOnly, parseQuery, single } from './query.ts';
import { contentRange, parseRange } from './range.ts';
import { parseRendered, parseViewport, parseWindow } from './rendered-parameters.ts';
import { frameNumbers, targetOf } from './target.ts';

const hostile = [
  '..',
  '../../etc/passwd',
  '',
  '1'.repeat(65),
  '1.2\0',
  '<b>1.2</b>',
  '1..2',
  '.1',
  '1.',
  '1.2\r\nX: y',
  '%00',
  '١.٢',
];
const requestFor = (params: object) => ({ params }) as FastifyRequest;
const problem = (kind: HttpProblem['kind']) => (error: HttpProblem) => {
  assert.equal(error.kind, kind);
  assert.doesNotMatch(error.message, /[^\x20-\x7e]/u);
  return true;
};

test('UIDs of an address are UIDs, whatever is written there', () => {
  for (const name of ['study', 'series', 'instance']) {
    for (const text of hostile)
      assert.throws(() => targetOf(requestFor({ [name]: text })), problem('invalid-parameter'), text);
  }
  assert.deepEqual(
    targetOf(requestFor({ study: '1.2', series: '1.2.3', instance: `${'1.'.repeat(31)}22`, frames: '1,2' })),
    {
      studyInstanceUid: '1.2',
      seriesInstanceUid: '1.2.3',
      sopInstanceUid: `${'1.'.repeat(31)}22`,
      frames: [1, 2],
    },
  );
});

test('a character set that is not to be had', () => {
  for (const good of ['charset=utf-8', 'charset=ISO-8859-1,UTF-8;q=0.5', 'accept=text/html'])
    assert.doesNotThrow(() => parseQuery(`?${good}`));
  for (const bad of ['charset=ISO-8859-1', 'charset=', 'charset=utf-8&charset=utf-8'])
    assert.throws(() => parseQuery(`?${bad}`), problem('invalid-parameter'), bad);
});

test('frame lists', () => {
  assert.deepEqual(frameNumbers('3,1, 2'), [3, 1, 2]);
  for (const text of ['', '0', '-1', '1,', ',', '1;2', '1.5', '1e3', '9999999999', 'x', '1,0']) {
    assert.throws(() => frameNumbers(text), problem('invalid-parameter'), text);
  }
  assert.throws(() => frameNumbers(Array(5000).fill('1').join()), problem('too-large'));
});

test('queries are decoded strictly, and none is too long', () => {
  const query = parseQuery('/studies?PatientName=M%C3%BCller+*&limit=5&a&limit=6&=x');
  assert.deepEqual(
    [...query],
    [
      ['PatientName', ['Müller *']],
      ['limit', ['5', '6']],
      ['a', ['']],
      ['', ['x']],
    ],
  );
  assert.deepEqual([...parseQuery('/studies')], []);
  for (const bad of ['?a=%', '?a=%zz', '?a=%ff', '?%c3=1']) {
    assert.throws(() => parseQuery(bad), problem('malformed-request'), bad);
  }
  assert.throws(() => parseQuery(`?${'a=1&'.repeat(300)}`), problem('malformed-request'));
});

test('unknown and repeated parameters are named, without markup or line ends getting through', () => {
  const query = parseQuery('?%3Cscript%3E%0D%0A=1&accept=a&accept=b');
  assert.throws(() => allowOnly(query, ['accept']), problem('unknown-parameter'));
  assert.throws(() => single(query, 'accept'), problem('invalid-parameter'));
});

test('byte ranges', () => {
  const expected: [string | undefined, number, ReturnType<typeof parseRange>][] = [
    ['bytes=0-9', 100, { start: 0, end: 10 }],
    ['bytes=90-', 100, { start: 90, end: 100 }],
    ['bytes=90-1000000', 100, { start: 90, end: 100 }],
    ['bytes=-5', 100, { start: 95, end: 100 }],
    ['bytes=-500', 100, { start: 0, end: 100 }],
    ['bytes=99-99', 100, { start: 99, end: 100 }],
    [undefined, 100, undefined],
    ['bytes=0-1,5-6', 100, undefined],
    ['bytes=5-4', 100, undefined],
    ['bytes=-', 100, undefined],
    ['lines=1-2', 100, undefined],
    ['bytes=a-b', 100, undefined],
  ];
  for (const [header, length, range] of expected) assert.deepEqual(parseRange(header, length), range, header);
  for (const header of ['bytes=100-', 'bytes=100-200', 'bytes=999999999999-', 'bytes=-0']) {
    assert.throws(() => parseRange(header, 100), problem('range-not-satisfiable'), header);
  }
  assert.throws(() => parseRange('bytes=0-', 0), problem('range-not-satisfiable'));
  assert.equal(contentRange({ start: 0, end: 10 }, 100), 'bytes 0-9/100');
});

test('rendering parameters', () => {
  assert.deepEqual(parseWindow('40,400,linear'), { center: 40, width: 400, function: 'LINEAR' });
  assert.deepEqual(parseWindow('-0.5, 0.25 ,sigmoid'), { center: -0.5, width: 0.25, function: 'SIGMOID' });
  assert.equal(parseWindow('1,2,linear-exact').function, 'LINEAR_EXACT');
  assert.deepEqual(parseViewport('512,256'), { columns: 512, rows: 256 });
  assert.deepEqual(parseViewport('512,512,,,-100,50.5').region, {
    left: 0,
    top: 0,
    width: 100,
    height: 50.5,
    flipHorizontally: true,
    flipVertically: false,
  });
  assert.deepEqual(
    parseRendered(parseQuery('?quality=80&window=1,2,linear&viewport=9,9&iccprofile=no&accept=image/png')),
    {
      quality: 80,
      profileUse: 'no',
      window: { center: 1, width: 2, function: 'LINEAR' },
      viewport: { columns: 9, rows: 9 },
    },
  );
});

test('rendering parameters that make no sense', () => {
  const bad = [
    ...[
      'window=',
      'window=1',
      'window=1,0,linear',
      'window=1,0.5,linear',
      'window=1,-2,linear',
      'window=1,2',
      'window=1,2,',
      'window=a,b,linear',
      'window=1,2,cubic',
    ],
    ...[
      'window=NaN,1,linear',
      'window=Infinity,2,linear',
      'window=1,2,linear,3',
      'window=1e999,2,linear',
      'window=0x10,2,linear',
    ],
    ...['viewport=', 'viewport=1', 'viewport=0,1', 'viewport=1.5,2', 'viewport=-1,2', 'viewport=99999,1'],
    ...['viewport=1,1,1,1,0,1', 'viewport=1,1,1,1,1,1,1', 'viewport=a,b'],
    ...[
      'quality=0',
      'quality=101',
      'quality=',
      'quality=9.5',
      'quality=best',
      'iccprofile=p3',
      'iccprofile=',
      'annotation=',
      'annotation=patient,',
      'annotation=%3Cb%3E',
    ],
  ];
  for (const query of bad) {
    assert.throws(() => parseRendered(parseQuery(`?${query}`)), problem('invalid-parameter'), query);
  }
});
