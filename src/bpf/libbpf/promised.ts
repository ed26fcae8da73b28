/** koffi refuses more than 256 calls at once (`max_async_calls`); the pool has few threads, so that waiting here costs nothing. */
const most = 64;

let running = 0;
const waiting: (() => void)[] = [];

/**
 * A call of koffi's on a thread of the pool, as a promise; nothing that it is given may be freed meanwhile. Any number
 * can be asked for, which then wait for each other.
 */
export async function promised<Result>(
  call: (done: (error: unknown, result: Result) => void) => void,
): Promise<Result> {
  if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
  else running += 1;
  try {
    return await onPool(call);
  } finally {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next(); // takes over our place
  }
}

async function onPool<Result>(
  call: (done: (error: unknown, result: Result) => void) => void,
): Promise<Result> {
  return await new Promise((resolve, reject) => {
    call((error, result) => {
      if (error === null || error === undefined) resolve(result);
      else reject(error); // koffi passes an Error or nothing
    });
  });
}
