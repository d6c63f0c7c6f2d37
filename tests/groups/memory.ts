import { load } from "../groups.ts";

await load("memory");
