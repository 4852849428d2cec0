// One Standard Extended, Specialized or Private SOP Class in the printed statement. PS3.2 A.8.5
import type { Annexes } from '../model/annexes.ts';
import { type Block, paragraphs, type Section, section, table } from './document.ts';

type Extension = Annexes['sopClassExtensions'][number];

/** What is told of it beside its attributes; lines of what is not told are left out. */
function facts(extension: Extension): Block {
  const { roles, options, behaviour, iod, informationModel, operations, fileOperations, reason } = extension;
  const list = (name: string, values: readonly string[] | undefined): string[] =>
    values === undefined ? [] : [`${name}: ${values.join(', ') || 'none'}`];
  const text = (name: string, value: string | undefined): string[] =>
    value === undefined ? [] : [`${name}: ${value}`];
  return {
    kind: 'list',
    items: [
      ...list('Roles', roles),
      ...list('Options', options),
      ...text('Behavior', behaviour),
      ...text('IOD', iod),
      ...text('Information model', informationModel),
      ...list('DIMSE services', operations),
      ...list('File services', fileOperations),
      ...text('Reason', reason),
      ...text('SOP Class Common Extended Negotiation', extension.commonExtendedNegotiation),
      ...(extension.constraints ?? []).map(
        ({ attribute, tag, values }) => `${attribute} ${tag} is one of ${values.join(', ')}`,
      ),
    ],
  };
}

/** A section 8.5.i. */
export function extensionSection(number: string, extension: Extension): Section {
  const { sopClass, type, basedOn, text, addedAttributes } = extension;
  return section(number, `${sopClass.name} (${type}${basedOn ? `, based on ${basedOn.name}` : ''})`, {
    blocks: [
      ...paragraphs(`${text}\n\nSOP Class UID: ${sopClass.uid}.`),
      facts(extension),
      table(
        `t-a-${number.replaceAll('.', '-')}`,
        `Added attributes of ${sopClass.name}`,
        ['Entity', 'Module', 'Attribute', 'Tag', 'VR', 'VM', 'Type', 'Usage'],
        addedAttributes.map((each) => [
          each.informationEntity ?? '',
          each.module,
          each.attribute,
          each.tag,
          each.vr,
          each.vm,
          each.type,
          each.usage,
        ]),
      ),
    ],
  });
}
