// Fonts for the scripts that the font of the page lacks: Chinese, Japanese, Korean and Thai, in slices, of which those that a text needs are read.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { glyphWithoutHints, type Outline } from './simple-glyph.ts';

const require = createRequire(import.meta.url);

/** A font as fontkit reads it and pdfkit takes it. */
export interface ScriptFont {
  getVariation(axes: Readonly<Record<string, number>>): ScriptFont;
  createSubset(): object;
  hasGlyphForCodePoint(code: number): boolean;
}
interface FontLibrary {
  create(bytes: Uint8Array): ScriptFont;
}
interface Decompressor {
  decompress(woff2: Uint8Array): Promise<Uint8Array>;
}

type Family = 'jp' | 'kr' | 'sc' | 'tc' | 'thai';

/** A part of a family, with glyphs of some hundred characters. */
export interface Slice {
  readonly name: string;
  readonly has: (character: string) => boolean;
  readonly font: (weight: 400 | 700) => ScriptFont;
}

/** The slice that a character is written from; none: the font of the page. */
export type ScriptFonts = ReadonlyMap<string, Slice>;

/** Slices of one text: some 30 ms each, and more than any text in one language needs. What is in none of them has no glyphs. */
const mostSlices = 200;

const foreign =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}\p{Script=Hangul}\p{Script=Thai}\u3000-\u303F\uFF00-\uFFEF]/gu;

const folderOf = (family: Family): string =>
  dirname(require.resolve(`@fontsource-variable/noto-sans-${family}/package.json`));

type SliceOf = (character: string) => string | undefined;

/** `U+4E00-4E0F,U+4E11` */
function* codesOf(list: string): Generator<number> {
  for (const one of list.split(',')) {
    const [from = '', to = from] = one.trim().replace(/^U\+/iu, '').split('-');
    for (let code = Number.parseInt(from, 16); code <= Number.parseInt(to, 16); code += 1) yield code;
  }
}

/** Which slice of a family has a character. */
async function sliceTable(family: Family): Promise<SliceOf> {
  const listed: unknown = JSON.parse(await readFile(join(folderOf(family), 'unicode.json'), 'utf8'));
  const slices = new Map<number, string>();
  for (const [slice, list] of Object.entries(listed ?? {}))
    for (const code of codesOf(String(list))) slices.set(code, slice.replace(/[[\]]/gu, ''));
  return (character) => slices.get(character.codePointAt(0) ?? 0);
}

/** The Han characters of GB 2312: what is written with others is not simplified Chinese. */
function simplified(): ReadonlySet<string> {
  const rows = Array.from({ length: 0xf7 - 0xb0 + 1 }, (_, row) =>
    Array.from({ length: 94 }, (_, cell) => [0xb0 + row, 0xa1 + cell]),
  );
  return new Set(new TextDecoder('gbk').decode(Uint8Array.from(rows.flat(2))));
}

/** Han characters look different from country to country: what else stands in the text says which. */
function inOrder(characters: readonly string[]): readonly Family[] {
  const text = characters.join('');
  if (/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text)) return ['jp', 'kr', 'sc', 'tc', 'thai'];
  if (/\p{Script=Hangul}/u.test(text)) return ['kr', 'jp', 'sc', 'tc', 'thai'];
  const known = simplified();
  const isSimplified = characters.every((character) => !/\p{Script=Han}/u.test(character) || known.has(character));
  return isSimplified ? ['sc', 'tc', 'jp', 'kr', 'thai'] : ['tc', 'sc', 'jp', 'kr', 'thai'];
}

async function openSlice(family: Family, slice: string): Promise<Slice> {
  const { decompress }: Decompressor = require('wawoff2');
  const { create }: FontLibrary = require('fontkit');
  const name = `NotoSans-${family}-${slice}`;
  const file = join(folderOf(family), 'files', `noto-sans-${family}-${slice}-wght-normal.woff2`);
  // A copy: what was unpacked lies in memory that the next slice is unpacked into.
  const bytes = Buffer.from(await decompress(await readFile(file)));
  const variable = create(bytes);
  return {
    name,
    has: (character) => variable.hasGlyphForCodePoint(character.codePointAt(0) ?? 0),
    font: (weight) => ofWeight(variable, weight, `${name}-${weight}`),
  };
}

/** One weight of a variable font. Two weights must not have one name: pdfkit would take one for the other. */
function ofWeight(variable: ScriptFont, wght: number, postscriptName: string): ScriptFont {
  const font = variable.getVariation({ wght });
  // fontkit 2.0.4 cannot write the glyphs of a weight: it hands restructure 3 a length where that takes bytes.
  const glyphEncoder = { encodeSimple: (outline: Outline) => glyphWithoutHints(outline) };
  const createSubset = font.createSubset.bind(font);
  return Object.defineProperties(font, {
    postscriptName: { value: postscriptName },
    createSubset: { value: () => Object.assign(createSubset(), { glyphEncoder }) },
  });
}

/** The fonts for what the texts have of these scripts; a text without them costs nothing. */
export async function scriptFonts(texts: Iterable<string>): Promise<ScriptFonts> {
  const characters = new Set<string>();
  for (const text of texts) for (const [character] of text.matchAll(foreign)) characters.add(character);
  const fonts = new Map<string, Slice>();
  if (characters.size === 0) return fonts;
  const tables = new Map<Family, SliceOf>();
  for (const family of inOrder([...characters])) tables.set(family, await sliceTable(family));
  const opened = new Map<string, Slice>();
  for (const character of characters) {
    for (const [family, sliceOf] of tables) {
      const slice = sliceOf(character);
      if (slice === undefined) continue;
      const key = `${family} ${slice}`;
      if (!opened.has(key) && opened.size === mostSlices) continue;
      const font = opened.get(key) ?? (await openSlice(family, slice));
      opened.set(key, font);
      // Some slices are said to have a character that is not in them.
      if (!font.has(character)) continue;
      fonts.set(character, font);
      break;
    }
  }
  return fonts;
}
