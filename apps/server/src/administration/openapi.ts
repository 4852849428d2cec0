// The OpenAPI 3.1 document of the administration API, drawn from the declaration of its endpoints.
import { z } from 'zod';
import { conformanceAddresses } from '../conformance/conformance-addresses.ts';
import type { Endpoint } from './endpoint.ts';
import { endpoints } from './endpoints.ts';

const problem = {
  type: 'object',
  required: ['type', 'title', 'status'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    requestId: { type: 'string' },
  },
};

const operation = (
  name: string,
  { path, summary, mediaType, response, query, body, success = 200, problems = [] }: Endpoint,
) => ({
  operationId: name,
  summary,
  parameters: [
    ...[...path.matchAll(/:(\w+)/gu)].map(([, variable]) => ({
      name: variable,
      in: 'path',
      required: true,
      schema: { type: 'string' },
    })),
    ...Object.entries(query?.shape ?? {}).map(([variable, type]) => ({
      name: variable,
      in: 'query',
      required: false,
      schema: z.toJSONSchema(type, { io: 'input' }),
    })),
  ],
  ...(body && { requestBody: { content: { 'application/json': { schema: schemaOf(body, 'input') } } } }),
  responses: {
    [success]: {
      description: summary,
      ...(success !== 204 && {
        content: { [mediaType]: response === undefined ? {} : { schema: schemaOf(response) } },
      }),
    },
    ...Object.fromEntries(problems.map((status) => [status, { $ref: '#/components/responses/Problem' }])),
    default: { $ref: '#/components/responses/Problem' },
  },
});

const schemaOf = (type: z.ZodType, io: 'input' | 'output' = 'output'): object => {
  const { $schema: _, ...schema } = z.toJSONSchema(type, { io });
  return schema;
};

export const openApiDocument = (version: string) => {
  const paths: Record<string, Record<string, object>> = {};
  for (const [name, endpoint] of Object.entries<Endpoint>({ ...endpoints, ...conformanceAddresses })) {
    const path = endpoint.path.replace(/:(\w+)/gu, '{$1}');
    paths[path] = { ...paths[path], [endpoint.method.toLowerCase()]: operation(name, endpoint) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Concord administration and conformance',
      version,
      description: 'DICOMweb stands in the guide, not here.',
    },
    paths,
    components: {
      responses: {
        Problem: {
          description: 'What went wrong, RFC 9457',
          content: { 'application/problem+json': { schema: problem } },
        },
      },
    },
  };
};
