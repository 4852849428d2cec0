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

/** True where `module` has a constructor under each name. */
export const isModuleWith = (module: unknown, ...names: readonly string[]): boolean =>
  typeof module === 'object' &&
  module !== null &&
  names.every((name) => typeof Reflect.get(module, name) === 'function');

/**
 * Runs `work` with `object` and deletes it. The codecs throw numbers (pointers to C++ exceptions) or traps: whatever
 * they throw becomes 'corrupt' with their last complaint, and the module is discarded.
 */
export function withObject<O extends WasmObject, R>(
  modules: CodecModules,
  name: CodecModuleName,
  { complaints }: OpenModule<unknown>,
  object: O,
  work: (object: O) => R,
): R {
  try {
    const result = work(object);
    object.delete();
    return result;
  } catch (error) {
    modules.discard(name);
    if (error instanceof ImagingError) throw error;
    const detail = complaints.at(-1) ?? (error instanceof Error ? error.message : 'the library failed');
    throw new ImagingError('corrupt', `${name}: ${detail.slice(0, 200)}`, { cause: error });
  }
}
