// What may be said of media and security, and in which words. PS3.2 7.5, 7.6
import { at, described, has, list, type Place, text } from './place.ts';
import type { Reading } from './reading.ts';
import { type Fault, fault, type Rule } from './rule.ts';

const media = String.raw`(medium|media|dis[ck]s?|CD(-R(OM|W)?)?|DVD[-+\w]*|diskette|USB \w+|card|file-?sets?)`;
const conformantMedium = new RegExp(
  String.raw`\b${media}\b[^.;]{0,40}\bDICOM[- ](conformant|compliant|certified)\b|\bDICOM[- ](conformant|compliant|certified) ${media}\b`,
  'i',
);

function* conformantMedia({ texts }: Reading): Generator<Fault> {
  for (const { place, text: words } of texts)
    if (conformantMedium.test(words)) yield fault(place, 'a medium is called conformant');
}

function* profileTexts(document: Place, name: 'selection' | 'features', what: string): Generator<Fault> {
  for (const profile of list(document, 'security', 'profiles'))
    if (!has(profile, name)) yield fault(at(profile, name), `${text(profile, 'profile')}: ${what} is not told`);
}

/** The sub-item is either in a profile of PS3.15, or told here in full. */
function* identities(document: Place): Generator<Fault> {
  if (!described(document, 'security')) return;
  if (!Array.isArray(at(document, 'security', 'userIdentity').value))
    yield fault(at(document, 'security', 'userIdentity'), 'nothing is said about user identities');
  for (const identity of list(document, 'security', 'userIdentity'))
    for (const name of ['type', 'direction', 'effect'])
      if (!has(identity, name)) yield fault(at(identity, name), `the ${name} of a user identity is not told`);
}

const decided = { level: 'E', decided: ['s'], section: '7.6' } as const;

export const claimRules: readonly Rule[] = [
  {
    ...decided,
    id: 'CS-V75-01',
    section: '7.5',
    text: 'No medium is called conformant: it conforms to named Application Profiles.',
    remedy: 'Say to which Application Profile it conforms.',
    check: (_, reading) => conformantMedia(reading),
  },
  {
    ...decided,
    id: 'CS-V75-02',
    decided: ['p'],
    section: '7.5',
    text: 'A check of a medium takes Application Profiles as its yardstick.',
    remedy: 'A test decides: one medium is checked against two profiles.',
  },
  {
    ...decided,
    id: 'CS-V76-01',
    text: 'Every Security Profile that is supported is listed, be it that there is none.',
    remedy: 'List the profiles in 7.1.',
    check: (document) =>
      has(document, 'security') &&
      described(document, 'security') &&
      !Array.isArray(at(document, 'security', 'profiles').value)
        ? [fault(at(document, 'security', 'profiles'), 'nothing is said about Security Profiles')]
        : [],
  },
  {
    ...decided,
    id: 'CS-V76-02',
    text: 'For each Security Profile it is told how it is selected.',
    remedy: 'Say how the profile is chosen.',
    check: (document) => profileTexts(document, 'selection', 'its selection'),
  },
  {
    ...decided,
    id: 'CS-V76-03',
    text: 'For each Security Profile it is told how its features are used.',
    remedy: 'Say how the features of the profile are used.',
    check: (document) => profileTexts(document, 'features', 'the use of its features'),
  },
  {
    ...decided,
    id: 'CS-V76-04',
    decided: ['s', 'r'],
    text: 'Use of User Identity outside a standard profile is told.',
    remedy: 'List type, direction and effect in 7.2.',
    check: identities,
  },
];
