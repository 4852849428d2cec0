// Where in a series the viewer is, as it stands in the page's address.
import { type JsonObject, numberOf } from '../json.ts';

export interface ViewerPlace {
  /** Position in the stack, from 1; absent means the first. */
  readonly image?: number;
}

export const readPlace = (query: JsonObject): ViewerPlace => {
  const image = numberOf(query, 'image');
  return image !== undefined && Number.isInteger(image) && image > 1 && image < 10_000_000 ? { image } : {};
};
