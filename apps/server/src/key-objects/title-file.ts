// Titles that a site adds to those of the standard: written to the configuration file, and to the index that servers share; in force at once. PS3.2 A.8.3.1
import type { OwnTitle } from '../settings/key-object-titles.ts';
import { SettingsError } from '../settings/read-configuration.ts';
import { entriesOf, type SettingsFile } from '../settings/settings-file.ts';
import type { SharedTitles } from './shared-titles.ts';
import { standardTitles } from './titles.ts';

export interface TitleFile {
  /** Adds a title, or takes one that was retired into use again; it is in the file, and in force, when this resolves. Throws SettingsError. */
  add(title: Pick<OwnTitle, 'code' | 'meaning' | 'definition'>): Promise<'added' | 'there already'>;
  /** No document gets it any more; it stays listed for those that have it. Throws SettingsError. */
  retire(code: string): Promise<'retired' | 'of the standard' | 'no such title'>;
}

export interface TitleFileParts {
  readonly file: SettingsFile;
  /** The titles that documents are made with. */
  readonly inForce: readonly OwnTitle[];
  readonly shared: Pick<SharedTitles, 'renew' | 'put'>;
  /** In force: it is written beside the titles, which need it. */
  readonly creatorUid: string;
  readonly now: () => Date;
}

export function openTitleFile({ file, inForce, shared, creatorUid, now }: TitleFileParts): TitleFile {
  const moment = (): string => `${now().toISOString().slice(0, 19)}Z`;
  const put = async (changed: OwnTitle): Promise<void> => {
    const { code } = changed;
    await file.change((content) => {
      const entries = entriesOf(content, 'keyObjectTitles');
      const known = entries.some((each) => each.code === code);
      const entry = { ...changed };
      const after = known ? entries.map((each) => (each.code === code ? entry : each)) : [...entries, entry];
      return { contextGroupCreator: creatorUid, ...content, keyObjectTitles: after };
    });
    await shared.put(changed);
  };
  return {
    add: (title) =>
      file.inTurn(async () => {
        await shared.renew();
        const known = inForce.find(({ code }) => code === title.code);
        const isStandard = standardTitles.some(({ value }) => value === title.code);
        if (creatorUid === '')
          throw new SettingsError(
            'contextGroupCreator',
            'has to be set before titles are added: the UID of your organization',
          );
        if (isStandard || (known && known.retired === undefined)) return 'there already';
        await put({ ...title, added: moment() });
        return 'added';
      }),
    retire: (code) =>
      file.inTurn(async () => {
        await shared.renew();
        if (standardTitles.some(({ value }) => value === code)) return 'of the standard';
        const known = inForce.find((each) => each.code === code && each.retired === undefined);
        if (!known) return 'no such title';
        await put({ ...known, retired: moment() });
        return 'retired';
      }),
  };
}
