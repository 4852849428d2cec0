// Rules of Standard, Augmented and Private Application Profiles. PS3.2 7.4
import { describeUid, explicitVrLittleEndian } from '@concord/dicom';
import { extensionsOf, mediaEntitiesOf, profilesOf } from './entities.ts';
import { holds, isFormatOf, isMedium, standardIdentifier, standardProfile } from './media-formats.ts';
import { brokenClasses } from './network.ts';
import { at, has, isTrue, list, type Place, text, texts } from './place.ts';
import { type Fault, fault, type Rule } from './rule.ts';

const ofType = (document: Place, type: string) => profilesOf(document).filter((each) => each.type === type);

const identifierOf = ({ profile, name }: { readonly profile: Place; readonly name: string }): string | undefined =>
  standardIdentifier(`${name} ${text(profile, 'id')}`);

/** More than one word of a medium in a text. */
const severalMedia = (medium: string): boolean => /,|;|\/|\band\b|\bor\b/i.test(medium);

function* unchanged(document: Place): Generator<Fault> {
  for (const each of ofType(document, 'standard')) {
    const identifier = identifierOf(each);
    const defined = standardProfile(identifier);
    if (!defined) {
      yield fault(each.profile, `${each.name}: PS3.11 has no profile ${identifier ?? 'of this name'}`);
      continue;
    }
    for (const row of list(each.profile, 'sopClasses')) {
      const uid = text(row, 'sopClass', 'uid');
      if (!holds(defined, uid)) yield fault(row, `${identifier} does not hold ${uid}`);
      for (const syntax of list(row, 'transferSyntaxes'))
        if (!defined.transferSyntaxes.includes(text(syntax, 'uid')))
          yield fault(syntax, `${identifier} does not hold ${text(syntax, 'uid')}`);
    }
  }
}

function* oneMedium(document: Place, type: string): Generator<Fault> {
  for (const { profile, name } of ofType(document, type)) {
    const medium = at(profile, 'medium');
    if (typeof medium.value !== 'string' || severalMedia(text(medium)))
      yield fault(medium, `${name} is not of exactly one medium`);
  }
}

/** The Standard profile that an augmented one names. */
const baseOf = (profile: Place): string | undefined => standardIdentifier(text(profile, 'basedOn'));

const addedTo = (profile: Place): readonly Place[] => list(profile, 'sopClasses').filter((row) => isTrue(row, 'added'));

function* somethingAdded(document: Place): Generator<Fault> {
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

function* sameMedium(document: Place): Generator<Fault> {
  for (const { profile, name } of ofType(document, 'augmented')) {
    const defined = standardProfile(baseOf(profile));
    if (defined && !defined.medium.test(text(profile, 'medium')))
      yield fault(at(profile, 'medium'), `${name} is on another medium than ${baseOf(profile)}`);
    const base = ofType(document, 'standard').find((each) => identifierOf(each) === baseOf(profile));
    if (base && text(base.profile, 'format') !== text(profile, 'format'))
      yield fault(at(profile, 'format'), `${name} has another format than ${baseOf(profile)}`);
  }
}

function* standardClassesOnly(document: Place): Generator<Fault> {
  const own = new Set(extensionsOf(document).flatMap(({ uid, type }) => (type === 'standard extended' ? [] : [uid])));
  for (const { profile } of ofType(document, 'augmented'))
    for (const row of list(profile, 'sopClasses')) {
      const uid = text(row, 'sopClass', 'uid');
      if (own.has(uid) || describeUid(uid) === undefined) yield fault(row, `${uid} is Specialized or Private`);
    }
}

function* directoryKeys(document: Place): Generator<Fault> {
  for (const { profile } of ofType(document, 'augmented')) {
    const added = new Set(addedTo(profile).map((row) => text(row, 'sopClass', 'uid')));
    for (const row of list(profile, 'augmentations', 'directoryKeys'))
      if (!added.has(text(row, 'sopClass')))
        yield fault(row, `record ${text(row, 'record')} is changed for a SOP Class that is not added`);
  }
}

const partsOfAugmented = ['sopClasses', 'directory', 'other'] as const;

function* augmentedDescribed(document: Place): Generator<Fault> {
  for (const { profile, name } of ofType(document, 'augmented')) {
    if (!standardProfile(baseOf(profile))) yield fault(at(profile, 'basedOn'), `${name} names no profile of PS3.11`);
    for (const part of partsOfAugmented)
      if (!has(profile, 'augmentations', part))
        yield fault(at(profile, 'augmentations', part), `${name}: the augmentations of ${part} are not told`);
    yield* optionsTold(profile, name);
  }
}

function* optionsTold(profile: Place, name: string): Generator<Fault> {
  if (texts(profile, 'roles').length === 0) yield fault(at(profile, 'roles'), `${name} has no role`);
  if (!Array.isArray(at(profile, 'options').value)) yield fault(at(profile, 'options'), `${name}: no options told`);
  if (!has(profile, 'behaviour')) yield fault(at(profile, 'behaviour'), `${name}: its behaviour is not told`);
}

function* standardOnly(document: Place): Generator<Fault> {
  const standard = new Set(ofType(document, 'standard').map(identifierOf));
  for (const { profile, name } of ofType(document, 'augmented')) {
    const writes = texts(profile, 'roles').some((role) => role === 'FSC' || role === 'FSU');
    if (writes && standard.has(baseOf(profile)) && !has(profile, 'standardOnlyMeans'))
      yield fault(profile, `${name}: how output is kept to ${baseOf(profile)} is not told`);
  }
}

const directory = '1.2.840.10008.1.3.10';

/** A DICOMDIR that others can read. PS3.10 8.6 */
function* readableDirectory(document: Place): Generator<Fault> {
  for (const { profile, name } of ofType(document, 'private')) {
    const row = list(profile, 'sopClasses').find((each) => text(each, 'sopClass', 'uid') === directory);
    if (!row || !list(row, 'transferSyntaxes').some((each) => text(each, 'uid') === explicitVrLittleEndian))
      yield fault(profile, `${name} has no directory in Explicit VR Little Endian`);
  }
}

const patternOfPrivate = ['identifier', 'clinicalContext', 'directory', 'parameters', 'security'] as const;

function* privateDescribed(document: Place): Generator<Fault> {
  for (const { profile, name } of ofType(document, 'private')) {
    for (const part of patternOfPrivate)
      if (!has(profile, 'description', part))
        yield fault(at(profile, 'description', part), `${name}: its ${part} is not told`);
    yield* optionsTold(profile, name);
  }
}

function* definedMedia(document: Place): Generator<Fault> {
  for (const { profile, name } of profilesOf(document))
    if (!isMedium(text(profile, 'medium')) || !isFormatOf(text(profile, 'medium'), text(profile, 'format')))
      yield fault(
        profile,
        `${name}: ${text(profile, 'medium')} with ${text(profile, 'format')} can be under no profile`,
      );
}

const decided = { level: 'E', decided: ['s'] } as const;
const allowed = { level: 'I', decided: ['s'], permits: true, remedy: 'Nothing needs to be done.' } as const;

export const profileRules: readonly Rule[] = [
  {
    ...decided,
    id: 'CS-V74-01',
    section: '7.4',
    text: 'Each Application Profile is exactly one of Standard, Augmented and Private.',
    remedy: 'Declare it as one of the three, once.',
    *check(document) {
      for (const entity of mediaEntitiesOf(document)) {
        const seen = new Map<string, string>();
        for (const profile of list(entity, 'profiles')) {
          const [id, type] = [text(profile, 'id'), text(profile, 'type')];
          if (type === '') yield fault(at(profile, 'type'), `${id} is of no type`);
          if ((seen.get(id) ?? type) !== type) yield fault(at(profile, 'type'), `${id} is of two types`);
          seen.set(id, type);
        }
      }
    },
  },
  {
    ...decided,
    id: 'CS-V74-02',
    section: '7.4.1',
    text: 'A Standard Application Profile is as PS3.11 defines it.',
    remedy: 'Take out what the profile does not hold, or declare the profile as augmented or private.',
    check: unchanged,
  },
  {
    ...decided,
    id: 'CS-V74-03',
    section: '7.4.1',
    text: 'A Standard Application Profile is on exactly one physical medium.',
    remedy: 'Declare one profile for each medium.',
    check: (document) => oneMedium(document, 'standard'),
  },
  {
    ...decided,
    id: 'CS-V74-04',
    section: '7.4.1',
    text: 'Of a Standard Application Profile options, roles and behaviour are told.',
    remedy: 'Complete the profile.',
    *check(document) {
      for (const { profile, name } of ofType(document, 'standard')) yield* optionsTold(profile, name);
    },
  },
  { ...allowed, id: 'CS-V74-05', section: '7.4.1', text: 'A Standard profile may hold Standard Extended SOP Classes.' },
  {
    ...decided,
    id: 'CS-V74-06',
    section: '7.4.2',
    text: 'An Augmented Application Profile adds SOP Classes to one Standard profile; a role alone makes none.',
    remedy: 'Mark the SOP Classes that are added, or declare the Standard profile with its options.',
    check: somethingAdded,
  },
  {
    ...decided,
    id: 'CS-V74-07',
    section: '7.4.2',
    text: 'An Augmented Application Profile is on the medium and in the format of its Standard profile.',
    remedy: 'Use the same medium and format, or declare a private profile.',
    check: sameMedium,
  },
  {
    ...decided,
    id: 'CS-V74-08',
    section: '7.4.2',
    text: 'An Augmented Application Profile holds no Specialized or Private SOP Class.',
    remedy: 'Take the SOP Class out, or declare a private profile.',
    check: standardClassesOnly,
  },
  {
    ...decided,
    id: 'CS-V74-09',
    section: '7.4.2',
    text: 'Each SOP Class that is added is mandatory or optional.',
    remedy: 'Say of the SOP Class whether it is mandatory.',
    *check(document) {
      for (const { profile } of ofType(document, 'augmented'))
        for (const row of addedTo(profile))
          if (typeof at(row, 'mandatory').value !== 'boolean')
            yield fault(at(row, 'mandatory'), `${text(row, 'sopClass', 'name')} is neither mandatory nor optional`);
    },
  },
  {
    ...decided,
    id: 'CS-V74-10',
    section: '7.4.2',
    text: 'Directory records and keys are added for the SOP Classes that are added only.',
    remedy: 'Leave the records of the Standard profile as they are.',
    check: directoryKeys,
  },
  { ...allowed, id: 'CS-V74-11', section: '7.4.2', text: 'An Augmented profile may add roles.' },
  {
    ...decided,
    id: 'CS-V74-12',
    section: '7.4.2',
    text: 'Of an Augmented Application Profile the Standard one, augmentations, options, roles and behaviour are told.',
    remedy: 'Complete the profile and its section 5.3.1.',
    check: augmentedDescribed,
  },
  {
    ...allowed,
    id: 'CS-V74-13',
    section: '7.4.2',
    text: 'An Augmented profile may hold Standard Extended SOP Classes.',
  },
  {
    ...decided,
    id: 'CS-V74-14',
    decided: ['s', 'p'],
    section: '7.4.2',
    text: 'Where the Standard profile is claimed too, output can be kept to it.',
    remedy: 'Say by which means only what the Standard profile holds is written.',
    check: standardOnly,
  },
  {
    ...decided,
    id: 'CS-V74-15',
    section: '7.4.3',
    text: 'A Private Application Profile keeps to PS3.10 and to Media Storage: its directory can be read by others.',
    remedy: 'Add Media Storage Directory Storage in Explicit VR Little Endian.',
    check: readableDirectory,
  },
  {
    ...decided,
    id: 'CS-V74-16',
    section: '7.4.3',
    text: 'A Private Application Profile is on exactly one physical medium.',
    remedy: 'Declare one profile for each medium.',
    check: (document) => oneMedium(document, 'private'),
  },
  {
    ...decided,
    id: 'CS-V74-17',
    section: '7.4.3',
    text: 'The SOP Classes of a Private Application Profile keep to 7.3.',
    remedy: 'Mend what the rules on SOP Classes found.',
    follow(document, found) {
      const rules = brokenClasses(found, '/annexes/');
      const inPrivate = new Set(
        ofType(document, 'private').flatMap(({ profile }) =>
          list(profile, 'sopClasses').map((row) => text(row, 'sopClass', 'uid')),
        ),
      );
      const touched = extensionsOf(document).some(
        ({ extension, uid }) => inPrivate.has(uid) && found.some(({ path }) => path.startsWith(extension.path)),
      );
      return touched && rules.length > 0 ? [fault(at(document, 'media'), `SOP Classes break ${rules.join(', ')}`)] : [];
    },
  },
  {
    ...decided,
    id: 'CS-V74-18',
    section: '7.4.3',
    text: 'A Private Application Profile is described after the pattern of PS3.11.',
    remedy: 'Complete the description of the profile.',
    check: privateDescribed,
  },
  {
    ...decided,
    id: 'CS-V74-19',
    section: '7.4.4',
    text: 'A medium or file system that PS3.12 does not define is under no Application Profile.',
    remedy: 'Make no claim for this medium.',
    check: definedMedia,
  },
];
