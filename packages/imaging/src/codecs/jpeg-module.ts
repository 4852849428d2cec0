// The JPEG half of the codecs' WebAssembly module (libjpeg in 8, 12 and 16 bits), spoken to without its JavaScript.
import { ImagingError } from '../imaging-error.ts';
import type { CodecModules, PlainImports } from './modules.ts';

/** What a call needs to know of the samples. */
export interface JpegFrameParameters {
  readonly rows: number;
  readonly columns: number;
  readonly samplesPerPixel: number;
  readonly bitsAllocated: 8 | 16;
  readonly bitsStored: number;
  /** How components are named to the library; it converts nothing by itself when decoding. */
  readonly colour: 'MONOCHROME2' | 'RGB' | 'YBR_FULL' | 'YBR_FULL_422';
}

/** How to encode. */
export interface JpegEncodeParameters {
  readonly lossy: boolean;
  readonly quality: number;
  /** True halves the horizontal chrominance resolution. */
  readonly subsample: boolean;
  readonly predictor: number;
}

/** The library's numbers for the colour spaces that are used here. */
const colourNumbers = { MONOCHROME2: 1, RGB: 3, YBR_FULL: 4, YBR_FULL_422: 5 } as const;

type Call = (...values: number[]) => number;
interface Library {
  readonly memory: WebAssembly.Memory;
  readonly complaints: string[];
  readonly call: (name: string, ...values: number[]) => number;
}

/** What the library's error callback said; thrown through its WebAssembly frames. */
class LibraryComplaint extends Error {}

const isCall = (value: unknown): value is Call => typeof value === 'function';

const imports: PlainImports = (memory, complain) => {
  const nothing = () => 0;
  const text = (at: number, length: number): string =>
    new TextDecoder().decode(new Uint8Array(memory().buffer, at, length).slice());
  return {
    env: {
      onCodecsException: (at: number, length: number) => {
        throw new LibraryComplaint(text(at, length));
      },
      onCodecsInfo: (at: number, length: number) => {
        const line = text(at, length);
        if (/corrupt|premature|inconsistent/i.test(line)) complain(line);
        return 0;
      },
      onCodecsTrace: nothing,
      emscripten_notify_memory_growth: nothing,
    },
    wasi_snapshot_preview1: {
      proc_exit: () => {
        throw new LibraryComplaint('the library gave up');
      },
      clock_time_get: nothing,
      fd_write: nothing,
      fd_close: nothing,
      fd_seek: nothing,
      environ_sizes_get: nothing,
      environ_get: nothing,
    },
  };
};

async function open(modules: CodecModules): Promise<Library> {
  const { exports, memory, complaints } = await modules.plain('jpeg', imports);
  const call = (name: string, ...values: number[]): number => {
    const found = exports[name];
    if (!isCall(found)) throw new ImagingError('codec-not-loaded', `jpeg: no ${name}`);
    return found(...values);
  };
  return { memory, complaints, call };
}

/** One context per frame. */
async function within<T>(
  modules: CodecModules,
  frame: JpegFrameParameters,
  work: (library: Library, context: number) => T,
): Promise<T> {
  const library = await open(modules);
  const { call, complaints } = library;
  complaints.length = 0;
  try {
    const context = call('CreateCodecsContext');
    call('SetColumns', context, frame.columns);
    call('SetRows', context, frame.rows);
    call('SetBitsAllocated', context, frame.bitsAllocated);
    call('SetBitsStored', context, frame.bitsStored);
    call('SetSamplesPerPixel', context, frame.samplesPerPixel);
    call('SetPixelRepresentation', context, 0);
    call('SetPlanarConfiguration', context, 0);
    call('SetPhotometricInterpretation', context, colourNumbers[frame.colour]);
    const result = work(library, context);
    call('ReleaseCodecsContext', context);
    // It came back in order, but with pixels it made up.
    if (complaints.length > 0) throw new ImagingError('corrupt', `JPEG: ${complaints[0]?.slice(0, 200)}`);
    return result;
  } catch (error) {
    if (error instanceof ImagingError) throw error;
    // The error left through the library's own frames: its stack and heap are not to be trusted any more.
    modules.discard('jpeg');
    const detail = error instanceof LibraryComplaint ? error.message : 'the library failed';
    throw new ImagingError('corrupt', `JPEG: ${detail.slice(0, 200)}`, { cause: error });
  }
}

/** Decodes to interleaved components as they are stored, as bytes (little endian words above 8 bits). */
export function jpegDecode(modules: CodecModules, stream: Uint8Array, frame: JpegFrameParameters): Promise<Uint8Array> {
  return within(modules, frame, ({ call, memory }, context) => {
    const parameters = call('CreateDecoderParameters');
    call('SetEncodedBufferSize', context, stream.length);
    new Uint8Array(memory.buffer, call('GetEncodedBuffer', context), stream.length).set(stream);
    call('DecodeJpeg', context, parameters);
    const length = call('GetDecodedBufferSize', context);
    const decoded = new Uint8Array(memory.buffer, call('GetDecodedBuffer', context), length).slice();
    call('ReleaseDecoderParameters', parameters);
    return decoded;
  });
}

/** Encodes interleaved samples given as bytes (little endian words above 8 bits). */
export function jpegEncode(
  modules: CodecModules,
  samples: Uint8Array,
  frame: JpegFrameParameters,
  how: JpegEncodeParameters,
): Promise<Uint8Array> {
  return within(modules, frame, ({ call, memory }, context) => {
    const parameters = call('CreateEncoderParameters');
    call('SetLossy', parameters, how.lossy ? 1 : 0);
    call('SetQuality', parameters, how.quality);
    call('SetSampleFactor', parameters, how.subsample ? 1 : 0);
    call('SetPredictor', parameters, how.predictor);
    call('SetPointTransform', parameters, 0);
    call('SetDecodedBufferSize', context, samples.length);
    new Uint8Array(memory.buffer, call('GetDecodedBuffer', context), samples.length).set(samples);
    call('EncodeJpeg', context, parameters);
    const length = call('GetEncodedBufferSize', context);
    const encoded = new Uint8Array(memory.buffer, call('GetEncodedBuffer', context), length).slice();
    call('ReleaseEncoderParameters', parameters);
    return encoded;
  });
}
