// The pixels of one frame in another photometric interpretation: what a thread does of a recolouring. PS3.3 C.7.6.3.1.2.
import type { DecodedFrame } from './codecs/codec.ts';
import { renderSamples } from './render.ts';
import type { Rendering } from './rendering.ts';
import { littleEndianBytes } from './samples.ts';

/** What is done with a frame; plain data that can be posted to a worker. */
export type RecolourStep =
  /** Every value is taken from a sum. */
  | { readonly kind: 'turned round'; readonly sum: number; readonly bits: 8 | 16 }
  /** Values of 8 bits as red, green and blue. */
  | { readonly kind: 'thrice'; readonly inverse: boolean }
  /** As it is shown, in colour or as luminance. */
  | { readonly kind: 'RGB' | 'gray'; readonly rendering: Rendering };

function turnedRound({ samples }: DecodedFrame, sum: number, bits: 8 | 16): Uint8Array {
  const cells = bits === 8 ? new Uint8Array(samples.length) : new Uint16Array(samples.length);
  for (let index = 0; index < samples.length; index += 1) cells[index] = sum - Number(samples[index] ?? 0);
  return littleEndianBytes(cells);
}

function thrice({ samples }: Pick<DecodedFrame, 'samples'>, inverse: boolean): Uint8Array {
  const pixels = new Uint8Array(samples.length * 3);
  for (let index = 0; index < samples.length; index += 1) {
    const value = Number(samples[index] ?? 0);
    pixels.fill(inverse ? 255 - value : value, index * 3, index * 3 + 3);
  }
  return pixels;
}

/** Luminance as ITU-R BT.601 weighs colours. */
function luminance(pixels: Uint8Array): Uint8Array {
  const gray = new Uint8Array(pixels.length / 3);
  for (let index = 0; index < gray.length; index += 1) {
    const [red = 0, green = 0, blue = 0] = pixels.subarray(index * 3, index * 3 + 3);
    gray[index] = Math.round(0.299 * red + 0.587 * green + 0.114 * blue);
  }
  return gray;
}

/** A decoded frame's cells as they come out, little endian, by pixel. Throws ImagingError 'bad-lut' where a table is incomplete. */
export function recolouredFrame(frame: DecodedFrame, step: RecolourStep): Uint8Array {
  switch (step.kind) {
    case 'turned round':
      return turnedRound(frame, step.sum, step.bits);
    case 'thrice':
      return thrice(frame, step.inverse);
    case 'gray':
      return luminance(renderSamples(frame, step.rendering).pixels);
    case 'RGB': {
      const { pixels, channels } = renderSamples(frame, step.rendering);
      return channels === 3 ? pixels : thrice({ samples: pixels }, false);
    }
  }
}
