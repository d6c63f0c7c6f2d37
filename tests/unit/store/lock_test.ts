import { assert, assertEquals, assertThrows } from "@std/assert";
import { findStateHolder, lockPath, lockState, StateInUseError } from "../../../src/store/lock.ts";
import { beside, withPath } from "./files.ts";

Deno.test("A state file is one program's until it lets go of it", async () => {
  await withPath((path) => {
    const first = lockState(path);
    const refused = assertThrows(() => lockState(path), StateInUseError);
    assertEquals(
      refused.message,
      `Another sipmasq (pid ${Deno.pid}) is running with this state, ${path}; ` +
        "end it first, or set [state] path to another file",
    );
    first.release();
    lockState(path).release();
  });
});

Deno.test("A left-over lock file locks nothing, and files do not lock each other", async () => {
  await withPath((path) => {
    Deno.writeTextFileSync(lockPath(path), "");
    const locks = [lockState(path), lockState(`${path}.other`)];
    for (const lock of locks) lock.release();
  });
});

Deno.test("Only its owner may open the lock file: nobody else can keep us from starting", async () => {
  await withPath((path) => {
    lockState(path).release();
    assertEquals(Deno.statSync(lockPath(path)).mode! & 0o777, 0o600);
  });
});

Deno.test("Where no lock file can be, nothing is locked", async () => {
  await withPath((path) => {
    Deno.writeTextFileSync(path, "");
    const [first, second] = [lockState(`${path}/state.kv`), lockState(`${path}/state.kv`)];
    assert(first !== second);
    first.release();
    second.release();
  });
});

Deno.test("Who has a state file can be asked without making or taking anything", async () => {
  await withPath((path) => {
    assertEquals(findStateHolder(path), undefined);
    assertEquals(beside(path), []);
    const lock = lockState(path);
    assertEquals(findStateHolder(path), { pid: Deno.pid });
    Deno.writeTextFileSync(lockPath(path), "no number");
    assertEquals(findStateHolder(path), { pid: undefined });
    lock.release();
    assertEquals(findStateHolder(path), undefined);
    lockState(path).release();
  });
});
