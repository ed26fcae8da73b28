import path from 'node:path';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import type { Logger } from '../base/logger.ts';
import type { MetricsAddress } from '../daemon/metrics/address.ts';
import { metricsUrl } from '../daemon/metrics/address.ts';
import { ConvergenceCounts } from '../daemon/metrics/convergences.ts';
import type * as Exposition from '../daemon/metrics/exposition.ts';
import type { Figures } from '../daemon/metrics/figures.ts';
import { FiguresReader } from '../daemon/metrics/figures-reader.ts';
import { healthOf } from '../daemon/metrics/health.ts';
import type { Exposed } from '../daemon/metrics/metrics.ts';
import { MetricsServer } from '../daemon/metrics/metrics-server.ts';
import type { WatchObserver } from '../daemon/observer.ts';
import { isName, manifestName } from '../state/ids.ts';
import type { PinPath } from '../state/ids.ts';
import { version } from './version.ts';

/** Below Prometheus' own patience (`scrape_timeout`, 10 s): what else there is to show still is. */
const readTimeoutMs = 8000;

export interface WatchMetricsOptions {
  readonly address: MetricsAddress;
  readonly root: PinPath;
  readonly log: Logger;
}

/** The metrics of a watch, and its health, served until it is disposed of. */
export class WatchMetrics implements AsyncDisposable {
  readonly counts = new ConvergenceCounts(() => Date.now());
  /** Told of each convergence. */
  readonly observer: WatchObserver = {
    onFollow: (following) => this.counts.follows(following),
    onEnded: (manifest, ending, _, round) => this.counts.ended(manifest, ending, round),
  };
  readonly #options: WatchMetricsOptions;
  readonly #reader = new FiguresReader({
    script: path.join(import.meta.dirname, '../command/figures-worker.cjs'),
    timeoutMs: readTimeoutMs,
  });
  /** Of what runs: another one may be installed meanwhile. */
  readonly #version = version();
  #server: MetricsServer | undefined;
  /** What was logged last, so that it is not again each few seconds. */
  #trouble: string | undefined;

  private constructor(options: WatchMetricsOptions) {
    this.#options = options;
  }

  /** Throws an `AppError` where the address cannot be had. */
  static async start(options: WatchMetricsOptions): Promise<WatchMetrics> {
    const metrics = new WatchMetrics(options);
    const { exposition } = await loadExposition();
    metrics.#server = await MetricsServer.start(options.address, {
      health: () => healthOf(metrics.counts.following, metrics.counts.all()),
      metrics: async (isOpenMetrics) => await exposition(await metrics.#expose(), isOpenMetrics),
      onBug: (error) => options.log.error('cannot answer a scrape', { error: String(error) }),
    });
    options.log.info('serving metrics', { address: metricsUrl(metrics.#server.address) });
    return metrics;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#reader[Symbol.dispose]();
    await this.#server?.[Symbol.asyncDispose]();
  }

  async #expose(): Promise<Exposed> {
    const start = performance.now();
    const figures = await this.#read();
    const readSeconds = (performance.now() - start) / 1000;
    const { user, system } = process.cpuUsage();
    return {
      version: this.#version,
      manifests: this.counts.all(),
      figures,
      readSeconds,
      process: {
        startSeconds: performance.timeOrigin / 1000,
        cpuSeconds: (user + system) / 1e6,
        residentBytes: process.memoryUsage.rss(),
      },
    };
  }

  async #read(): Promise<Figures | undefined> {
    const named = this.counts.all().map(({ name }) => name);
    const names = [...new Set(named)].filter(isName).map(manifestName);
    try {
      const figures = await this.#reader.read({ root: this.#options.root, names });
      this.#tell('the kernel does not count runs', figures.uncounted);
      return figures;
    } catch (error) {
      this.#tell('cannot read figures from the kernel', (error as Error).message); // the reader throws no other
      return undefined;
    }
  }

  /** Once, until there is another trouble. */
  #tell(message: string, why: string | undefined): void {
    const trouble = why === undefined ? undefined : `${message}: ${why}`;
    if (trouble !== undefined && trouble !== this.#trouble)
      this.#options.log.warn(message, { why });
    this.#trouble = trouble;
  }
}

/** A file of its own, so that prom-client is read where it is asked for and nowhere else. */
async function loadExposition(): Promise<typeof Exposition> {
  const file = path.join(import.meta.dirname, '../command/exposition.cjs');
  return (await import(file)) as typeof Exposition; // what it is bundled from
}
