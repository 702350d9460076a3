"""The pages behind nginx with deploy/nginx.conf, as docs/deploy.md has it: headers, login, websocket, every page."""

from __future__ import annotations

import getpass
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import urlopen

import pytest

from tests.web.provider import providing
from tests.web.server import free_port, serving
from tests.web.test_pages import one_more
from tests.web.test_server import ANNA, HOSPITAL, settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CONF = Path("deploy/nginx.conf")
NGINX = shutil.which("nginx") or ("/usr/sbin/nginx" if Path("/usr/sbin/nginx").exists() else "")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not NGINX or not shutil.which("openssl"), reason="nginx or openssl is not installed"),
]


@dataclass(frozen=True)
class Behind:
    """The pages behind the proxy."""

    address: str
    folder: Path


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Behind]:
    """The file as it is but for ports, names and certificates, with a certificate made for the test."""
    for library in ("streamlit", "authlib", "httpx"):
        pytest.importorskip(library, reason=f"{library} is not installed")
    folder, pages, plain, port = tmp_path_factory.mktemp("proxy"), free_port(), free_port(), free_port()
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost"]
    subprocess.run([*make, "-keyout", folder / "key", "-out", folder / "pem"], check=True, capture_output=True)
    conf = CONF.read_text(encoding="utf-8")
    for old, new in {
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "listen 443 ssl http2;": f"listen 127.0.0.1:{port} ssl http2;",
        "pathway.hospital.example": "localhost",
        "/etc/ssl/certs/pathway.pem": f"{folder}/pem",
        "/etc/ssl/private/pathway.key": f"{folder}/key",
        "/var/log/nginx/pathway.log": f"{folder}/access.log",
        "127.0.0.1:8501": f"127.0.0.1:{pages}",
        "wss://$host": f"wss://$host:{port}",
        "Host $host;": f"Host $host:{port};",
    }.items():
        assert old in conf, old
        conf = conf.replace(old, new)
    whole = (
        f"user {getpass.getuser()}; daemon off; pid {folder}/pid; error_log {folder}/error.log; events {{}} http {{\n"
        + "".join(f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    )
    (folder / "nginx.conf").write_text(f"{whole}\n{conf}}}\n", encoding="utf-8")
    run = [NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf")]
    checked = subprocess.run([*run, "-t"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    with providing() as provider:
        config = folder / "server.toml"
        config.write_text(settings(f"https://localhost:{port}", provider.address), encoding="utf-8")
        config.chmod(0o600)
        provider.next = ANNA
        with serving(HOSPITAL, folder, pages, f"--config={config}"):
            proxy = subprocess.Popen(run)
            try:
                _wait_until_open(port)
                yield Behind(f"https://localhost:{port}", folder)
            finally:
                proxy.terminate()
                proxy.wait(10)


def _wait_until_open(port: int) -> None:
    for _ in range(100):
        with socket.socket() as asked:
            if asked.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(port)


def test_every_answer_has_the_headers(behind: Behind) -> None:
    with urlopen(f"{behind.address}/", context=ssl._create_unverified_context()) as answer:
        said = answer.headers
    assert said["X-Frame-Options"] == "DENY"
    assert said.get_all("X-Content-Type-Options") == ["nosniff"]
    assert "max-age=31536000" in said["Strict-Transport-Security"]
    assert said["Referrer-Policy"] == "no-referrer"
    policy = said["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    hosts = set(re.findall(r"(?:https?|wss?)://[^\s;]+", policy)) - {
        f"wss://localhost:{behind.address.rsplit(':')[-1]}"
    }
    assert hosts == set()  # nothing from anywhere else


def test_every_page_works_within_the_policy(behind: Behind, browser: Browser) -> None:
    """Logged in by the provider; drawings and frames are shown, and the browser refuses nothing."""
    context = browser.new_context(viewport={"width": 1280, "height": 720}, ignore_https_errors=True)
    page = context.new_page()
    page.set_default_timeout(60_000)
    refused: list[str] = []
    page.on("console", lambda told: refused.append(told.text) if "Content Security Policy" in told.text else None)
    page.goto(behind.address)
    page.get_by_role("button", name="Log in").click()
    page.get_by_text("Are the targets met?").first.wait_for()
    page.locator(".js-plotly-plot .annotation", has_text="Service").first.wait_for()
    for path, said in {
        "what-if": "Change something below",
        "size": "Every combination of these is compared",
        "compare": "No scenario",
    }.items():
        page.goto(f"{behind.address}/{path}")
        page.get_by_text(said).first.wait_for()
    one_more(page, behind.address)
    page.get_by_text("after 16 years").first.wait_for()
    page.get_by_role("link", name="Compare and report").click()
    page.get_by_role("slider", name="Simulated years").press("Home")
    page.get_by_role("button", name="Make the report").click()
    page.get_by_text("Look at it here").click()
    page.frame_locator("iframe").locator(".js-plotly-plot").first.wait_for()
    assert refused == []
    context.close()
    log = (behind.folder / "access.log").read_text(encoding="utf-8")
    assert "/oauth2callback 302" in log
    assert "code=" not in log
