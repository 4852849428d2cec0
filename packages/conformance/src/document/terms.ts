// What a reader new to DICOM needs: terms and the basics of communication. PS3.2 A.3.4, A.3.5

/** The terms that Annex A asks for, in our words. */
export const terms: readonly { readonly term: string; readonly definition: string }[] = [
  {
    term: 'Abstract Syntax',
    definition: 'What applications agree to exchange: generally the same as a SOP Class. Example: CT Image Storage.',
  },
  {
    term: 'Application Context',
    definition: 'The protocol that an association follows; DICOM defines one, 1.2.840.10008.3.1.1.1.',
  },
  {
    term: 'Application Entity (AE)',
    definition:
      'An end point of DICOM communication: the software that sends or receives DICOM information. One device may have several.',
  },
  {
    term: 'Application Entity Title (AE Title)',
    definition: 'The name by which an application entity is known to others on the network, up to 16 characters.',
  },
  {
    term: 'Association',
    definition: 'A communication channel between two application entities, set up by negotiation.',
  },
  {
    term: 'Attribute',
    definition: 'A unit of information in an object, identified by a tag. Example: Patient ID (0010,0020).',
  },
  {
    term: 'Information Object Definition (IOD)',
    definition: 'The attributes that an object of one kind has. Example: the CT Image IOD.',
  },
  {
    term: 'Joint Photographic Experts Group (JPEG)',
    definition: 'A family of standardized image compression techniques.',
  },
  {
    term: 'Media Application Profile',
    definition:
      'What may be written on an interchange medium: kinds of objects, encodings, kind of medium. Example: STD-GEN-CD.',
  },
  { term: 'Module', definition: 'A set of attributes that belong together. Example: the Patient Module.' },
  {
    term: 'Negotiation',
    definition:
      'The first phase of an association: the applications agree which kinds of objects will be exchanged and how they are encoded.',
  },
  {
    term: 'Presentation Context',
    definition: 'One abstract syntax with the transfer syntaxes offered for it, and the answer to that offer.',
  },
  {
    term: 'Protocol Data Unit (PDU)',
    definition: 'One packet of the protocol; its greatest length is agreed in the negotiation.',
  },
  {
    term: 'Security Profile',
    definition:
      'A set of mechanisms for confidentiality, integrity or authentication. Example: Non-Downgrading BCP 195 TLS.',
  },
  {
    term: 'Service Class Provider (SCP)',
    definition:
      'The role of an application that carries out a service which others ask for. Example: an archive that stores images is a Storage SCP.',
  },
  {
    term: 'Service Class User (SCU)',
    definition:
      'The role of an application that asks for a service. Example: a modality that sends images is a Storage SCU.',
  },
  {
    term: 'Service/Object Pair Class (SOP Class)',
    definition: 'A kind of object together with what can be done to it. Example: CT Image Storage.',
  },
  {
    term: 'Service/Object Pair Instance (SOP Instance)',
    definition: 'One object of a SOP Class. Example: one X-ray image.',
  },
  {
    term: 'Tag',
    definition:
      'The number of an attribute, group and element in hexadecimal. Examples: Patient ID (0010,0020), Pixel Data (7FE0,0010), a private attribute (0019,1010).',
  },
  {
    term: 'Transfer Syntax',
    definition: 'How objects are encoded for exchange. Examples: Implicit VR Little Endian, JPEG 2000.',
  },
  {
    term: 'Unique Identifier (UID)',
    definition:
      'A worldwide unique number written with dots, for a kind of thing or one thing. Example: 1.2.840.10008.5.1.4.1.1.2.',
  },
  {
    term: 'Value Representation (VR)',
    definition: 'The type and form of an attribute’s value. Example: PN, the name of a person.',
  },
];

/** The story of an association, for a first reader. */
export const basics = [
  'Two application entities that want to exchange information over a network begin with a handshake: one of them, the initiator, opens an association and names what it wants to exchange (abstract syntaxes) and how it can encode it (transfer syntaxes). The other, the acceptor, answers for each such presentation context whether it accepts it and which one of the offered transfer syntaxes will be used.',
  'The negotiation also settles who has which role (Service Class User or Service Class Provider), how long a protocol data unit may be, and, where both sides support it, security and further options of a service (extended negotiation).',
  'Then the initiator sends its requests: to store an image, to find studies, to print. Each is answered with a status that says whether it was carried out. When all is done, the association is released.',
  'On interchange media there is no negotiation: an application profile says which kinds of objects a medium may hold and how they are encoded, so that any reader that supports the profile can read it.',
].join('\n\n');
