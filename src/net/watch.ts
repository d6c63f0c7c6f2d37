import { formatCidr } from "../base/cidr.ts";
import type { NetworkReading } from "./interfaces.ts";
import { type NetworkPlan, type NetworkSettings, type PlanKind, planNetwork } from "./plan.ts";
import { missingDevices, type NetworkReader } from "./reading.ts";
import type { Route } from "./routes.ts";
import { reasonOf } from "./send.ts";

/** What {@linkcode NetworkWatcher} needs. */
export interface NetworkWatcherOptions {
  readonly settings: NetworkSettings;
  readonly reader: NetworkReader;
  /** Called after each change of the plan and awaited. */
  readonly changed: (plan: NetworkPlan) => Promise<void>;
  /** Called on every poll without a change: to try again what could not be bound. */
  readonly steady?: () => Promise<void>;
  readonly intervalMs?: number;
}

/** Polls of a smaller network before it is believed: a lease renewal may take an address away for a moment. */
const PATIENCE = 3;
/** Routes cost a process to read: every poll after a change or while a side is missing, else every tenth. */
const BUSY_POLLS = 10;
const ROUTE_POLLS = 10;

/** Follows the host's addresses and routes by polling, since Deno tells nothing about changes. */
export class NetworkWatcher {
  #options: NetworkWatcherOptions;
  #settings: NetworkSettings;
  #plan: NetworkPlan | undefined;
  /** The fullest kind of plan so far: an outside that went down does not turn the inside into one. */
  #seen: PlanKind | undefined;
  #addresses = "";
  #routes: readonly Route[] = [];
  #devices: Pick<NetworkReading, "devices"> = {};
  #problem: string | undefined;
  #polls = 0;
  #busyUntil = BUSY_POLLS;
  #shrinking = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: NetworkWatcherOptions) {
    this.#options = options;
    this.#settings = options.settings;
  }

  /** Why the routes could not be read, if so. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Reads the network now, without telling anybody: the plan to start with. */
  async first(): Promise<NetworkPlan> {
    this.#plan = await this.#read();
    return this.#plan;
  }

  /** Begins to poll. */
  start(): void {
    this.#arm();
  }

  /** Plans anew with other settings. */
  async reload(settings: NetworkSettings): Promise<void> {
    await this.#running;
    this.#settings = settings;
    this.#seen = undefined;
    this.#shrinking = PATIENCE;
    // Names that are new may be of no interface, and routes matter to other sides now.
    this.#busyUntil = this.#polls + BUSY_POLLS;
    this.#running = this.poll();
    await this.#running;
  }

  /** Ends polling, after the poll that is running. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  /** One poll: what the timer calls. */
  async poll(): Promise<void> {
    const plan = await this.#read();
    const shape = shapeOf(plan);
    const before = this.#plan === undefined ? "" : shapeOf(this.#plan);
    if (shape === before) {
      this.#shrinking = 0;
      return await this.#options.steady?.();
    }
    if (this.#plan !== undefined && isSmaller(plan, this.#plan) && ++this.#shrinking < PATIENCE) {
      return;
    }
    this.#shrinking = 0;
    this.#busyUntil = this.#polls + BUSY_POLLS;
    this.#plan = plan;
    await this.#options.changed(plan);
  }

  async #read(): Promise<NetworkPlan> {
    const reading = this.#options.reader.addresses();
    const addresses = reading.ownIps.join(" ");
    if (addresses !== this.#addresses) this.#busyUntil = this.#polls + BUSY_POLLS;
    this.#addresses = addresses;
    const missing = this.#plan?.kind === "partial";
    if (missing || this.#polls < this.#busyUntil || this.#polls % ROUTE_POLLS === 0) {
      const read = await this.#options.reader.routes();
      this.#problem = read.problem;
      // Unread is not changed: out of files or processes, a running program must not lose its outside as well.
      if (read.problem === undefined) this.#routes = read.routes;
      const settings = this.#settings;
      this.#devices = await missingDevices(this.#options.reader, { settings, ...reading });
    }
    this.#polls++;
    const whole = { ...reading, ...this.#devices, routes: this.#routes };
    const plan = planNetwork(whole, this.#settings, this.#seen);
    if (plan.kind === "two" || (plan.kind === "one" && this.#seen === undefined)) {
      this.#seen = plan.kind;
    }
    return plan;
  }

  #arm(): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#running = this.poll().catch((error: unknown) => {
        this.#problem = reasonOf(error);
      }).finally(() => this.#arm());
    }, this.#options.intervalMs ?? 1_000);
  }
}

/** All that matters of a plan, as text. */
function shapeOf(plan: NetworkPlan): string {
  const listeners = plan.listeners.map((listener) =>
    `${listener.sides.join("+")} ${listener.ip}:${listener.port} ${formatCidr(listener.prefix)}`
  );
  const prefixes = [
    ...plan.insideNetworks,
    "|" as const,
    ...plan.outsideRoutes,
    "|" as const,
    ...plan.prefixes,
  ]
    .map((prefix) => prefix === "|" ? prefix : formatCidr(prefix));
  const missing = plan.kind === "partial" ? plan.sentences.map(({ text }) => text) : [];
  const words = [...plan.faults.map(({ text }) => text), ...missing];
  const place = [plan.outsideIp, plan.gateway, ...prefixes, ...plan.ownIps];
  return [...listeners, ...place, ...words].join(" ");
}

/** True when listeners went away and none came. */
function isSmaller(next: NetworkPlan, before: NetworkPlan): boolean {
  const known = new Set(before.listeners.map((listener) => `${listener.ip}:${listener.port}`));
  return next.listeners.length < known.size &&
    next.listeners.every((listener) => known.has(`${listener.ip}:${listener.port}`));
}
