import { refuse, type Result } from "../base/result.ts";
import { withTimeout } from "./dns_cache.ts";

/** What {@linkcode AdvertisedName} needs; times in ms. */
export interface AdvertisedNameOptions {
  readonly name: string;
  readonly lookup: (name: string) => Promise<Result<string>>;
  /** Told each new address. */
  readonly changed: (ip: string) => void;
  /** Told each failed look-up, in words. */
  readonly failed: (reason: string) => void;
  readonly intervalMs?: number;
  /** Interval while nothing is known yet. */
  readonly eagerMs?: number;
  readonly timeoutMs?: number;
}

/** How long an answer is waited for, in ms. */
const TIMEOUT_MS = 4_000;

/** Asks for the address of a name; late answers do not count. */
export async function askAddress(
  name: string,
  { lookup, timeoutMs = TIMEOUT_MS }: Pick<AdvertisedNameOptions, "lookup" | "timeoutMs">,
): Promise<Result<string>> {
  const late = () => refuse(`No answer from the DNS within ${timeoutMs / 1000} s`);
  return await withTimeout(lookup(name), { ms: timeoutMs, late });
}

/** Follows the address of `[outside] advertise = "name"` (dynamic DNS); a failure keeps the last one. */
export class AdvertisedName {
  /** The address found last. */
  current: string | undefined;
  #options: Required<AdvertisedNameOptions>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;
  #running: Promise<void> = Promise.resolve();

  constructor(options: AdvertisedNameOptions) {
    this.#options = { intervalMs: 60_000, eagerMs: 5_000, timeoutMs: TIMEOUT_MS, ...options };
  }

  /** Looks the name up now and from then on. */
  start(): void {
    this.#running = this.#look();
  }

  /** Ends it, after the look-up that is running. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  async #look(): Promise<void> {
    const { name, changed, failed, intervalMs, eagerMs } = this.#options;
    const found = await askAddress(name, this.#options);
    if (this.#stopped) return;
    if (!found.ok) failed(found.reason);
    else if (found.value !== this.current) {
      this.current = found.value;
      changed(found.value);
    }
    const wait = this.current === undefined ? eagerMs : intervalMs;
    this.#timer = setTimeout(() => this.start(), wait);
  }
}
