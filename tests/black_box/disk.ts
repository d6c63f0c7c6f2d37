import type { Case } from "./cases.ts";
import { type Bench, onBench } from "./bench.ts";
import { callIn, expectComplaints, hangUp, passSelftest } from "./place.ts";
import type { Program } from "./program.ts";

const SIZE = "2m";
/** Said whenever the state is kept, since the disk of these tests is made of memory. */
const VOLATILE = "which a reboot empties";

/** A disk of a few pages that only these tests fill. */
class Disk {
  readonly #filler: string;

  constructor(readonly folder: string) {
    this.#filler = `${folder}/filler`;
  }

  /** Takes all room that is left. */
  async fill(): Promise<void> {
    using file = await Deno.open(this.#filler, { create: true, append: true });
    for (;;) {
      const written = await file.write(new Uint8Array(4096)).catch(isFull);
      if (written === undefined) return;
    }
  }

  /** Gives it back. */
  async free(): Promise<void> {
    await Deno.remove(this.#filler);
  }
}

function isFull(error: unknown): undefined {
  if (error instanceof Error && error.message.includes("No space left")) return;
  throw error;
}

async function withDisk(program: Program, act: (disk: Disk) => Promise<void>): Promise<void> {
  const folder = `${program.folder}/disk`;
  await Deno.mkdir(folder);
  try {
    await command("mount", ["-t", "tmpfs", "-o", `size=${SIZE},mode=777`, "tmpfs", folder]);
    try {
      await act(new Disk(folder));
    } finally {
      await command("umount", [folder]);
    }
  } finally {
    await Deno.remove(folder);
  }
}

async function command(name: string, args: readonly string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(name, { args: [...args] }).output();
  if (!success) throw new Error(`Cannot ${name}: ${new TextDecoder().decode(stderr).trim()}`);
}

/** The phone is called, and both ends hang up. */
async function callTwice({ scene }: Bench): Promise<void> {
  for (const first of ["phone", "party"] as const) {
    await callIn(scene);
    await hangUp(scene, first);
  }
}

async function fullFromTheStart(program: Program, disk: Disk): Promise<void> {
  await disk.fill();
  await onBench(program, async (bench) => {
    await Promise.all([callTwice(bench), passSelftest(program, bench.place.env)]);
    await bench.end();
    expectComplaints(bench.running, ["Cannot write secret"]);
    await disk.free();
    await bench.start();
    await bench.end();
    expectComplaints(bench.running, [VOLATILE]);
  }, { folder: disk.folder });
}

async function fullMeanwhile(program: Program, disk: Disk): Promise<void> {
  await onBench(program, async (bench) => {
    await disk.fill();
    await Promise.all([callTwice(bench), passSelftest(program, bench.place.env)]);
    expectComplaints(bench.running, [VOLATILE, "Could not save the state"]);
    await bench.kill();
    // Still full, and the registration of before is there.
    await bench.start();
    await callTwice(bench);
    expectComplaints(bench.running, [VOLATILE, "Could not save the state"]);
    await disk.free();
    // What could not be written is written now.
    await bench.end();
    await bench.start();
    await callTwice(bench);
    await bench.end();
    expectComplaints(bench.running, [VOLATILE]);
  }, { folder: disk.folder });
}

// Only root mounts.
const applies = (): boolean => Deno.uid() === 0;

/** A full disk. */
export const DISK: readonly Case[] = [
  {
    name: "the disk is full when it starts: it says so once, works, and keeps nothing",
    applies,
    run: (program) => withDisk(program, (disk) => fullFromTheStart(program, disk)),
  },
  {
    name:
      "the disk is full while it runs: it says so once, works, and writes what it owes when there is room",
    applies,
    run: (program) => withDisk(program, (disk) => fullMeanwhile(program, disk)),
  },
];
