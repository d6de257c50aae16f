"""A client of yaml-language-server, which speaks to it as VS Code does: it types, asks, and reads what is told."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests import node, programs

_SETTINGS = {"validate": True, "hover": True, "completion": True, "schemaStore": {"enable": False}}
_COMPLETION = {"completionItem": {"snippetSupport": True, "documentationFormat": ["markdown", "plaintext"]}}
_CAPABILITIES = {
    "textDocument": {"completion": _COMPLETION, "hover": {"contentFormat": ["markdown"]}, "publishDiagnostics": {}},
    "workspace": {"configuration": True},
}


class LanguageServer:
    """The server, as a process of its own, with a folder that is open in the editor."""

    def __init__(self, installed: Path, folder: Path, modeline: str = "", **settings: Any) -> None:
        """Start it.

        Args:
            installed: Where it is installed.
            folder: The folder that is open; the files that are typed lie in `replies` below it.
            modeline: The first line of each file.
            settings: Those of the editor for YAML, beyond the usual ones.
        """
        script = installed / "node_modules/yaml-language-server/bin/yaml-language-server"
        self._folder, self._modeline, self._count = folder, modeline, 0
        self._settings = {**_SETTINGS, **settings}
        self._process = subprocess.Popen(
            [programs.found("node"), str(script), "--stdio"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=node.environment(),
        )
        uri = folder.as_uri()
        self._request(
            "initialize",
            processId=None,
            rootUri=uri,
            capabilities=_CAPABILITIES,
            workspaceFolders=[{"uri": uri, "name": ""}],
        )
        self._notify("initialized")
        self._notify("workspace/didChangeConfiguration", settings={"yaml": self._settings})

    def close(self) -> None:
        """End the server."""
        self._process.terminate()
        self._process.communicate(timeout=30)

    def errors(self, text: str) -> list[tuple[int, str]]:
        """Return the lines with something wrong below the modeline, the first of which is 1, and what is told."""
        uri, _ = self._opened(text)
        found = self._read_until(
            lambda told: told.get("method") == "textDocument/publishDiagnostics" and told["params"]["uri"] == uri
        )
        return [(each["range"]["start"]["line"], each["message"]) for each in found["params"]["diagnostics"]]

    def completions(self, text: str) -> dict[str, dict[str, Any]]:
        """Return what is offered where a text has `|`, by its label."""
        uri, position = self._opened(text)
        found = self._request("textDocument/completion", textDocument={"uri": uri}, position=position)
        return {item["label"]: item for item in found["items"]}

    def hover(self, text: str) -> str:
        """Return what is shown over the place where a text has `|`."""
        uri, position = self._opened(text)
        found = self._request("textDocument/hover", textDocument={"uri": uri}, position=position)
        return str(found["contents"]["value"])

    def _opened(self, text: str) -> tuple[str, dict[str, int]]:
        """Open a document, and return its address and the position of `|`."""
        self._count += 1
        before, _, after = f"{self._modeline}\n{text}".partition("|")
        uri = (self._folder / f"replies/{self._count}.yaml").as_uri()
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": before + after}
        self._notify("textDocument/didOpen", textDocument=document)
        return uri, {"line": before.count("\n"), "character": len(before) - before.rfind("\n") - 1}

    def _send(self, message: dict[str, Any]) -> None:
        assert self._process.stdin
        content = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(content), content))
        self._process.stdin.flush()

    def _notify(self, method: str, **params: Any) -> None:
        self._send({"method": method, "params": params})

    def _request(self, method: str, **params: Any) -> Any:
        self._count += 1
        number = self._count
        self._send({"id": number, "method": method, "params": params})
        answer = self._read_until(lambda told: told.get("id") == number and "method" not in told)
        assert "error" not in answer, answer
        return answer["result"]

    def _read_until(self, is_it: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Read until something is told; what the server asks in between is answered."""
        while True:
            told = self._read()
            if "method" in told and "id" in told:
                self._send({"id": told["id"], "result": self._answer(told)})
            elif is_it(told):
                return told

    def _answer(self, asked: dict[str, Any]) -> Any:
        if asked["method"] != "workspace/configuration":
            return None
        return [self._settings if item.get("section") == "yaml" else {} for item in asked["params"]["items"]]

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout
        length = 0
        while line := self._process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        assert length, "the server has ended"
        told: dict[str, Any] = json.loads(self._process.stdout.read(length))
        return told
