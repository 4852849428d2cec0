// Rules of Standard, Augmented and Private Application Profiles. PS3.2 7.4
import { extensionsOf, mediaEntitiesOf } from './entities.ts';
import { brokenClasses } from './network.ts';
import { at, list, text } from './place.ts';
import {
  addedTo,
  augmentedDescribed,
  definedMedia,
  directoryKeys,
  ofType,
  oneMedium,
  optionsTold,
  privateDescribed,
  readableDirectory,
  sameMedium,
  somethingAdded,
  standardClassesOnly,
  standardOnly,
  unchanged,
} from './profile-checks.ts';
import { fault, type Rule } from './rule.ts';

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
