/** For how long descriptions let both parties send, in ms: silence says nothing of the rest, such as hold. */
export class TwoWayTime {
  #ms = 0;
  /** Since when they do. */
  #since: number | undefined = undefined;

  /** Descriptions changed, or one was confirmed. */
  set(flows: boolean, now: number): void {
    this.#ms = this.at(now);
    this.#since = flows ? now : undefined;
  }

  /** How long it was until now. */
  at(now: number): number {
    return this.#since === undefined ? this.#ms : this.#ms + now - this.#since;
  }
}
