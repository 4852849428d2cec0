// Character sets: the examples of PS3.5 Annexes H, I, J and K, every defined term, hostile bytes.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { DicomError } from '../error.ts';
import type { Vr } from '../vr.ts';
import { graphicSetOf } from './graphic-set.ts';
import { textCodec } from './text-codec.ts';
import { hasUndecodable, readable } from './undecodable.ts';

/** One byte for each character; \x1b is ESC. */
const bytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
const characters = (value: Uint8Array): string => Buffer.from(value).toString('latin1');

interface Example {
  readonly name: string;
  readonly terms: readonly string[];
  readonly vr: Vr;
  readonly encoded: string;
  readonly text: string;
}
const examples: readonly Example[] = [
  {
    name: 'PS3.5 H.3.1: ASCII, then kanji and kana in JIS X 0208',
    terms: ['', 'ISO 2022 IR 87'],
    vr: 'PN',
    encoded: 'Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B=\x1b$B$d$^$@\x1b(B^\x1b$B$?$m$&\x1b(B',
    text: 'Yamada^Tarou=山田^太郎=やまだ^たろう',
  },
  {
    name: 'PS3.5 H.3.2: half-width katakana first, romaji after each kanji',
    terms: ['ISO 2022 IR 13', 'ISO 2022 IR 87'],
    vr: 'PN',
    encoded: '\xd4\xcf\xc0\xde^\xc0\xdb\xb3=\x1b$B;3ED\x1b(J^\x1b$BB@O:\x1b(J=\x1b$B$d$^$@\x1b(J^\x1b$B$?$m$&\x1b(J',
    text: 'ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう',
  },
  {
    name: 'PS3.5 I.2: hangul and hanja in G1, designated again behind each delimiter',
    terms: ['', 'ISO 2022 IR 149'],
    vr: 'PN',
    encoded: 'Hong^Gildong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7=\x1b$)C\xc8\xab^\x1b$)C\xb1\xe6\xb5\xbf',
    text: 'Hong^Gildong=洪^吉洞=홍^길동',
  },
  {
    name: 'PS3.5 J.1: UTF-8',
    terms: ['ISO_IR 192'],
    vr: 'PN',
    encoded: 'Wang^XiaoDong=\xe7\x8e\x8b^\xe5\xb0\x8f\xe6\x9d\xb1=',
    text: 'Wang^XiaoDong=王^小東=',
  },
  {
    name: 'PS3.5 J.3: GB18030',
    terms: ['GB18030'],
    vr: 'PN',
    encoded: 'Wang^XiaoDong=\xcd\xf5^\xd0\xa1\xb6\xab=',
    text: 'Wang^XiaoDong=王^小东=',
  },
  {
    name: 'PS3.5 K.2: GB 2312 with code extensions',
    terms: ['', 'ISO 2022 IR 58'],
    vr: 'PN',
    encoded: 'Zhang^XiaoDong=\x1b$)A\xd5\xc5^\x1b$)A\xd0\xa1\xb6\xab=',
    text: 'Zhang^XiaoDong=张^小东=',
  },
  {
    name: 'PS3.5 K.3: GB 2312 in a long text, designated again in each line',
    terms: ['', 'ISO 2022 IR 58'],
    vr: 'LT',
    encoded:
      '1.\x1b$)A\xb5\xda\xd2\xbb\xd0\xd0\xce\xc4\xd7\xd6\xa1\xa3\r\n2.\x1b$)A\xb5\xda\xb6\xfe\xd0\xd0\xce\xc4\xd7\xd6\xa1\xa3\r\n',
    text: '1.第一行文字。\r\n2.第二行文字。\r\n',
  },
  {
    name: 'GBK',
    terms: ['GBK'],
    vr: 'PN',
    encoded: 'Wang^XiaoDong=\xcd\xf5^\xd0\xa1\x96|',
    text: 'Wang^XiaoDong=王^小東',
  },
  { name: 'Latin 1', terms: ['ISO_IR 100'], vr: 'PN', encoded: 'Buc^J\xe9r\xf4me', text: 'Buc^Jérôme' },
  {
    name: 'Latin 1, two values',
    terms: ['ISO_IR 100'],
    vr: 'LO',
    encoded: 'J\xe9r\xf4me\\\xc4neas',
    text: 'Jérôme\\Äneas',
  },
  {
    name: 'Arabic',
    terms: ['ISO_IR 127'],
    vr: 'PN',
    encoded: '\xe2\xc8\xc7\xe6\xea^\xe4\xe6\xd2\xc7\xd1',
    text: 'قباني^لنزار',
  },
  {
    name: 'Greek',
    terms: ['ISO_IR 126'],
    vr: 'PN',
    encoded: '\xc4\xe9\xef\xed\xf5\xf3\xe9\xef\xf2',
    text: 'Διονυσιος',
  },
  {
    name: 'Hebrew',
    terms: ['ISO_IR 138'],
    vr: 'PN',
    encoded: '\xf9\xf8\xe5\xef^\xe3\xe1\xe5\xf8\xe4',
    text: 'שרון^דבורה',
  },
  { name: 'Cyrillic', terms: ['ISO_IR 144'], vr: 'PN', encoded: '\xbb\xee\xdace\xdc\xd1yp\xd3', text: 'Люкceмбypг' },
  {
    name: 'JIS X 0212, supplementary kanji',
    terms: ['ISO 2022 IR 6', 'ISO 2022 IR 87', 'ISO 2022 IR 159'],
    vr: 'LO',
    encoded: 'a \x1b$B;3\x1b$(D0!\x1b(B\\b',
    text: 'a 山丂\\b',
  },
  {
    name: 'two Latin alphabets: back to that of value 1 before a delimiter and at the end',
    terms: ['ISO 2022 IR 100', 'ISO 2022 IR 144', 'ISO 2022 IR 126'],
    vr: 'PN',
    encoded: '\xc4neas\x1b-L\xd9\x1b-A^\x1b-F\xc4\x1b-A',
    text: 'Äneasй^Δ',
  },
];

for (const { name, terms, vr, encoded, text } of examples)
  test(`[VW-CHAR-01] ${name}: read and written byte for byte`, () => {
    const codec = textCodec(terms);
    assert.equal(codec.decode(bytes(encoded), vr), text);
    assert.equal(characters(codec.encode(text, vr)), encoded);
  });

test('[VW-CHAR-01] PS3.5 I.3: designated at the head of each line, used further on', () => {
  const line = '\x1b$)CThe line includes \xc7\xd1\xb1\xdb.\r\n';
  assert.equal(
    textCodec(['', 'ISO 2022 IR 149']).decode(bytes(line + line), 'LT'),
    'The line includes 한글.\r\nThe line includes 한글.\r\n',
  );
});

const singleByte = [100, 101, 109, 110, 144, 127, 126, 138, 148, 203, 166, 13];
const labels: Readonly<Record<number, string>> = {
  100: 'iso-8859-1',
  101: 'iso-8859-2',
  109: 'iso-8859-3',
  110: 'iso-8859-4',
  144: 'iso-8859-5',
  127: 'iso-8859-6',
  126: 'iso-8859-7',
  138: 'iso-8859-8',
  148: 'iso-8859-9',
  203: 'iso-8859-15',
  166: 'tis620',
  13: 'shift_jis',
};

describe('tables against iconv-lite', () => {
  for (const number of singleByte)
    test(`[VW-CHAR-01] ISO_IR ${number}: each byte, with and without code extensions`, () => {
      for (let byte = 0xa0; byte < 0x100; byte += 1) {
        const expected = iconv.decode(Buffer.of(byte), labels[number] ?? '');
        if (expected === '\ufffd' || expected.length !== 1) continue;
        // The 1987 edition of ISO 8859-7 has no euro, drachma and ypogegrammeni signs; ours reads the 2003 one.
        for (const term of [`ISO_IR ${number}`, `ISO 2022 IR ${number}`]) {
          const codec = textCodec([term]);
          const read = codec.decode(Uint8Array.of(byte), 'LT');
          if (!hasUndecodable(read)) assert.deepEqual([byte, read], [byte, expected]);
          assert.deepEqual(codec.encode(read, 'LT'), Uint8Array.of(byte));
        }
      }
    });

  /** 94 x 94 cells of a two-byte set as iconv-lite reads them. */
  const cells = (label: string, lead: readonly number[]): (string | undefined)[] =>
    Array.from({ length: 94 * 94 }, (_, cell) => {
      const text = iconv.decode(Buffer.of(...lead, 0xa1 + Math.floor(cell / 94), 0xa1 + (cell % 94)), label);
      return text.length === 1 && text !== '\ufffd' && !/[\ue000-\uf8ff]/.test(text) ? text : undefined;
    });
  const tables = [
    { registration: 87, label: 'euc-jp', lead: [], least: 6879 },
    { registration: 159, label: 'euc-jp', lead: [0x8f], least: 6067 },
    { registration: 149, label: 'euc-kr', lead: [], least: 8224 },
    { registration: 58, label: 'gb2312', lead: [], least: 7445 },
  ];
  for (const { registration, label, lead, least } of tables)
    test(`ISO 2022 IR ${registration}: every cell`, () => {
      const ours = graphicSetOf(registration)?.toUnicode() ?? new Uint16Array();
      let same = 0;
      const different: string[] = [];
      cells(label, lead).forEach((text, cell) => {
        if (text === undefined || ours[cell] === 0) return;
        if (text.charCodeAt(0) === ours[cell]) same += 1;
        else different.push(`${text}${String.fromCharCode(ours[cell] ?? 0)}`);
      });
      assert.ok(same >= least - 30, `${same} cells agree`);
      assert.ok(different.length <= 10, different.join(' '));
    });
});

/** Characters of each repertoire, for generated text. */
const alphabets: readonly (readonly [readonly string[], string])[] = [
  [['ISO_IR 100'], 'Aab ÄéÿþÐ1'],
  [['ISO 2022 IR 100', 'ISO 2022 IR 144', 'ISO 2022 IR 126'], 'Aab éЖдΩς1'],
  [['ISO 2022 IR 13', 'ISO 2022 IR 87', 'ISO 2022 IR 159'], 'Aab ﾔﾏﾀﾞ山田太郎ーｦ丂丄。'],
  [['', 'ISO 2022 IR 149'], 'Aab 홍길동洪吉洞가힝1'],
  [['', 'ISO 2022 IR 58'], 'Aab 张小东一乙、。1'],
  [['', 'ISO 2022 IR 87', 'ISO 2022 IR 149', 'ISO 2022 IR 58'], 'Aab 山가张Ω1~'],
  [['ISO_IR 166'], 'Aab กขฃ๛1'],
  [['ISO_IR 203'], 'Aab €Šš1'],
  [['GB18030'], 'Aab 王小東䶮𠀀😀éû€1'],
  [['GBK'], 'Aab 王小東镕é1'],
  [['ISO_IR 192'], 'Aab 王é😀홍Ω\ufeff1'],
];

describe('round trips', () => {
  for (const [terms, alphabet] of alphabets)
    for (const vr of ['PN', 'LO', 'LT'] as const)
      test(`${terms.join('\\')} ${vr}: what is written is read again`, () => {
        const codec = textCodec(terms);
        const delimiters = vr === 'LT' ? ['\r\n', '\t'] : ['\\', '^', '='];
        const text = fc.array(fc.constantFrom(...alphabet, ...delimiters)).map((parts) => parts.join(''));
        fc.assert(fc.property(text, (value) => assert.equal(codec.decode(codec.encode(value, vr), vr), value)));
      });

  const anyTerms = fc.constantFrom(
    ...alphabets.map(([terms]) => terms),
    [],
    ['ISO_IR 13'],
    ['ISO_IR 999'],
    ['rubbish', 'x'],
  );
  const anyVr = fc.constantFrom<Vr>('PN', 'LO', 'LT', 'CS', 'UT');
  const esc = [0x1b, 0x24, 0x42, 0x1b, 0x28, 0x42, 0x1b, 0x24, 0x29, 0x43, 0x1b, 0x24, 0x28, 0x44, 0x1b, 0x2d, 0x4c];
  const anyBytes = fc.array(fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(...esc)), { maxLength: 40 });

  /** Six characters have two code points in Unicode and one cell in JIS X 0208. */
  const oneSpelling = (text: string): string =>
    text.replace(/[～∥－￠￡￢]/g, (character) => '〜‖−¢£¬'['～∥－￠￡￢'.indexOf(character)] ?? '');

  test('any bytes in any set are read, written and read as the same text', () => {
    fc.assert(
      fc.property(anyTerms, anyVr, anyBytes, (terms, vr, raw) => {
        const codec = textCodec(terms);
        const text = codec.decode(Uint8Array.from(raw), vr);
        if (codec.unencodable(text, vr).length === 0)
          assert.equal(oneSpelling(codec.decode(codec.encode(text, vr), vr)), oneSpelling(text));
        else assert.throws(() => codec.encode(text, vr), DicomError);
      }),
      { numRuns: 3000 },
    );
  });
  test('bytes without a character are not written where they would be one', () => {
    const escapeBeforeEscape = Uint8Array.of(0x1b, 0x24, 0x1b, 0x2d, 0x42, 0x42);
    const halfAPair = Uint8Array.of(0xb0, 0x1b, 0x24, 0x42, 0xa1);
    for (const [terms, raw] of [
      [['', 'ISO 2022 IR 100'], escapeBeforeEscape],
      [['', 'ISO 2022 IR 58'], halfAPair],
    ] as const) {
      const codec = textCodec(terms);
      const text = codec.decode(raw, 'PN');
      assert.equal(codec.unencodable(text, 'PN').length, 1);
      assert.throws(() => codec.encode(text, 'PN'), DicomError);
    }
    const alone = textCodec(['', 'ISO 2022 IR 58']);
    assert.deepEqual([...alone.encode(alone.decode(Uint8Array.of(0xb0, 0x20, 0xa1), 'PN'), 'PN')], [0xb0, 0x20, 0xa1]);
  });
  test('without code extensions any bytes come back as they were', () => {
    const terms = fc.constantFrom([], ['ISO_IR 100'], ['ISO_IR 126'], ['ISO_IR 192'], ['ISO_IR 999'], ['ISO_IR 13']);
    fc.assert(
      fc.property(terms, anyBytes, (declared, raw) => {
        const codec = textCodec(declared);
        assert.deepEqual(Array.from(codec.encode(codec.decode(Uint8Array.from(raw), 'LT'), 'LT')), raw);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('what the sets cannot hold', () => {
  test('a character outside the declared sets is refused with its place, never replaced', () => {
    assert.throws(
      () => textCodec(['ISO_IR 100']).encode('aбb', 'LO'),
      (error) => error instanceof DicomError && error.fault === 'not-encodable' && error.offset === 1,
    );
    assert.deepEqual(textCodec(['ISO_IR 100']).unencodable('бa😀бΩ', 'LO'), ['б', '😀', 'Ω']);
    assert.deepEqual(textCodec([]).unencodable('é', 'LO'), ['é']);
    assert.deepEqual(textCodec(['GBK']).unencodable('𠀀€', 'LO'), ['𠀀', '€']);
    assert.deepEqual(textCodec(['ISO_IR 192']).unencodable('\ud800x', 'LO'), ['\ud800']);
  });
  test('VRs outside the reach of (0008,0005) hold the default repertoire only', () => {
    const codec = textCodec(['ISO_IR 192']);
    assert.deepEqual(codec.unencodable('é', 'CS'), ['é']);
    assert.ok(hasUndecodable(codec.decode(bytes('\xc3\xa9'), 'CS')));
  });
  test('a character cannot smuggle in an escape sequence', () => {
    assert.deepEqual(textCodec(['', 'ISO 2022 IR 87']).unencodable('a\x1b$Bb', 'LO'), ['\x1b']);
  });
  test('ISO_IR 13: the yen sign shares its byte with the backslash', () => {
    const codec = textCodec(['ISO_IR 13']);
    assert.equal(codec.decode(bytes('a\\b~'), 'LT'), 'a¥b‾');
    assert.equal(codec.decode(bytes('a\\b'), 'LO'), 'a\\b');
    assert.deepEqual(codec.encode('a\\b', 'LO'), bytes('a\\b'));
    assert.deepEqual(codec.unencodable('a¥b', 'LO'), ['¥']);
    assert.deepEqual(codec.unencodable('a\\~', 'LT'), ['\\', '~']);
  });
});

describe('declarations that are wrong', () => {
  const misspelt = {
    'ISO-IR 100': 'ISO_IR 100',
    iso_ir_192: 'ISO_IR 192',
    'UTF-8': 'ISO_IR 192',
    'ISO_IR 87 ': 'ISO 2022 IR 87',
    'ISO 2022-IR 100': 'ISO 2022 IR 100',
    'ISO_IR 6': 'ISO_IR 6',
  };
  for (const [given, meant] of Object.entries(misspelt))
    test(`${given} is read as ${meant}`, () => {
      assert.deepEqual(textCodec([given]).terms, [meant]);
      assert.deepEqual(textCodec([given]).unknownTerms, []);
    });
  test('[CS-CHR-02] an invented term: bytes above 7FH survive, flagged', () => {
    const codec = textCodec(['ISO_IR 777']);
    assert.deepEqual(codec.unknownTerms, ['ISO_IR 777']);
    const text = codec.decode(bytes('J\xe9r'), 'PN');
    assert.ok(hasUndecodable(text));
    assert.equal(readable(text), 'J\ufffdr');
    assert.deepEqual(codec.encode(text, 'PN'), bytes('J\xe9r'));
  });
  test('names of object members are not terms', () => {
    assert.deepEqual(textCodec(['constructor', 'ISO_IR __proto__']).unknownTerms, ['constructor', 'ISO_IR __proto__']);
  });
  test('no declaration: bytes above 7FH survive, flagged', () => {
    const text = textCodec([]).decode(bytes('M\xfcller'), 'PN');
    assert.equal(readable(text), 'M\ufffdller');
    assert.deepEqual(textCodec([]).encode(text, 'PN'), bytes('M\xfcller'));
  });
  test('Korean without a second designation behind the delimiter is read as meant', () => {
    const text = textCodec(['', 'ISO 2022 IR 149']).decode(bytes('\x1b$)C\xb1\xe8^\xc8\xf1\xc1\xdf'), 'PN');
    assert.equal(text, '김^희중');
  });
  test('a sequence cut short at the end of a value is kept', () => {
    for (const [terms, cut] of [
      [['ISO_IR 192'], 'a\xe7\x8e'],
      [['', 'ISO 2022 IR 87'], 'a\x1b$B;'],
      [['', 'ISO 2022 IR 149'], 'a\x1b$)C\xb1'],
      [['', 'ISO 2022 IR 87'], 'a\x1b$'],
      [['GB18030'], 'a\xcd'],
    ] as const) {
      const codec = textCodec(terms);
      const text = codec.decode(bytes(cut), 'LO');
      assert.ok(hasUndecodable(text), cut);
      assert.equal(codec.decode(codec.encode(text, 'LO'), 'LO'), text);
    }
  });
  test('a megabyte of bytes that are no UTF-8 costs no more than a few seconds of processor time', () => {
    const before = process.cpuUsage();
    textCodec(['ISO_IR 192']).decode(new Uint8Array(1 << 20).fill(0xff), 'UT');
    textCodec(['GB18030']).decode(new Uint8Array(1 << 20).fill(0xff), 'UT');
    assert.ok(process.cpuUsage(before).user < 5_000_000);
  });
});
