// Rules of media interchange conformance. PS3.2 7.2
import { mediaEntitiesOf, profilesOf } from './entities.ts';
import { isFormatOf, isMedium } from './media-formats.ts';
import { brokenClasses, withdrawn } from './network.ts';
import { at, described, has, list, type Place, text, texts } from './place.ts';
import { type Fault, fault, type Rule } from './rule.ts';

function* structure(document: Place): Generator<Fault> {
  if (!described(document, 'media')) return;
  for (const name of ['description', 'fileMeta', 'entities', 'configuration'])
    if (!has(document, 'media', name)) yield fault(at(document, 'media', name), `section 5 lacks ${name}`);
}

function* media(document: Place): Generator<Fault> {
  for (const { profile, name } of profilesOf(document)) {
    const medium = text(profile, 'medium');
    const format = text(profile, 'format');
    if (!isMedium(medium)) yield fault(at(profile, 'medium'), `${name}: ${medium || 'nothing'} is no medium of PS3.12`);
    else if (!isFormatOf(medium, format))
      yield fault(at(profile, 'format'), `${name}: ${format || 'nothing'} is no format of ${medium} in PS3.12`);
  }
}

const types = ['standard', 'augmented', 'private'];
const roles = ['FSC', 'FSR', 'FSU'];

/** Roles other than those of PS3.10, in profiles and activities. */
function* rolesUsed(document: Place): Generator<Fault> {
  for (const entity of mediaEntitiesOf(document))
    for (const place of [...list(entity, 'profiles'), ...list(entity, 'activities')])
      for (const role of texts(place, 'roles'))
        if (!roles.includes(role)) yield fault(at(place, 'roles'), `${role} is no role of PS3.10`);
}

const onMedia = { level: 'E', decided: ['s'], section: '7.2' } as const;
const byMedium = { level: 'E', decided: ['p'], section: '7.2' } as const;

export const mediaRules: readonly Rule[] = [
  {
    ...onMedia,
    id: 'CS-V72-02',
    section: '7.2, Annex A.5',
    text: 'The statement on media is structured as Annex A says.',
    remedy: 'Add the part of section 5.',
    check: structure,
  },
  {
    ...onMedia,
    id: 'CS-V72-03',
    text: 'At least one Standard Application Profile is supported.',
    remedy: 'Support a Standard profile, or make no media claim.',
    check: (document) =>
      described(document, 'media') && !profilesOf(document).some(({ type }) => type === 'standard')
        ? [fault(at(document, 'media', 'entities'), 'no Application Profile is Standard')]
        : [],
  },
  {
    ...onMedia,
    id: 'CS-V72-04',
    text: 'A physical medium with a format that PS3.12 defines for it is supported.',
    remedy: 'Name medium and format as PS3.12 does.',
    check: media,
  },
  {
    ...onMedia,
    id: 'CS-V72-05',
    text: 'The rules of 7.3 hold for each SOP Class on media.',
    remedy: 'Mend what the rules on SOP Classes found.',
    follow(document, found) {
      const rules = brokenClasses(found, '/media');
      return described(document, 'media') && rules.length > 0
        ? [fault(at(document, 'media'), `SOP Classes break ${rules.join(', ')}`)]
        : [];
    },
  },
  {
    ...onMedia,
    id: 'CS-V72-06',
    text: 'Each Application Profile is Standard, Augmented or Private.',
    remedy: 'Declare the profile as one of the three types.',
    *check(document) {
      for (const { profile, type, name } of profilesOf(document))
        if (!types.includes(type)) yield fault(at(profile, 'type'), `${name} is ${type || 'of no type'}`);
    },
  },
  {
    ...byMedium,
    id: 'CS-V72-07',
    text: 'A reader or updater reads every mandatory SOP Class of each profile in each mandatory transfer syntax.',
    remedy: 'A test decides: one medium for each mandatory SOP Class and syntax is read.',
  },
  {
    ...byMedium,
    id: 'CS-V72-08',
    text: 'A creator or updater writes every mandatory SOP Class of each profile in a mandatory transfer syntax.',
    remedy: 'A test decides: one instance of each SOP Class is written.',
  },
  {
    ...byMedium,
    id: 'CS-V72-09',
    text: 'SOP Classes that no profile holds are ignored gracefully.',
    remedy: 'A test decides: a medium with a file of an invented SOP Class is read.',
  },
  {
    ...onMedia,
    level: 'I',
    id: 'CS-V72-10',
    text: 'A medium may hold several Application Profiles.',
    remedy: 'Nothing needs to be done.',
    permits: true,
  },
  {
    ...byMedium,
    id: 'CS-V72-11',
    text: 'Directory records that no profile defines are ignored gracefully.',
    remedy: 'A test decides: a medium with an unknown directory record is read.',
  },
  {
    ...onMedia,
    id: 'CS-V72-12',
    text: 'Only the roles of PS3.10 are used.',
    remedy: 'Say FSC, FSR or FSU.',
    check: rolesUsed,
  },
  {
    ...byMedium,
    id: 'CS-V72-13',
    text: 'Data sets are in DICOM Files as PS3.10 and PS3.5 say.',
    remedy: 'A test decides: the files of a written medium are read by another program.',
  },
  {
    ...onMedia,
    id: 'CS-V72-14',
    decided: ['a'],
    text: 'The right to the roots of private UIDs on media.',
    remedy: 'A person attests it, with name and date.',
  },
  {
    ...onMedia,
    id: 'CS-V72-01',
    text: 'A media claim is made only where all requirements of 7.2 hold.',
    remedy: 'Mend what the other rules of 7.2 found; until then media are not claimed.',
    follow: (document, found) => withdrawn(document, 'media', found, /^CS-V72-/),
  },
];
