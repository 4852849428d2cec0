// The annexes of the complete statement: created objects, extensions, private data and codes.
import { demandedOf } from '../src/validate/iod-tables.ts';

const ct = { name: 'CT Image Storage', uid: '1.2.840.10008.5.1.4.1.1.2' };
const rawData = { name: 'Raw Data Storage', uid: '1.2.840.10008.5.1.4.1.1.66' };
export const ownClass = { name: 'Example Private Storage', uid: '1.2.826.0.1.3680043.10.1.7' };
export const specializedClass = { name: 'Example Raw Data Storage', uid: '1.2.826.0.1.3680043.10.1.8' };
/** The one private attribute. */
export const privateTag = '(0019,1010)';

const absent = { state: 'not applicable', reason: 'nothing to tell' };
const created = (tag: string, more: object = {}) => ({
  attribute: `Attribute ${tag}`,
  tag,
  vr: 'LO',
  value: 'Any.',
  presence: 'ALWAYS',
  source: ['AUTO'],
  ...more,
});
const object = (sopClass: object, attributes: object[]) => ({
  sopClass,
  modules: [{ informationEntity: 'Image', module: 'All', presence: 'ALWAYS', attributes }],
});
const added = (tag: string, more: object = {}) => ({
  informationEntity: 'Image',
  attribute: 'Added',
  tag,
  vr: 'LO',
  vm: '1',
  type: '3',
  module: 'Example Module',
  usage: 'Shown.',
  ...more,
});
const told = {
  text: 'Told.',
  options: [],
  roles: ['SCP'],
  behaviour: 'As its base.',
  iod: 'The IOD with one module more.',
  informationModel: 'That of PS3.3.',
  reason: 'No Standard SOP Class has it.',
};

export const completeAnnexes = () => ({
  createdObjects: {
    state: 'described',
    objects: [
      object(ct, [
        created('(0010,0020)', { type: '2' }),
        created('(0010,4000)', { type: '3' }),
        created(privateTag, { type: '3' }),
      ]),
      object(
        specializedClass,
        demandedOf(rawData.uid).map((tag) => created(tag)),
      ),
      object(ownClass, [created('(0028,0010)', { vr: 'US' })]),
    ],
  },
  attributeUsage: absent,
  attributeMapping: absent,
  coercion: absent,
  privateDictionary: {
    state: 'described',
    rows: [{ creator: 'EXAMPLE', tag: privateTag, name: 'Added', vr: 'LO', vm: '1' }],
  },
  codedTerminology: 'Codes are kept.',
  contextGroups: [
    { context: 'Orientation', defaultValueSet: 'extended CID 19', configurable: 'No', use: 'Chosen.' },
    { context: 'Protocol', defaultValueSet: 'Private CID 9000', configurable: 'Extensible', use: 'Chosen.' },
  ],
  extendedContextGroups: [
    { cid: '19', content: 'Two codes more', localVersion: '20260101', creatorUid: '1.2.826.0.1.3680043.10.1.9' },
  ],
  privateContextGroups: [
    {
      identifier: '9000',
      name: 'Protocols',
      extensible: true,
      version: '20260101',
      codes: [{ value: '1', scheme: '99EX', meaning: 'Head' }],
    },
  ],
  privateCodes: [{ value: '1', scheme: '99EX', meaning: 'Head', definition: 'The head.' }],
  grayscale: 'None.',
  sopClassExtensions: [
    { ...told, sopClass: ct, type: 'standard extended', basedOn: ct, addedAttributes: [added(privateTag)] },
    {
      ...told,
      sopClass: specializedClass,
      type: 'specialized',
      basedOn: rawData,
      commonExtendedNegotiation: 'It is sent.',
      constraints: [{ attribute: 'Patient’s Sex', tag: '(0010,0040)', values: ['M', 'F'] }],
      addedAttributes: [added(privateTag, { type: '1' })],
    },
    {
      ...told,
      sopClass: ownClass,
      type: 'private',
      operations: ['C-STORE'],
      fileOperations: ['M-WRITE'],
      addedAttributes: [added('(0028,0010)', { vr: 'US', type: '1' })],
    },
  ],
  privateTransferSyntaxes: [] as { name: string; uid: string; description: string }[],
});
