import { Counter, Gauge, Registry } from 'prom-client';
import type { OpenMetricsContentType } from 'prom-client';
import type { Exposed, Metric } from './metrics.ts';
import { metrics } from './metrics.ts';

export interface Exposition {
  readonly type: string;
  readonly text: string;
}

/**
 * What a scrape is answered, in Prometheus' text format or as OpenMetrics. A file of its own in what is built: it alone brings
 * prom-client. Each answer has its own registry, as one that has written OpenMetrics once has renamed its counters.
 */
export async function exposition(exposed: Exposed, isOpenMetrics: boolean): Promise<Exposition> {
  const registry = registryOf(isOpenMetrics);
  for (const metric of metrics) fill(registry, metric, exposed);
  return { type: registry.contentType, text: await registry.metrics() };
}

function registryOf(isOpenMetrics: boolean) {
  if (!isOpenMetrics) return new Registry();
  const registry = new Registry<OpenMetricsContentType>();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  return registry;
}

function fill(registry: ReturnType<typeof registryOf>, metric: Metric, exposed: Exposed): void {
  const { name, help, kind, labels, samples } = metric;
  const about = { name, help, labelNames: [...labels], registers: [registry] };
  const kept = kind === 'counter' ? new Counter(about) : new Gauge(about);
  if (labels.length === 0) kept.remove(); // such a one has a 0 from the start
  for (const sample of samples(exposed)) kept.inc({ ...sample.labels }, sample.value);
}
