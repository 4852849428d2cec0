// Key object selections as the faces use them: made, listed, and under which titles. PS3.3 A.35.4
import { createKeyObjects, type KeyObjectParts } from './create-key-objects.ts';
import { createKeyObjectsOfStudy } from './key-objects-of-study.ts';
import type { SharedTitles } from './shared-titles.ts';
import type { TitleFile } from './title-file.ts';
import { type TitleGroup, titleGroupOf } from './title-group.ts';

export interface KeyObjects {
  readonly create: ReturnType<typeof createKeyObjects>;
  readonly ofStudy: ReturnType<typeof createKeyObjectsOfStudy>;
  readonly titles: TitleFile;
  /** The titles of the moment. */
  readonly group: () => Promise<TitleGroup>;
}

type Parts = KeyObjectParts & { readonly titles: TitleFile; readonly shared: Pick<SharedTitles, 'renew'> };

export const openKeyObjects = (parts: Parts): KeyObjects => ({
  async create(wish) {
    await parts.shared.renew();
    return createKeyObjects(parts)(wish);
  },
  ofStudy: createKeyObjectsOfStudy(parts),
  titles: parts.titles,
  async group() {
    await parts.shared.renew();
    return titleGroupOf(parts.settings, parts.now());
  },
});
