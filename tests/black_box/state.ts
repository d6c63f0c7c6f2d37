import type { Scene } from "../../src/selftest/scene.ts";
import type { Case } from "./cases.ts";
import { type Damage, DAMAGES, fatten } from "./damage.ts";
import { type Bench, onBench } from "./bench.ts";
import { callIn, expectComplaints, hangUp, must, passSelftest, register } from "./place.ts";

/** Starts on the damaged file, works as ever, and starts again as if nothing had been. */
async function survive(bench: Bench, damage: Damage): Promise<void> {
  const { program, place, scene } = bench;
  await bench.kill();
  if (damage.keepsLog !== true) await fatten(place.state);
  await damage.inflict(place.state);
  await bench.start();
  await Promise.all([passSelftest(program, place.env), useIt(scene)]);
  await bench.end();
  expectComplaints(bench.running, [damage.words]);
  await bench.start();
  await callIn(scene);
  await hangUp(scene, "party");
  await bench.end();
  expectComplaints(bench.running, []);
}

async function useIt(scene: Scene): Promise<void> {
  await register(scene);
  await callIn(scene);
  await hangUp(scene, "phone");
}

/** What is there after `kill -9`, and after damage to the state file. */
export const STATE: readonly Case[] = [
  {
    name: "killed with -9 in a call: its audio goes on, and either side hangs up",
    run: (program) =>
      onBench(program, async (bench) => {
        const { scene } = bench;
        await callIn(scene);
        await must(scene.talkOver(() => bench.crash()));
        await hangUp(scene, "party");
        await callIn(scene);
        await bench.crash();
        await hangUp(scene, "phone");
      }),
  },
  {
    name: "killed with -9 while a phone rings: it answers, is heard and hangs up",
    run: (program) =>
      onBench(program, async (bench) => {
        const { party, phone } = bench.scene;
        await must(bench.scene.ring(party, phone, phone.agent.aor));
        await bench.crash();
        await must(bench.scene.answer(party, phone));
        await must(bench.scene.talk());
        await hangUp(bench.scene, "phone");
      }),
  },
  {
    name: "killed with -9 while a phone rings: the caller gives up, and the phone falls silent",
    run: (program) =>
      onBench(program, async (bench) => {
        const { party, phone } = bench.scene;
        await must(bench.scene.ring(party, phone, phone.agent.aor));
        await bench.crash();
        await must(bench.scene.cancel(party, phone));
      }),
  },
  ...DAMAGES.map((damage): Case => ({
    name: `its state file is damaged (${damage.name}): it starts, says so once, and works`,
    run: (program) => onBench(program, (bench) => survive(bench, damage)),
  })),
];
