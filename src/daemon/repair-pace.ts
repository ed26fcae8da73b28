/** So many repairs in so many milliseconds, and no more. */
const mostRepairs = 10;
const spanMs = 60_000;

/** Keeps a watch and somebody who undoes what it does from wearing each other out. */
export class RepairPace {
  #repairs: readonly number[] = [];

  /** Counts a repair that is wanted now, in milliseconds of any clock; returns how long it has to wait. */
  delay(now: number): number {
    const recent = this.#repairs.filter((time) => time > now - spanMs);
    const [oldest = now] = recent;
    const wait = recent.length < mostRepairs ? 0 : oldest + spanMs - now;
    this.#repairs = [...recent, now + wait].slice(-mostRepairs);
    return wait;
  }
}
