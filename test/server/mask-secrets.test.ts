import assert from "node:assert/strict";
import { test } from "node:test";
import { maskSecrets } from "../../src/server/mask-secrets.ts";

test("maskSecrets() masks values of parameters that are named like secrets", () => {
  for (const name of ["token", "access_token", "apiKey", "key", "PASSWORD", "X-Amz-Signature", "sig", "code", "sid"]) {
    assert.equal(maskSecrets(`http://h/p?a=1&${name}=s3cret&b=2`), `http://h/p?a=1&${name}=***&b=2`, name);
  }
});

test("maskSecrets() sees through percent encoding, list brackets and semicolons", () => {
  assert.equal(maskSecrets("http://h/?t%6Fken=x"), "http://h/?t%6Fken=***");
  assert.equal(maskSecrets("http://h/?token[]=x&token[0]=y"), "http://h/?token[]=***&token[0]=***");
  assert.equal(maskSecrets("http://h/?a=1;token=x"), "http://h/?a=1;token=***");
  assert.equal(maskSecrets("http://h/?%zztoken=x"), "http://h/?%zztoken=***");
});

test("maskSecrets() masks credentials before the host", () => {
  assert.equal(maskSecrets("https://me:pw@h:1/x@y"), "https://***@h:1/x@y");
});

test("maskSecrets() leaves everything else as it is", () => {
  for (const text of ["http://h/token=x", "http://h/?keyword=a&q=token", "/p?a=1", "lacquer; hit; ttl=3"]) {
    assert.equal(maskSecrets(text), text);
  }
});
