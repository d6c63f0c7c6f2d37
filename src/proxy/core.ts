import type { Flow } from "../base/address.ts";
import type { RelayTable } from "../media/relay_table.ts";
import type { SipResponse } from "../sip/message.ts";
import type { ClientTransaction } from "../transaction/client.ts";
import type { ServerTransaction } from "../transaction/server.ts";
import { admits } from "./budget.ts";
import { warnUnacknowledged } from "./call_warnings.ts";
import { takeCallRecords } from "./call_records.ts";
import { leaveInvite } from "./call_life.ts";
import type { RequestContext, Sending } from "./contexts.ts";
import { changeSettings } from "./change_settings.ts";
import { callDied } from "./dead_calls.ts";
import { destination } from "./destination.ts";
import type { CoreEffect, CoreEvent, Network, Owner } from "./events.ts";
import { dropFailure } from "./failure_records.ts";
import { receive } from "./intake.ts";
import { noteMedia } from "./media_notes.ts";
import { startKeepalives } from "./keepalive.ts";
import { noteMessage } from "./message_notes.ts";
import { noteOutside } from "./outside_notes.ts";
import { sendOwedByes } from "./owed_byes.ts";
import { followProviders } from "./providers.ts";
import { restoreRecords } from "./records.ts";
import { branchTimedOut, forgetBranch } from "./response_context.ts";
import { branchAnswered, branchAnsweredLate } from "./responses.ts";
import { settleAnswered } from "./settle.ts";
import { sendFailed } from "./send_failed.ts";
import { type CoreSnapshot, sizes, snapshot } from "./snapshot.ts";
import { isOwnAddress } from "./view.ts";
import { World, type WorldOptions } from "./world.ts";

/** What the core is made with. */
export interface CoreOptions extends WorldOptions {
  /** What the store held. */
  readonly records: readonly { readonly key: readonly string[]; readonly value: unknown }[];
}

/** The decision part: events in, effects out, no I/O (DESIGN §2). */
export class Core {
  readonly #world: World;
  readonly #records: CoreOptions["records"];

  constructor(options: CoreOptions) {
    this.#records = options.records;
    const world: World = new World(options, {
      server: {
        send: (transaction, text) => sendAnswer(world, transaction, text),
        unacknowledged: () => world.count("unacknowledged"),
        terminated: (transaction) => serverTerminated(world, transaction),
      },
      client: {
        send: (transaction, text) => sendRequest(world, transaction, text),
        response: (transaction, response) => clientAnswered(world, transaction, response),
        late: (transaction, response) => clientAnsweredLate(world, transaction, response),
        timedOut: (transaction) => clientTimedOut(world, transaction),
        terminated: (transaction) => clientTerminated(world, transaction),
      },
      mediaIdle: (session) => callDied(world, session),
    });
    this.#world = world;
  }

  /** The table that the media receive loop asks. */
  get relay(): RelayTable {
    return this.#world.media.table;
  }

  /** Takes up what was stored; called once, after the first `network.changed`. */
  start(now: number): readonly CoreEffect[] {
    this.#world.now = now;
    restoreRecords(this.#world, this.#records);
    startKeepalives(this.#world);
    followProviders(this.#world);
    return this.#finish();
  }

  /** True when a datagram of this flow may be read; asked before it is made text. */
  admits(flow: Flow, arrival: { now: number; bytes: number }): boolean {
    return admits(this.#world, flow, arrival);
  }

  /** Handles one event; `now` is monotonic ms. */
  handle(event: CoreEvent, now: number): readonly CoreEffect[] {
    const world = this.#world;
    world.now = now;
    switch (event.type) {
      case "sip.received":
        receive(world, event.flow, event.text);
        break;
      case "sip.failed":
        sendFailed(world, event);
        break;
      case "dns.answer":
        takeTicket(world, event.ticket)?.resume(event.answer, now);
        break;
      case "network.changed":
        changeNetwork(world, event.network);
        break;
      case "settings.changed":
        changeSettings(world, event.settings);
        break;
      case "media.bound":
        world.bindFault = undefined;
        world.media.bound(event.pair, now);
        break;
      case "media.gone":
        world.bindFault = event.reason;
        world.media.gone(event.pair, event.inUse ?? false, now);
        break;
      case "media.closed":
        world.media.closed(event.pair, now);
        break;
      case "media.news":
        world.media.news(event.news, now);
        noteMedia(world, event.news);
        break;
      default:
        event satisfies never;
    }
    return this.#finish();
  }

  /** When {@linkcode handleTimeout} is due next, in monotonic ms. */
  nextTimeout(): number | undefined {
    return this.#world.heap.next();
  }

  /** Runs what is due. */
  handleTimeout(now: number): readonly CoreEffect[] {
    this.#world.now = now;
    this.#world.heap.runDue(now);
    return this.#finish();
  }

  /** Where an owner's message goes; undefined when the owner is gone. */
  destination(owner: Owner): Flow | undefined {
    const flow = destination(this.#world, owner);
    if (owner.kind === "reply") this.#world.replies.delete(owner.id);
    return flow;
  }

  /** Every table, as plain data, with ages as of `now`; of the last event without it. */
  snapshot(now: number = this.#world.now): CoreSnapshot {
    return snapshot(this.#world, now);
  }

  /** Sizes of all tables that have a limit, by name. */
  sizes(): Readonly<Record<string, number>> {
    return sizes(this.#world);
  }

  /** Takes the effects; what goes to our own address is handed to the other side in here (RULES N2). */
  #finish(): readonly CoreEffect[] {
    const world = this.#world;
    const changes: CoreEffect[] = [];
    const effects: CoreEffect[] = [];
    let handovers = 0;
    for (let batch = world.takeEffects(); batch.length > 0; batch = world.takeEffects()) {
      for (const effect of batch) {
        const own = effect.type === "sip.send" ? ownDestination(world, effect) : undefined;
        if (own === undefined || effect.type !== "sip.send") {
          (effect.type === "store.set" ? changes : effects).push(effect);
          continue;
        }
        if (effect.owner.kind === "reply") world.replies.delete(effect.owner.id);
        if (++handovers <= world.limits.handovers) handOver(world, own, effect.text);
        else world.count("full.handovers");
      }
    }
    // Records go first: whatever was noted first, a message that waits for them is behind them in the list (RULES X1).
    const records = [...takeCallRecords(world), ...changes];
    settleAnswered(world);
    return records.length === 0 ? effects : [...records, ...effects];
  }
}

function handOver(world: World, flow: Flow, text: string): void {
  world.handedOver = true;
  try {
    receive(world, flow, text);
  } finally {
    world.handedOver = false;
  }
}

/** The flow of a message to ourselves: it arrives as if our outside address had sent it. */
function ownDestination(
  world: World,
  { owner, text }: Extract<CoreEffect, { type: "sip.send" }>,
): Flow | undefined {
  const flow = destination(world, owner);
  if (flow !== undefined) noteMessage(world, "to", { flow, text });
  return flow !== undefined && isOwnAddress(world, flow.remote.ip, flow.remote.port)
    ? flow
    : undefined;
}

function sendAnswer(
  world: World,
  transaction: ServerTransaction<RequestContext>,
  text: string,
): void {
  const status = transaction.status ?? 0;
  const committed = waitsForRecord(transaction.method, status);
  if (status >= 200 && transaction.context !== undefined) world.answered.add(transaction.context);
  world.send({ kind: "server", id: transaction.id }, text, committed);
}

/**
 * True for what ends repetition: whoever has got it will not help us to find out after a restart, so its record is
 * on disk before it leaves (RULES X1). The ACK of a failure is one of them; it is sent in its INVITE's name.
 */
function waitsForRecord(method: string, status: number): boolean {
  switch (method) {
    case "INVITE":
      return status === 100 || status >= 200;
    case "BYE":
    case "CANCEL":
      return status >= 200;
    default:
      return method === "REGISTER" && status >= 200 && status < 300;
  }
}

function sendRequest(world: World, transaction: ClientTransaction<Sending>, text: string): void {
  world.send({ kind: "client", id: transaction.id }, text, transaction.method === "INVITE");
}

function clientAnswered(
  world: World,
  transaction: ClientTransaction<Sending>,
  response: SipResponse,
): void {
  const branch = transaction.context?.branch;
  if (branch === undefined) return;
  branchAnswered(world, branch, response);
  noteAnswered(world, branch.context);
}

function clientAnsweredLate(
  world: World,
  transaction: ClientTransaction<Sending>,
  response: SipResponse,
): void {
  const branch = transaction.context?.branch;
  if (branch !== undefined) branchAnsweredLate(world, branch, response);
}

function clientTimedOut(world: World, transaction: ClientTransaction<Sending>): void {
  const branch = transaction.context?.branch;
  if (branch === undefined) return;
  branchTimedOut(world, branch);
  noteAnswered(world, branch.context);
}

/** The last branch of a request may end long after its answer. */
function noteAnswered(world: World, context: RequestContext): void {
  if (context.final !== undefined) world.answered.add(context);
}

function clientTerminated(world: World, transaction: ClientTransaction<Sending>): void {
  const branch = transaction.context?.branch;
  if (branch !== undefined) forgetBranch(world, branch);
}

function serverTerminated(world: World, transaction: ServerTransaction<RequestContext>): void {
  const { context } = transaction;
  if (context === undefined) return;
  if (context.party !== undefined) world.dialogs.release(context.party);
  context.party = undefined;
  const { register } = context;
  for (const { token } of register?.contacts ?? []) world.bindings.dropPending(token, register!);
  if (!transaction.invite) return;
  dropFailure(world, context);
  if (context.call?.invites.size === 0) warnUnacknowledged(world, context.call);
  context.call?.pending.delete(context);
  leaveInvite(world, context, { kind: "lost" });
}

function takeTicket(world: World, ticket: number) {
  const waiting = world.tickets.get(ticket);
  world.tickets.delete(ticket);
  return waiting;
}

function changeNetwork(world: World, network: Network): void {
  world.network = network;
  const { insideNetworks, outsideRoutes, ownIps, prefixes, advertised } = network;
  const locals = network.listeners.flatMap((listener) =>
    listener.sides.map((side) => ({ side, ip: listener.address.ip }))
  );
  world.media.setEnvironment(
    { locals, insideNetworks, outsideRoutes, ownIps, prefixes, advertised },
    world.now,
  );
  sendOwedByes(world);
  noteOutside(world);
}
