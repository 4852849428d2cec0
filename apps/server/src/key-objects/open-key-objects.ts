// Key object selections as the faces use them: made, listed, and under which titles. PS3.3 A.35.4
import { createKeyObjects, type KeyObjectParts } from './create-key-objects.ts';
import { createKeyObjectsOfStudy } from './key-objects-of-study.ts';
import type { TitleFile } from './title-file.ts';
import { type TitleGroup, titleGroupOf } from './title-group.ts';

export interface KeyObjects {
  readonly create: ReturnType<typeof createKeyObjects>;
  readonly ofStudy: ReturnType<typeof createKeyObjectsOfStudy>;
  readonly titles: TitleFile;
  /** The titles of the moment. */
  readonly group: () => TitleGroup;
}

export const openKeyObjects = (parts: KeyObjectParts & { readonly titles: TitleFile }): KeyObjects => ({
  create: createKeyObjects(parts),
  ofStudy: createKeyObjectsOfStudy(parts),
  titles: parts.titles,
  group: () => titleGroupOf(parts.settings, parts.now()),
});
