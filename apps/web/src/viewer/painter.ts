// Draws a picture into a canvas: the source is made anew only when the window changes, the view by the canvas itself.
import type { GrayscaleChoice, GrayscalePipeline } from '@concord/imaging';
import type { ColourPicture, GrayPicture } from './picture.ts';
import { isCovered, type OverlayChoice } from './shown-overlays.ts';
import { matrixOf, type Size, type View } from './view.ts';

export interface Scene {
  readonly picture: GrayPicture | ColourPicture;
  readonly choice: GrayscaleChoice;
  readonly view: View;
  /** In CSS pixels. */
  readonly pane: Size;
  readonly pixelRatio: number;
  readonly overlays: OverlayChoice;
  /** Something is being dragged: speed goes before fineness until it stands still. */
  readonly moving: boolean;
}

/** The picture's own size in columns, with pixels that are not square made so. */
export const shownSize = ({ columns, rows, pixelAspectRatio }: GrayPicture | ColourPicture): Size => ({
  width: columns,
  height: rows * pixelAspectRatio,
});

/** Overlays are drawn in a colour that no grey image has. */
const overlayPixel = 0xff33d6ff;

interface Source {
  readonly canvas: HTMLCanvasElement;
  readonly context: CanvasRenderingContext2D;
}

const createSource = (): Source | undefined => {
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d', { alpha: true });
  return context === null ? undefined : { canvas, context };
};

const overlayImage = (mask: Uint8Array, columns: number, rows: number, choice: OverlayChoice): ImageData => {
  const image = new ImageData(columns, rows);
  const pixels = new Uint32Array(image.data.buffer);
  for (let index = 0; index < mask.length; index += 1)
    if (isCovered(mask[index] ?? 0, choice)) pixels[index] = overlayPixel;
  return image;
};

/** Draws into one canvas, and remembers what its source holds. */
export class Painter {
  readonly #target: HTMLCanvasElement;
  readonly #gray = createSource();
  readonly #overlay = createSource();
  #image: ImageData | undefined;
  #drawn: { pipeline: GrayscalePipeline; choice: GrayscaleChoice } | undefined;
  #overlayOf: { readonly mask: Uint8Array; readonly choice: OverlayChoice } | undefined;

  constructor(target: HTMLCanvasElement) {
    this.#target = target;
  }

  paint(scene: Scene): void {
    const { picture, view, pane, pixelRatio } = scene;
    const context = this.#target.getContext('2d', { alpha: false });
    if (context === null) return;
    const [width, height] = [Math.round(pane.width * pixelRatio), Math.round(pane.height * pixelRatio)];
    if (this.#target.width !== width) this.#target.width = width;
    if (this.#target.height !== height) this.#target.height = height;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.fillStyle = '#000';
    context.fillRect(0, 0, width, height);
    const { a, b, c, d, e, f } = matrixOf(view, shownSize(picture), pane);
    context.setTransform(
      ...([a, b, c, d, e, f].map((value) => value * pixelRatio) as [number, number, number, number, number, number]),
    );
    context.imageSmoothingEnabled = true;
    context.imageSmoothingQuality = scene.moving ? 'low' : 'high';
    const size = shownSize(picture);
    const source = picture.kind === 'colour' ? picture.bitmap : this.#windowed(picture, scene);
    if (source) context.drawImage(source, 0, 0, size.width, size.height);
    if (picture.kind === 'gray' && picture.overlay && scene.overlays !== 'none') {
      const overlay = this.#overlaid(picture.overlay, picture, scene.overlays);
      if (overlay) context.drawImage(overlay, 0, 0, size.width, size.height);
    }
  }

  clear(): void {
    this.#target.getContext('2d')?.clearRect(0, 0, this.#target.width, this.#target.height);
  }

  #windowed({ pipeline: fine, coarse }: GrayPicture, { choice, moving }: Scene): HTMLCanvasElement | undefined {
    const pipeline = moving && coarse ? coarse : fine;
    if (this.#gray === undefined) return undefined;
    const { canvas, context } = this.#gray;
    if (this.#drawn?.pipeline === pipeline && this.#drawn.choice === choice) return canvas;
    const { columns, rows } = pipeline;
    if (this.#image?.width !== columns || this.#image.height !== rows) this.#image = new ImageData(columns, rows);
    if (canvas.width !== columns) canvas.width = columns;
    if (canvas.height !== rows) canvas.height = rows;
    pipeline.draw(this.#image.data, choice);
    context.putImageData(this.#image, 0, 0);
    this.#drawn = { pipeline, choice };
    return canvas;
  }

  #overlaid(mask: Uint8Array, { columns, rows }: GrayPicture, choice: OverlayChoice): HTMLCanvasElement | undefined {
    if (this.#overlay === undefined) return undefined;
    const { canvas, context } = this.#overlay;
    if (this.#overlayOf?.mask === mask && this.#overlayOf.choice === choice) return canvas;
    canvas.width = columns;
    canvas.height = rows;
    context.putImageData(overlayImage(mask, columns, rows, choice), 0, 0);
    this.#overlayOf = { mask, choice };
    return canvas;
  }
}
