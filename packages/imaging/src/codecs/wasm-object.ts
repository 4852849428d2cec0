// How the Emscripten codecs are handled: one object per frame, always deleted, errors turned into ImagingError.
import { ImagingError } from '../imaging-error.ts';
import type { CodecModuleName, CodecModules, OpenModule } from './modules.ts';

/** Sizes and depth as the codecs give and take them. */
export interface FrameInfo {
  width: number;
  height: number;
  bitsPerSample: number;
  componentCount: number;
  isSigned: boolean;
  isUsingColorTransform?: boolean;
}

/** An object that lives in the module's memory. */
export interface WasmObject {
  delete(): void;
}

/** The bytes behind a view on the module's memory; some modules give clamped arrays, which are none for Node.js. */
export const copyOf = (view: Uint8Array | Uint8ClampedArray): Uint8Array => new Uint8Array(view);

/** True where `module` has a constructor under each name. */
export const isModuleWith = (module: unknown, ...names: readonly string[]): boolean =>
  typeof module === 'object' &&
  module !== null &&
  names.every((name) => typeof Reflect.get(module, name) === 'function');

/**
 * Runs `work` with `object` and deletes it. The codecs throw numbers (pointers to C++ exceptions) or traps: whatever
 * they throw becomes 'corrupt' with their first complaint, and the module is discarded.
 */
export function withObject<O extends WasmObject, R>(
  modules: CodecModules,
  name: CodecModuleName,
  { complaints }: OpenModule<unknown>,
  object: O,
  work: (object: O) => R,
): R {
  complaints.length = 0;
  const result = attempt(object, work, (error) => {
    modules.discard(name);
    const detail = complaints[0] ?? (error instanceof Error ? error.message : 'the library failed');
    return new ImagingError('corrupt', `${name}: ${detail.slice(0, 200)}`, { cause: error });
  });
  object.delete();
  if (complaints.length > 0) throw new ImagingError('corrupt', `${name}: ${complaints[0]?.slice(0, 200)}`);
  return result;
}

function attempt<O extends WasmObject, R>(object: O, work: (object: O) => R, failed: (error: unknown) => Error): R {
  try {
    return work(object);
  } catch (error) {
    if (!(error instanceof ImagingError)) throw failed(error);
    object.delete();
    throw error;
  }
}
