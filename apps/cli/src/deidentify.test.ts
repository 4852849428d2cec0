// `concord deidentify`: what is written, what is kept apart, what is refused, and the way back.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { explicitVrLittleEndian, type Part10File, readPart10, writePart10 } from '@concord/dicom';
import { folderWith } from '../testing/folder.ts';
import { instanceFile } from '../testing/instance.ts';
import { concord } from '../testing/terminal.ts';

const secret = 'a secret of more than sixteen bytes';
const environment = { CONCORD_DEIDENTIFICATION_SECRET: secret };
const image = (number: number, more: object = {}): Uint8Array =>
  instanceFile({ sopInstanceUid: `1.2.3.${number}`, patientName: 'Hidden^Jane', patientId: 'MRN-778812', ...more });
const run = (...argv: string[]) => concord(['deidentify', ...argv], { environment });
const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
const first = (folder: string): Part10File => readPart10(readFileSync(filesIn(folder)[0] ?? ''));
const edited = (bytes: Uint8Array, change: (file: Part10File) => void): Uint8Array => {
  const file = readPart10(bytes);
  change(file);
  return writePart10({
    dataSet: file.dataSet,
    meta: file.meta,
    transferSyntaxUid: explicitVrLittleEndian,
    preamble: Buffer.from('Hidden'.padEnd(128)),
  });
};

describe('new files', () => {
  test('one for each, named by new UIDs, without identity anywhere, with the markers', async (context) => {
    const folder = folderWith(context, {
      'Hidden Jane/1.dcm': image(1),
      '2.dcm': image(2),
      'readme.txt': 'Hidden Jane, no image at all',
    });
    const to = join(folderWith(context), 'out');
    const { code, output } = await run(folder, '--to', to);
    assert.equal(code, 0);
    assert.match(output[0] ?? '', /^2 de-identified, 2 of them with a warning|^2 de-identified, 0 failed, 1 not DICOM/);
    const files = filesIn(to);
    assert.equal(files.length, 2);
    for (const path of files) {
      assert.match(path.slice(to.length), /^\/2\.25\.\d+\/2\.25\.\d+\/2\.25\.\d+\.dcm$/);
      assert.ok(!/hidden|jane|778812|1\.2\.3/i.test(readFileSync(path, 'latin1')));
      const { dataSet, meta, preamble } = readPart10(readFileSync(path));
      assert.equal(dataSet.string('PatientIdentityRemoved'), 'YES');
      assert.equal(meta.string('MediaStorageSOPInstanceUID'), dataSet.string('SOPInstanceUID'));
      assert.ok(preamble?.every((byte) => byte === 0));
    }
  });
  test('preamble and meta information are new', async (context) => {
    const folder = folderWith(context, { '1.dcm': edited(image(1), () => {}) });
    const to = join(folderWith(context), 'out');
    await run(folder, '--to', to);
    assert.ok(!readFileSync(filesIn(to)[0] ?? '', 'latin1').includes('Hidden'));
  });
  test('the same secret gives the same names each time, another one others; from a file or the environment', async (context) => {
    const folder = folderWith(context, { '1.dcm': image(1) });
    const [a, b, c] = ['a', 'b', 'c'].map((name) => join(folderWith(context), name));
    const file = join(folderWith(context, { secret: `${secret}\n` }), 'secret');
    await run(folder, '--to', a ?? '');
    await concord(['deidentify', folder, '--to', b ?? '', '--secret-file', file]);
    await concord(['deidentify', folder, '--to', c ?? ''], {
      environment: { CONCORD_DEIDENTIFICATION_SECRET: `${secret}!` },
    });
    const uid = (to = ''): string | undefined => first(to).dataSet.string('SOPInstanceUID');
    assert.equal(uid(a), uid(b));
    assert.notEqual(uid(a), uid(c));
  });
  test('dates move by the same days for all of a patient', async (context) => {
    const later = edited(image(2), ({ dataSet }) => dataSet.set('StudyDate', '20240118'));
    const folder = folderWith(context, { '1.dcm': image(1), '2.dcm': later });
    const to = join(folderWith(context), 'out');
    await run(folder, '--to', to, '-o', 'retain-longitudinal-modified-dates');
    const days = filesIn(to).map((path) => {
      const date = readPart10(readFileSync(path)).dataSet.string('StudyDate') ?? '';
      return Date.UTC(Number(date.slice(0, 4)), Number(date.slice(4, 6)) - 1, Number(date.slice(6))) / 86_400_000;
    });
    assert.equal(Math.abs((days[0] ?? 0) - (days[1] ?? 0)), 3);
    assert.ok(days.every((day) => day < Date.UTC(2024, 0, 15) / 86_400_000));
  });
  test('lists: words that may stay, private elements that may stay', async (context) => {
    const bytes = edited(image(1), ({ dataSet }) => {
      dataSet.set('SeriesDescription', 'Thorax of Jane, lateral');
      dataSet.set(0x00290010, 'ACME', 'LO');
      dataSet.set(0x00291001, 7, 'US');
      dataSet.set(0x00291002, 8, 'US');
    });
    const folder = folderWith(context, { '1.dcm': bytes });
    const lists = folderWith(context, { words: 'thorax lateral\n# a remark\n', elements: '(0029,xx01) ACME\n' });
    const to = join(folderWith(context), 'out');
    await run(
      folder,
      '--to',
      to,
      '-o',
      'clean-descriptors',
      '--words',
      join(lists, 'words'),
      '-o',
      'retain-safe-private',
      '--private-list',
      join(lists, 'elements'),
    );
    const { dataSet } = first(to);
    assert.equal(dataSet.string('SeriesDescription'), 'Thorax lateral');
    assert.deepEqual([dataSet.number(0x00291001), dataSet.has(0x00291002)], [7, false]);
  });
  test('regions go black, and only then the file says that nothing is burned in', async (context) => {
    const folder = folderWith(context, { '1.dcm': image(1) });
    const [to, other] = [join(folderWith(context), 'out'), join(folderWith(context), 'out')];
    await run(folder, '--to', to, '-o', 'clean-pixel-data', '--blank', '1,0,1,2');
    assert.deepEqual([...(first(to).dataSet.bytes('PixelData') ?? [])], [0, 0, 160, 0]);
    assert.equal(first(to).dataSet.string('BurnedInAnnotation'), 'NO');
    const { notes } = await run(folder, '--to', other);
    assert.ok(!first(other).dataSet.has('BurnedInAnnotation'));
    assert.match(notes.join(), /OT images often show who it is, and the pixels were not cleaned/);
  });
  test('several threads make the same files as one', async (context) => {
    const folder = folderWith(
      context,
      Object.fromEntries(Array.from({ length: 260 }, (_, at) => [`${at}.dcm`, image(at + 1)])),
    );
    const [one, two] = [join(folderWith(context), 'out'), join(folderWith(context), 'out')];
    await run(folder, '--to', one, '-j', '1');
    await run(folder, '--to', two, '-j', '2', '--map', join(folderWith(context), 'm'));
    const names = (to: string): string[] => filesIn(to).map((path) => path.slice(to.length));
    assert.deepEqual(names(two), names(one));
    for (const name of names(one).slice(0, 20)) assert.deepEqual(readFileSync(two + name), readFileSync(one + name));
  });
});

describe('the way back', () => {
  const there = async (context: TestContext) => {
    const folder = folderWith(context, { '1.dcm': image(1), '2.dcm': image(2) });
    const work = folderWith(context);
    const [to, map, again] = [join(work, 'out'), join(work, 'study.map'), join(work, 'again')];
    assert.equal((await run(folder, '--to', to, '--map', map)).code, 0);
    return { folder, to, map, again };
  };
  const elements = (path: string): string[] => {
    const { dataSet } = readPart10(readFileSync(path));
    return [...dataSet.elements()].map(({ tag }) => `${tag} ${Buffer.from(dataSet.bytes(tag) ?? []).toString('hex')}`);
  };
  test('by the map: every element as it was; the map is its owner’s only', async (context) => {
    const { folder, to, map, again } = await there(context);
    assert.equal(statSync(map).mode & 0o777, 0o600);
    const { code, output } = await concord(['deidentify', to, '--to', again, '--reidentify', '--map', map]);
    assert.equal(code, 0);
    assert.match(output[0] ?? '', /^2 re-identified, 0 failed/);
    const sorted = (paths: readonly string[]): string[][] => paths.map(elements).sort();
    assert.deepEqual(sorted(filesIn(again)), sorted(filesIn(folder)));
  });
  test('a map is added to, its mode made strict again, and a line that a crash cut off harms no other', async (context) => {
    const { to, map, again } = await there(context);
    writeFileSync(map, '{"sopInstanceUid":"1.2', { flag: 'a', mode: 0o644 });
    const other = folderWith(context, { '3.dcm': image(3) });
    await run(other, '--to', join(to, '../more'), '--map', map);
    assert.equal(statSync(map).mode & 0o777, 0o600);
    assert.equal(
      (await concord(['deidentify', to, join(to, '../more'), '--to', again, '--reidentify', '--map', map])).code,
      0,
    );
    assert.equal(filesIn(again).length, 3);
  });
  test('what the map does not have fails, and so does a damaged entry', async (context) => {
    const { to, map, again, folder } = await there(context);
    const strange = await concord(['deidentify', folder, '--to', again, '--reidentify', '--map', map, '--json']);
    assert.equal(strange.code, 1);
    assert.match(strange.output.join(), /the map has nothing of 1\.2\.3\.1/);
    writeFileSync(map, readFileSync(map, 'utf8').replace(/"original":"..../g, '"original":"AAAA'));
    const damaged = await concord(['deidentify', to, '--to', again, '--reidentify', '--map', map]);
    assert.equal(damaged.code, 1);
    assert.match(damaged.output.join(), /the map is damaged/);
    assert.throws(() => filesIn(again));
  });
});

describe('nothing is lost or taken over', () => {
  test('what is there already stays, unless --overwrite', async (context) => {
    const folder = folderWith(context, { '1.dcm': image(1) });
    const to = join(folderWith(context), 'out');
    await run(folder, '--to', to);
    const [path = ''] = filesIn(to);
    writeFileSync(path, 'mine');
    const { code, output } = await run(folder, '--to', to);
    assert.equal(code, 1);
    assert.match(output.join(), /is there already/);
    assert.equal(readFileSync(path, 'latin1'), 'mine');
    assert.equal((await run(folder, '--to', to, '--overwrite')).code, 0);
    assert.notEqual(readFileSync(path, 'latin1'), 'mine');
    assert.deepEqual(filesIn(to), [path], 'nothing half-made is left');
  });
  test('a file that was given is never replaced, not even by --overwrite', async (context) => {
    const folder = folderWith(context, { '1.dcm': image(1) });
    const to = join(folderWith(context), 'out');
    await run(folder, '--to', to);
    const [path = ''] = filesIn(to);
    const trap = join(to, 'given.dcm');
    writeFileSync(trap, image(1));
    writeFileSync(path, '');
    const before = readFileSync(trap);
    mkdirSync(join(folder, 'x'));
    symlinkSync(trap, join(folder, 'x', 'link.dcm'));
    // The name the new file will have is a link to what was given.
    writeFileSync(`${path}.old`, '');
    const { unlinkSync } = await import('node:fs');
    unlinkSync(path);
    symlinkSync(trap, path);
    const { code, output } = await run(trap, '--to', to, '--overwrite');
    assert.equal(code, 1, output.join());
    assert.match(output.join(), /is one of the files that were given/);
    assert.deepEqual(readFileSync(trap), before);
  });
  test('two objects with one UID: the first stays, the second is told', async (context) => {
    const folder = folderWith(context, { '1.dcm': image(1), '2.dcm': image(1) });
    const to = join(folderWith(context), 'out');
    const { code, output } = await run(folder, '--to', to, '-j', '1');
    assert.equal(code, 1);
    assert.match(output[0] ?? '', /^1 de-identified/);
    assert.match((await run(folder, '--to', to, '--overwrite')).output[0] ?? '', /^1 de-identified.*1 failed/);
  });
  test('names never come from the file: UIDs that climb out of the folder', async (context) => {
    const climbing = edited(image(1), ({ dataSet }) => {
      dataSet.set('StudyInstanceUID', '../../../etc');
      dataSet.set('SeriesInstanceUID', '/tmp/x');
    });
    const folder = folderWith(context, { '1.dcm': climbing });
    const to = join(folderWith(context), 'out');
    await run(folder, '--to', to, '-o', 'retain-uids');
    await run(folder, '--to', to);
    const names = filesIn(to).map((path) => path.slice(to.length));
    assert.equal(names.length, 2);
    for (const name of names) assert.match(name, /^\/(unknown|2\.25\.\d+)\/(unknown|2\.25\.\d+)\/[0-9.]+\.dcm$/);
  });
  test('one file that is cut off or nonsense does not stop the others', async (context) => {
    const cut = edited(image(3), ({ dataSet }) => dataSet.delete('SOPInstanceUID'));
    const folder = folderWith(context, {
      '1.dcm': image(1).subarray(0, 150),
      '4.dcm': image(4).subarray(0, -2),
      '2.dcm': image(2),
      '3.dcm': cut,
    });
    const to = join(folderWith(context), 'out');
    const { code, output } = await run(folder, '--to', to, '--json');
    assert.equal(code, 1);
    const outcomes = output.slice(0, -1).map((line) => JSON.parse(line).outcome);
    assert.equal(outcomes.filter((one) => one === 'failed').length, 2, output.join('\n'));
    assert.equal(filesIn(to).length, 2);
    assert.match(output[3] ?? '', /"warning","reason":".*damaged/, 'what is there of the last');
  });
});

test('wrong use is told before a file is touched', async (context) => {
  const folder = folderWith(context, { '1.dcm': image(1) });
  const lists = folderWith(context, { short: 'short', bad: '0029,xx01\n', map: 'no map at all', key: 'no key' });
  const to = join(folderWith(context), 'out');
  const wrong: readonly (readonly string[])[] = [
    [],
    ['--to', join(folder, 'inside')],
    ['--to', folder],
    ['--to', to, '--map', join(to, 'study.map')],
    ['--to', to, '--map', join(lists, 'map')],
    ['--to', to, '-o', 'no-such-option'],
    ['--to', to, '-o', 'constructor'],
    ['--to', to, '-o', 'clean-pixel-data'],
    ['--to', to, '--blank', '0,0,5,5'],
    ['--to', to, '-o', 'clean-pixel-data', '--blank', '0,0,0,5'],
    ['--to', to, '-o', 'clean-pixel-data', '--blank', '0,0,5,5@3-2'],
    ['--to', to, '-o', 'clean-recognizable-visual-features'],
    ['--to', to, '-o', 'clean-descriptors'],
    ['--to', to, '-o', 'retain-longitudinal-full-dates', '-o', 'retain-longitudinal-modified-dates'],
    ['--to', to, '--secret-file', join(lists, 'short')],
    ['--to', to, '--secret-file', join(lists, 'none')],
    ['--to', to, '--private-list', join(lists, 'bad')],
    ['--to', to, '--recipient', join(lists, 'key')],
    ['--to', to, '--key', join(lists, 'key')],
    ['--to', to, '--reidentify'],
    ['--to', to, '--reidentify', '--key', join(lists, 'key')],
    ['--to', to, '--reidentify', '--map', join(lists, 'map')],
  ];
  for (const more of wrong) assert.equal((await run(folder, ...more)).code, 2, more.join(' '));
  assert.equal((await concord(['deidentify', folder, '--to', to])).code, 2, 'no secret');
  assert.throws(() => statSync(to));
  assert.deepEqual(filesIn(folder), [join(folder, '1.dcm')]);
});
