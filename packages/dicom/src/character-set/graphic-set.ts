// The graphic character sets DICOM invokes: PS3.3 C.12.1.1.2, ISO/IEC 2022, ISO registrations. Tables come from TextDecoder.

/** Where a set is invoked: G0 is 21H..7EH, G1 is A0H..FFH. */
type Plane = 'G0' | 'G1';

/** One registered set. Cells count from 0: (byte - 20H) of a one-byte set, (row - 1) * 94 + (column - 1) of a two-byte set. */
export interface GraphicSet {
  readonly registration: number;
  readonly plane: Plane;
  readonly width: 1 | 2;
  /** What follows ESC to designate it. */
  readonly escape: string;
  /** UTF-16 code unit of each cell, 0 where the set has no character. */
  readonly toUnicode: () => Uint16Array;
  /** Cell of each code unit that may be written. */
  readonly fromUnicode: () => ReadonlyMap<number, number>;
}

const replacement = 0xfffd;
const privateUse = (unit: number): boolean => unit >= 0xe000 && unit <= 0xf8ff;

function once<T>(build: () => T): () => T {
  let built: { readonly value: T } | undefined;
  return () => {
    built ??= { value: build() };
    return built.value;
  };
}

function inverse(table: Uint16Array, writable: (cell: number) => boolean): Map<number, number> {
  const cells = new Map<number, number>();
  table.forEach((unit, cell) => {
    if (unit !== 0 && writable(cell) && !cells.has(unit)) cells.set(unit, cell);
  });
  return cells;
}

function graphicSet(
  shape: Pick<GraphicSet, 'registration' | 'plane' | 'width' | 'escape'>,
  build: () => Uint16Array,
  writable: (cell: number) => boolean = () => true,
): GraphicSet {
  const toUnicode = once(build);
  const fromUnicode = once(() => inverse(toUnicode(), writable));
  return { ...shape, toUnicode, fromUnicode };
}

/** 21H..7EH as ISO 646 but for the two places a national version differs. */
const iso646 = (registration: number, designation: string, at5c = 0x5c, at7e = 0x7e): GraphicSet =>
  graphicSet({ registration, plane: 'G0', width: 1, escape: designation }, () => {
    const table = Uint16Array.from({ length: 96 }, (_, cell) => (cell === 0 || cell === 95 ? 0 : cell + 0x20));
    table[0x5c - 0x20] = at5c;
    table[0x7e - 0x20] = at7e;
    return table;
  });

/** A0H..FFH as a decoder reads one byte. Only this half is taken: below it a WHATWG "iso-8859-1" is really windows-1252. */
const upperHalf = (registration: number, designation: string, label: string): GraphicSet =>
  graphicSet({ registration, plane: 'G1', width: 1, escape: designation }, () => {
    const decoder = new TextDecoder(label);
    return Uint16Array.from({ length: 96 }, (_, cell) => {
      const unit = decoder.decode(Uint8Array.of(0xa0 + cell)).charCodeAt(0);
      return unit === replacement || privateUse(unit) ? 0 : unit;
    });
  });

/** All 94 x 94 cells in one decode: one cell a line. */
function readCells(label: string, lead: readonly number[]): Uint16Array {
  const bytes: number[] = [];
  for (let row = 0; row < 94; row += 1)
    for (let column = 0; column < 94; column += 1) bytes.push(...lead, 0xa1 + row, 0xa1 + column, 0x0a);
  const lines = new TextDecoder(label).decode(Uint8Array.from(bytes)).split('\n');
  return Uint16Array.from({ length: 94 * 94 }, (_, cell) => {
    const text = lines[cell] ?? '';
    const unit = text.length === 1 ? text.charCodeAt(0) : 0;
    return unit === replacement || privateUse(unit) ? 0 : unit;
  });
}

/** Web decoders read seven cells of JIS X 0208 as Microsoft does; these are the characters of JIS X 0208 itself. */
const jisX0208Cells: readonly (readonly [number, number])[] = [
  [0x2141, 0x301c], // WAVE DASH, not FULLWIDTH TILDE
  [0x2142, 0x2016], // DOUBLE VERTICAL LINE, not PARALLEL TO
  [0x215d, 0x2212], // MINUS SIGN, not FULLWIDTH HYPHEN-MINUS
  [0x2171, 0x00a2], // CENT SIGN, not the full-width one
  [0x2172, 0x00a3], // POUND SIGN
  [0x224c, 0x00ac], // NOT SIGN
];
/** What Japanese input methods type instead of those: the same characters of JIS X 0208, where no set has their own. */
export const jisX0208Synonyms: ReadonlyMap<number, number> = new Map([
  [0xff5e, 0x301c],
  [0x2225, 0x2016],
  [0xff0d, 0x2212],
  [0xffe0, 0x00a2],
  [0xffe1, 0x00a3],
  [0xffe2, 0x00ac],
]);
const cellOf = (code: number): number => ((code >> 8) - 0x21) * 94 + (code & 0xff) - 0x21;
const rowOf = (cell: number): number => Math.floor(cell / 94) + 1;

function jisX0208(): Uint16Array {
  const table = readCells('euc-jp', []);
  for (const [code, unit] of jisX0208Cells) table[cellOf(code)] = unit;
  return table;
}

/** GBK added these cells to rows 2, 6 and 8 of GB 2312: read, but never written under its name. */
const addedByGbk = (cell: number): boolean => {
  const column = (cell % 94) + 1;
  const row = rowOf(cell);
  return (row === 2 && column <= 10) || (row === 6 && column >= 64) || (row === 8 && column >= 27 && column <= 32);
};

const twoBytes = (registration: number, plane: Plane, designation: string) =>
  ({ registration, plane, width: 2, escape: designation }) as const;

/** ISO 646 (ASCII), the default repertoire. */
export const iso646Irv: GraphicSet = iso646(6, '(B');

/** Every set a defined term names, by ISO registration number. */
export const graphicSets: readonly GraphicSet[] = [
  iso646Irv,
  iso646(14, '(J', 0xa5, 0x203e),
  upperHalf(100, '-A', 'iso-8859-1'),
  upperHalf(101, '-B', 'iso-8859-2'),
  upperHalf(109, '-C', 'iso-8859-3'),
  upperHalf(110, '-D', 'iso-8859-4'),
  upperHalf(144, '-L', 'iso-8859-5'),
  upperHalf(127, '-G', 'iso-8859-6'),
  upperHalf(126, '-F', 'iso-8859-7'),
  upperHalf(138, '-H', 'iso-8859-8'),
  upperHalf(148, '-M', 'iso-8859-9'),
  upperHalf(203, '-b', 'iso-8859-15'),
  upperHalf(166, '-T', 'windows-874'),
  upperHalf(13, ')I', 'shift_jis'),
  // Rows 9 to 15 and 85 on are vendors' duplicates: read, never written.
  graphicSet(
    twoBytes(87, 'G0', '$B'),
    jisX0208,
    (cell) => rowOf(cell) <= 8 || (rowOf(cell) >= 16 && rowOf(cell) <= 84),
  ),
  graphicSet(twoBytes(159, 'G0', '$(D'), () => readCells('euc-jp', [0x8f])),
  graphicSet(twoBytes(149, 'G1', '$)C'), () => readCells('euc-kr', [])),
  graphicSet(
    twoBytes(58, 'G1', '$)A'),
    () => readCells('gbk', []),
    (cell) => !addedByGbk(cell),
  ),
];

/** The set of an ISO registration number. */
export const graphicSetOf = (registration: number): GraphicSet | undefined =>
  graphicSets.find((set) => set.registration === registration);
