// Text out of PDFs that mean no good: damaged, endless, larger inside than outside. Each ends with a reason, and the next one is read.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { deflateSync } from 'node:zlib';
import { ImagingError } from '@concord/imaging';
import { encryptedPdf } from '../../../../packages/conformance/testing/encrypted-pdf.ts';
import { nestedPdf, onePage, pdfOf, pdfStream, writePdf } from '../../testing/pdfs.ts';
import { pdfFaults } from './pdf-messages.ts';
import { createPdfTexts, type PdfBounds, pdfBounds } from './pdf-texts.ts';

const run = (bytes: Uint8Array) => ({
  length: bytes.length,
  bytes: ({ start, end }: { start: number; end: number }) => [bytes.subarray(start, end)],
});

const reader = (t: TestContext, bounds: Partial<PdfBounds> = {}) => {
  const texts = createPdfTexts({ ...pdfBounds, ...bounds });
  t.after(() => texts.close());
  const read = (bytes: Uint8Array, signal?: AbortSignal) => texts.read(run(bytes), signal);
  const fault = async (bytes: Uint8Array) => {
    const told = await read(bytes);
    return told.kind === 'none' ? told.fault : told.pages.join('|');
  };
  return { ...texts, read, fault };
};

const hello = onePage('BT /F 12 Tf 10 700 Td (Hello) Tj 0 -20 Td (there) Tj ET');

test('pages in several scripts, line by line', async (t) => {
  const { read } = reader(t);
  const pages = [['Müller, Jürgen', 'Πνεύμονας: φυσιολογικός'], ['山田 太郎', '胸部に異常なし', 'Second line'], ['x']];
  const told = await read(await pdfOf(pages));
  assert.equal(told.kind, 'text');
  assert.deepEqual(
    told.pages.map((page) => page.trimEnd().split('\n')),
    pages,
  );
  assert.deepEqual(await read(hello), { kind: 'text', pages: ['Hello\nthere'] });
});

test('control characters do not come out of a document', async (t) => {
  const unicode = `/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <ff> endcodespacerange
3 beginbfchar <41> <0000> <42> <0007> <43> <001B> endbfchar endcmap end`;
  const more = {
    5: '<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 6 0 R>>',
    6: pdfStream(Buffer.from(unicode)),
  };
  const { read } = reader(t);
  const told = await read(onePage('BT /F 12 Tf 10 700 Td (ABCdef) Tj ET', { more }));
  assert.deepEqual(told, { kind: 'text', pages: ['def'] });
});

test('what was filled in or written over a page is of its text; what is hidden, or a password, is not', async (t) => {
  const field = (values: string) => `<</Type/Annot/Subtype/Widget/Rect[0 0 99 20]/P 3 0 R${values}>>`;
  const over = pdfStream(
    Buffer.from('BT /F 12 Tf 0 0 Td (Written over) Tj ET'),
    '/Type/XObject/Subtype/Form/BBox[0 0 99 20]/Resources<</Font<</F 5 0 R>>>>',
  );
  const fields = {
    6: field('/FT/Tx/T(name)/V(Jane Doe)'),
    7: field('/FT/Ch/T(side)/Opt[(left)(right)]/V(left)'),
    8: field('/FT/Tx/T(hidden)/V(hidden)/F 2'),
    9: field('/FT/Tx/T(secret)/V(secret)/Ff 8192'),
    10: '<</Type/Annot/Subtype/FreeText/Rect[0 0 99 20]/Contents(Written over)/DA(/F 12 Tf)/AP<</N 11 0 R>>>>',
    11: over,
  };
  const pdf = writePdf({
    1: '<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[6 0 R 7 0 R 8 0 R 9 0 R]>>>>',
    2: '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    3: '<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</Font<</F 5 0 R>>>>/Contents 4 0 R/Annots[6 0 R 7 0 R 8 0 R 9 0 R 10 0 R]>>',
    4: pdfStream(Buffer.from('BT /F 12 Tf 10 700 Td (Form) Tj ET')),
    5: '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
    ...fields,
  });
  const { read } = reader(t);
  assert.deepEqual(await read(pdf), { kind: 'text', pages: ['Form\nWritten over\nJane Doe\nleft'] });
});

test('damaged documents, and such as hold no text', async (t) => {
  const { fault, read } = reader(t);
  const whole = await pdfOf([['One', 'Two'], ['Three']]);
  assert.equal(await fault(new Uint8Array()), 'damaged');
  assert.equal(await fault(randomBytes(50_000)), 'damaged');
  assert.equal(await fault(Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(50_000)])), 'damaged');
  for (const part of [0.1, 0.5, 0.9]) {
    const cut = await read(whole.subarray(0, whole.length * part));
    assert.ok(cut.kind === 'none' && (cut.fault === 'damaged' || cut.fault === 'no-text'), JSON.stringify(cut));
  }
  assert.equal(await fault(onePage('0 0 100 100 re f')), 'no-text');
  assert.deepEqual(await read(hello.subarray(0, hello.lastIndexOf('xref'))), { kind: 'text', pages: ['Hello\nthere'] });
});

test('documents with bytes changed anywhere end as text or with a reason, never with an error', async (t) => {
  const { read } = reader(t);
  const originals = [
    await pdfOf([['Müller', '胸部'], ['x']]),
    nestedPdf(2),
    await encryptedPdf('x', { ownerPassword: 'b' }),
  ];
  let seed = 1;
  const below = (most: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return seed % most;
  };
  for (let round = 0; round < 18; round += 1) {
    const changed = Uint8Array.from(originals[round % originals.length] ?? []);
    for (let change = 0; change <= round; change += 1) changed[below(changed.length)] = below(256);
    const told = await read(changed);
    assert.ok(told.kind === 'text' || told.fault in pdfFaults, JSON.stringify(told));
  }
});

test('an encrypted document is read where no password is asked for, and else says so', async (t) => {
  const { fault } = reader(t);
  assert.equal(await fault(await encryptedPdf('Secret', { userPassword: 'a', ownerPassword: 'b' })), 'encrypted');
  assert.equal(await fault(await encryptedPdf('Secret', { ownerPassword: 'b' })), 'Secret');
});

test('a text of which a part could not be told is none', async (t) => {
  const { fault } = reader(t);
  const descendant =
    '/Subtype/CIDFontType0/BaseFont/HeiseiMin-W3/CIDSystemInfo<</Registry(Adobe)/Ordering(Japan1)/Supplement 2>>';
  for (const [encoding, expected] of [
    ['UniJIS-UCS2-H', 'no-tables'],
    ['90ms-RKSJ-H', 'no-tables'],
    ['..#2f..#2f..#2fetc#2fpasswd', 'Name'], // no reader knows that table
  ] as const) {
    const more = {
      6: `<</Type/Font/Subtype/Type0/BaseFont/HeiseiMin-W3/Encoding/${encoding}/DescendantFonts[7 0 R]>>`,
      7: `<</Type/Font${descendant}/FontDescriptor 8 0 R>>`,
      8: '<</Type/FontDescriptor/FontName/HeiseiMin-W3/Flags 4/FontBBox[0 0 1000 1000]/ItalicAngle 0/Ascent 800/Descent -200/StemV 80>>',
      5: '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
    };
    const pdf = writePdf({
      1: '<</Type/Catalog/Pages 2 0 R>>',
      2: '<</Type/Pages/Kids[3 0 R]/Count 1>>',
      3: '<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</Font<</F 5 0 R/J 6 0 R>>>>/Contents 4 0 R>>',
      4: pdfStream(Buffer.from('BT /F 12 Tf 10 700 Td (Name ) Tj /J 12 Tf <5c7175b0> Tj ET')),
      ...more,
    });
    assert.equal(await fault(pdf), expected, encoding);
  }
});

test('objects that lead in a circle', async (t) => {
  const { fault } = reader(t);
  const catalogue = '<</Type/Catalog/Pages 2 0 R>>';
  assert.equal(await fault(writePdf({ 1: catalogue, 2: '<</Type/Pages/Kids[2 0 R 2 0 R]/Count 5>>' })), 'damaged');
  const endless = '<</Type/Pages/Kids[2 0 R]/Count 100000000>>';
  const told = await fault(writePdf({ 1: catalogue, 2: endless.replace('2 0', '3 0'), 3: endless }));
  assert.ok(told === 'too-many-pages' || told === 'damaged', told);
  const form = '/Type/XObject/Subtype/Form/BBox[0 0 1 1]/Resources<</XObject<</X 6 0 R>>/Font<</F 5 0 R>>>>';
  const inItself = pdfStream(Buffer.from('BT /F 12 Tf (x) Tj ET /X Do /X Do'), form);
  assert.equal(await fault(onePage('/X Do', { resources: '/XObject<</X 6 0 R>>', more: { 6: inItself } })), 'x');
  assert.equal(await fault(onePage(Buffer.from('<</Length 4 0 R>>\nstream\nBT ET\nendstream'))), 'no-text');
});

test('more text, pages, bytes or time than is allowed', async (t) => {
  const { fault } = reader(t, { characters: 200, pages: 2, bytes: 100_000 });
  assert.equal(await fault(nestedPdf(9)), 'too-much-text');
  assert.equal(await fault(await pdfOf([['1'], ['2'], ['3']])), 'too-many-pages');
  assert.equal(await fault(new Uint8Array(100_001)), 'too-large');
  assert.equal(await fault(hello), 'Hello\nthere', 'and what comes after it is read');
  const hurried = reader(t, { deadlineMs: 1000, characters: 1e9 });
  const started = performance.now();
  assert.equal(await hurried.fault(nestedPdf(12)), 'too-slow');
  assert.ok(performance.now() - started < 10_000);
});

test('streams that grow a thousandfold, once and twice, cost their thread', async (t) => {
  const packed = deflateSync(Buffer.alloc(2 ** 28, ' '));
  const bounds = { buffersMb: 64, deadlineMs: 60_000 };
  const { fault } = reader(t, bounds);
  const before = process.memoryUsage.rss();
  assert.equal(await fault(onePage(pdfStream(packed, '/Filter/FlateDecode'))), 'too-much-memory');
  const twice = pdfStream(deflateSync(packed), '/Filter[/FlateDecode/FlateDecode]');
  assert.equal(await fault(onePage(twice)), 'too-much-memory');
  assert.ok(process.memoryUsage.rss() - before < 400e6);
  assert.equal(await fault(hello), 'Hello\nthere');
});

test('a heap that is too small ends the thread alone', async (t) => {
  const { fault } = reader(t, { heapMb: 24, characters: 1e9, deadlineMs: 60_000 });
  const words = `BT /F 12 Tf 10 700 Td ${'(some words) Tj T* '.repeat(400_000)} ET`;
  assert.equal(await fault(onePage(words)), 'too-much-memory');
  assert.equal(await fault(hello), 'Hello\nthere');
});

test('one at a time: further ones wait, as many as may; whoever goes away leaves, and closing turns all away', async (t) => {
  const { read, close } = reader(t, { waiting: 1, characters: 1e9 });
  const gone = new AbortController();
  const first = read(nestedPdf(12), gone.signal);
  const second = read(hello);
  await assert.rejects(read(hello), (error) => error instanceof ImagingError && error.fault === 'queue-full');
  gone.abort(new TypeError('gone'));
  await assert.rejects(first, { message: 'gone' });
  assert.equal((await second).kind, 'text');
  const last = read(nestedPdf(12));
  const waiting = read(hello);
  close();
  await assert.rejects(last, { name: 'AbortError' });
  await assert.rejects(waiting, (error) => error instanceof ImagingError && error.fault === 'closed');
});

test('what the bytes of a document throw is thrown, and holds nobody up', async (t) => {
  const texts = createPdfTexts();
  t.after(() => texts.close());
  const bytes = async function* () {
    yield hello.subarray(0, 10);
    throw new TypeError('the store is gone');
  };
  await assert.rejects(texts.read({ length: hello.length, bytes }), { message: 'the store is gone' });
  assert.equal((await texts.read(run(hello))).kind, 'text');
});
