// The titles that documents may have here: those of the standard and those of this site, with what names an extension. PS3.16 CID 7010, PS3.3 8.3
import { DataSet } from '@concord/dicom';
import type { OwnTitle } from '../settings/key-object-titles.ts';
import type { Configuration } from '../settings/settings.ts';
import { type Code, standardTitles, titleGroup, titleGroupVersion } from './titles.ts';

export type TitleSettings = Pick<Configuration, 'keyObjectTitles' | 'codingScheme' | 'contextGroupCreator'>;

/** The context group of titles as this site has extended it. */
export interface TitleGroup {
  /** Those that new documents may have. */
  readonly titles: readonly Code[];
  /** The added ones, with those that no document gets any more. */
  readonly own: readonly (Code & Pick<OwnTitle, 'definition' | 'retired'>)[];
  /** Of the last change, as DT; '' where nothing is added. (0008,0107) */
  readonly localVersion: string;
  /** (0008,010D); '' where nothing is added. */
  readonly creatorUid: string;
}

/** `2026-08-30` or `2026-08-30T07:05:00Z` as DT. PS3.5 6.2 */
const asDateTime = (moment: string): string => `${moment.replaceAll(/\D/g, '')}${moment.endsWith('Z') ? '+0000' : ''}`;

export function titleGroupOf(settings: TitleSettings, at: Date): TitleGroup {
  const now = at.toISOString().slice(0, 19);
  const { keyObjectTitles, codingScheme: scheme, contextGroupCreator: creatorUid } = settings;
  const own = keyObjectTitles.map(({ code, meaning, definition, retired }) => ({
    ...{ value: code, scheme, meaning },
    ...(definition !== undefined && { definition }),
    ...(retired !== undefined && { retired }),
  }));
  const moments = keyObjectTitles.flatMap(({ added, retired = '' }) => [added, retired]);
  const inUse = own.filter(({ retired }) => retired === undefined || retired.slice(0, 19) > now);
  return {
    titles: [...standardTitles, ...inUse.map(({ value, meaning }) => ({ value, scheme, meaning }))],
    own,
    localVersion: asDateTime(moments.sort().at(-1) ?? ''),
    creatorUid: own.length === 0 ? '' : creatorUid,
  };
}

/** An item of the Code Sequence Macro. PS3.3 8.8 */
export function codeItem({ value, scheme, meaning }: Code): DataSet {
  const item = new DataSet();
  item.set('CodeValue', value);
  item.set('CodingSchemeDesignator', scheme);
  item.set('CodeMeaning', meaning);
  return item;
}

export const isOwn = ({ scheme }: Code): boolean => scheme !== 'DCM';

/** The same for a title; an added one says that it is, in which version of the extension, and by whom. PS3.3 8.8 */
export function titleItem(title: Code, { localVersion, creatorUid }: TitleGroup): DataSet {
  const item = codeItem(title);
  if (!isOwn(title)) return item;
  item.set('ContextIdentifier', titleGroup);
  item.set('MappingResource', 'DCMR');
  item.set('ContextGroupVersion', titleGroupVersion);
  item.set('ContextGroupExtensionFlag', 'Y');
  item.set('ContextGroupLocalVersion', localVersion);
  item.set('ContextGroupExtensionCreatorUID', creatorUid);
  return item;
}
