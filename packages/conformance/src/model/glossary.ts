// The words of statements, plans and comparisons, with the meaning that the standard gives them. PS3.2 3.1 to 3.11

export interface GlossaryTerm {
  readonly term: string;
  readonly definition: string;
  /** `conformance`: defined by PS3.2 3.11 itself; `taken over`: of the reference model and of other parts. */
  readonly group: 'conformance' | 'taken over';
  /** Where the standard defines it. */
  readonly section: string;
}

const conformance: readonly (readonly [string, string, string])[] = [
  [
    'Conformance Statement',
    '3.11.1',
    'A formal statement about one implementation of DICOM: the Service Classes, Information Objects, communication protocols and media storage Application Profiles that it supports.',
  ],
  ['Standard SOP Class', '3.11.2', 'A SOP Class of the standard that an implementation uses without any change.'],
  [
    'Standard Extended SOP Class',
    '3.11.3',
    'A SOP Class of the standard whose objects have further Type 3 Attributes in an implementation, standard or private ones. Its meaning is not changed by them, so it keeps its UID.',
  ],
  [
    'Specialized SOP Class',
    '3.11.4',
    'A SOP Class derived from a Standard one by further Attributes of any type, by fewer permitted values or by fewer permitted templates. As its meaning may differ, it has a Privately Defined UID of its own.',
  ],
  [
    'Private SOP Class',
    '3.11.5',
    'A SOP Class that the standard does not define, and that the Conformance Statement of an implementation publishes.',
  ],
  ['Standard Attribute', '3.11.6', 'An Attribute that the data dictionary of PS3.6 defines.'],
  ['Private Attribute', '3.11.7', 'An Attribute that the standard does not define.'],
  [
    'Standard Application Profile',
    '3.11.8',
    'An Application Profile of the standard that an implementation uses without any change.',
  ],
  [
    'Augmented Application Profile',
    '3.11.9',
    'An Application Profile derived from a Standard one by support of further Standard or Standard Extended SOP Classes.',
  ],
  [
    'Private Application Profile',
    '3.11.10',
    'An Application Profile that the standard does not define, and that the Conformance Statement of an implementation publishes.',
  ],
  [
    'Security Profile',
    '3.11.11',
    'A choice among what the parts of the standard allow, together with security mechanisms such as encryption algorithms, for a security facility.',
  ],
];

const takenOver: readonly (readonly [string, string, string])[] = [
  [
    'Application Entity',
    'ISO 7498-1',
    'The end point of an exchange: the software that sends and receives information by DICOM.',
  ],
  ['AE Title', 'ISO 7498-1', 'The name of an Application Entity, up to 16 characters.'],
  ['Protocol Data Unit', 'ISO 7498-1', 'One packet of the protocol between two Application Entities.'],
  ['Transfer Syntax', 'ISO 8822, PS3.5', 'A set of rules by which objects are encoded for exchange.'],
  ['Standard Transfer Syntax', 'PS3.5', 'A Transfer Syntax that the standard defines.'],
  [
    'Private Transfer Syntax',
    'PS3.5',
    'A Transfer Syntax that an implementation defines, under a Privately Defined UID.',
  ],
  ['Transfer Syntax Name', 'ISO 8822', 'The UID by which a Transfer Syntax is named in a negotiation.'],
  ['Association', 'ISO 8649', 'A connection of two Application Entities with what they have agreed on for it.'],
  ['Association Initiator', 'ISO 8649', 'The Application Entity that asks for an Association.'],
  [
    'Abstract Syntax',
    'ISO 8822',
    'What is to be exchanged, apart from how it is encoded: in DICOM a SOP Class or a Meta SOP Class.',
  ],
  ['Abstract Syntax Name', 'ISO 8822', 'The UID by which an Abstract Syntax is named in a negotiation.'],
  [
    'Presentation Context',
    'ISO 8822',
    'An Abstract Syntax with the Transfer Syntaxes that are offered for it, and the answer to that.',
  ],
  [
    'Information Object',
    'PS3.1',
    'Something of the real world, such as an image, as information that can be exchanged.',
  ],
  ['Information Object Definition (IOD)', 'PS3.3', 'The Attributes that Information Objects of one kind have.'],
  [
    'Real-World Activity',
    'PS3.4',
    'Something that happens outside the protocol and for which information is exchanged.',
  ],
  ['Service Class', 'PS3.4', 'A group of SOP Classes that serve one purpose, such as Storage.'],
  [
    'Service Class User (SCU)',
    'PS3.4',
    'The role of an Application Entity that asks for operations of a Service Class.',
  ],
  [
    'Service Class Provider (SCP)',
    'PS3.4',
    'The role of an Application Entity that carries out operations of a Service Class.',
  ],
  [
    'Service-Object Pair (SOP) Class',
    'PS3.4',
    'An Information Object Definition with the operations that apply to it.',
  ],
  ['Meta SOP Class', 'PS3.4', 'SOP Classes that are negotiated together under one UID.'],
  ['DICOM Defined UID', 'PS3.5', 'A UID that the standard assigns, under the root 1.2.840.10008.'],
  [
    'Privately Defined UID',
    'PS3.5',
    'A UID that an implementation assigns, under a root that its maker has the right to.',
  ],
  ['Unique Identifier (UID)', 'PS3.5', 'A number of up to 64 digits and dots that names one thing worldwide.'],
  [
    'Extended Negotiation',
    'PS3.7',
    'What two Application Entities agree on beyond Presentation Contexts: options of a service, roles, users.',
  ],
  ['Implementation Class UID', 'PS3.7', 'A UID that names an implementation: the same for equal software.'],
  ['DICOM Upper Layer Service', 'PS3.8', 'The service that opens, uses and ends Associations on TCP/IP.'],
  ['Presentation Address', 'PS3.8', 'Where an Application Entity is reached: in DICOM a host and a TCP port.'],
  ['File-set', 'PS3.10', 'DICOM Files with a common directory on one medium.'],
  ['File-set Creator (FSC)', 'PS3.10', 'The role of an application that writes a new File-set.'],
  ['File-set Reader (FSR)', 'PS3.10', 'The role of an application that reads a File-set.'],
  ['File-set Updater (FSU)', 'PS3.10', 'The role of an application that changes a File-set.'],
  ['Application Profile', 'PS3.10', 'What a File-set may hold and how it is encoded, for one purpose and medium.'],
];

const of = (group: GlossaryTerm['group'], rows: typeof conformance): GlossaryTerm[] =>
  rows.map(([term, section, definition]) => ({
    term,
    definition,
    group,
    section: /^3\.11/.test(section) ? `PS3.2 ${section}` : section,
  }));

/** Every term: those of conformance first. */
export const glossary = (): readonly GlossaryTerm[] => [
  ...of('conformance', conformance),
  ...of('taken over', takenOver),
];
