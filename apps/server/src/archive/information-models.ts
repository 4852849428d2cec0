// The Query/Retrieve information models: their levels, and what an identifier must say at each. PS3.4 C.3, C.4.
import {
  type DataSet,
  describeTag,
  formatTag,
  hasWildcard,
  isDateKey,
  isTimeKey,
  keywordOf,
  timezoneOffset,
  type Vr,
} from '@concord/dicom';
import { queryRetrieveSopClasses } from '@concord/network';
import type { Level, Selection } from './archive.ts';
import { isBelow, levels, uniqueKeys } from './attributes.ts';
import { isSaid, saysOfQuery } from './keys.ts';
import { refusalComment } from './outcome.ts';

export interface InformationModel {
  readonly name: string;
  /** From the root down. */
  readonly levels: readonly Level[];
}

const patientRoot: InformationModel = { name: 'Patient Root', levels: ['PATIENT', 'STUDY', 'SERIES', 'IMAGE'] };
const studyRoot: InformationModel = { name: 'Study Root', levels: ['STUDY', 'SERIES', 'IMAGE'] };
const patientStudyOnly: InformationModel = { name: 'Patient/Study Only', levels: ['PATIENT', 'STUDY'] };

/** By the SOP Classes of FIND, MOVE and GET. PS3.4 C.6. */
const modelOf: ReadonlyMap<string, InformationModel> = new Map([
  [queryRetrieveSopClasses.patientRootFind, patientRoot],
  [queryRetrieveSopClasses.patientRootMove, patientRoot],
  [queryRetrieveSopClasses.patientRootGet, patientRoot],
  [queryRetrieveSopClasses.studyRootFind, studyRoot],
  [queryRetrieveSopClasses.studyRootMove, studyRoot],
  [queryRetrieveSopClasses.studyRootGet, studyRoot],
  [queryRetrieveSopClasses.patientStudyOnlyFind, patientStudyOnly],
  [queryRetrieveSopClasses.patientStudyOnlyMove, patientStudyOnly],
  [queryRetrieveSopClasses.patientStudyOnlyGet, patientStudyOnly],
]);

/** Why an identifier does not match the SOP Class: the words and tags of an A900. */
export interface Mismatch {
  readonly comment: string;
  readonly offending: readonly number[];
}

const queryRetrieveLevel = 0x00080052;

const mismatch = (words: string, tag: number): Mismatch => ({
  comment: refusalComment(`${describeTag(tag)?.name ?? formatTag(tag)} ${words}`),
  offending: [tag],
});

const tagOfKey = { PATIENT: 0x00100020, STUDY: 0x0020000d, SERIES: 0x0020000e, IMAGE: 0x00080018 } as const;

/** The level and the model of a request; or what is wrong. */
export function levelOf(
  sopClassUid: string,
  identifier: DataSet,
): { level: Level; model: InformationModel } | Mismatch {
  const model = modelOf.get(sopClassUid);
  const value = identifier.string('QueryRetrieveLevel');
  if (value === undefined) return mismatch('is missing', queryRetrieveLevel);
  const level = model?.levels.find((each) => each === value);
  return model && level ? { level, model } : mismatch(`is not a level of ${model?.name ?? 'this'}`, queryRetrieveLevel);
}

const isSingle = (identifier: DataSet, level: Level): boolean => {
  const [value, ...more] = identifier.strings(uniqueKeys[level]);
  return value !== undefined && value !== '' && more.length === 0 && !hasWildcard(value);
};

/** Each unique key above the level has one value without wildcards. PS3.4 C.4.1.2.1, C.4.2.2.1. */
const checkKeysAbove = (model: InformationModel, level: Level, identifier: DataSet): Mismatch | undefined => {
  const above = model.levels.slice(0, model.levels.indexOf(level));
  const missing = above.find((each) => !isSingle(identifier, each));
  return missing && mismatch('must have one value at this level', tagOfKey[missing]);
};

/** Why a value cannot be compared with anything. */
function wrongValue(vr: Vr, values: readonly string[]): string | undefined {
  const given = values.filter((value) => value !== '' && value !== '*');
  if (vr === 'DA' && given.some((value) => !isDateKey(value))) return 'is neither a date nor a range';
  if (vr === 'TM' && given.some((value) => !isTimeKey(value))) return 'is neither a time nor a range';
  return vr === 'UI' && given.some(hasWildcard) ? 'is a UID and takes no wildcards' : undefined;
}

/** Undefined where a C-FIND may be carried out. A relational one may leave keys above the level out. */
export function checkQuery(
  model: InformationModel,
  level: Level,
  identifier: DataSet,
  relational: boolean,
): Mismatch | undefined {
  for (const { tag, vr } of identifier.elements()) {
    const keyword = keywordOf(tag);
    if (!relational && keyword && isBelow(keyword, level) && isSaid(identifier, tag) && !saysOfQuery.has(keyword))
      return mismatch(`is below the ${level} level`, tag);
    const wrong = wrongValue(vr, identifier.strings(tag));
    if (wrong) return mismatch(wrong, tag);
  }
  return relational ? undefined : checkKeysAbove(model, level, identifier);
}

/** Undefined where times of the query can be brought to another zone: it names its own as PS3.3 C.12.1.1.8 says, or none. */
export function checkOffset(identifier: DataSet): Mismatch | undefined {
  const [offset = '', ...more] = identifier.strings('TimezoneOffsetFromUTC');
  if (offset === '' || (more.length === 0 && timezoneOffset(offset) !== undefined)) return undefined;
  return mismatch('is no offset from UTC', 0x00080201);
}

const names = {
  PATIENT: 'patientId',
  STUDY: 'studyInstanceUid',
  SERIES: 'seriesInstanceUid',
  IMAGE: 'sopInstanceUid',
} as const satisfies Record<Level, keyof Selection>;

/** What a C-MOVE or C-GET selects; or what is wrong with its keys. A relational one may leave keys above the level out. */
export function selectionOf(
  model: InformationModel,
  level: Level,
  identifier: DataSet,
  relational: boolean,
): { selection: Selection } | Mismatch {
  const above = relational ? undefined : checkKeysAbove(model, level, identifier);
  if (above) return above;
  const below = levels.slice(levels.indexOf(level) + 1).find((each) => isSaid(identifier, tagOfKey[each]));
  // Whoever names a series with the level of the study would get all of the study. PS3.4 C.4.2.2.1.
  if (below) return mismatch(`is below the ${level} level`, tagOfKey[below]);
  const values = identifier.strings(uniqueKeys[level]);
  const single = level === 'PATIENT' ? values.length === 1 : values.length > 0;
  if (!single || values.some((value) => value === '' || hasWildcard(value)))
    return mismatch(level === 'PATIENT' ? 'must have one value' : 'must name what to send', tagOfKey[level]);
  const selected = model.levels
    .slice(0, model.levels.indexOf(level) + 1)
    .map((each) => [names[each], identifier.strings(uniqueKeys[each])] as const)
    .filter(([, given]) => given.length > 0);
  return { selection: Object.fromEntries(selected) };
}
