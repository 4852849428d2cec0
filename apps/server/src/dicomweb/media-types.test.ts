// Accept negotiation: the headers that clients are known to send, and what each of them gets.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAccept, parseMediaType } from './media-range.ts';
import { contentTypeOf, negotiate, notAcceptable, type Offer, type Packaging } from './media-types.ts';

const explicit = '1.2.840.10008.1.2.1';
const jpegLs = '1.2.840.10008.1.2.4.80';
const both: readonly Packaging[] = ['multipart', 'single'];

/** A lossless JPEG-LS frame: as stored under its own type or as octets, or decoded. */
const frame: readonly Offer[] = [
  { mediaType: 'image/jls', transferSyntaxUid: jpegLs, defaultFor: 'type' },
  { mediaType: 'application/octet-stream', transferSyntaxUid: jpegLs },
  { mediaType: 'application/octet-stream', transferSyntaxUid: explicit, defaultFor: 'category' },
];
const instance: readonly Offer[] = [
  { mediaType: 'application/dicom', transferSyntaxUid: jpegLs },
  { mediaType: 'application/dicom', transferSyntaxUid: explicit, defaultFor: 'category' },
];
const metadata: readonly Offer[] = [
  { mediaType: 'application/dicom+json', defaultFor: 'category', packaging: 'single' },
  { mediaType: 'application/dicom+xml', packaging: 'multipart' },
];
const rendered: readonly Offer[] = [
  { mediaType: 'image/jpeg', defaultFor: 'category' },
  { mediaType: 'image/png' },
  { mediaType: 'image/gif' },
];

const choose = (accept: string | undefined, offers: readonly Offer[], packagings = both) => {
  const choice = negotiate(parseAccept(accept), offers, packagings);
  return choice && `${choice.packaging} ${contentTypeOf(choice.offer)}`;
};
const decoded = `application/octet-stream; transfer-syntax=${explicit}`;

test('frames: the headers of known clients', () => {
  const expected: [string | undefined, string | undefined][] = [
    // dicomweb-client
    ['multipart/related; type="application/octet-stream"', `multipart ${decoded}`],
    [
      `multipart/related; type="image/jls"; transfer-syntax=${jpegLs}`,
      `multipart image/jls; transfer-syntax=${jpegLs}`,
    ],
    // Cornerstone, OHIF: unquoted type
    [
      'multipart/related; type=application/octet-stream; transfer-syntax=*',
      `multipart application/octet-stream; transfer-syntax=${jpegLs}`,
    ],
    ['multipart/related; type="image/x-jls"', `multipart image/jls; transfer-syntax=${jpegLs}`],
    // clients of Google, Microsoft
    [
      `multipart/related; type="application/octet-stream"; transfer-syntax=${jpegLs}`,
      `multipart application/octet-stream; transfer-syntax=${jpegLs}`,
    ],
    ['application/octet-stream; transfer-syntax=*', `single application/octet-stream; transfer-syntax=${jpegLs}`],
    // the parameter inside the quotes
    [
      'multipart/related;type="application/octet-stream; transfer-syntax=*"',
      `multipart application/octet-stream; transfer-syntax=${jpegLs}`,
    ],
    // curl, browsers, Java, no header at all: the default of the resource
    ['*/*', `multipart ${decoded}`],
    [undefined, `multipart ${decoded}`],
    ['text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2', `multipart ${decoded}`],
    ['multipart/*', `multipart ${decoded}`],
    ['multipart/related', `multipart ${decoded}`],
    ['multipart/related; transfer-syntax=*', `multipart image/jls; transfer-syntax=${jpegLs}`],
    ['application/octet-stream', `single ${decoded}`],
    ['image/*', `single image/jls; transfer-syntax=${jpegLs}`],
    // what cannot be had
    ['multipart/related; type="image/jp2"', undefined],
    ['application/octet-stream; transfer-syntax=1.2.840.10008.1.2.4.50', undefined],
    ['multipart/related; type="application/octet-stream"; transfer-syntax="image/x-jls"', undefined],
    ['nonsense', undefined],
    ['*/*; q=0', undefined],
  ];
  for (const [accept, answer] of expected) assert.equal(choose(accept, frame), answer, accept);
});

test('instances: as stored only where the client says so, decoded by default', () => {
  const asStored = `multipart application/dicom; transfer-syntax=${jpegLs}`;
  const plain = `multipart application/dicom; transfer-syntax=${explicit}`;
  assert.equal(choose('multipart/related; type="application/dicom"', instance), plain);
  assert.equal(choose('multipart/related; type="application/dicom"; transfer-syntax=*', instance), asStored);
  assert.equal(choose('multipart/related;type=application/dicom;transfer-syntax=*', instance), asStored);
  assert.equal(choose('application/dicom; transfer-syntax=*', instance), asStored.replace('multipart', 'single'));
  assert.equal(choose(`multipart/related; type="application/dicom"; transfer-syntax="${jpegLs}"`, instance), asStored);
  assert.equal(choose('application/dicom', instance, ['multipart']), undefined);
});

test('weights decide, and the most specific range gives the weight', () => {
  const [stored, plain] = [jpegLs, explicit].map(
    (uid) => `multipart/related; type="application/dicom"; transfer-syntax=${uid}`,
  );
  assert.match(choose(`${stored}; q=0.5, ${plain}`, instance) ?? '', /1\.2\.1$/);
  assert.match(choose(`${stored}, ${plain}; q=0.5`, instance) ?? '', /4\.80$/);
  assert.equal(choose('image/*; q=0.9, image/jpeg; q=0.1', rendered), 'single image/png');
  assert.equal(choose('image/png; q=0, */*', rendered, ['single']), 'single image/jpeg');
  assert.equal(choose('image/gif, image/png; q=0.9, */*; q=0.1', rendered), 'single image/gif');
});

test('metadata is JSON unless XML is asked for, whatever name is used', () => {
  const xml = 'multipart application/dicom+xml';
  for (const accept of ['application/dicom+json', 'application/json', '*/*', 'application/*', undefined]) {
    assert.equal(choose(accept, metadata), 'single application/dicom+json', accept);
  }
  assert.equal(choose('multipart/related; type="application/dicom+xml"', metadata), xml);
  assert.equal(
    choose('multipart/related; type=application/dicom+xml;q=0.4, application/dicom+json;q=0.3', metadata),
    xml,
  );
  assert.equal(choose('application/dicom', metadata), undefined);
});

test('rendered images for a browser', () => {
  assert.equal(
    choose('image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8', rendered, ['single']),
    'single image/jpeg',
  );
  assert.equal(choose('image/webp', rendered), undefined);
});

test('a 406 lists what could be had', () => {
  const problem = notAcceptable(instance, both);
  assert.equal(problem.status, 406);
  assert.deepEqual(problem.members.acceptable, [
    `multipart/related; type="application/dicom"; transfer-syntax=${jpegLs}`,
    `application/dicom; transfer-syntax=${jpegLs}`,
    `multipart/related; type="application/dicom"; transfer-syntax=${explicit}`,
    `application/dicom; transfer-syntax=${explicit}`,
  ]);
});

test('media types are read leniently and nonsense is left out', () => {
  const read = parseMediaType('Multipart/Related ; Type = "application/dicom" ;boundary="a;b,c\\"d"; x');
  assert.equal(read?.type, 'multipart/related');
  assert.deepEqual(
    [...(read?.parameters ?? [])],
    [
      ['type', 'application/dicom'],
      ['boundary', 'a;b,c"d'],
    ],
  );
  for (const bad of ['', 'text', '/', 'a/b/c', 'a b/c', 'te\0xt/plain', '<b>/x', 'x'.repeat(9000)]) {
    assert.equal(parseMediaType(bad), undefined, bad);
  }
  assert.deepEqual(
    parseAccept(`a/b;q=x, c/d;q=7, ${'e/f,'.repeat(200)}`)
      .slice(0, 2)
      .map(({ q }) => q),
    [0, 1],
  );
  assert.ok(parseAccept('a/b,'.repeat(1000)).length <= 64);
});
