// Every resource of the worklist service with its methods: one table for routes and capabilities. PS3.18 11.1 to 11.12.
import { filteredGlobalSubscriptionInstance, globalSubscriptionInstance } from '@concord/network';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ServiceResource } from './capabilities.ts';
import type { Transaction } from './transaction.ts';
import { searchWorkitems } from './workitem-search.ts';
import { subscribe, suspend, unsubscribe } from './workitem-subscribers.ts';
import {
  changeWorkitemState,
  createWorkitem,
  requestWorkitemCancel,
  retrieveWorkitem,
  updateWorkitem,
  type WorkitemParts,
} from './workitems.ts';

const sent = ['application/dicom+json', 'application/dicom+xml'];
const answered = ['application/dicom+json', 'multipart/related; type="application/dicom+xml"'];

type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
type Handler = (request: FastifyRequest, reply: FastifyReply, parts: WorkitemParts) => unknown;

/** The routes over one store of work items. */
export const createWorkitemResources = (parts: WorkitemParts): readonly ServiceResource[] => {
  const on =
    (handler: Handler): Transaction =>
    (request, reply) =>
      handler(request, reply, parts);
  const at = (path: string, name: string, handlers: Partial<Record<Exclude<Method, 'HEAD'>, Handler>>) => ({
    path,
    name,
    methods: Object.keys(handlers).map((method) => ({
      method,
      request: method === 'POST' || method === 'PUT' ? sent : [],
      response: method === 'GET' ? answered : [],
    })),
    transactions: {
      ...Object.fromEntries(Object.entries(handlers).map(([method, handler]) => [method, on(handler)])),
      ...(handlers.GET === undefined ? {} : { HEAD: on(handlers.GET) }),
    },
  });
  const one = '/workitems/:workitem';
  return [
    at('/workitems', 'Worklist', { GET: searchWorkitems, POST: createWorkitem }),
    at(one, 'Workitem', { GET: retrieveWorkitem, POST: updateWorkitem }),
    at(`${one}/state`, 'Workitem State', { PUT: changeWorkitemState }),
    at(`${one}/cancelrequest`, 'Workitem Cancel Request', { POST: requestWorkitemCancel }),
    at(`${one}/subscribers/:aet`, 'Workitem Subscription', { POST: subscribe, DELETE: unsubscribe }),
    ...[globalSubscriptionInstance, filteredGlobalSubscriptionInstance].map((instance) =>
      at(`/workitems/${instance}/subscribers/:aet/suspend`, 'Suspended Global Subscription', {
        POST: suspend(instance),
      }),
    ),
  ];
};
