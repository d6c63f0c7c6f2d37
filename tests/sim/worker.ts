import { simulate } from "./simulation.ts";

/** A thread of `run.ts`: gets seeds, and answers each with what became of its world. */
const thread = self as unknown as Worker;

thread.onmessage = ({ data }: MessageEvent<number>) => thread.postMessage(simulate(data));
