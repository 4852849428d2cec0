// Rules of interfaces and configuration: parameters, management profiles, identification. PS3.2 A.4.3, A.4.4
import { entityBaseline, generalBaseline } from '../generate/baseline.ts';
import { entitiesOf } from './entities.ts';
import { at, described, has, isTrue, list, type Place, text } from './place.ts';
import { type Fault, fault, type Rule } from './rule.ts';

const parametersOf = (document: Place): readonly Place[] =>
  described(document, 'networking') ? list(document, 'networking', 'configuration', 'parameters') : [];

const isNumber = (words: string): boolean => /^-?\d+(\.\d+)?$/.test(words);
const range = /^(-?\d+(?:\.\d+)?)\s*(?:to|-|–|\.\.)\s*(-?\d+(?:\.\d+)?|any)/;

function* complete(document: Place): Generator<Fault> {
  for (const row of parametersOf(document)) {
    const name = text(row, 'name');
    const value = text(row, 'default');
    if (text(row, 'configurable') !== 'Yes') {
      if (value === '') yield fault(at(row, 'default'), `${name} has no value`);
      continue;
    }
    for (const field of ['default', 'range'])
      if (!has(row, field)) yield fault(at(row, field), `${name} has no ${field}`);
    if (isNumber(value) && !has(row, 'unit')) yield fault(at(row, 'unit'), `${name} has no unit`);
    const [, least, most] = range.exec(text(row, 'range')) ?? [];
    const outside = isNumber(value) && (Number(value) < Number(least) || Number(value) > Number(most));
    if (outside) yield fault(at(row, 'default'), `${name}: ${value} is not within ${text(row, 'range')}`);
  }
}

function* baseline(document: Place): Generator<Fault> {
  if (!described(document, 'networking')) return;
  const rows = new Set(parametersOf(document).map((row) => `${text(row, 'scope')} ${text(row, 'name')}`));
  const place = at(document, 'networking', 'configuration', 'parameters');
  for (const name of generalBaseline) if (!rows.has(`General ${name}`)) yield fault(place, `General: no "${name}"`);
  for (const entity of entitiesOf(document))
    for (const name of entityBaseline)
      if (!rows.has(`${text(entity, 'id')} ${name}`)) yield fault(place, `${text(entity, 'id')}: no "${name}"`);
}

const toldActors = ['DHCP Client', 'DNS Client', 'NTP Client', 'SNTP Client', 'NTP Server'];

const actorsOf = (document: Place): readonly Place[] =>
  list(document, 'networking', 'interfaces', 'managementProfiles');

function* management(document: Place): Generator<Fault> {
  const told = new Set(
    list(document, 'networking', 'interfaces', 'managementText').flatMap((row) =>
      has(row, 'text') ? [text(row, 'actor')] : [],
    ),
  );
  for (const row of actorsOf(document)) {
    const actor = text(row, 'actor');
    if (toldActors.includes(actor) && !told.has(actor)) yield fault(row, `what the ${actor} does is not told`);
  }
}

function* directories(document: Place): Generator<Fault> {
  const configuration = at(document, 'networking', 'configuration');
  if (!actorsOf(document).some((row) => text(row, 'actor') === 'LDAP Client')) return;
  for (const [part, field] of [
    ['localLdap', 'text'],
    ['localLdap', 'update'],
    ['remoteLdap', 'text'],
  ] as const)
    if (!has(configuration, part, field)) yield fault(at(configuration, part, field), 'how LDAP is used is not told');
  if (list(configuration, 'remoteLdap', 'queries').length === 0)
    yield fault(at(configuration, 'remoteLdap', 'queries'), 'the queries of the LDAP client are not told');
}

function* addresses(document: Place): Generator<Fault> {
  if (!described(document, 'networking') || !described(document, 'security')) return;
  const supported = isTrue(document, 'networking', 'interfaces', 'ipv6', 'supported');
  const words = text(document, 'security', 'ipv6');
  const denies = /\b(no|none|not|nothing)\b/i.test(words);
  if (supported ? /IPv6 is not supported/i.test(words) : !denies)
    yield fault(at(document, 'security', 'ipv6'), 'section 7 and section 4.3.3 say different things of IPv6');
}

function* identification(document: Place): Generator<Fault> {
  const entities = entitiesOf(document);
  const places = [
    ...entities.map((entity) => ({
      place: at(entity, 'implementation'),
      policy: has(entity, 'implementation', 'policy'),
    })),
    ...(described(document, 'media') ? [{ place: at(document, 'media', 'fileMeta'), policy: false }] : []),
  ];
  const [first] = places;
  for (const { place, policy } of places)
    for (const name of ['classUid', 'versionName'])
      if (
        first &&
        !policy &&
        has(place, name) &&
        has(first.place, name) &&
        text(place, name) !== text(first.place, name)
      )
        yield fault(at(place, name), `${text(place, name)} here, ${text(first.place, name)} elsewhere`);
}

const connect = generalBaseline[2];
const response = generalBaseline[0];

function* timeouts(document: Place): Generator<Fault> {
  const rows = parametersOf(document).filter((row) => /time-?out/i.test(text(row, 'name')) && has(row, 'default'));
  for (const row of rows)
    if (text(row, 'default') === '0') yield fault(at(row, 'default'), `${text(row, 'name')}: 0 waits for ever`);
  const secondsOf = (name: string): number => {
    const row = rows.find((each) => text(each, 'name') === name && isNumber(text(each, 'default')));
    return row ? Number(text(row, 'default')) : Number.NaN;
  };
  if (secondsOf(connect) > secondsOf(response))
    yield fault(
      at(document, 'networking', 'configuration', 'parameters'),
      'a connection may take longer than the answer to the association request that it is part of',
    );
}

const decided = { level: 'E', decided: ['s'], section: 'A.4.4.2' } as const;

export const parameterRules: readonly Rule[] = [
  {
    ...decided,
    id: 'CS-VX-18',
    text: 'A parameter that can be changed has default, unit and range; one that cannot has its value.',
    remedy: 'Give default, unit and range; the default within the range.',
    check: complete,
  },
  {
    ...decided,
    id: 'CS-VX-19',
    text: 'All baseline parameters are listed, in general and for each application entity.',
    remedy: 'Add the row, be it that the value cannot be changed.',
    check: baseline,
  },
  {
    ...decided,
    id: 'CS-VX-20',
    section: 'A.4.3.2',
    text: 'Of a DHCP, DNS or NTP actor it is told what it does.',
    remedy: 'Describe the actor in managementText.',
    check: management,
  },
  {
    ...decided,
    id: 'CS-VX-21',
    section: 'A.4.4.1',
    text: 'Of an LDAP client it is told how titles and addresses are found and updated, with its queries.',
    remedy: 'Fill localLdap and remoteLdap.',
    check: directories,
  },
  {
    ...decided,
    id: 'CS-VX-27',
    level: 'W',
    section: 'A.4.3.3, A.7.1',
    text: 'What is said of IPv6 agrees.',
    remedy: 'Say the same in both sections.',
    check: addresses,
  },
  {
    ...decided,
    id: 'CS-VX-32',
    section: 'A.4.2.x.2.4, A.5.1.4',
    text: 'Implementation Class UID and Version Name are the same everywhere, or it is told why not.',
    remedy: 'Use the same values, or write the policy of the entity.',
    check: identification,
  },
  {
    ...decided,
    id: 'CS-VX-34',
    level: 'W',
    text: 'Timeouts are in a sensible order, and none is endless.',
    remedy: 'Set a limit; the time to connect not longer than that for the answer.',
    check: timeouts,
  },
];
