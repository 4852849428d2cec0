// Character sets beside pydicom: every text of its own test files, and names we write as it reads them.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { corpusFile, corpusFiles, corpusFolder, needsCorpus } from '../../testing/corpus.ts';
import { DataSet } from '../data-set.ts';
import { writePart10 } from '../file-meta.ts';
import { readPart10 } from '../part10.ts';
import { isPrivate } from '../tag.ts';
import { textCodec } from './text-codec.ts';

const script = `
import json, sys, warnings, pydicom
warnings.simplefilter('ignore')
found = {}
for path in sys.argv[1:]:
    texts = []
    for e in pydicom.dcmread(path, force=True).iterall():
        if e.VR in ('PN', 'LO', 'SH', 'LT', 'ST', 'UC', 'UT') and e.value and not e.tag.is_private:
            many = e.VM > 1
            texts.append('\\\\'.join(str(v) for v in e.value) if many else str(e.value))
    found[path] = texts
print(json.dumps(found))
`;
const pydicom = (paths: readonly string[]): Record<string, readonly string[]> =>
  JSON.parse(execFileSync('/usr/bin/python3', ['-c', script, ...paths], { encoding: 'utf8', timeout: 60_000 }));

const textVrs: ReadonlySet<string> = new Set(['PN', 'LO', 'SH', 'LT', 'ST', 'UC', 'UT']);
function texts(dataSet: DataSet): string[] {
  return [...dataSet.elements()].flatMap((element) => [
    ...(textVrs.has(element.vr) && element.length > 0 && !isPrivate(element.tag)
      ? [dataSet.strings(element.tag).join('\\')]
      : []),
    ...dataSet.items(element.tag).flatMap(texts),
  ]);
}
/** pydicom takes off empty groups of names, and its own kind of padding. */
const alike = (values: readonly string[]): string[] =>
  values.map((value) => value.replace(/[= \0]+$/, '').trim()).filter(Boolean);

test('[VW-CHAR-01] every text of the character set files as pydicom reads it', needsCorpus, () => {
  const names = corpusFiles().filter((name) => name.includes('charset_files'));
  assert.ok(names.length > 10);
  const theirs = pydicom(names.map((name) => join(corpusFolder, name)));
  for (const name of names)
    assert.deepEqual(
      alike(texts(readPart10(corpusFile(name)).dataSet)),
      alike(theirs[join(corpusFolder, name)] ?? []),
      name,
    );
});

test('[VW-CHAR-01] what we write, pydicom reads', () => {
  const folder = mkdtempSync(join(tmpdir(), 'character-sets-'));
  try {
    const written: readonly (readonly [readonly string[], string])[] = [
      [['ISO_IR 100'], 'Äneas^Rüdiger'],
      [['ISO_IR 166'], 'กขค^ง'],
      [['ISO_IR 13'], 'ﾔﾏﾀﾞ^ﾀﾛｳ'],
      [['ISO 2022 IR 100', 'ISO 2022 IR 144'], 'Äneas^Люк'],
      [['', 'ISO 2022 IR 87', 'ISO 2022 IR 159'], 'Yamada^Tarou=山田^太郎丂=やまだ^たろう'],
      [['ISO 2022 IR 13', 'ISO 2022 IR 87'], 'ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう'],
      [['', 'ISO 2022 IR 149'], 'Hong^Gildong=洪^吉洞=홍^길동'],
      [['', 'ISO 2022 IR 58'], 'Zhang^XiaoDong=张^小东'],
      [['GB18030'], 'Wang^XiaoDong=王^小东䶮'],
      [['GBK'], 'Wang^XiaoDong=王^小東'],
      [['ISO_IR 192'], 'Wang^XiaoDong=王^小東=😀'],
    ];
    const paths = written.map(([terms, name], index) => {
      assert.deepEqual(textCodec(terms).unencodable(name, 'PN'), []);
      const dataSet = new DataSet();
      dataSet.set('SpecificCharacterSet', terms);
      dataSet.set('SOPClassUID', '1.2.840.10008.5.1.4.1.1.7');
      dataSet.set('SOPInstanceUID', `1.2.3.${index}`);
      dataSet.set('PatientName', name);
      const path = join(folder, `${index}.dcm`);
      writeFileSync(path, writePart10({ dataSet, transferSyntaxUid: '1.2.840.10008.1.2.1' }));
      return path;
    });
    const theirs = pydicom(paths);
    written.forEach(([terms, name], index) => {
      // pydicom 2 leaves the escape sequences of GB 2312 in the text it decodes with them.
      const theirNames = theirs[paths[index] ?? '']?.map((text) => text.replaceAll('\x1b$)A', ''));
      assert.deepEqual(theirNames, [name], terms.join('\\'));
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
