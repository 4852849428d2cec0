// The sections and tables of the template: titles and columns that a statement has to have. PS3.2 Annex A

/** Numbered headings in their order; those of single entities and activities stand between them. */
export const annexHeadings: readonly (readonly [number: string, title: string])[] = [
  ['1', 'Conformance Statement Overview'],
  ['2', 'Table of Contents'],
  ['3', 'Introduction'],
  ['3.1', 'Revision History'],
  ['3.2', 'Audience'],
  ['3.3', 'Remarks'],
  ['3.4', 'Terms and Definitions'],
  ['3.5', 'Basics of DICOM Communication'],
  ['3.6', 'Abbreviations'],
  ['3.7', 'References'],
  ['4', 'Networking'],
  ['5', 'Media Interchange'],
  ['6', 'Support of Character Sets'],
  ['7', 'Security'],
  ['8', 'Annexes'],
  ['8.1', 'IOD Contents'],
  ['8.1.1', 'Created SOP Instances'],
  ['8.1.2', 'Usage of Attributes'],
  ['8.1.3', 'Attribute Mapping'],
  ['8.1.4', 'Coerced/Modified Fields'],
  ['8.2', 'Data Dictionary of Private Attributes'],
  ['8.3', 'Coded Terminology and Templates'],
  ['8.4', 'Grayscale Image Consistency'],
  ['8.5', 'Standard Extended/Specialized/Private SOP Classes'],
  ['8.6', 'Private Transfer Syntaxes'],
];

export interface AnnexTable {
  /** What stands in every title after the number. */
  readonly title: string;
  readonly columns: readonly string[];
}

const item = ['Item', 'Value'] as const;
const contextColumns = [
  'Abstract Syntax Name',
  'Abstract Syntax UID',
  'Transfer Syntax Name List',
  'Transfer Syntax UID List',
  'Role',
  'Extended Negotiation',
] as const;
const metaColumns = ['SOP Class Name', 'SOP Class UID', 'Extended Negotiation'] as const;

/** By the number in the title, without the letter of the annex left out. */
export const annexTables: Readonly<Record<string, AnnexTable>> = {
  'A.1-1': {
    title: 'Network Services',
    columns: ['SOP Classes', 'User of Service (SCU)', 'Provider of Service (SCP)'],
  },
  'A.1-3': {
    title: 'Media Services',
    columns: ['Media Storage Application Profile', 'Write Files (FSC or FSU)', 'Read Files (FSR)'],
  },
  'A.4.2-1': { title: 'SOP Classes for', columns: ['SOP Class Name', 'SOP Class UID', 'SCU', 'SCP'] },
  'A.4.2-2': { title: 'DICOM Application Context', columns: item },
  'A.4.2-3': { title: 'Number of Associations as an Association Initiator', columns: item },
  'A.4.2-4': { title: 'Number of Associations as an Association Acceptor', columns: item },
  'A.4.2-5': { title: 'Asynchronous Nature', columns: item },
  'A.4.2-6': { title: 'DICOM Implementation Class and Version', columns: item },
  'A.4.2-7': { title: 'Proposed Presentation Contexts', columns: contextColumns },
  'A.4.2-8': { title: 'Extended Negotiation as a SCU', columns: metaColumns },
  'A.4.2-9': {
    title: 'Response Status Handling Behavior',
    columns: ['Service Status', 'Further Meaning', 'Error Code', 'Behavior'],
  },
  'A.4.2-10': { title: 'Communication Failure Behavior', columns: ['Exception', 'Behavior'] },
  'A.4.2-11': { title: 'Acceptable Presentation Contexts', columns: contextColumns },
  'A.4.2-12': { title: 'Extended Negotiation as a SCP', columns: metaColumns },
  'A.4.2-13': {
    title: 'Response Status Return Reasons',
    columns: ['Service Status', 'Further Meaning', 'Error Code', 'Reason'],
  },
  'A.4.3-1': {
    title: 'System Management Profiles',
    columns: ['Profile Name', 'Actor', 'Protocols Used', 'Optional Transactions', 'Security Support'],
  },
  'A.4.4-1': {
    title: 'AE Title Configuration Table',
    columns: ['Application Entity', 'Default AE Title', 'Default TCP/IP Port'],
  },
  'A.4.4-2': {
    title: 'Configuration Parameters Table',
    columns: ['Parameter', 'Configurable (Yes/No)', 'Default Value'],
  },
  'A.5.2-1': {
    title: 'AE Related Application Profiles, Real-World Activities, and Roles',
    columns: ['Supported Application Profile', 'Real-World Activity', 'Roles'],
  },
  'A.8.3-1': { title: 'Context Groups', columns: ['Context Group', 'Default Value Set', 'Configurable', 'Use'] },
};
