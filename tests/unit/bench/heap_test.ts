import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Heap, inspectorUrl } from "../../bench/heap.ts";

const MEGABYTE = 1024 ** 2;

/** An inspector that answers a question with what is given; undefined hangs up. */
async function withInspector(
  answer: (method: string) => Record<string, unknown> | undefined,
  look: (heap: Heap) => Promise<void>,
): Promise<void> {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.onmessage = ({ data }) => {
      const { id, method } = JSON.parse(data);
      const answered = answer(method);
      if (answered === undefined) socket.close();
      else socket.send(JSON.stringify({ id, ...answered }));
    };
    return response;
  });
  const heap = await Heap.open(`ws://127.0.0.1:${server.addr.port}`);
  try {
    await look(heap);
  } finally {
    await heap.close();
    await server.shutdown();
  }
}

Deno.test("buffers count as much as objects, after a collection", async () => {
  const methods: string[] = [];
  const usage = { usedSize: 3 * MEGABYTE, totalSize: 9, backingStorageSize: 4 * MEGABYTE };
  const answer = (method: string): Record<string, unknown> => {
    methods.push(method);
    return { result: usage };
  };
  await withInspector(answer, async (heap) => assertEquals(await heap.megabytes(), 7));
  assertEquals(methods, ["HeapProfiler.collectGarbage", "Runtime.getHeapUsage"]);
});

Deno.test("an answer without the size of buffers is no measurement", async () => {
  await withInspector(() => ({ result: { usedSize: 1 } }), async (heap) => {
    await assertRejects(() => heap.megabytes(), Error, "does not say");
  });
});

Deno.test("a refusal is an error", async () => {
  const answer = () => ({ error: { message: "not found" } });
  await withInspector(answer, async (heap) => {
    await assertRejects(() => heap.megabytes(), Error, "The inspector refused: not found");
  });
});

Deno.test("a program that ends while it is asked is an error", async () => {
  await withInspector(() => undefined, async (heap) => {
    await assertRejects(() => heap.megabytes(), Error, "The program has ended");
  });
});

Deno.test("the inspector of the latest start is taken, and none is an error", () => {
  const line = (port: number) => `Debugger listening on ws://127.0.0.1:${port}/a-b\n`;
  assertEquals(inspectorUrl(`${line(1)}started\n${line(2)}`), "ws://127.0.0.1:2/a-b");
  assertThrows(() => inspectorUrl("started\n"), Error, "No inspector");
});
