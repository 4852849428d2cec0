// Media, character sets, security and annexes of the printed statement. PS3.2 A.5 to A.8
import type { Statement } from '../model/statement.ts';
import { codedTerminologySection } from './coded-terminology.ts';
import { createdObjectBlocks } from './created-objects.ts';
import { type Block, paragraphs, type Section, section, table } from './document.ts';
import { mediaSection } from './media.ts';
import { extensionSection } from './sop-class-extension.ts';

type Listed<Row> =
  | { readonly state: 'described'; readonly rows: readonly Row[] }
  | { readonly state: 'not applicable' | 'not supported' | 'unknown'; readonly reason: string };

/** A table, or the sentence that says why there is none. */
const rowsOr = <Row>(part: Listed<Row>, draw: (rows: readonly Row[]) => Block): Block[] =>
  part.state === 'described' ? [draw(part.rows)] : paragraphs(part.reason);

function characterSetsSection({ characterSets }: Statement): Section {
  const title = 'Support of Character Sets';
  if (characterSets.state !== 'described') return section('6', title, { blocks: paragraphs(characterSets.reason) });
  const { supported, unsupported, configuration, mapping, query, personNames, presentation } = characterSets;
  return section('6', title, {
    blocks: [
      table(
        't-a-6-1',
        'Supported Specific Character Sets',
        ['Defined Term', 'Services', 'Direction'],
        supported.map(({ definedTerm, services, direction }) => [definedTerm, services.join(', '), direction]),
      ),
      ...paragraphs(`Received text in a character set that is not supported: ${unsupported}`),
      ...paragraphs(`Configuration: ${configuration}`),
      ...paragraphs(`Mapping and conversion: ${mapping}`),
      table(
        't-a-6-2',
        'Character sets of queries',
        ['Case', 'Behavior'],
        [
          ['Request sent', query.scuRequest],
          ['Response received', query.scuResponse],
          ['Request received', query.scpRequest],
          ['Response sent', query.scpResponse],
        ],
      ),
      ...paragraphs(`Person names: ${personNames}`),
      ...paragraphs(`Presentation to the user: ${presentation}`),
    ],
  });
}

function securitySection({ security }: Statement): Section {
  if (security.state !== 'described') return section('7', 'Security', { blocks: paragraphs(security.reason) });
  const { profiles, signatures, ipv6, associationLevel, userIdentity, applicationLevel } = security;
  return section('7', 'Security', {
    sections: [
      section('7.1', 'Security Profiles', {
        blocks: [
          ...(profiles.length === 0
            ? paragraphs('No security profile is supported.')
            : [
                table(
                  't-a-7-1',
                  'Security Profiles',
                  ['Profile', 'Actor', 'Selection', 'Use of its features'],
                  profiles.map(({ profile, actor, selection, features }) => [profile, actor, selection, features]),
                ),
              ]),
          ...paragraphs(`Digital signatures are preserved: ${signatures.preserved}`),
          ...paragraphs(`Digital signatures are verified: ${signatures.verified}`),
          ...paragraphs(`Digital signatures are replaced: ${signatures.replaced}`),
          ...paragraphs(`IPv6: ${ipv6}`),
        ],
      }),
      section('7.2', 'Association Level Security', {
        blocks: [
          ...paragraphs(associationLevel),
          ...(userIdentity.length === 0
            ? paragraphs('User identities are neither sent nor required.')
            : [
                table(
                  't-a-7-2',
                  'User Identity',
                  ['Type', 'Direction', 'Positive response', 'Effect'],
                  userIdentity.map(({ type, direction, positiveResponse, effect }) => [
                    type,
                    direction,
                    positiveResponse ? 'Yes' : 'No',
                    effect,
                  ]),
                ),
              ]),
        ],
      }),
      section('7.3', 'Application Level Security', { blocks: paragraphs(applicationLevel) }),
    ],
  });
}

function annexesSection({ annexes, webServices }: Statement): Section {
  const { attributeUsage, attributeMapping, coercion, privateDictionary, sopClassExtensions, privateTransferSyntaxes } =
    annexes;
  const usage = rowsOr(attributeUsage, (rows) =>
    table(
      't-a-8-1-2',
      'Usage of Attributes from received IODs',
      ['Application', 'Attribute', 'Tag', 'Requirement', 'If it is missing'],
      rows.map(({ application, attribute, tag, requirement, ifMissing }) => [
        application,
        attribute,
        tag,
        requirement,
        ifMissing,
      ]),
    ),
  );
  const mapping = rowsOr(attributeMapping, (rows) =>
    table(
      't-a-8-1-3',
      'Attribute Mapping',
      ['From', 'To', 'Tag', 'Conversion'],
      rows.map((row) => [row.from, row.to, row.tag, row.conversion]),
    ),
  );
  const coerced = rowsOr(coercion, (rows) =>
    table(
      't-a-8-1-4',
      'Coerced and Modified Attributes',
      ['Service', 'Attribute', 'Tag', 'Source', 'Condition', 'Status'],
      rows.map((row) => [row.service, row.attribute, row.tag, row.source, row.condition, row.status]),
    ),
  );
  const dictionary = rowsOr(privateDictionary, (rows) =>
    table(
      't-a-8-2',
      'Data Dictionary of Private Attributes',
      ['Private Creator', 'Tag', 'Attribute Name', 'VR', 'VM'],
      rows.map((row) => [row.creator, row.tag, row.name, row.vr, row.vm]),
    ),
  );
  const web = rowsOr(webServices, (rows) =>
    table(
      't-web-services',
      'Web Services (PS3.18)',
      ['Service', 'Role', 'Resources', 'Media Types'],
      rows.map(({ service, origin, resources, mediaTypes }) => [service, origin, resources, mediaTypes]),
    ),
  );
  return section('8', 'Annexes', {
    sections: [
      section('8.1', 'IOD Contents', {
        sections: [
          section('8.1.1', 'Created SOP Instances', { blocks: createdObjectBlocks(annexes) }),
          section('8.1.2', 'Usage of Attributes from received IODs', { blocks: usage }),
          section('8.1.3', 'Attribute Mapping', { blocks: mapping }),
          section('8.1.4', 'Coerced/Modified Fields', { blocks: coerced }),
        ],
      }),
      section('8.2', 'Data Dictionary of Private Attributes', { blocks: dictionary }),
      codedTerminologySection(annexes),
      section('8.4', 'Grayscale Image Consistency', { blocks: paragraphs(annexes.grayscale) }),
      section('8.5', 'Standard Extended/Specialized/Private SOP Classes', {
        blocks:
          sopClassExtensions.length === 0
            ? paragraphs('No Standard Extended, Specialized or Private SOP Class is supported.')
            : [],
        sections: sopClassExtensions.map((extension, index) => extensionSection(`8.5.${index + 1}`, extension)),
      }),
      section('8.6', 'Private Transfer Syntaxes', {
        blocks:
          privateTransferSyntaxes.length === 0
            ? paragraphs('No private transfer syntax is supported.')
            : privateTransferSyntaxes.flatMap(({ name, uid, description }) =>
                paragraphs(`${name} (${uid}): ${description}`),
              ),
      }),
      section('8.7', 'Services beyond the Template', { blocks: web }),
    ],
  });
}

/** Sections 5 to 8. */
export const closingSections = (statement: Statement): Section[] => [
  mediaSection(statement),
  characterSetsSection(statement),
  securitySection(statement),
  annexesSection(statement),
];
