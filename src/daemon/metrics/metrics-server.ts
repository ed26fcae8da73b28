import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { MetricsAddress } from './address.ts';
import type { Answer, AnswerPorts } from './answer.ts';
import { answer } from './answer.ts';
import { listen } from './listen.ts';

/** How many may be connected at once. */
const mostConnections = 32;
/** How long one may be: it asks once, is answered once, and reads that. */
const longestConnectionMs = 20_000;
const mostHeaderBytes = 8192;

/** `setInterval(3)` of Node knows no more. */
const longestTimer = 2 ** 31 - 1;

export interface MetricsServerPorts extends AnswerPorts {
  /** An answer could not be made. */
  readonly onBug: (error: unknown) => void;
}

/** Serves over HTTP what `answer` says. While nobody is connected, no timer of it runs. */
export class MetricsServer implements AsyncDisposable {
  readonly #server: Server;
  readonly address: MetricsAddress;

  private constructor(server: Server, address: MetricsAddress) {
    this.#server = server;
    this.address = address;
  }

  /** Throws an `AppError` where it cannot listen. */
  static async start(address: MetricsAddress, ports: MetricsServerPorts): Promise<MetricsServer> {
    const server = createServer(
      {
        maxHeaderSize: mostHeaderBytes,
        // Node looks for slow clients each so often, connected or not; the limit below finds them in time.
        connectionsCheckingInterval: longestTimer,
      },
      (request, response) => void respond(request, response, ports),
    );
    server.maxConnections = mostConnections;
    server.on('connection', limit);
    return new MetricsServer(server, await listen(server, address));
  }

  /** At once, whoever is connected; a socket's path is removed. */
  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }
}

function limit(socket: Socket): void {
  const timer = setTimeout(() => socket.destroy(), longestConnectionMs);
  socket.once('close', () => clearTimeout(timer));
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  ports: MetricsServerPorts,
): Promise<void> {
  const { method = '', url = '', headers } = request;
  try {
    write(response, await answer({ method, url, accept: headers.accept }, ports));
  } catch (error) {
    ports.onBug(error);
    const text = 'the answer could not be made; the log says why\n';
    write(response, { status: 500, type: 'text/plain; charset=utf-8', text });
  }
}

/** Once a connection: one that stayed open would need a timer to end it. */
function write(response: ServerResponse, { status, type, text, headers }: Answer): void {
  response.writeHead(status, {
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    Connection: 'close',
    ...headers,
  });
  response.end(text); // to HEAD, Node sends no body
}
