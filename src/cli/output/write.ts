import process from 'node:process';

/** The answer, to stdout. A reader that went away (`fentryctl status | head -1`), or a terminal that did (EIO), is no error. */
export function writeOut(text: string): void {
  write(process.stdout, text);
}

/** The log, to stderr. */
export function writeErr(text: string): void {
  if (text !== '') write(process.stderr, text); // which takes Node a moment to make
}

const guarded = new WeakSet<NodeJS.WriteStream>();

function write(stream: NodeJS.WriteStream, text: string): void {
  if (!guarded.has(stream)) {
    guarded.add(stream);
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && !(error.code === 'EIO' && stream.isTTY)) throw error;
    });
  }
  stream.write(text);
}
