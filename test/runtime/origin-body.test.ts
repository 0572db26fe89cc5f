import assert from "node:assert/strict";
import { test } from "node:test";
import type { Dispatcher } from "undici/index.js";
import { OriginBody } from "../../src/runtime/origin-body.ts";

function open() {
  const told: string[] = [];
  const exchange = {
    paused: false,
    pause() {
      this.paused = true;
    },
    resume() {
      this.paused = false;
      told.push("resumed");
    },
  };
  const body = new OriginBody(exchange as unknown as Dispatcher.DispatchController, {
    onPause: () => void told.push("pause"),
    onWanted: () => void told.push("wanted"),
    onCancel: () => void told.push("cancel"),
  });
  return { body, exchange, told };
}

const text = (piece: string) => new TextEncoder().encode(piece);
const read = (body: OriginBody) => new Response(body.stream).text();

test("OriginBody is whole once all has come, in one piece or several, and a stream all the same", async () => {
  for (const pieces of [["one piece"], ["two ", "pieces"], []]) {
    const { body } = open();
    for (const piece of pieces) body.push(text(piece));
    assert.equal(body.whole, undefined, "not complete");
    body.end();
    assert.equal(new TextDecoder().decode(body.whole), pieces.join(""));
    assert.equal(body.whole, body.whole);
    assert.equal(await read(body), pieces.join(""));
  }
});

test("OriginBody is whole no more once there is a stream", async () => {
  const { body } = open();
  body.push(text("early "));
  const reading = read(body);
  body.push(text("late"));
  body.end();
  assert.equal(body.whole, undefined);
  assert.equal(await reading, "early late");
});

test("OriginBody that failed is never whole, and its stream fails after what had come", async () => {
  const { body } = open();
  body.push(text("half"));
  body.fail(new Error("cut"));
  assert.equal(body.whole, undefined);
  await assert.rejects(read(body), /cut/);
});

test("OriginBody makes the origin wait when nobody has come to read, and read on when somebody does", async () => {
  const { body, exchange, told } = open();
  body.push(new Uint8Array(65_535));
  assert.deepEqual([exchange.paused, told], [false, ["wanted"]]);
  body.push(new Uint8Array(1));
  assert.deepEqual([exchange.paused, told.at(-1)], [true, "pause"]);
  const reader = body.stream.getReader();
  const first = await reader.read();
  const second = await reader.read();
  assert.equal((first.value?.byteLength ?? 0) + (second.value?.byteLength ?? 0), 65_536);
  assert.deepEqual([exchange.paused, told.slice(-2)], [false, ["wanted", "resumed"]]);
  await reader.cancel();
  assert.equal(told.at(-1), "cancel");
});
