// Titles of key object selections beside those of the standard, and by whom they are. PS3.16 CID 7010, PS3.3 8.3
import { type OwnTitle, readCodingScheme, readCreator, readOwnTitle } from '../key-object-titles.ts';
import { list, optionalText, text } from '../kinds.ts';

export const keyObjectSettings = {
  keyObjectTitles: list<OwnTitle>({
    default: [],
    maximum: 100,
    entry: readOwnTitle,
    text: 'titles of key object selections beside those of CID 7010, each with code (up to 16 characters), meaning (up to 64), added (a day such as 2026-08-30, or 2026-08-30T07:05:00Z) and, if wanted, definition and retired (the same: from then on no document gets it); contextGroupCreator is needed beside them',
  }),
  codingScheme: {
    ...text({
      default: '99CONCORD',
      maximumLength: 16,
      text: 'designator of the coding scheme of own codes: 99 and up to 14 capitals, digits and _',
    }),
    read: readCodingScheme,
  },
  contextGroupCreator: {
    ...optionalText({
      default: '',
      maximumLength: 64,
      text: 'UID of the organization that extends context groups, written as Context Group Extension Creator UID (0008,010D)',
    }),
    read: readCreator,
  },
} as const;
