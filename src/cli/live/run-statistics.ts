/** Whether the kernel counts the runs of programs; switched on, where that may be, as long as it is held. */
export interface RunStatistics extends Disposable {
  /** Switched on by us, or for all; somebody else may hold it too, which only counters that move tell. */
  isOn(): boolean;
}
