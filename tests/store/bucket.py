"""A peer on loopback that speaks as much of S3 as files need; requests must be signed for the key `test`."""

from __future__ import annotations

import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape, unescape


class Bucket:
    """`with Bucket("queti") as bucket:` – `bucket.address`, its `objects` by key, what is on its way by part.

    From `fails_at` on, a part of that number is refused.
    """

    def __init__(self, name: str) -> None:  # noqa: C901  (one small method for each verb)
        self.objects: dict[str, bytes] = {}
        self.parts: dict[str, dict[int, bytes]] = {}
        self.fails_at = 0
        kept, bucket = self.objects, self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: Any) -> None:
                pass

            def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
                self.send_response(status)
                for key, value in {"content-length": str(len(body)), **headers}.items():
                    self.send_header(key.replace("_", "-"), value)
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

            def key(self) -> str | None:
                """What the request is about; None for the bucket itself."""
                body = int(self.headers.get("content-length") or 0)
                self.body = self.rfile.read(body)
                place = unquote(urlsplit(self.path).path).lstrip("/")
                bucket, _, key = place.partition("/")
                assert bucket == name
                assert self.headers["authorization"].startswith("AWS4-HMAC-SHA256 Credential=test/")
                return key or None

            @property
            def asked(self) -> dict[str, str]:
                query = parse_qs(urlsplit(self.path).query, keep_blank_values=True)
                return {name: values[0] for name, values in query.items()}

            def do_PUT(self) -> None:
                key, asked = str(self.key()), self.asked
                if "uploadId" not in asked:
                    kept[key] = self.body
                elif int(asked["partNumber"]) == bucket.fails_at:
                    self.answer(400, b"<Error><Code>EntityTooSmall</Code></Error>")
                    return
                else:
                    bucket.parts[asked["uploadId"]][int(asked["partNumber"])] = self.body
                self.answer(200, etag='"x"')

            def do_GET(self) -> None:
                key = self.key()
                if key is None:
                    self.listed(parse_qs(urlsplit(self.path).query).get("prefix", [""])[0])
                elif key in kept:
                    self.answer(200, kept[key], etag='"x"', last_modified="Sun, 22 Nov 2026 04:00:00 GMT")
                else:
                    self.answer(404, b"<Error><Code>NoSuchKey</Code></Error>")

            do_HEAD = do_GET  # noqa: N815

            def do_DELETE(self) -> None:
                key = str(self.key())
                if "uploadId" in self.asked:
                    bucket.parts.pop(self.asked["uploadId"])
                else:
                    kept.pop(key, None)
                self.answer(204)

            def do_POST(self) -> None:
                key, asked = self.key(), self.asked
                if "uploads" in asked:
                    upload = f"upload-{len(bucket.parts) + 1}"
                    bucket.parts[upload] = {}
                    told = f"<UploadId>{upload}</UploadId>"
                    self.answer(200, f"<InitiateMultipartUploadResult>{told}</InitiateMultipartUploadResult>".encode())
                elif "uploadId" in asked:
                    parts = bucket.parts.pop(asked["uploadId"])
                    kept[str(key)] = b"".join(parts[number] for number in sorted(parts))
                    told = "<ETag>x</ETag>"
                    self.answer(200, f"<CompleteMultipartUploadResult>{told}</CompleteMultipartUploadResult>".encode())
                else:
                    self.removed()

            def removed(self) -> None:
                gone = [unescape(key) for key in re.findall(r"<Key>(.*?)</Key>", self.body.decode())]
                for key in gone:
                    kept.pop(key, None)
                told = "".join(f"<Deleted><Key>{escape(key)}</Key></Deleted>" for key in gone)
                self.answer(200, f"<DeleteResult>{told}</DeleteResult>".encode())

            def listed(self, prefix: str) -> None:
                told = "".join(
                    f"<Contents><Key>{escape(key)}</Key><Size>{len(content)}</Size><ETag>x</ETag>"
                    "<LastModified>2026-11-22T04:00:00.000Z</LastModified></Contents>"
                    for key, content in sorted(kept.items())
                    if key.startswith(prefix)
                )
                self.answer(
                    200, f"<ListBucketResult><IsTruncated>false</IsTruncated>{told}</ListBucketResult>".encode()
                )

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
