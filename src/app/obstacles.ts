import { LIMITS } from "../base/limits.ts";
import { type ListenerProblem, Listeners, problemText } from "../net/listeners.ts";
import type { PlannedListener } from "../net/plan.ts";
import { findPortHolder, type PortHolder } from "../net/port_holder.ts";
import type { Settings } from "../proxy/settings.ts";
import { foreseeState } from "../store/foresee.ts";
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
  const holder = place.ok ? findStateHolder(path) : undefined;
  // Who has it open has found it good, and is writing it.
  const looks = place.ok && holder === undefined;
  const { refused, warnings } = stateAt(path, { uid: await ownUid(), looks });
  const notes = refused === undefined ? [place.ok ? keptText(path) : place.reason] : [];
  notes.push(...warnings.map((text) => `Warning: ${text}`));
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

/** Why a start would not use what lies there, if so, and what it would say of it else; nothing without a place. */
function stateAt(
  path: string,
  { uid, looks }: { readonly uid: number | undefined; readonly looks: boolean },
): { refused?: string | undefined; warnings: readonly string[] } {
  if (path === "auto") return { warnings: [] };
  try {
    const ownership = inspectState(path, { uid });
    if (!looks) return { warnings: [] };
    const { unusable, warnings } = foreseeState(path, ownership);
    return { refused: unusable, warnings };
  } catch (error) {
    if (error instanceof StateRefusedError) return { refused: error.message, warnings: [] };
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
