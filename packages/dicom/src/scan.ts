// Watching a data set go by, as a store does: the header is kept, of the pixel data only where it is. PS3.5 8.1, A.4.
import { type DataSet, facadeOf } from './data-set.ts';
import { Inflater } from './deflate/inflate.ts';
import { DicomError } from './error.ts';
import type { PixelDataPlace } from './frames.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { Parser } from './parse.ts';
import { placeIn } from './pixel-data.ts';
import { feed, type Taker } from './read-stream.ts';
import { type Encoding, encodingOf, Source } from './source.ts';
import { transferSyntax } from './uid/transfer-syntax.ts';

/** Watches the bytes of one data set go by. */
export interface InstanceScanner {
  /** Takes the next bytes, cut anywhere; they may be reused afterwards. @throws DicomError where they are no data set, or past a limit */
  push(chunk: Uint8Array): void;
  /** No more bytes will come. @throws DicomError `past-end` where the data set is cut inside an element */
  end(): void;
  /** Every element before the pixel data, as soon as those have gone by, at the latest at the end. Values over 1 MiB are references. */
  readonly header: DataSet | undefined;
  /** Set once the first header or fragment of it has gone by. */
  readonly pixelData: PixelDataPlace | undefined;
  /** Bytes pushed so far. */
  readonly bytesSeen: number;
}

/** Where pixel data begins: Extended Offset Table (7FE0,0001) and its lengths stay in the header. PS3.3 C.7.6.3. */
const firstPixelTag = 0x7fe00008;
const headerBulk = 1 << 20;
const headerHeld = 64 << 20;

/**
 * A scanner for a data set in this transfer syntax. Memory: the header, and 16 bytes or so per fragment.
 * @param options.stopBefore what counts as the end of the header; default Float Pixel Data (7FE0,0008)
 * @throws DicomError `unknown-transfer-syntax`
 */
export function scanInstance(
  transferSyntaxUid: string,
  options: { readonly stopBefore?: number; readonly limits?: Partial<Limits> } = {},
): InstanceScanner {
  const syntax = transferSyntax(transferSyntaxUid);
  if (!syntax) throw new DicomError('unknown-transfer-syntax', -1, '', transferSyntaxUid);
  const limits = { ...defaultLimits, held: headerHeld, ...options.limits };
  const scan = new HeaderScan(
    encodingOf(syntax.explicitVr, syntax.littleEndian),
    options.stopBefore ?? firstPixelTag,
    limits,
  );
  return new Scanner(scan, syntax.deflated ? new Inflater(limits) : undefined);
}

/** A class, not an object with getters: each of those would get a shape of its own, which holds all of it until a full collection. */
class Scanner implements InstanceScanner {
  bytesSeen = 0;
  private readonly scan: HeaderScan;
  private readonly inflater: Inflater | undefined;

  constructor(scan: HeaderScan, inflater: Inflater | undefined) {
    this.scan = scan;
    this.inflater = inflater;
  }

  push(chunk: Uint8Array): void {
    this.bytesSeen += chunk.length;
    if (this.inflater) this.inflater.push(chunk, (piece) => feed(this.scan, piece));
    else feed(this.scan, chunk);
  }

  end(): void {
    this.inflater?.finish((piece) => feed(this.scan, piece));
    this.scan.end();
  }

  get header(): DataSet | undefined {
    return this.scan.header;
  }

  get pixelData(): PixelDataPlace | undefined {
    return this.scan.pixelData;
  }
}

/** Two parsers over one source: up to the pixel data everything is kept, from there on nothing but places. */
class HeaderScan implements Taker {
  readonly source: Source;
  header: DataSet | undefined;
  private parser: Parser;
  private ended = false;
  private readonly encoding: Encoding;
  private readonly limits: Limits;

  constructor(encoding: Encoding, stopBefore: number, limits: Limits) {
    this.encoding = encoding;
    this.limits = limits;
    this.source = Source.growing(0, limits.held);
    this.parser = new Parser(this.source, 0, encoding, { stopBefore, bulkThreshold: headerBulk, limits });
  }

  /** Padding may follow; it is not kept. */
  get done(): boolean {
    return this.header !== undefined && this.parser.done;
  }

  get skip(): number {
    return this.parser.progress.skip;
  }

  dropped(count: number): void {
    this.parser.progress.skip -= count;
  }

  run(): void {
    this.parser.run(this.ended);
    if (this.header || !this.parser.done) return;
    const { content, progress } = this.parser;
    this.header = facadeOf(content);
    const encoding = content.encoding ?? this.encoding;
    this.parser = new Parser(this.source, progress.at, encoding, {
      stopBelow: 1,
      bulkThreshold: 0,
      limits: this.limits,
    });
    this.parser.run(this.ended);
  }

  /** @throws DicomError `past-end` */
  end(): void {
    this.ended = true;
    this.run();
    const { at, offset } = this.parser.progress;
    if (this.source.bytes.subarray(at, this.source.filled).some((byte) => byte !== 0))
      throw new DicomError('past-end', offset, '', 'the data set ends inside an element header');
  }

  get pixelData(): PixelDataPlace | undefined {
    return this.header && placeIn(this.parser.content);
  }
}
