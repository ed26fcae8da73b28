/** A call of koffi's on a thread of the pool, as a promise; nothing that it is given may be freed meanwhile. */
export async function promised<Result>(
  call: (done: (error: unknown, result: Result) => void) => void,
): Promise<Result> {
  return await new Promise((resolve, reject) => {
    call((error, result) => {
      if (error === null || error === undefined) resolve(result);
      else reject(error); // koffi passes an Error or nothing
    });
  });
}
