// The SOP Classes that a Meta SOP Class stands for. PS3.4 H.3.2, F.7, M

const filmSession = '1.2.840.10008.5.1.1.1';
const filmBox = '1.2.840.10008.5.1.1.2';
const printer = '1.2.840.10008.5.1.1.16';
/** Beside the mandatory ones. */
const optional = [
  '1.2.840.10008.5.1.1.14',
  '1.2.840.10008.5.1.1.15',
  '1.2.840.10008.5.1.1.23',
  '1.2.840.10008.5.1.1.24.1',
  '1.2.840.10008.5.1.1.16.376',
];

const members: Readonly<Record<string, readonly string[]>> = {
  '1.2.840.10008.5.1.1.9': [filmSession, filmBox, '1.2.840.10008.5.1.1.4', printer, ...optional],
  '1.2.840.10008.5.1.1.18': [filmSession, filmBox, '1.2.840.10008.5.1.1.4.1', printer, ...optional],
  '1.2.840.10008.5.1.4.32': ['1.2.840.10008.5.1.4.32.1', '1.2.840.10008.5.1.4.32.2', '1.2.840.10008.5.1.4.32.3'],
};

/** Those that stand behind it always: they are negotiated by it alone. */
export const mandatoryMembersOf = (uid: string): readonly string[] =>
  (members[uid] ?? []).filter((each) => !optional.includes(each));

/** Undefined for what is no Meta SOP Class. */
export const membersOf = (uid: string): readonly string[] | undefined => members[uid];
