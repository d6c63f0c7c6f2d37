import type { Post, Scene } from "../../src/selftest/scene.ts";
import { onBench } from "./bench.ts";
import { type Case, expectThat } from "./cases.ts";
import { callIn, expectComplaints, hangUp, must } from "./place.ts";
import type { Program } from "./program.ts";

const IDLE_MS = 10_000;
/** A silent call has ended so long after the limit at the latest. */
const LATE_MS = 6_000;
const REASON = 'Reason: SIP;cause=408;text="No media"';
const ENDED = "no media in either direction";

/** Every message that reaches a post from now on. */
function messagesAt({ agent }: Post): string[] {
  const messages: string[] = [];
  const receive = agent.receive.bind(agent);
  agent.receive = (text, from, now) => {
    messages.push(text);
    receive(text, from, now);
  };
  return messages;
}

/** Waits until it holds; false when it does not in time. */
async function holdsWithin(ms: number, holds: () => boolean): Promise<boolean> {
  const end = performance.now() + ms;
  while (!holds() && performance.now() < end) await new Promise((done) => setTimeout(done, 50));
  return holds();
}

async function endSilentCall(scene: Scene): Promise<void> {
  const posts = [scene.phone, scene.party];
  const heard = posts.map(messagesAt);
  await callIn(scene);
  const answered = performance.now();
  const ended = () => posts.every(({ agent }) => agent.calls.length === 0);
  const inTime = await holdsWithin(IDLE_MS + LATE_MS, ended);
  const seconds = (performance.now() - answered) / 1000;
  expectThat(inTime, `A call without media went on for ${seconds.toFixed(1)} s`);
  expectThat(seconds * 1000 > IDLE_MS - 1_000, `It ended after ${seconds.toFixed(1)} s already`);
  for (const [index, messages] of heard.entries()) {
    const bye = messages.filter((text) => text.startsWith("BYE "));
    const words = `Expected one BYE with ${REASON} at the ${posts[index]!.name}`;
    expectThat(
      bye.length === 1 && bye[0]!.includes(`\r\n${REASON}\r\n`),
      `${words}, came:\n${bye}`,
    );
  }
}

/** Talks with pauses for longer than silence may last. */
async function keepTalking(scene: Scene): Promise<void> {
  await callIn(scene);
  const end = performance.now() + IDLE_MS + LATE_MS / 3;
  while (performance.now() < end) {
    await must(scene.talk());
    await new Promise((done) => setTimeout(done, 1_000));
  }
  await hangUp(scene, "phone");
}

async function silence(program: Program): Promise<void> {
  await onBench(program, async (bench) => {
    await endSilentCall(bench.scene);
    await bench.running.says(ENDED);
    await keepTalking(bench.scene);
    await bench.end();
    const told = bench.running.output.split(ENDED).length - 1;
    expectThat(told === 1, `Expected one silent call, came ${told}:\n${bench.running.output}`);
    expectComplaints(bench.running, ["no audio came from either side"]);
  }, { idle: `${IDLE_MS / 1000}s` });
}

/** Calls through which nothing passes. */
export const SILENCE: readonly Case[] = [
  {
    name:
      "a call without media is ended on both sides when [media] idle is over, one with media goes on",
    run: silence,
  },
];
