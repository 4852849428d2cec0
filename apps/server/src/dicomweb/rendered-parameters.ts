// How an image is to be rendered: window, viewport, quality, colour profile, annotation. PS3.18 8.3.5.
import { HttpProblem, quote } from '../web/problem.ts';
import { type Annotation, annotations } from './captions.ts';
import { invalid, type Query, single } from './query.ts';

/** VOI LUT Function, (0028,1056). */
export type WindowFunction = 'LINEAR' | 'LINEAR_EXACT' | 'SIGMOID';

export interface Window {
  readonly center: number;
  readonly width: number;
  readonly function: WindowFunction;
}

/** A region of the source image, in its pixels from the top left corner; `undefined` sizes reach the far edge. */
export interface Region {
  readonly left: number;
  readonly top: number;
  readonly width: number | undefined;
  readonly height: number | undefined;
  readonly flipHorizontally: boolean;
  readonly flipVertically: boolean;
}

/** Into what size the region is fitted, its aspect ratio kept, in pixels. */
export interface Viewport {
  readonly columns: number;
  readonly rows: number;
  readonly region?: Region;
}

export interface RenderedParameters {
  readonly window?: Window;
  readonly viewport?: Viewport;
  /** 1 to 100. */
  readonly quality?: number;
  /** What becomes of the image's colour profile; absent: it is left out. */
  readonly profileUse?: ProfileUse;
  /** What is written over the picture. */
  readonly annotation?: readonly Annotation[];
  /** Keywords of the annotation parameter that mean nothing here. */
  readonly unsupported?: readonly string[];
}

export const profileUses = ['no', 'yes', 'srgb', 'adobergb', 'rommrgb'] as const;
export type ProfileUse = (typeof profileUses)[number];

/** What changes the picture. */
export const changingParameterNames = ['window', 'viewport', 'quality', 'iccprofile', 'annotation'];
export const renderedParameterNames = ['accept', 'charset', ...changingParameterNames];

const functions: ReadonlyMap<string, WindowFunction> = new Map([
  ['linear', 'LINEAR'],
  ['linear-exact', 'LINEAR_EXACT'],
  ['sigmoid', 'SIGMOID'],
]);

const maximumSize = 8192;
const decimal = /^[+-]?(?:\d{1,12}(?:\.\d{0,12})?|\.\d{1,12})(?:[eE][+-]?\d{1,2})?$/u;

/** @throws HttpProblem invalid-parameter */
export const parseRendered = (query: Query): RenderedParameters => {
  const window = single(query, 'window');
  const viewport = single(query, 'viewport');
  const quality = single(query, 'quality');
  const profile = single(query, 'iccprofile');
  const annotation = single(query, 'annotation');
  return {
    ...(window === undefined ? {} : { window: parseWindow(window) }),
    ...(viewport === undefined ? {} : { viewport: parseViewport(viewport) }),
    ...(quality === undefined ? {} : { quality: parseQuality(quality) }),
    ...(profile === undefined ? {} : { profileUse: parseProfile(profile) }),
    ...(annotation === undefined ? {} : parseAnnotation(annotation)),
  };
};

const parseProfile = (text: string): ProfileUse => {
  const use = profileUses.find((one) => one === text);
  if (use !== undefined) return use;
  throw invalid('iccprofile', `is one of ${profileUses.join(', ')}`);
};

/** Keywords that are none of the standard's are left out, and told of in a warning. */
export const parseAnnotation = (text: string): Pick<RenderedParameters, 'annotation' | 'unsupported'> => {
  const keywords = text.split(',').map((keyword) => keyword.trim());
  if (keywords.some((keyword) => !/^[a-z][\w-]{0,30}$/iu.test(keyword)))
    throw invalid('annotation', 'is a list of keywords: patient, technique');
  const known = annotations.filter((keyword) => keywords.includes(keyword));
  const unsupported = keywords.filter((keyword) => !known.some((one) => one === keyword));
  return { ...(known.length === 0 ? {} : { annotation: known }), ...(unsupported.length === 0 ? {} : { unsupported }) };
};

const number = (name: string, text: string | undefined): number => {
  if (text === undefined || !decimal.test(text.trim())) throw invalid(name, `has ${quote(text ?? '')} for a number`);
  return Number(text);
};

/** `center,width,function`, all three. PS3.18 8.3.5.1.4. */
export const parseWindow = (text: string): Window => {
  const [center, width, name = '', ...rest] = text.split(',');
  const kind = functions.get(name.trim().toLowerCase());
  if (kind === undefined || rest.length > 0) {
    throw invalid('window', 'is center,width,function with linear, linear-exact or sigmoid as the function');
  }
  const window = { center: number('window', center), width: number('window', width), function: kind };
  if (window.width <= 0 || (kind === 'LINEAR' && window.width < 1)) throw invalid('window', 'has too small a width');
  return window;
};

/** `vw,vh` or `vw,vh,sx,sy,sw,sh`, of which the last four may be empty; negative sizes flip the image. */
export const parseViewport = (text: string): Viewport => {
  const values = text.split(',');
  if (values.length < 2 || values.length > 6) throw invalid('viewport', 'is vw,vh or vw,vh,sx,sy,sw,sh');
  const size = (index: number): number => {
    const value = number('viewport', values[index]);
    if (Number.isInteger(value) && value >= 1 && value <= maximumSize) return value;
    throw invalid('viewport', `has sizes from 1 to ${maximumSize}`);
  };
  const viewport = { columns: size(0), rows: size(1) };
  const [left, top, width, height] = [2, 3, 4, 5].map((index) =>
    (values[index] ?? '').trim() === '' ? undefined : number('viewport', values[index]),
  );
  if ([left, top, width, height].every((value) => value === undefined)) return viewport;
  if (width === 0 || height === 0) throw invalid('viewport', 'names an empty region');
  const region = {
    left: Math.abs(left ?? 0),
    top: Math.abs(top ?? 0),
    width: width === undefined ? undefined : Math.abs(width),
    height: height === undefined ? undefined : Math.abs(height),
    flipHorizontally: (width ?? 1) < 0,
    flipVertically: (height ?? 1) < 0,
  };
  return { ...viewport, region };
};

const parseQuality = (text: string): number => {
  if (/^(?:[1-9]\d?|100)$/u.test(text)) return Number(text);
  throw new HttpProblem('invalid-parameter', 'The query parameter "quality" is a whole number from 1 to 100.');
};
