// Retrieve Capabilities: what this service can do, for machines. PS3.18 8.9 and Annex H (WADL).
import { baseUrl } from '../web/base-url.ts';
import { acceptanceOf, choose } from './acceptance.ts';
import { renderedParameterNames } from './rendered-parameters.ts';
import type { Resource } from './resources.ts';
import { searchParameterNames } from './search-parameters.ts';
import type { Transaction } from './transaction.ts';
import { queryOf } from './warning.ts';

const offers = [
  { mediaType: 'application/vnd.sun.wadl+xml', defaultFor: 'category' },
  { mediaType: 'application/json' },
] as const;

const stored = [
  'multipart/related; type="application/dicom"',
  'application/dicom',
  'multipart/related; type="application/dicom+json"',
  'multipart/related; type="application/dicom+xml"',
];

/** A resource of another service, with the methods that it has. */
export interface DescribedResource {
  readonly path: string;
  readonly name: string;
  readonly methods: readonly Method[];
}

/** The same with what answers its methods. */
export interface ServiceResource extends DescribedResource {
  readonly transactions: Partial<Record<'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE', Transaction>>;
}

interface Method {
  readonly method: string;
  /** Names of query parameters. */
  readonly parameters?: readonly string[];
  /** Media types of what is sent and of what comes back. */
  readonly request: readonly string[];
  readonly response: readonly string[];
}

/** Of all resources at the address of the service; at the address of one of them, of that one. */
export const retrieveCapabilities =
  (resources: readonly DescribedResource[], service = '/dicom-web'): Transaction =>
  async (request, reply, parts) => {
    const query = queryOf({ request, reply, parts }, ['accept', 'charset']);
    const { offer } = choose(acceptanceOf(request, query), offers, ['single']);
    const base = `${baseUrl(request, parts.publicUrl)}${service}`;
    const text =
      offer.mediaType === 'application/json' ? JSON.stringify(asJson(base, resources)) : asWadl(base, resources);
    return reply.header('content-type', offer.mediaType).send(Buffer.from(text));
  };

const common = ['accept', 'charset'];

/** Names of what GET takes in its query; every attribute that the index can be searched by is one in a search. PS3.18 8.3. */
const parametersOf = (path: string): readonly string[] => {
  if (path.endsWith('/rendered')) return renderedParameterNames;
  if (path.endsWith('/thumbnail')) return [...common, 'viewport'];
  return /\/(?:studies|series|instances)$/u.test(path) ? ['{attribute}', ...searchParameterNames] : common;
};

export const described = ({ path, name, get, post, remove, mediaTypes }: Resource): DescribedResource => ({
  path,
  name,
  methods: [
    ...(get === undefined
      ? []
      : [{ method: 'GET', parameters: parametersOf(path), request: [], response: mediaTypes }]),
    ...(post === undefined
      ? []
      : [{ method: 'POST', request: stored, response: ['application/dicom+json', 'application/dicom+xml'] }]),
    ...(remove === undefined ? [] : [{ method: 'DELETE', request: [], response: [] }]),
  ],
});

const asJson = (base: string, resources: readonly DescribedResource[]) => ({
  base,
  characterSets: ['UTF-8'],
  resources: resources.map((resource) => ({ ...resource, path: template(resource.path) })),
});

const template = (path: string): string => path.replace(/:(\w+)/gu, '{$1}');

const escaped = (text: string): string =>
  text.replace(/[&<>"]/gu, (character) => `&#${character.codePointAt(0) ?? 0};`);

const representations = (types: readonly string[]): string =>
  types.map((type) => `<representation mediaType="${escaped(type)}"/>`).join('');

/** All text here is UTF-8. PS3.18 8.8. */
const queryParameter = (name: string): string =>
  name === 'charset'
    ? '<param name="charset" style="query"><option value="UTF-8"/></param>'
    : `<param name="${escaped(name)}" style="query"/>`;

const asWadl = (base: string, resources: readonly DescribedResource[]): string => {
  const elements = resources.map((resource) => {
    const methods = resource.methods.map(
      ({ method, parameters = [], request, response }) =>
        `<method name="${method}"><request>${parameters.map(queryParameter).join('')}${representations(request)}</request>` +
        `<response status="200">${representations(response)}</response></method>`,
    );
    return `<resource path="${escaped(template(resource.path).slice(1))}"><doc title="${escaped(resource.name)}"/>${methods.join('')}</resource>`;
  });
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\n<application xmlns="http://wadl.dev.java.net/2009/02">' +
    `<resources base="${escaped(base)}">${elements.join('')}</resources></application>\n`
  );
};
