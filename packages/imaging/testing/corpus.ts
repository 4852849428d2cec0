// Real files for tests: where they lie, and how one frame of them is read. Files are never part of the project.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type DataSet, readPart10, transferSyntax } from '@concord/dicom';
import type { DecodedFrame } from '../src/codecs/codec.ts';
import { type CodecModules, createCodecModules } from '../src/codecs/modules.ts';
import { decodeFrame } from '../src/frames.ts';
import { describeImage, type ImageDescription } from '../src/image-description.ts';
import { codecFiles } from '../src/node/codec-files.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const folder = process.env.CONCORD_TEST_DATA ?? join(root, '..', 'shared', 'data');

/** The path of a file or folder of the test data. */
export const corpusPath = (...names: readonly string[]): string => join(folder, ...names);

/** A reason to skip a test that needs the data, or false. */
export const withoutCorpus: string | false = existsSync(folder) ? false : `no test data in ${folder}`;

/** All files below a folder of the data, in order. */
export const corpusFiles = (...names: readonly string[]): readonly string[] =>
  withoutCorpus
    ? []
    : readdirSync(corpusPath(...names), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .sort();

/** True for a file that is the one of the same name in the WG-04 set, whose tests decode and draw it. */
export function isOfWg04(path: string): boolean {
  const name = basename(path, '.dcm');
  const original = corpusPath('wg04', name.split('_')[1] ?? '', name);
  return existsSync(original) && statSync(original).size === statSync(path).size;
}

/** An instance with pixel data, in memory. */
export interface TestInstance {
  readonly header: DataSet;
  readonly transferSyntaxUid: string;
  readonly image: ImageDescription;
  readonly pixelDataVr: string;
  /** Encoded bytes of a frame, from 1. */
  frame(number: number): Uint8Array;
}

const pixelTags = [0x7fe00010, 0x7fe00008, 0x7fe00009];

/** Fragments to frames, for well-formed files: one each, all in one, or by their SOI markers. */
function fragmentsOf(fragments: readonly Uint8Array[], frames: number, number: number): Uint8Array {
  if (frames === 1) return Buffer.concat(fragments);
  const single = fragments[number - 1];
  if (fragments.length === frames && single) return single;
  const starts = fragments.flatMap((bytes, at) =>
    bytes[0] === 0xff && [0xd8, 0x4f].includes(bytes[1] ?? 0) ? [at] : [],
  );
  return Buffer.concat(fragments.slice(starts[number - 1], starts[number]));
}

/** Reads a file; undefined where it has no pixel data that an image describes. */
export function readInstance(path: string): TestInstance | undefined {
  const bytes = new Uint8Array(readFileSync(path));
  const { dataSet, transferSyntaxUid } = readPart10(bytes);
  const element = pixelTags.map((tag) => dataSet.element(tag)).find((found) => found !== undefined);
  if (!element) return undefined;
  const image = describeImage(dataSet);
  const { numberOfFrames } = image;
  if (element.fragments) {
    const [, ...places] = element.fragments;
    const source = transferSyntax(transferSyntaxUid)?.deflated ? undefined : bytes;
    if (!source) return undefined;
    const fragments = places.map(({ offset, length }) => source.subarray(offset, offset + length));
    const frame = (number: number) => fragmentsOf(fragments, numberOfFrames, number);
    return { header: dataSet, transferSyntaxUid, image, pixelDataVr: element.vr, frame };
  }
  const value = dataSet.bytes(element.tag) ?? new Uint8Array();
  const subsampled = image.photometricInterpretation === 'YBR_FULL_422' ? 2 / 3 : 1;
  const bits = image.rows * image.columns * image.samplesPerPixel * image.bitsAllocated * subsampled;
  const frame = (number: number) =>
    value.subarray(Math.floor(((number - 1) * bits) / 8), Math.ceil((number * bits) / 8));
  return { header: dataSet, transferSyntaxUid, image, pixelDataVr: element.vr, frame };
}

/** Codecs for the tests of one file. */
export const testModules = (): CodecModules => createCodecModules(codecFiles);

/** Decodes a frame of a test instance. */
export const decodeTestFrame = (instance: TestInstance, modules: CodecModules, number = 1): Promise<DecodedFrame> =>
  decodeFrame(instance.image, instance.transferSyntaxUid, instance.frame(number), {
    modules,
    frameNumber: number,
    pixelDataVr: instance.pixelDataVr,
  });
