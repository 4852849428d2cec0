// Where the WebAssembly codecs lie in an installation for Node.js: the files of their npm packages.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { CodecLoader, CodecModuleName, EmscriptenFactory } from '../codecs/modules.ts';
import { ImagingError } from '../imaging-error.ts';

const require = createRequire(import.meta.url);

/** The module's WebAssembly and the script that belongs to it. */
const files: Readonly<Record<CodecModuleName, { readonly wasm: string; readonly script?: string }>> = {
  jpeg: { wasm: 'dcmjs-codecs/build/dcmjs-native-codecs.wasm' },
  charls: { wasm: '@cornerstonejs/codec-charls/wasm', script: '@cornerstonejs/codec-charls/wasmjs' },
  openjpeg: { wasm: '@cornerstonejs/codec-openjpeg/wasm', script: '@cornerstonejs/codec-openjpeg/wasmjs' },
  openjph: { wasm: '@cornerstonejs/codec-openjph/wasm', script: '@cornerstonejs/codec-openjph/wasmjs' },
  'libjxl-decode': {
    wasm: '@cornerstonejs/codec-libjxl/decodewasm',
    script: '@cornerstonejs/codec-libjxl/decodewasmjs',
  },
  'libjxl-encode': {
    wasm: '@cornerstonejs/codec-libjxl/encodewasm',
    script: '@cornerstonejs/codec-libjxl/encodewasmjs',
  },
};

const isFactory = (value: unknown): value is EmscriptenFactory => typeof value === 'function';

/** The factory is the default export; of a CommonJS script, seen from here, the export itself. */
async function factoryOf(script: string): Promise<EmscriptenFactory> {
  const loaded: unknown = await import(pathToFileURL(require.resolve(script)).href);
  const factory = typeof loaded === 'object' && loaded !== null ? Reflect.get(loaded, 'default') : undefined;
  if (!isFactory(factory)) throw new ImagingError('codec-not-loaded', script);
  return factory;
}

/** Loads the codecs from the installed packages. */
export const codecFiles: CodecLoader = async (name) => {
  const { wasm, script } = files[name];
  const bytes = await readFile(require.resolve(wasm));
  return script === undefined ? { wasm: bytes } : { wasm: bytes, factory: await factoryOf(script) };
};
