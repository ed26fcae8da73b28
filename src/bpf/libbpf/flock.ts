import koffi from 'koffi';
import { CallError } from './errno.ts';
import { libcSymbol } from './symbols.ts';

const exclusive = 2; // LOCK_EX (sys/file.h)
const nonBlocking = 4; // LOCK_NB

/** Takes an exclusive lock with flock(2); false if somebody else holds one. Closing the fd lets go. */
export function tryLock(fd: number): boolean {
  if (libcSymbol('flock')(fd, exclusive | nonBlocking) === 0) return true;
  const errno = koffi.errno();
  if (errno === koffi.os.errno['EWOULDBLOCK'] || errno === koffi.os.errno['EAGAIN']) return false;
  throw new CallError('flock', errno);
}
