import assert from "node:assert/strict";
import { test } from "node:test";
import { AnswerReader } from "../../../bench/purge/answer-reader.ts";

const ANSWERS = [
  ["framed by its length", 'HTTP/1.1 200 OK\r\ncontent-length: 14\r\n\r\n{"sequence":7}', 200],
  ["in chunks", "HTTP/1.1 429 Too Many Requests\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", 429],
  ["without content", "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nServer: x\r\n\r\n", 503],
] as const;

for (const [what, text, status] of ANSWERS) {
  test(`AnswerReader reads the status of an answer ${what}, wherever it is parted`, () => {
    for (let cut = 0; cut <= text.length; cut++) {
      const reader = new AnswerReader();
      const first = reader.push(text.slice(0, cut));
      assert.equal(first ?? reader.push(text.slice(cut)), status);
      assert.equal(first, cut === text.length ? status : undefined, `parted at ${cut}`);
    }
  });
}

test("AnswerReader reads one answer after another", () => {
  const reader = new AnswerReader();
  assert.deepEqual(ANSWERS.map(([, text]) => reader.push(text)), [200, 429, 503]);
});
