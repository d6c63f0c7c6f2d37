import { LIMITS } from "../base/limits.ts";
import { type ListenerProblem, Listeners, problemText } from "../net/listeners.ts";
import type { PlannedListener } from "../net/plan.ts";
import { findPortHolder, type PortHolder } from "../net/port_holder.ts";
import type { Settings } from "../proxy/settings.ts";
import { findStateHolder, inUseText, type StateHolder } from "../store/lock.ts";
import { inspectState, StateRefusedError } from "../store/ownership.ts";
import { ownUid } from "./own_uid.ts";
import { plannedStatePath } from "./state_path.ts";

/** What a start would meet on this host, in sentences. */
export interface Obstacles {
  /** What is worth knowing: where the state lies, and who runs with it. */
  readonly notes: readonly string[];
  /** What would end the start. */
  readonly faults: readonly string[];
  /** True when one of them is in the configuration: what it names is not ours to use. */
  readonly misconfigured: boolean;
}

/** Tries what a start would do with the state and the ports; nothing is made, and no port stays bound. */
export async function findObstacles(
  { state }: Pick<Settings, "state">,
  planned: readonly PlannedListener[],
): Promise<Obstacles> {
  const place = plannedStatePath(state.path);
  const path = place.ok ? place.value : state.path;
  const refused = refusal(path, await ownUid());
  const holder = place.ok ? findStateHolder(path) : undefined;
  const notes = refused === undefined ? [place.ok ? keptText(path) : place.reason] : [];
  if (holder !== undefined) notes.push(inUseText(path, holder));
  const faults = refused === undefined ? [] : [refused];
  for (const problem of await tryPorts(planned)) {
    const { ip, port } = problem.planned;
    const taken = problem.failure === "in-use";
    const process = taken ? await findPortHolder(ip, port) : undefined;
    if (taken && isSame(process, holder)) continue;
    const text = problemText(problem, process);
    if (problem.failure === "not-there") notes.push(text);
    else faults.push(text);
  }
  return { notes, faults, misconfigured: refused !== undefined };
}

function keptText(path: string): string {
  return `State would be kept in ${path}`;
}

/** Why a start would leave alone what lies there; undefined when it would not, or when no place could be found. */
function refusal(path: string, uid: number | undefined): string | undefined {
  if (path === "auto") return undefined;
  try {
    inspectState(path, { uid });
    return undefined;
  } catch (error) {
    if (error instanceof StateRefusedError) return error.message;
    throw error;
  }
}

/** True when the sipmasq that runs with this state may have the port: a check beside it is no conflict. */
function isSame(process: PortHolder | undefined, holder: StateHolder | undefined): boolean {
  if (holder === undefined) return false;
  return process === undefined || holder.pid === undefined || process.pid === holder.pid;
}

/** What cannot be bound; what can is free again when it settles. */
async function tryPorts(planned: readonly PlannedListener[]): Promise<readonly ListenerProblem[]> {
  const listeners = new Listeners({ maxBytes: LIMITS.messageBytes, received: () => {} });
  const problems = await listeners.apply(planned);
  await listeners.close();
  return problems;
}
