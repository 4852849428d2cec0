// Fields of the root, the cover, the overview and the introduction. PS3.2 A.0 to A.3
import { fieldsBelow } from './field.ts';

const root = fieldsBelow('', '', {
  schemaVersion: 'schemaVersion',
  statementId: 'id',
  edition: 'edition',
  'claim.network': 'claim/network',
  'claim.media': 'claim/media',
  standardEdition: 'standardEdition',
  'orgRoots[]': 'orgRoots',
  cover: 'cover',
  overview: 'overview',
  toc: 'toc',
  introduction: 'introduction',
  networking: 'networking',
  media: 'media',
  characterSets: 'characterSets',
  security: 'security',
  annexes: 'annexes',
});

const cover = fieldsBelow('cover', '/cover', {
  'products[]': 'products',
  'products[].commercialName': 'products/*/name',
  'products[].versions[]': 'products/*/versions',
  'products[].optionalFeatures[]': 'products/*/optionalFeatures',
  documentDate: 'documentDate',
  companyName: 'company',
  documentNumber: 'documentNumber',
});

const overview = fieldsBelow('overview', '/overview', {
  description: 'description',
  'networkServices[]': 'networkServices',
  'networkServices[].category': 'networkServices/*/category',
  'networkServices[].sopClass': 'networkServices/*/uid',
  'networkServices[].name': 'networkServices/*/name',
  'networkServices[].scu': 'networkServices/*/scu',
  'networkServices[].scp': 'networkServices/*/scp',
  'networkServices[].optionNote': 'networkServices/*/optionNote',
  'mediaServices[]': 'mediaServices',
  'mediaServices[].category': 'mediaServices/*/category',
  'mediaServices[].profile': 'mediaServices/*/profile',
  'mediaServices[].write': 'mediaServices/*/write',
  'mediaServices[].read': 'mediaServices/*/read',
});

const introduction = fieldsBelow('introduction', '/introduction', {
  'revisionHistory[]': 'revisions',
  'revisionHistory[].documentVersion': 'revisions/*/version',
  'revisionHistory[].date': 'revisions/*/date',
  'revisionHistory[].productRelease': 'revisions/*/release',
  'revisionHistory[].author': 'revisions/*/author',
  'revisionHistory[].differences': 'revisions/*/changes revisions/*/remarks',
  audience: 'audience',
  remarks: 'remarks',
  iheIntegrationStatement: 'iheIntegrationStatement',
  'terms[]': 'terms',
  basics: 'basics',
  'abbreviations[]': 'abbreviations',
  'references[]': 'references',
});

export const frontFields = [...root, ...cover, ...overview, ...introduction];
