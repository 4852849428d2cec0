// What the rules of Application Profiles look for: Standard, Augmented and Private ones. PS3.2 7.4; PS3.10; PS3.11
import { describeUid, explicitVrLittleEndian } from '@concord/dicom';
import { extensionsOf, profilesOf } from './entities.ts';
import {
  holds,
  holdsIn,
  isFormatOf,
  isMedium,
  sameKind,
  standardIdentifier,
  standardProfile,
} from './media-formats.ts';
import { at, has, isTrue, list, type Place, text, texts } from './place.ts';
import { type Fault, fault } from './rule.ts';

export const ofType = (document: Place, type: string) => profilesOf(document).filter((each) => each.type === type);

const identifierOf = ({ profile, name }: { readonly profile: Place; readonly name: string }): string | undefined =>
  standardIdentifier(`${name} ${text(profile, 'id')}`);

/** More than one word of a medium in a text. */
const severalMedia = (medium: string): boolean => /,|;|\/|\band\b|\bor\b/i.test(medium);

export function* unchanged(document: Place): Generator<Fault> {
  for (const each of ofType(document, 'standard')) {
    const identifier = identifierOf(each);
    const defined = standardProfile(identifier);
    if (!defined) {
      yield fault(each.profile, `${each.name}: PS3.11 has no profile ${identifier ?? 'of this name'}`);
      continue;
    }
    for (const row of list(each.profile, 'sopClasses')) {
      const uid = text(row, 'sopClass', 'uid');
      if (!holds(defined, uid)) {
        yield fault(row, `${identifier} does not hold ${uid}`);
        continue;
      }
      for (const syntax of list(row, 'transferSyntaxes'))
        if (!holdsIn(defined, uid, text(syntax, 'uid')))
          yield fault(syntax, `${identifier} does not hold ${uid} in ${text(syntax, 'uid')}`);
    }
  }
}

export function* oneMedium(document: Place, type: string): Generator<Fault> {
  for (const { profile, name } of ofType(document, type)) {
    const medium = at(profile, 'medium');
    if (typeof medium.value !== 'string' || severalMedia(text(medium)))
      yield fault(medium, `${name} is not of exactly one medium`);
  }
}

/** The Standard profile that an augmented one names. */
const baseOf = (profile: Place): string | undefined => standardIdentifier(text(profile, 'basedOn'));

export const addedTo = (profile: Place): readonly Place[] =>
  list(profile, 'sopClasses').filter((row) => isTrue(row, 'added'));

export function* somethingAdded(document: Place): Generator<Fault> {
  for (const { profile, name } of ofType(document, 'augmented')) {
    if (addedTo(profile).length > 0) continue;
    const other = text(profile, 'augmentations', 'other');
    const role = other !== '' && !/^none\b/i.test(other);
    yield fault(
      profile,
      role ? `${name} adds roles or keys only, and no SOP Class` : `${name} adds nothing`,
      role ? { level: 'W' } : {},
    );
  }
}

export function* sameMedium(document: Place): Generator<Fault> {
  for (const { profile, name } of ofType(document, 'augmented')) {
    const defined = standardProfile(baseOf(profile));
    if (defined && !sameKind(defined.medium, text(profile, 'medium')))
      yield fault(at(profile, 'medium'), `${name} is on another medium than ${baseOf(profile)}`);
    const base = ofType(document, 'standard').find((each) => identifierOf(each) === baseOf(profile));
    if (base && text(base.profile, 'format') !== text(profile, 'format'))
      yield fault(at(profile, 'format'), `${name} has another format than ${baseOf(profile)}`);
  }
}

export function* standardClassesOnly(document: Place): Generator<Fault> {
  const own = new Set(extensionsOf(document).flatMap(({ uid, type }) => (type === 'standard extended' ? [] : [uid])));
  for (const { profile } of ofType(document, 'augmented'))
    for (const row of list(profile, 'sopClasses')) {
      const uid = text(row, 'sopClass', 'uid');
      if (own.has(uid) || describeUid(uid) === undefined) yield fault(row, `${uid} is Specialized or Private`);
    }
}

export function* directoryKeys(document: Place): Generator<Fault> {
  for (const { profile } of ofType(document, 'augmented')) {
    const added = new Set(addedTo(profile).map((row) => text(row, 'sopClass', 'uid')));
    for (const row of list(profile, 'augmentations', 'directoryKeys'))
      if (!added.has(text(row, 'sopClass')))
        yield fault(row, `record ${text(row, 'record')} is changed for a SOP Class that is not added`);
  }
}

const partsOfAugmented = ['sopClasses', 'directory', 'other'] as const;

export function* augmentedDescribed(document: Place): Generator<Fault> {
  for (const { profile, name } of ofType(document, 'augmented')) {
    if (!standardProfile(baseOf(profile))) yield fault(at(profile, 'basedOn'), `${name} names no profile of PS3.11`);
    for (const part of partsOfAugmented)
      if (!has(profile, 'augmentations', part))
        yield fault(at(profile, 'augmentations', part), `${name}: the augmentations of ${part} are not told`);
    yield* optionsTold(profile, name);
  }
}

export function* optionsTold(profile: Place, name: string): Generator<Fault> {
  if (texts(profile, 'roles').length === 0) yield fault(at(profile, 'roles'), `${name} has no role`);
  if (!Array.isArray(at(profile, 'options').value)) yield fault(at(profile, 'options'), `${name}: no options told`);
  if (!has(profile, 'behaviour')) yield fault(at(profile, 'behaviour'), `${name}: its behaviour is not told`);
}

export function* standardOnly(document: Place): Generator<Fault> {
  const standard = new Set(ofType(document, 'standard').map(identifierOf));
  for (const { profile, name } of ofType(document, 'augmented')) {
    const writes = texts(profile, 'roles').some((role) => role === 'FSC' || role === 'FSU');
    if (writes && standard.has(baseOf(profile)) && !has(profile, 'standardOnlyMeans'))
      yield fault(profile, `${name}: how output is kept to ${baseOf(profile)} is not told`);
  }
}

const directory = '1.2.840.10008.1.3.10';

/** A DICOMDIR that others can read. PS3.10 8.6 */
export function* readableDirectory(document: Place): Generator<Fault> {
  for (const { profile, name } of ofType(document, 'private')) {
    const row = list(profile, 'sopClasses').find((each) => text(each, 'sopClass', 'uid') === directory);
    if (!row || !list(row, 'transferSyntaxes').some((each) => text(each, 'uid') === explicitVrLittleEndian))
      yield fault(profile, `${name} has no directory in Explicit VR Little Endian`);
  }
}

const patternOfPrivate = ['identifier', 'clinicalContext', 'directory', 'parameters', 'security'] as const;

export function* privateDescribed(document: Place): Generator<Fault> {
  for (const { profile, name } of ofType(document, 'private')) {
    for (const part of patternOfPrivate)
      if (!has(profile, 'description', part))
        yield fault(at(profile, 'description', part), `${name}: its ${part} is not told`);
    yield* optionsTold(profile, name);
  }
}

export function* definedMedia(document: Place): Generator<Fault> {
  for (const { profile, name } of profilesOf(document))
    if (!isMedium(text(profile, 'medium')) || !isFormatOf(text(profile, 'medium'), text(profile, 'format')))
      yield fault(
        profile,
        `${name}: ${text(profile, 'medium')} with ${text(profile, 'format')} can be under no profile`,
      );
}
