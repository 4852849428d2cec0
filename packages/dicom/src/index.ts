// @concord/dicom: data sets, files, dictionary, character sets and models of DICOM. The package's only door.

export { type ByteSource, type ByteSourceSync, readSource, readSourceSync } from './byte-source.ts';
export { type Doubt, doubtCharacterSet, doubts, type TextSample } from './character-set/detect.ts';
export { isEncodable } from './character-set/encodable.ts';
export { reencode, textSamples } from './character-set/reencode.ts';
export { type TextCodec, textCodec } from './character-set/text-codec.ts';
export { hasUndecodable, readable } from './character-set/undecodable.ts';
export { type ByteRange, Element, undefinedLength } from './content.ts';
export { DataSet, type PathLike, type Value } from './data-set.ts';
export {
  type DateTimeDoubt,
  type DateTimeValue,
  type DateValue,
  dateSpan,
  dateTimeDoubts,
  dateTimeSpan,
  formatDate,
  formatDateTime,
  formatOffset,
  formatTime,
  parseDate,
  parseDateTime,
  parseOffset,
  parseTime,
  type Span,
  shiftMoment,
  type TimeValue,
  timeSpan,
} from './date-time.ts';
export { type DictionaryEntry, describeTag, keywordOf } from './dictionary/dictionary.ts';
export type { Keyword } from './dictionary/keyword.generated.ts';
export { type DumpOptions, dump } from './dump.ts';
export { decimalString, type Scalar } from './encode-value.ts';
export { DicomError, type Fault, type Finding, faults } from './error.ts';
export { type FileMeta, fileMetaInformation, type WritableFile, writePart10, writePart10Stream } from './file-meta.ts';
export { frameRanges, nativeLength, type Peek, type PixelDataPlace } from './frames.ts';
export { createHeaderTexts, type EncodedHeader, type HeaderTexts, type HeaderTextsOptions } from './header-texts.ts';
export {
  type DicomJson,
  type FromJsonOptions,
  fromJson,
  type JsonAttribute,
  type JsonPersonName,
  type JsonValue,
  type ToJsonOptions,
  toJson,
} from './json.ts';
export { createJsonMember, createJsonTexts, type JsonTexts, type JsonTextsOptions } from './json-text.ts';
export { defaultLimits, type Limits } from './limits.ts';
export { littleEndianRange, littleEndianValue } from './little-endian.ts';
export { foldPersonName, foldText } from './matching/fold.ts';
export { type MatchOptions, matches, mayHaveSeveral } from './matching/match.ts';
export {
  isDateKey,
  isDateTimeKey,
  isTimeKey,
  overlaps,
  parseDateRange,
  parseDateTimeRange,
  parseTimeRange,
  type Range,
} from './matching/range.ts';
export {
  hasWildcard,
  matchesWildcard,
  nameForms,
  type Pattern,
  type PatternToken,
  parsePattern,
} from './matching/wildcard.ts';
export { shiftTimes, timezoneOffset, zonedPairs, zoneOf } from './matching/zone.ts';
export { type Part10File, type ReadOptions, readDataSet, readPart10 } from './part10.ts';
export {
  displayPersonName,
  formatPersonName,
  type NameGroup,
  type PersonName,
  parsePersonName,
} from './person-name.ts';
export { frame, frames, pixelDataOf } from './pixel-data.ts';
export { privateTag, reservePrivateTag } from './private-block.ts';
export { readStream } from './read-stream.ts';
export { type InstanceScanner, scanInstance } from './scan.ts';
export { formatTag, isPrivate, isPrivateCreator, parseTag, type Tag, type TagLike, tagOf } from './tag.ts';
export { isStorageSopClass, type StorageSopClass, storageSopClasses } from './uid/storage-sop-class.ts';
export {
  deflatedExplicitVrLittleEndian,
  explicitVrBigEndian,
  explicitVrLittleEndian,
  implicitVrLittleEndian,
  type TransferSyntax,
  transferSyntax,
  transferSyntaxes,
} from './uid/transfer-syntax.ts';
export { describeUid, isUid, newUid, type UidEntry, uidName } from './uid/uid.ts';
export { isVr, type Vr, vrs } from './vr.ts';
export {
  type StreamWriteOptions,
  type WriteOptions,
  writeDataSet,
  writeDataSetChunks,
  writeDataSetStream,
} from './write.ts';
export { type FromXmlOptions, fromXml, toXml } from './xml.ts';
