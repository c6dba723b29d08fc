// What a careful hand makes of sharp: one process, the settings that sharp starts with, upright, sRGB, no metadata.
// It takes the same requests as the service it is compared with: node server.js PORT

import { createServer } from "node:http";
import sharp from "sharp";

const SIDES = [24, 48, 73, 128, 256, 512];

/** The bytes of the one part of a multipart body. */
function onlyPart(body, contentType) {
  const boundary = "\r\n--" + /boundary="?([^";]+)/.exec(contentType)[1];
  return body.subarray(body.indexOf("\r\n\r\n") + 4, body.lastIndexOf(boundary));
}

async function fit(upload, box) {
  const image = sharp(upload).autoOrient().resize(box, box, { fit: "inside", withoutEnlargement: true });
  return { data: await image.toBuffer(), type: "image/*" };
}

async function prepare(upload) {
  return { data: await sharp(upload).autoOrient().keepIccProfile().jpeg().toBuffer(), type: "image/jpeg" };
}

/** All avatars from one decode: sharp alone would decode the upload once for each. */
async function avatars(upload) {
  const { autoOrient } = await sharp(upload).metadata();
  const least = Math.min(autoOrient.width, autoOrient.height);
  const sides = SIDES.filter((side) => side <= Math.max(73, least));
  const largest = Math.min(least, sides.at(-1));
  const square = sharp(upload).autoOrient().resize(largest, largest);
  const { data, info } = await square.raw().toBuffer({ resolveWithObject: true });
  const files = await Promise.all(
    sides.map((side) => sharp(data, { raw: info }).resize(side, side).png().toBuffer()),
  );
  const named = files.map((file, index) => [
    `avatar${sides[index]}`,
    { size: file.length, body: file.toString("base64") },
  ]);
  return { data: JSON.stringify(Object.fromEntries(named)), type: "application/json" };
}

async function answer(path, upload) {
  const [, , operation, box] = path.split("/");
  if (operation === "fit") return fit(upload, Number(box));
  return operation === "prepare_jpeg" ? prepare(upload) : avatars(upload);
}

createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", async () => {
    try {
      if (request.method !== "POST") return response.end("up");
      const upload = onlyPart(Buffer.concat(chunks), request.headers["content-type"]);
      const { data, type } = await answer(request.url, upload);
      response.writeHead(200, { "Content-Type": type }).end(data);
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
}).listen(Number(process.argv[2]), "127.0.0.1");
