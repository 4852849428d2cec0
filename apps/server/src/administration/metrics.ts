// Figures for Prometheus: requests, the archive, associations, the process.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

interface Counted {
  readonly patients: number;
  readonly studies: number;
  readonly series: number;
  readonly instances: number;
  readonly bytes: number;
}

export interface MetricsParts {
  readonly statistics: () => Promise<Counted>;
  readonly eventListeners: () => number;
}

export interface Metrics {
  /** One finished request; `route` is the pattern, never the address, so that the number of series stays small. */
  observe(request: { method: string; route: string; status: number; seconds: number }): void;
  text(): Promise<string>;
  readonly contentType: string;
}

/** A registry of its own, so that two servers in one process do not count for each other. */
export const createMetrics = ({ statistics, eventListeners }: MetricsParts): Metrics => {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, prefix: 'concord_' });
  const labelNames = ['method', 'route', 'status'] as const;
  const requests = new Counter({ name: 'concord_http_requests_total', help: 'HTTP requests', labelNames, registers });
  const duration = new Histogram({
    name: 'concord_http_request_seconds',
    help: 'Time from the first byte of a request to the last of its answer',
    labelNames: ['method', 'route'] as const,
    buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 60],
    registers,
  });
  new Gauge({
    name: 'concord_archive',
    help: 'What the archive holds: patients, studies, series, instances, bytes',
    labelNames: ['what'] as const,
    registers,
    async collect() {
      for (const [what, value] of Object.entries(await statistics())) this.set({ what }, value);
    },
  });
  new Gauge({
    name: 'concord_event_listeners',
    help: 'Pages that listen to /api/events',
    registers,
    collect() {
      this.set(eventListeners());
    },
  });
  return {
    observe: ({ method, route, status, seconds }) => {
      requests.inc({ method, route, status });
      duration.observe({ method, route }, seconds);
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
};
