// What the conformance statement says in words beside the declarations: character sets, security. PS3.2 A.6, A.7
import type { CharacterSets, Security } from '@concord/conformance';

export const overview =
  'Concord keeps medical images and the documents that belong to them. Imaging devices send their images to it over the network; workstations ask it what it keeps, and have images sent to themselves or to other systems. It can send studies on to other systems by itself, and it shows them in a web browser.\n\nImages are kept exactly as they came. They can be delivered in another encoding where the receiving system needs one, without loss. Work to be done on images can be planned, handed out and followed.\n\nExaminations that were ordered are entered by people or come from other systems of the hospital; imaging devices ask what is scheduled for them, and say when they have done it.';

export const functionalDefinition =
  'Listens for associations, answers verification requests, keeps the instances it receives, answers queries about them and about what is scheduled, and sends them to the requesting system or to a third one. It opens associations to configured peers to verify them and to send instances. It negotiates presentation contexts, checks called and calling titles against its settings, and keeps a record of each association.';

export const implementationNotes =
  'Success is answered to a C-STORE when the instance and its row in the index are on the disk. Bytes of received instances are never changed: the File Meta Information in front of them is made anew when they are stored, and Pixel Data is converted only on the way out: without loss, unless the entry of the receiving peer asks for lossy JPEG, which makes instances of their own. Instances that a peer sends again with the same content are kept once. Every association leaves a record that says which presentation contexts were refused and why, and how each operation ended.';

export const supportedCharacterSets = [
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
  supported: supportedCharacterSets.map((definedTerm) => ({
    definedTerm,
    services: ['Storage', 'Query/Retrieve', 'Modality Worklist'],
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
  presentation:
    'The web page shows all three groups with the fonts that the browser has. A character that none of these fonts has appears as the box that the browser draws for it; bytes that are no character of the set that the instance names appear as the replacement character U+FFFD, one for each.',
};

/** Of what is sent by a job; what a job sends stands in the journal. */
export const sendingAgain =
  'What was not confirmed is sent again by itself after a wait, which doubles up to the longest; what was confirmed is not sent again. When the tries are used up the job counts as failed, is shown, and can be started again by a user. A sub-operation of a C-MOVE or C-GET is not repeated.';

export const sequencing =
  'The activities do not depend on each other: each may happen at any time and in any order. Only what follows from an object follows it: a report of storage commitment comes after its request, and a notification of availability after the instances that it names.';

export const codedTerminology =
  'The titles of key object selections can be extended by the site; no other context group, and no template, is configurable. Codes in received instances are kept as they are, and those of work items are matched and returned.';

export const grayscale =
  'Grey images in the web viewer are shown through the Grayscale Standard Display Function (PS3.14) on a screen that was calibrated on the page Display: the luminances of eighteen levels and the ambient light are measured and entered there, and the page says how far the screen is from the standard with the correction and without. Other screens show P-Values as they are. Nothing is printed: no print service is used or provided, so that there is no printer to be calibrated.';

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
    'The web interface listens on the loopback interface unless told otherwise, and refuses requests for host names and from origins that are not configured. Under /conformance users with rights of their own can be demanded, by the setting conformanceAccess.',
};
