// Fields of the implementation model, the application entities, the interfaces and the configuration. PS3.2 A.4
import { fieldsBelow } from './field.ts';

const model = fieldsBelow('networking.model', '/networking/model', {
  'dataFlow.diagram': 'dataFlow overlaps',
  'dataFlow.aeBullets[]': 'bullets',
  'dataFlow.overlapText': 'overlaps/*/discussion',
  'functionalDefinitions[]': 'functionalDefinitions',
  'sequencing.text': 'sequencing/text sequencing/reason',
  'sequencing.diagrams[]': 'sequencing/diagrams',
});

const entities = fieldsBelow('networking.applicationEntities[]', '/networking/applicationEntities/*', {
  id: 'id',
  name: 'name',
  'sopClasses[]': 'sopClasses',
  'sopClasses[].name': 'sopClasses/*/name',
  'sopClasses[].uid': 'sopClasses/*/uid',
  'sopClasses[].scu': 'sopClasses/*/scu',
  'sopClasses[].scp': 'sopClasses/*/scp',
  'sopClasses[].type': 'sopClasses/*/type',
  'sopClasses[].basedOn': 'sopClasses/*/basedOn',
  'sopClasses[].options': 'sopClasses/*/options',
  'policies.general': 'policies',
  applicationContext: 'applicationContext',
  'associations.initiatorMax': 'initiation/associations',
  'associations.acceptorMax': 'acceptance/associations',
  'associations.rules[]': 'initiation/rules acceptance/rules',
  'async.initiatorMax': 'asynchronous/initiator',
  'async.acceptorMax': 'asynchronous/acceptor',
  'implementation.classUid': 'implementation/classUid',
  'implementation.versionName': 'implementation/versionName',
  'implementation.versionPolicy': 'implementation/policy',
  initiation: 'initiation',
  'initiation.activities[]': 'initiation/activities',
  acceptance: 'acceptance',
  'acceptance.policy': 'acceptance/policy',
  'acceptance.activities[]': 'acceptance/activities',
  'acceptance.rejections[]': 'acceptance/rejections',
});

/** Of both directions. */
const activity = {
  id: 'id',
  name: 'name',
  conditions: 'conditions',
  sequencing: 'sequencing',
  'contexts[]': 'contexts',
  'contexts[].abstractSyntaxName': 'contexts/*/abstractSyntax/name',
  'contexts[].abstractSyntaxUid': 'contexts/*/abstractSyntax/uid',
  'contexts[].transferSyntaxes[]': 'contexts/*/transferSyntaxes',
  'contexts[].role': 'contexts/*/role',
  'contexts[].extendedNegotiation': 'contexts/*/extendedNegotiation contexts/*/seeMetaTable',
  'notes[]': 'notes',
  'metaExtendedNegotiation[]': 'metaNegotiation',
  'sopConformance[]': 'sopConformance',
  'sopConformance[].extendedNegotiation': 'sopConformance/*/extendedNegotiation',
  'sopConformance[].keys[]': 'sopConformance/*/keys',
  'sopConformance[].keys[].keyType': 'sopConformance/*/keys/*/type',
  'sopConformance[].keys[].return': 'sopConformance/*/keys/*/returned',
  'sopConformance[].requestAttributes[]': 'sopConformance/*/requestAttributes',
  'sopConformance[].responseAttributes[]': 'sopConformance/*/responseAttributes',
  'sopConformance[].eventTypes[]': 'sopConformance/*/eventTypes',
  'sopConformance[].actionTypes[]': 'sopConformance/*/actionTypes',
  'sopConformance[].lossyOnly': 'sopConformance/*/lossyOnly',
  'sopConformance[].statuses[]': 'sopConformance/*/statuses',
  'sopConformance[].failures[]': 'sopConformance/*/failures',
  'sopConformance[].timeouts': 'sopConformance/*/timeouts',
};

const initiated = fieldsBelow(
  'networking.applicationEntities[].initiation.activities[]',
  '/networking/applicationEntities/*/initiation/activities/*',
  {
    ...activity,
    'contexts[].grouping': 'grouping',
    serviceClassConditions: 'serviceClassConditions',
    fallback: 'fallback',
    transferSyntaxChoice: 'transferSyntaxChoice',
    'sopConformance[].retries': 'sopConformance/*/retries',
  },
);

const accepted = fieldsBelow(
  'networking.applicationEntities[].acceptance.activities[]',
  '/networking/applicationEntities/*/acceptance/activities/*',
  {
    ...activity,
    commonExtendedNegotiation: 'contexts/*/commonExtendedNegotiation',
    'acceptanceRules.combinations': 'acceptanceRules/combinations',
    'acceptanceRules.priority': 'acceptanceRules/priority',
    'acceptanceRules.selection': 'acceptanceRules/selection',
  },
);

const interfaces = fieldsBelow('networking.interfaces', '/networking/interfaces', {
  'physical[]': 'physical',
  'protocols[]': 'protocols',
  'managementProfiles[]': 'managementProfiles',
  'managementProfiles[].profile': 'managementProfiles/*/profile',
  'managementProfiles[].actor': 'managementProfiles/*/actor',
  'managementProfiles[].protocols[]': 'managementProfiles/*/protocols',
  'managementProfiles[].optionalTransactions': 'managementProfiles/*/optionalTransactions',
  'managementProfiles[].securitySupport': 'managementProfiles/*/securitySupport',
  // One text for each actor, under its name.
  dhcpUse: 'managementText',
  dnsUse: 'managementText',
  timeClient: 'managementText',
  timeServer: 'managementText',
  timeAccuracy: 'timeAccuracy',
  'ip.ipv4': 'ipv4',
  'ip.ipv6': 'ipv6',
});

const configuration = fieldsBelow('networking.configuration', '/networking/configuration', {
  addressTranslation: 'addressTranslation',
  'localTitles[]': 'localTitles',
  localLdap: 'localLdap/text',
  localLdapUpdate: 'localLdap/update',
  'remotes[]': 'remotes remoteText',
  remoteLdap: 'remoteLdap',
  'parameters[]': 'parameters',
  'hardwareOptions[]': 'hardwareOptions',
});

export const networkingFields = [...model, ...entities, ...initiated, ...accepted, ...interfaces, ...configuration];
