// Any JSON value as a statement to compare: broken and missing parts become faults and unknowns, never an error. PS3.2 Annex A
import { createHash } from 'node:crypto';
import { canonicalJson } from '../model/canonical.ts';
import { migrated } from '../model/migrate.ts';
import { pointer } from '../model/read-statement.ts';
import { statement } from '../model/statement.ts';
import { characterSetTerms } from './character-set-terms.ts';
import { entriesIn, flagIn, member, textIn, textsIn, wordIn } from './lenient.ts';
import { readEntities } from './read-entities.ts';
import type { ProfileFact, Stated, StatementView } from './view.ts';

/** More faults than these say nothing more. */
const mostFaults = 200;

/** A part by its state; a part that has none but is there counts as described. */
function stated<T>(part: unknown, read: (part: unknown) => T): Stated<T> {
  const state = textIn(part, 'state') ?? (typeof part === 'object' && part !== null ? 'described' : 'unknown');
  if (state === 'described') return { state, value: read(part) };
  return { state: state === 'not applicable' || state === 'not supported' ? 'none' : 'unknown' };
}

const uidsIn = (value: unknown, name: string): readonly string[] =>
  entriesIn(value, name, '').flatMap(({ entry }) => textIn(entry, 'uid') ?? []);

function profilesOf(media: unknown): readonly ProfileFact[] {
  return entriesIn(media, 'entities', '/media').flatMap(({ entry, path }) =>
    entriesIn(entry, 'profiles', path).map(({ entry: profile, path: at }) => ({
      name: textIn(profile, 'name') ?? 'unnamed profile',
      type: textIn(profile, 'type') ?? 'standard',
      basedOn: textIn(profile, 'basedOn'),
      medium: textIn(profile, 'medium'),
      format: textIn(profile, 'format'),
      roles: textsIn(profile, 'roles'),
      sopClasses: entriesIn(profile, 'sopClasses', at).map(({ entry: row, path: rowPath }) => ({
        uid: textIn(member(row, 'sopClass'), 'uid') ?? '',
        syntaxes: uidsIn(row, 'transferSyntaxes'),
        path: rowPath,
      })),
      path: at,
    })),
  );
}

const attributeOf = ({ entry, path }: { readonly entry: unknown; readonly path: string }) => ({
  tag: textIn(entry, 'tag') ?? '',
  attribute: textIn(entry, 'attribute') ?? textIn(entry, 'tag') ?? 'unnamed attribute',
  path,
});

function annexesOf(
  annexes: unknown,
): Pick<
  StatementView,
  | 'createdObjects'
  | 'attributeUsage'
  | 'attributeMapping'
  | 'coercion'
  | 'contextGroups'
  | 'templates'
  | 'privateCodes'
  | 'grayscale'
> {
  const under = (name: string) => `/annexes/${name}`;
  return {
    createdObjects: stated(member(annexes, 'createdObjects'), (part) =>
      entriesIn(part, 'objects', under('createdObjects')).map(({ entry, path }) => ({
        sopClass: textIn(member(entry, 'sopClass'), 'uid') ?? '',
        attributes: entriesIn(entry, 'modules', path).flatMap(({ entry: module, path: at }) =>
          entriesIn(module, 'attributes', at).map((each) => ({
            ...attributeOf(each),
            presence: textIn(each.entry, 'presence') ?? 'unknown',
          })),
        ),
        path,
      })),
    ),
    attributeUsage: stated(member(annexes, 'attributeUsage'), (part) =>
      entriesIn(part, 'rows', under('attributeUsage')).map((each) => ({
        ...attributeOf(each),
        application: textIn(each.entry, 'application') ?? '',
        ifMissing: textIn(each.entry, 'ifMissing') ?? 'not stated',
      })),
    ),
    attributeMapping: stated(member(annexes, 'attributeMapping'), (part) =>
      entriesIn(part, 'rows', under('attributeMapping')).map((each) => ({
        ...attributeOf(each),
        from: textIn(each.entry, 'from') ?? '',
        to: textIn(each.entry, 'to') ?? '',
        conversion: textIn(each.entry, 'conversion') ?? '',
      })),
    ),
    coercion: stated(member(annexes, 'coercion'), (part) =>
      entriesIn(part, 'rows', under('coercion')).map((each) => ({
        ...attributeOf(each),
        condition: textIn(each.entry, 'condition') ?? 'not stated',
      })),
    ),
    templates: entriesIn(annexes, 'templates', '/annexes').map(({ entry, path }) => ({
      identifier: textIn(entry, 'identifier') ?? '',
      name: textIn(entry, 'name') ?? '',
      path,
    })),
    privateCodes: entriesIn(annexes, 'privateCodes', '/annexes').map(({ entry, path }) => ({
      code: `${textIn(entry, 'value') ?? ''} ${textIn(entry, 'scheme') ?? ''}`,
      meaning: textIn(entry, 'meaning') ?? '',
      path,
    })),
    contextGroups: entriesIn(annexes, 'contextGroups', '/annexes').map(({ entry, path }) => ({
      context: textIn(entry, 'context') ?? '',
      valueSet: textIn(entry, 'defaultValueSet') ?? '',
      path,
    })),
    grayscale: textIn(annexes, 'grayscale'),
  };
}

function signaturesOf(security: unknown): { preserved: string; verified: string } | undefined {
  const signatures = member(security, 'signatures');
  const [preserved, verified] = [textIn(signatures, 'preserved'), textIn(signatures, 'verified')];
  return preserved === undefined || verified === undefined ? undefined : { preserved, verified };
}

const securityOf = (security: unknown): StatementView['security'] =>
  stated(security, (part) => ({
    profiles: entriesIn(part, 'profiles', '/security').map(({ entry, path }) => ({
      profile: textIn(entry, 'profile') ?? '',
      actor: textIn(entry, 'actor') ?? '',
      selection: textIn(entry, 'selection') ?? '',
      features: textIn(entry, 'features') ?? '',
      path,
    })),
    identities: entriesIn(part, 'userIdentity', '/security').map(({ entry, path }) => ({
      type: textIn(entry, 'type') ?? '',
      direction: textIn(entry, 'direction') ?? '',
      effect: textIn(entry, 'effect') ?? '',
      positiveResponse: flagIn(entry, 'positiveResponse'),
      path,
    })),
    signatures: signaturesOf(part),
  }));

const characterSetsOf = (part: unknown): StatementView['characterSets'] =>
  stated(part, (sets) => ({
    sets: entriesIn(sets, 'supported', '/characterSets').map(({ entry }) => ({
      terms: characterSetTerms(textIn(entry, 'definedTerm') ?? ''),
      services: textsIn(entry, 'services'),
      direction: wordIn(entry, 'direction', ['received', 'sent', 'both']) ?? 'both',
    })),
    unsupported: textIn(sets, 'unsupported'),
  }));

function labelOf(value: unknown): string {
  const product = entriesIn(member(value, 'cover'), 'products', '')[0]?.entry;
  const name = textIn(product, 'name');
  if (name === undefined) return textIn(value, 'id') ?? 'unnamed system';
  return [name, ...textsIn(product, 'versions').slice(0, 1)].join(' ');
}

const deepest = 100;

/** No statement is nested so deep; what is would exhaust the stack of whatever walks it. */
function isTooDeep(value: unknown): boolean {
  let level: readonly unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > deepest) return true;
    const next: unknown[] = [];
    for (const each of level)
      if (typeof each === 'object' && each !== null)
        for (const inner of Object.values(each)) if (typeof inner === 'object' && inner !== null) next.push(inner);
    level = next;
  }
  return false;
}

/** What plans and reports name a statement by: SHA-256 of any JSON value; where it came from does not belong to it. */
export function contentDigest(value: unknown): string {
  const content =
    typeof value === 'object' && value !== null
      ? Object.fromEntries(Object.entries(value).filter(([name]) => name !== 'provenance'))
      : value;
  return createHash('sha256')
    .update(canonicalJson(content ?? null))
    .digest('hex');
}

/** Reads as much as can be read. Does not throw. */
export function readView(value: unknown): StatementView {
  const sound = isTooDeep(value) ? undefined : value;
  const checked = statement.safeParse(migrated(sound));
  const [networking, annexes] = [member(sound, 'networking'), member(sound, 'annexes')];
  const interfaces = member(networking, 'interfaces');
  const configuration = member(networking, 'configuration');
  return {
    label: labelOf(sound),
    edition: textIn(sound, 'edition') ?? 'imported',
    digest: contentDigest(sound),
    faults: checked.success
      ? []
      : checked.error.issues.slice(0, mostFaults).map(({ path, message }) => ({ path: pointer(path), message })),
    networking: stated(networking, (part) => readEntities(part)),
    parameters: entriesIn(configuration, 'parameters', '/networking/configuration', 5000).map(({ entry, path }) => ({
      scope: textIn(entry, 'scope') ?? 'General',
      name: textIn(entry, 'name') ?? '',
      value: textIn(entry, 'effective') ?? textIn(entry, 'default') ?? '',
      unit: textIn(entry, 'unit'),
      path,
    })),
    addresses: {
      ipv4: flagIn(member(interfaces, 'ipv4'), 'supported'),
      ipv6: flagIn(member(interfaces, 'ipv6'), 'supported'),
    },
    managementProfiles: entriesIn(interfaces, 'managementProfiles', '').flatMap(
      ({ entry }) => textIn(entry, 'profile') ?? [],
    ),
    characterSets: characterSetsOf(member(sound, 'characterSets')),
    security: securityOf(member(sound, 'security')),
    media: stated(member(sound, 'media'), profilesOf),
    ...annexesOf(annexes),
  };
}
