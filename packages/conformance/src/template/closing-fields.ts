// Fields of media, character sets, security and the annexes. PS3.2 A.5 to A.8
import { fieldsBelow } from './field.ts';

const media = fieldsBelow('media', '/media', {
  'model.description': 'description',
  'model.diagram': 'entities/*/activities',
  'model.discussion': 'description entities/*/activities/*/description',
  'model.functionalDefinitions[]': 'entities/*/functionalDefinition',
  'model.sequencing': 'sequencing',
  'fileMeta.version': 'fileMeta/version',
  'fileMeta.classUid': 'fileMeta/classUid',
  'fileMeta.versionName': 'fileMeta/versionName',
  'applicationEntities[]': 'entities',
  'applicationEntities[].profiles[]': 'entities/*/activities/*/profiles entities/*/activities/*/roles',
  'applicationEntities[].generalPolicies': 'entities/*/policies',
  'applicationEntities[].sourceAeTitle': 'entities/*/sourceAeTitle',
  'applicationEntities[].privateInformation': 'entities/*/privateInformation',
  'applicationEntities[].rolesAndOptions': 'entities/*/rolesAndOptions',
  'applicationEntities[].activities[]': 'entities/*/activities',
  'applicationEntities[].activities[].profile': 'entities/*/activities/*/profiles',
  'applicationEntities[].activities[].options[]': 'entities/*/profiles/*/options',
  'applicationEntities[].activities[].optionalSopClasses[]': 'entities/*/activities/*/optionalSopClasses',
  'applicationEntities[].activities[].sopOptions[]': 'entities/*/activities/*/sopOptions',
  'applicationEntities[].activities[].optionalTransferSyntaxes[]': 'entities/*/activities/*/optionalTransferSyntaxes',
  'profiles[]': 'entities/*/profiles',
  'augmented[].sopClassAugmentations': 'entities/*/profiles/*/augmentations/sopClasses',
  'augmented[].directoryAugmentations':
    'entities/*/profiles/*/augmentations/directory entities/*/profiles/*/augmentations/directoryKeys',
  'augmented[].otherAugmentations': 'entities/*/profiles/*/augmentations/other',
  'augmented[].rules': 'entities/*/profiles/*/behaviour',
  'augmented[].standardOnlyMeans': 'entities/*/profiles/*/standardOnlyMeans',
  'privateProfiles[]': 'entities/*/profiles/*/description',
  configuration: 'configuration',
});

const characterSets = fieldsBelow('characterSets', '/characterSets', {
  'supported[]': 'supported',
  unsupportedBehavior: 'unsupported',
  configurationCapabilities: 'configuration',
  'mappings[]': 'mapping',
  'query.worklist': 'query',
  'query.queryRetrieve': 'query',
  'query.behavior': 'query',
  personNames: 'personNames',
  presentation: 'presentation',
});

const security = fieldsBelow('security', '/security', {
  'profiles[]': 'profiles',
  'signatures.preserved': 'signatures/preserved',
  'signatures.verified': 'signatures/verified',
  'signatures.replaced': 'signatures/replaced',
  ipv6Security: 'ipv6',
  associationLevel: 'associationLevel',
  'userIdentity[]': 'userIdentity',
  applicationLevel: 'applicationLevel',
});

const annexes = fieldsBelow('annexes', '/annexes', {
  'createdObjects[]': 'createdObjects/objects',
  'createdObjects[].modules[]': 'createdObjects/objects/*/modules',
  'createdObjects[].modules[].attributes[].name': 'createdObjects/objects/*/modules/*/attributes/*/attribute',
  'createdObjects[].modules[].attributes[].tag': 'createdObjects/objects/*/modules/*/attributes/*/tag',
  'createdObjects[].modules[].attributes[].vr': 'createdObjects/objects/*/modules/*/attributes/*/vr',
  'createdObjects[].modules[].attributes[].value': 'createdObjects/objects/*/modules/*/attributes/*/value',
  'createdObjects[].modules[].attributes[].presence': 'createdObjects/objects/*/modules/*/attributes/*/presence',
  'createdObjects[].modules[].attributes[].source': 'createdObjects/objects/*/modules/*/attributes/*/source',
  'createdObjects[].contentItems[]': 'createdObjects/objects/*/contentItems',
  sampleInstancesUrl: 'createdObjects/objects/*/sample',
  privateAttributesInObjects: 'createdObjects/objects/*/modules/*/attributes',
  'attributeUsage[]': 'attributeUsage/rows',
  'attributeMapping[]': 'attributeMapping/rows',
  'coercions[]': 'coercion/rows',
  'privateDictionary[]': 'privateDictionary/rows',
  'privateSopClasses[]': 'sopClassExtensions',
  codedTerminology: 'codedTerminology',
  'contextGroups[]': 'contextGroups',
  'extendedContextGroups[]': 'extendedContextGroups',
  'privateContextGroups[]': 'privateContextGroups',
  'templates[]': 'templates',
  'privateCodes[]': 'privateCodes',
  grayscale: 'grayscale',
  'sopClassExtensions[]': 'sopClassExtensions',
  'sopClassExtensions[].addedAttributes[]': 'sopClassExtensions/*/addedAttributes',
  'sopClassExtensions[].constraints[]': 'sopClassExtensions/*/constraints',
  'privateTransferSyntaxes[]': 'privateTransferSyntaxes',
});

export const closingFields = [...media, ...characterSets, ...security, ...annexes];
