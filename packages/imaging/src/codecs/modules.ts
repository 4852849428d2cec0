// The WebAssembly modules behind the codecs: opened at first use from what a loader brings, one set per thread.
import { ImagingError } from '../imaging-error.ts';

/** Names of the modules, as a loader is asked for them. */
export type CodecModuleName = 'jpeg' | 'charls' | 'openjpeg' | 'openjph' | 'libjxl-decode' | 'libjxl-encode';

/** The part of an Emscripten factory that is used here. */
export type EmscriptenFactory = (options: {
  readonly wasmBinary: Uint8Array;
  readonly print: (line: string) => void;
  readonly printErr: (line: string) => void;
}) => Promise<unknown>;

/** What a loader brings: the bytes of the module and, except for 'jpeg', the JavaScript that goes with them. */
export interface CodecModuleSource {
  readonly wasm: Uint8Array;
  readonly factory?: EmscriptenFactory;
}

/** Brings the modules from wherever they are: files in Node.js, URLs in a browser. */
export type CodecLoader = (name: CodecModuleName) => Promise<CodecModuleSource>;

/** An opened Emscripten module and what it complained about since `complaints` was last emptied. */
export interface OpenModule<T> {
  readonly exports: T;
  readonly complaints: string[];
}

/** An opened plain WebAssembly module. */
export interface PlainModule {
  readonly exports: WebAssembly.Exports;
  readonly memory: WebAssembly.Memory;
  readonly complaints: string[];
}

/** Functions given to a plain module; `memory` may be asked for once one of them is called. */
export type PlainImports = (memory: () => WebAssembly.Memory, complain: (line: string) => void) => WebAssembly.Imports;

/** The modules of one thread. Not shared between threads: their memory belongs to one. */
export interface CodecModules {
  /** A plain WebAssembly module; `imports` are given to it when it is opened first. */
  plain(name: 'jpeg', imports: PlainImports): Promise<PlainModule>;
  /** An Emscripten module, checked by `is` to be what the codec expects. */
  emscripten<T>(name: CodecModuleName, is: (module: unknown) => module is T): Promise<OpenModule<T>>;
  /** Forgets a module that failed: whatever it had taken is free again, and the next frame gets a fresh one. */
  discard(name: CodecModuleName): void;
  /** Forgets the modules whose memory has grown beyond `bytes`: it never shrinks by itself. */
  trim(bytes: number): Promise<void>;
}

/** Complaints kept per call: enough to name the fault, bounded for a stream that provokes thousands. */
const maximumComplaints = 20;

const load = async (loader: CodecLoader, name: CodecModuleName): Promise<CodecModuleSource> => {
  try {
    return await loader(name);
  } catch (cause) {
    throw new ImagingError('codec-not-loaded', name, { cause });
  }
};

/** Keeps what a library says when something is wrong; most of them go on with half an image and return success. */
function createComplaints(): { readonly complaints: string[]; readonly complain: (line: string) => void } {
  const complaints: string[] = [];
  const complain = (line: string): void => {
    if (complaints.length < maximumComplaints) complaints.push(line);
  };
  return { complaints, complain };
}

async function openEmscripten(loader: CodecLoader, name: CodecModuleName): Promise<OpenModule<unknown>> {
  const { wasm, factory } = await load(loader, name);
  if (!factory) throw new ImagingError('codec-not-loaded', `${name}: no factory`);
  const { complaints, complain } = createComplaints();
  const print = (line: string): void => {
    if (/error/i.test(line)) complain(line);
  };
  const exports = await factory({ wasmBinary: wasm, print, printErr: print });
  return { exports, complaints };
}

async function compile(loader: CodecLoader, name: CodecModuleName): Promise<WebAssembly.Module> {
  const { wasm } = await load(loader, name);
  return WebAssembly.compile(new Uint8Array(wasm));
}

async function openPlain(module: WebAssembly.Module, imports: PlainImports): Promise<PlainModule> {
  let memory: WebAssembly.Memory | undefined;
  const memoryOf = (): WebAssembly.Memory => {
    if (!memory) throw new ImagingError('codec-not-loaded', 'jpeg: called before it was open');
    return memory;
  };
  const { complaints, complain } = createComplaints();
  const { exports } = await WebAssembly.instantiate(module, imports(memoryOf, complain));
  if (!(exports.memory instanceof WebAssembly.Memory)) throw new ImagingError('codec-not-loaded', 'jpeg: no memory');
  memory = exports.memory;
  if (typeof exports._initialize === 'function') exports._initialize();
  return { exports, memory, complaints };
}

/** Bytes of memory that a module has; 0 where it does not say. */
function memoryOf({ exports }: OpenModule<unknown>): number {
  const heap = typeof exports === 'object' && exports !== null ? Reflect.get(exports, 'HEAPU8') : undefined;
  return heap instanceof Uint8Array ? heap.buffer.byteLength : 0;
}

/** Modules that are opened by `loader` when a frame first needs them; a failed opening is tried again next time. */
export function createCodecModules(loader: CodecLoader): CodecModules {
  const opened = new Map<CodecModuleName, Promise<OpenModule<unknown>>>();
  const plain = new Map<CodecModuleName, Promise<PlainModule>>();
  const compiled = new Map<CodecModuleName, Promise<WebAssembly.Module>>();
  const once = <T>(kept: Map<CodecModuleName, Promise<T>>, name: CodecModuleName, open: () => Promise<T>) => {
    const found = kept.get(name);
    if (found) return found;
    const opening = open();
    kept.set(name, opening);
    opening.catch(() => kept.delete(name));
    return opening;
  };
  return {
    plain: (name, imports) =>
      once(plain, name, async () => openPlain(await once(compiled, name, () => compile(loader, name)), imports)),
    emscripten: async (name, is) => {
      const { exports, complaints } = await once(opened, name, () => openEmscripten(loader, name));
      if (!is(exports)) throw new ImagingError('codec-not-loaded', `${name}: not the module that was expected`);
      return { exports, complaints };
    },
    discard: (name) => {
      opened.delete(name);
      plain.delete(name);
    },
    trim: async (bytes) => {
      const sizes = [
        ...[...opened].map(async ([name, module]) => ({ name, size: memoryOf(await module) })),
        ...[...plain].map(async ([name, module]) => ({ name, size: (await module).memory.buffer.byteLength })),
      ];
      for (const outcome of await Promise.allSettled(sizes)) {
        if (outcome.status === 'rejected' || outcome.value.size <= bytes) continue;
        opened.delete(outcome.value.name);
        plain.delete(outcome.value.name);
      }
    },
  };
}

/** For callers that only read native, RLE and deflated frames: every other codec says that it is not loaded. */
export const noCodecModules: CodecModules = createCodecModules(() => Promise.reject(new Error('no loader was given')));
