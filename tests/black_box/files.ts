import type { Scene } from "../../src/selftest/scene.ts";
import { onBench } from "./bench.ts";
import { type Case, expectThat } from "./cases.ts";
import { expectComplaints, must, register } from "./place.ts";
import type { Program } from "./program.ts";

/** Enough for everything but many calls. */
const FILES = 80;
/** What the start line says of it. */
const CALLS = 4;
const ALLOWS = `open files ${FILES}: only ${CALLS} calls; raise it with ulimit -n`;
const FULL = "No media port is free: a call was refused";
const NEXT_STEP = "raise the limit of open files with ulimit -n";
/** Ports of a call that has ended may be had again so much later at the latest. */
const FREE_AGAIN_MS = 5_000;

/** One call more, from the provider, which the phone answers. */
async function callMore(scene: Scene): Promise<void> {
  const { phone, party } = scene;
  for (const post of [phone, party]) post.happenings.clear();
  party.socket.act((now) => party.agent.call(phone.agent.aor, now));
  // The caller's word first: a refusal is told at once.
  for (const [post, kind] of [[party, "ringing"], [phone, "invited"]] as const) {
    const event = await scene.expect(post, kind);
    if (!event.ok) throw new Error(event.reason);
  }
  const { callId } = phone.agent.calls.at(-1)!;
  phone.socket.act((now) => phone.agent.accept(callId, now));
  for (const [post, kind] of [[party, "answered"], [phone, "established"]] as const) {
    const event = await scene.expect(post, kind);
    if (!event.ok) throw new Error(event.reason);
    if ("farMedia" in event.value) post.farMedia = event.value.farMedia;
  }
}

/** Neither side gets another call, and the status is one after which it goes on asking us (RULES V7). */
async function refused(scene: Scene): Promise<void> {
  const { phone, party, domain } = scene;
  const tries = [
    { post: party, uri: phone.agent.aor, status: 480 },
    { post: phone, uri: `sip:200@${domain}`, status: 500 },
  ];
  for (const { post, uri, status } of tries) {
    post.happenings.clear();
    post.socket.act((now) => post.agent.call(uri, now));
    const event = await scene.expect(post, "failed");
    if (!event.ok) throw new Error(event.reason);
    const came = `${event.value.status} ${event.value.reason}`;
    expectThat(
      came.startsWith(`${status} `),
      `Expected ${status} at the ${post.name}, came ${came}`,
    );
  }
}

/** The phone hangs up the latest call. */
async function hangUpLatest({ phone }: Scene): Promise<void> {
  const { callId } = phone.agent.calls.at(-1)!;
  phone.socket.act((now) => phone.agent.hangUp(callId, now));
  const ended = await phone.happenings.take(
    (event): event is typeof event => event.kind === "ended" && event.callId === callId,
    FREE_AGAIN_MS,
  );
  expectThat(ended !== undefined, "Expected an answer to BYE, came nothing");
}

/** A call goes through again, at once or a little later. */
async function callAgain(scene: Scene): Promise<void> {
  const end = performance.now() + FREE_AGAIN_MS;
  for (;;) {
    try {
      return await callMore(scene);
    } catch (error) {
      if (performance.now() > end) throw error;
    }
  }
}

async function atTheLimit(program: Program): Promise<void> {
  await onBench(program, async (bench) => {
    const { scene } = bench;
    expectThat(
      bench.running.output.includes(ALLOWS),
      `Expected "${ALLOWS}":\n${bench.running.output}`,
    );
    for (let call = 0; call < CALLS; call++) await callMore(scene);
    await must(scene.talk());
    await refused(scene);
    await bench.running.says(FULL);
    expectThat(bench.running.output.includes(NEXT_STEP), bench.running.output);
    // Signalling goes on, and so does the audio of a call that is there.
    await register(scene);
    await must(scene.talk());
    await hangUpLatest(scene);
    await callAgain(scene);
    await must(scene.talk());
    await bench.kill();
    await bench.start();
    // The ports of four calls come before spare ones.
    await new Promise((done) => setTimeout(done, 1_000));
    await must(scene.talk());
    while (scene.phone.agent.calls.length > 0) await hangUpLatest(scene);
    await callAgain(scene);
    await must(scene.talk());
    await hangUpLatest(scene);
    await bench.end();
    expectComplaints(bench.running, []);
  }, { files: FILES });
}

/** A limit of open files that a busy box reaches. */
export const FILE_LIMIT: readonly Case[] = [
  {
    name:
      `with ${FILES} open files it says what that allows, refuses calls beyond it, and takes them again`,
    run: atTheLimit,
  },
];
