// Cover, overview, contents and introduction of the printed statement. PS3.2 A.0 to A.3
import { categories } from '../generate/overview.ts';
import type { Statement } from '../model/statement.ts';
import { abbreviationsUsed } from './abbreviations.ts';
import { type Block, paragraphs, type Row, type Section, section, table } from './document.ts';
import { basics, terms } from './terms.ts';

const edition = {
  'as-shipped': 'as shipped',
  'as-configured': 'as configured in this installation',
  imported: 'as read from a document of its maker',
  observed: 'as observed from outside',
} as const;

/** Lines of the first page. */
export function coverLines({ cover, edition: which, id }: Statement): string[] {
  const declaration = 'A declaration of the maker: nobody certifies conformance to DICOM.';
  if (cover.state !== 'described') return [id, `Edition: ${edition[which]}`, declaration];
  return [
    ...(cover.company ? [cover.company] : []),
    ...cover.products.map(({ name, versions }) => `${name}, version ${versions.join(', ')}`),
    ...cover.products.flatMap(({ optionalFeatures }) =>
      optionalFeatures.map(({ name, how }) => `Optional: ${name} (${how})`),
    ),
    ...(cover.documentNumber ? [`Document ${cover.documentNumber}`] : []),
    `Date: ${cover.documentDate}`,
    `Edition: ${edition[which]}`,
    declaration,
  ];
}

/** An option with what it depends on. */
const noted = (support: string, note: string | undefined): string =>
  support === 'Option' && note ? `Option (${note})` : support;

/** Kinds of media in the order of table A.1-3; other media of PS3.12 stand behind them. */
const mediaKinds = ['Compact Disk - Recordable', 'Magneto-Optical Disk', 'DVD'];

function mediaRows(services: Statement['overview']['mediaServices']): Row[] {
  const others = services.map(({ category }) => category).filter((category) => !mediaKinds.includes(category));
  return [...mediaKinds, ...new Set(others)].flatMap((kind): Row[] => {
    const own = services.filter(({ category }) => category === kind);
    const rows = own.map(({ profile, write, read, optionNote }) => [
      profile,
      noted(write, optionNote),
      noted(read, optionNote),
    ]);
    return own.length === 0 ? [] : [{ heading: kind }, ...rows];
  });
}

/** PS3.2 A.1: for readers without knowledge of DICOM. */
export function overviewSection({ overview, claim, media }: Statement): Section {
  const rows = categories.flatMap((category): Row[] => {
    const services = overview.networkServices.filter((service) => service.category === category);
    return services.length === 0
      ? []
      : [
          { heading: category },
          ...services.map(({ name, scu, scp, optionNote }) => [name, noted(scu, optionNote), noted(scp, optionNote)]),
        ];
  });
  const network: Block = claim.network
    ? table(
        't-a-1-1',
        'Table A.1-1 Network Services',
        ['SOP Classes', 'User of Service (SCU)', 'Provider of Service (SCP)'],
        rows,
      )
    : { kind: 'paragraph', text: 'No network service is supported.' };
  const mediaBlock: Block =
    media.state === 'described'
      ? table(
          't-a-1-3',
          'Table A.1-3 Media Services',
          ['Media Storage Application Profile', 'Write Files (FSC or FSU)', 'Read Files (FSR)'],
          mediaRows(overview.mediaServices),
        )
      : { kind: 'paragraph', text: 'No media storage service is supported.' };
  return section('1', 'Conformance Statement Overview', {
    blocks: [...paragraphs(overview.description), network, mediaBlock],
  });
}

/** PS3.2 A.3; which abbreviations stand there depends on the text of the rest. */
export function introductionSection({ introduction }: Statement, words: string): Section {
  const { revisions, audience, remarks, references, iheIntegrationStatement } = introduction;
  const { terms: definitions = terms, basics: story = basics } = introduction;
  const ihe = iheIntegrationStatement
    ? paragraphs(
        `The IHE Integration Statement of the product, together with this statement, helps to find out how far it supports integration profiles: ${iheIntegrationStatement}`,
      )
    : [];
  return section('3', 'Introduction', {
    sections: [
      section('3.1', 'Revision History', {
        blocks: [
          table(
            't-a-3-1',
            'Revision History',
            ['Document Version', 'Date', 'Product Release', 'Author', 'Description of Differences'],
            revisions.flatMap(({ version, date, release, author = '', changes, remarks }) =>
              [...changes, ...(remarks ? [remarks] : [])].map((text) => [version, date, release, author, text]),
            ),
          ),
        ],
      }),
      section('3.2', 'Audience', { blocks: paragraphs(audience) }),
      section('3.3', 'Remarks', { blocks: [...paragraphs(remarks), ...ihe] }),
      section('3.4', 'Terms and Definitions', {
        blocks: [
          {
            kind: 'paragraph',
            text: 'Informal definitions of terms that this statement uses. The DICOM Standard is the authoritative source for formal ones.',
          },
          table(
            't-a-3-4',
            'Terms and Definitions',
            ['Term', 'Definition'],
            definitions.map(({ term, definition }) => [term, definition]),
          ),
        ],
      }),
      section('3.5', 'Basics of DICOM Communication', { blocks: paragraphs(story) }),
      section('3.6', 'Abbreviations', {
        blocks: [table('t-a-3-6', 'Abbreviations', ['Abbreviation', 'Meaning'], abbreviationsUsed(words))],
      }),
      section('3.7', 'References', {
        blocks: [
          {
            kind: 'list',
            items: references.map(({ title, identifier = '', url = '' }) =>
              [title, identifier, url].filter(Boolean).join(', '),
            ),
          },
        ],
      }),
    ],
  });
}
