// What the conformance statement says in words beside the declarations: character sets, security. PS3.2 A.6, A.7
import type { CharacterSets, Security } from '@concord/conformance';

export const overview =
  'Concord keeps medical images and the documents that belong to them. Imaging devices send their images to it over the network; workstations ask it what it keeps, and have images sent to themselves or to other systems. It can send studies on to other systems by itself, and it shows them in a web browser.\n\nImages are kept exactly as they came. They can be delivered in another encoding where the receiving system needs one, without loss. Work to be done on images can be planned, handed out and followed.';

export const functionalDefinition =
  'Listens for associations, answers verification requests, keeps the instances it receives, answers queries about them, and sends them to the requesting system or to a third one. It opens associations to configured peers to verify them and to send instances. It negotiates presentation contexts, checks called and calling titles against its settings, and keeps a record of each association.';

export const implementationNotes =
  'Success is answered to a C-STORE when the instance and its row in the index are on the disk. Bytes of received instances are never changed: the File Meta Information in front of them is made anew when they are stored, and Pixel Data is converted only on the way out, and only without loss. Instances that a peer sends again with the same content are kept once. Every association leaves a record that says which presentation contexts were refused and why, and how each operation ended.';

const defaultSets = [
  'ISO_IR 6 (default repertoire)',
  'ISO_IR 100',
  'ISO_IR 101',
  'ISO_IR 109',
  'ISO_IR 110',
  'ISO_IR 144',
  'ISO_IR 127',
  'ISO_IR 126',
  'ISO_IR 138',
  'ISO_IR 148',
  'ISO_IR 203',
  'ISO_IR 166',
  'ISO_IR 13',
  'ISO 2022 IR 6, 13, 87, 159, 100, 101, 109, 110, 144, 127, 126, 138, 148, 149, 58, 166, 203',
  'ISO_IR 192',
  'GB18030',
  'GBK',
];

export const characterSets: CharacterSets = {
  state: 'described',
  supported: defaultSets.map((definedTerm) => ({
    definedTerm,
    services: ['Storage', 'Query/Retrieve'],
    direction: 'both',
  })),
  unsupported:
    'The instance is stored unchanged. Its text is read as far as it can be for the index; bytes that cannot be read are shown as replacement characters and never changed in what is stored.',
  configuration: 'Nothing about character sets is configurable.',
  mapping:
    'Instances keep their character set. Answers to queries are in the default repertoire where that is enough, otherwise in ISO_IR 192; web answers are in UTF-8.',
  query: {
    scuRequest: 'Keys are sent in the default repertoire where that is enough, otherwise in ISO_IR 192.',
    scuResponse: 'Text is read in the character set that the response names.',
    scpRequest: 'Keys are read in the character set that the request names, and compared by characters.',
    scpResponse: 'Answers name the character set that they are in.',
  },
  personNames:
    'The alphabetic, ideographic and phonetic groups are kept and matched one by one, without regard to case; without regard to accents where fuzzy matching was negotiated.',
  presentation: 'The web page shows all three groups with the fonts that the browser has.',
};

export const security: Security = {
  state: 'described',
  profiles: [],
  signatures: {
    preserved:
      'always in what is stored and retrieved in its stored transfer syntax, because instances are kept bit by bit. An instance that is converted on its way out to another transfer syntax keeps the attributes of its signatures, which then may not verify.',
    verified: 'Signatures are not verified.',
    replaced: 'Signatures are not replaced.',
  },
  ipv6: 'No security feature of IPv6 is used.',
  associationLevel:
    'Associations can be restricted by called AE title, by calling AE title, by user, and for each configured peer by address and certificate. Numbers of associations are limited in total and for each peer.',
  userIdentity: [],
  applicationLevel:
    'The web interface listens on the loopback interface unless told otherwise, and refuses requests for host names and from origins that are not configured.',
};
