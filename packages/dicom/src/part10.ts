// DICOM files: preamble, File Meta Information, data set. PS3.10 chapter 7. Bytes may come all at once or in pieces.
import type { Content } from './content.ts';
import { type DataSet, facadeOf } from './data-set.ts';
import { Inflater } from './deflate/inflate.ts';
import { DicomError, type Fault, type Finding, faults } from './error.ts';
import { beginsDataSet, guessBytes, guessEncoding } from './guess.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { Parser } from './parse.ts';
import { type Encoding, encodingOf, explicitLittle, implicitLittle, Source } from './source.ts';
import {
  explicitVrLittleEndian,
  implicitVrLittleEndian,
  type TransferSyntax,
  transferSyntax,
} from './uid/transfer-syntax.ts';

/** What a reader is told. */
export interface ReadOptions {
  /** Stops before the first element of this tag or a higher one. `0x7fe00008` reads all but the pixel data and what follows it. */
  readonly stopBefore?: number;
  /** Values longer than this are left where they are, by reference. Bytes. From memory all values are views, and this has no effect. */
  readonly bulkThreshold?: number;
  /**
   * What to do where bytes are missing: `keep` what is there and add a finding, or `throw` a DicomError.
   * Default `keep` for files, whose findings are in the result, and `throw` for bare data sets.
   */
  readonly truncated?: 'keep' | 'throw';
  readonly limits?: Partial<Limits>;
  /** Receives the findings of a bare data set. */
  readonly findings?: Finding[];
}

/** A file, read. */
export interface Part10File {
  /** The first 128 bytes; undefined where the file has none. */
  readonly preamble?: Uint8Array;
  /** Group 0002; empty where the file has none. */
  readonly meta: DataSet;
  readonly dataSet: DataSet;
  /** As declared; where nothing is declared, or it cannot be true, the best guess. */
  readonly transferSyntaxUid: string;
  /** Where the data set begins, in bytes. */
  readonly dataSetOffset: number;
  readonly findings: readonly Finding[];
}

const noTag = Number.POSITIVE_INFINITY;

/** The parts of a file, one after the other, as far as the bytes go. A driver fills `source` and calls `run`. */
export class FileReader {
  ended = false;
  readonly source: Source;
  private readonly options: ReadOptions;
  private readonly findings: Finding[];
  private preamble: Uint8Array | undefined;
  private metaParser: Parser | undefined;
  private parser: Parser | undefined;
  private inflater: Inflater | undefined;
  private inflated: Source | undefined;
  private transferSyntaxUid = '';
  private dataSetOffset = 0;

  constructor(source: Source, options: ReadOptions = {}) {
    this.source = source;
    this.options = options;
    this.findings = options.findings ?? [];
  }

  /** Bytes the driver drops before it appends again. */
  get skip(): number {
    return this.inflated ? 0 : (this.parser?.progress.skip ?? 0);
  }

  /** The driver dropped so many. */
  dropped(count: number): void {
    if (this.parser) this.parser.progress.skip -= count;
  }

  /** Goes on as far as the bytes go. @throws DicomError */
  run(): void {
    if (!this.metaParser && !this.openMeta()) return;
    if (!this.parser && !this.openDataSet()) return;
    if (this.inflater) this.inflateMore(this.inflater);
    const { parser } = this;
    if (parser && !parser.done) parser.run(this.ended);
  }

  /** The tag to stop before was reached: the rest is not wanted. Padding is. */
  get done(): boolean {
    return this.options.stopBefore !== undefined && this.parser?.done === true;
  }

  /** @throws DicomError where the bytes do not even begin a file */
  result(): Part10File {
    const { parser, metaParser } = this;
    if (!parser || !metaParser) throw new DicomError('not-dicom', 0);
    parser.content.readAs = this.transferSyntaxUid;
    this.closing(parser);
    return {
      ...(this.preamble && { preamble: this.preamble }),
      meta: facadeOf(metaParser.content),
      dataSet: facadeOf(parser.content),
      transferSyntaxUid: this.transferSyntaxUid,
      dataSetOffset: this.dataSetOffset,
      findings: this.findings,
    };
  }

  /** Finds preamble and prefix; false where more bytes are needed. */
  private openMeta(): boolean {
    const { source } = this;
    if (source.filled < guessBytes + 12 && !this.ended) return false;
    const at = this.metaOffset();
    const { limits, truncated = 'keep' } = this.options;
    this.metaParser = new Parser(source, at, explicitLittle, {
      stopBefore: 0x00030000,
      stopBelow: 0x00020000,
      truncated,
      limits,
      findings: this.findings,
    });
    return true;
  }

  private metaOffset(): number {
    const { bytes, filled } = this.source;
    const prefixAt = (at: number) => String.fromCharCode(...bytes.subarray(at, at + 4)) === 'DICM';
    if (filled >= 132 && prefixAt(128)) {
      this.preamble = bytes.slice(0, 128);
      return 132;
    }
    if (prefixAt(0)) {
      this.find('missing-preamble', 'warning', 0);
      return 4;
    }
    if (!beginsDataSet(bytes, 0, filled)) throw new DicomError('not-dicom', 0);
    this.find('missing-preamble', 'warning', 0);
    return 0;
  }

  /** Reads the File Meta Information to its end and opens the data set; false where more bytes are needed. */
  private openDataSet(): boolean {
    const { metaParser: meta, source } = this;
    if (!meta) return false;
    meta.run(this.ended);
    if (!meta.done) return false;
    if (source.filled - meta.progress.at < guessBytes && !this.ended) return false;
    this.dataSetOffset = meta.progress.at;
    const syntax = this.chooseSyntax(facadeOf(meta.content));
    if (syntax?.deflated) this.openDeflated(meta.progress.at);
    else
      this.parser = new Parser(
        source,
        meta.progress.at,
        this.chooseEncoding(meta.progress.at, syntax),
        this.parseOptions(),
      );
    return true;
  }

  private parseOptions() {
    const { stopBefore = noTag, bulkThreshold, truncated = 'keep', limits } = this.options;
    return { stopBefore, bulkThreshold, truncated, limits, findings: this.findings };
  }

  private chooseSyntax(meta: DataSet): TransferSyntax | undefined {
    const declared = meta.string(0x00020010);
    if (meta.size === 0) this.find('missing-meta', 'warning', this.dataSetOffset);
    else if (!declared) this.find('bad-meta', 'warning', this.dataSetOffset, 'Transfer Syntax UID is missing');
    const syntax = declared === undefined ? undefined : transferSyntax(declared);
    if (declared && !syntax) this.find('unknown-transfer-syntax', 'warning', this.dataSetOffset, declared);
    this.transferSyntaxUid = declared ?? '';
    return syntax;
  }

  /** As declared, unless the first elements cannot be read so. */
  private chooseEncoding(at: number, syntax: TransferSyntax | undefined): Encoding {
    const { bytes, filled } = this.source;
    const declared = syntax && encodingOf(syntax.explicitVr, syntax.littleEndian);
    const guess = guessEncoding(bytes, at, filled, declared);
    if (guess === undefined && filled - at >= 8 && this.transferSyntaxUid === '') throw new DicomError('not-dicom', at);
    const encoding = guess ?? (this.transferSyntaxUid ? explicitLittle : implicitLittle);
    const wrong = declared !== undefined && encoding !== declared;
    if (wrong) this.find('wrong-transfer-syntax', 'error', at, `${syntax?.name} is declared`);
    // Pixel data in fragments is what the declaration says it is, however the elements around it are encoded.
    if (!this.transferSyntaxUid || (wrong && !syntax?.encapsulated)) this.transferSyntaxUid = uidOf(encoding);
    return encoding;
  }

  private openDeflated(at: number): void {
    this.inflater = new Inflater({ ...defaultLimits, ...this.options.limits });
    this.inflated = Source.growing(at, this.options.limits?.inflated ?? defaultLimits.inflated);
    // The original is kept in `source`, so that an untouched data set is written as it came.
    const { bulkThreshold: _, ...options } = this.parseOptions();
    this.parser = new Parser(this.inflated, 0, explicitLittle, options);
    this.inflateFrom = at;
  }
  private inflateFrom = 0;
  /** The deflated bytes end too soon. Said at the end, so that findings come in one order however the bytes do. */
  private cutShort = false;

  private inflateMore(inflater: Inflater): void {
    const { source, inflated } = this;
    if (!inflated) return;
    const out = (piece: Uint8Array) => inflated.append(piece);
    try {
      if (source.filled > this.inflateFrom) inflater.push(source.bytes.slice(this.inflateFrom, source.filled), out);
      this.inflateFrom = source.filled;
      if (this.ended && !inflater.done) inflater.finish(out);
    } catch (error) {
      if (!(error instanceof DicomError) || error.fault !== 'past-end' || this.options.truncated === 'throw')
        throw error;
      this.cutShort = true;
    }
  }

  /** What is left over behind the data set. */
  private closing(parser: Parser): void {
    const { content } = parser;
    if (this.cutShort) this.find('past-end', 'error', this.source.filled, 'the deflated bytes end too soon');
    if (this.inflater) {
      if (this.inflater.done && this.ended)
        content.deflated = this.source.bytes.slice(this.dataSetOffset, this.source.filled);
      return;
    }
    this.trailing(content, parser.progress.at);
  }

  private trailing(content: Content, at: number): void {
    if (!this.ended || at >= this.source.filled || this.options.stopBefore !== undefined) return;
    content.end = this.source.filled;
    this.find('trailing-bytes', 'warning', at, `${this.source.filled - at} bytes`);
  }

  private find(fault: Fault, severity: Finding['severity'], offset: number, detail = ''): void {
    this.findings.push({
      fault,
      severity,
      offset,
      path: '',
      text: detail ? `${faults[fault]}: ${detail}` : faults[fault],
    });
  }
}

function uidOf(encoding: Encoding): string {
  if (encoding.explicitVr) return encoding.littleEndian ? explicitVrLittleEndian : '1.2.840.10008.1.2.2';
  return implicitVrLittleEndian;
}

/**
 * Reads a file that is in memory. The data set keeps the bytes: they must not change while it is used.
 * @throws DicomError where this is no DICOM file, a limit is passed, or (with `truncated: 'throw'`) bytes are missing
 */
export function readPart10(bytes: Uint8Array, options: ReadOptions = {}): Part10File {
  const reader = new FileReader(new Source(bytes), { ...options, bulkThreshold: Number.POSITIVE_INFINITY });
  reader.ended = true;
  reader.run();
  return reader.result();
}

/**
 * Reads a data set without File Meta Information, such as the one of a DIMSE message; a command set is Implicit VR Little Endian.
 * @throws DicomError where a limit is passed, the transfer syntax is unknown, or bytes are missing (see `truncated`)
 */
export function readDataSet(bytes: Uint8Array, transferSyntaxUid: string, options: ReadOptions = {}): DataSet {
  const syntax = transferSyntax(transferSyntaxUid);
  if (!syntax) throw new DicomError('unknown-transfer-syntax', -1, '', transferSyntaxUid);
  const { limits, truncated = 'throw', stopBefore, findings } = options;
  let source = new Source(bytes);
  if (syntax.deflated) source = inflated(bytes, { ...defaultLimits, ...limits });
  const parser = new Parser(source, 0, encodingOf(syntax.explicitVr, syntax.littleEndian), {
    limits,
    truncated,
    stopBefore,
    findings,
  });
  parser.run(true);
  parser.content.readAs = transferSyntaxUid;
  parser.content.end = stopBefore === undefined ? source.filled : parser.progress.at;
  if (syntax.deflated && stopBefore === undefined) parser.content.deflated = bytes;
  return facadeOf(parser.content);
}

function inflated(bytes: Uint8Array, limits: Pick<Limits, 'inflated' | 'inflateRatio'>): Source {
  const source = Source.growing(0, limits.inflated);
  const inflater = new Inflater(limits);
  inflater.push(bytes, (piece) => source.append(piece));
  inflater.finish((piece) => source.append(piece));
  return source;
}
