"""docs/opensearch.md: its compose file is one cluster, and clients accept its certificates."""

from __future__ import annotations

import contextlib
import shutil
import socket
import ssl
import subprocess
import threading
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cluster.nodes import DEFAULT_VERSION
from tests.docs.pages import ROOT, blocks, read

PAGE = read("docs/opensearch.md")
COMPOSE: dict[str, Any] = yaml.safe_load(read("docs/opensearch-compose.yml"))
NODES: dict[str, dict[str, Any]] = COMPOSE["services"]
(CERTIFICATES,) = blocks(PAGE, "sh")
(USERS,) = blocks(PAGE, "yaml")
SECURITY = "plugins.security."
CONFIG = "/usr/share/opensearch/config/"


def mounts(node: dict[str, Any]) -> dict[str, str]:
    """What a node has mounted, by where it finds it."""
    return {inside: outside for outside, inside, *_ in (v.split(":") for v in node["volumes"])}


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder where the page's commands have been run."""
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed")
    folder = tmp_path_factory.mktemp("certificates")
    done = subprocess.run(
        ["bash", "-euc", CERTIFICATES], cwd=folder, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return folder


def test_three_nodes_know_each_other_by_name() -> None:
    assert len(NODES) == 3
    for name, node in NODES.items():
        settings = node["environment"]
        assert settings["node.name"] == name
        assert settings["discovery.seed_hosts"].split(",") == list(NODES)
        assert settings["cluster.initial_cluster_manager_nodes"].split(",") == list(NODES)


def test_nodes_share_neither_data_nor_ports() -> None:
    data = {mounts(node)["/usr/share/opensearch/data"] for node in NODES.values()}
    assert data == set(COMPOSE["volumes"])
    assert len({port for node in NODES.values() for port in node["ports"]}) == 3


def test_only_this_machine_reaches_them() -> None:
    assert all(port.startswith("127.0.0.1:") for n in NODES.values() for port in n["ports"])


def test_settings_are_text_as_compose_wants_them() -> None:
    assert all(isinstance(v, str) for node in NODES.values() for v in node["environment"].values())


@pytest.mark.parametrize("layer", ["http", "transport"])
def test_each_layer_has_the_certificates_that_the_page_makes(
    layer: str, certificates: Path
) -> None:
    for node in NODES.values():
        assert mounts(node)[f"{CONFIG}certificates"] == "./certificates"
        for kind in ("pemcert", "pemkey", "pemtrustedcas"):
            file = node["environment"][f"{SECURITY}ssl.{layer}.{kind}_filepath"]
            assert (certificates / file).is_file()
        assert not (certificates / "certificates" / "ca.key").exists()


def test_nobody_gets_in_with_what_everybody_knows() -> None:
    users = yaml.safe_load(USERS)
    assert users.keys() == {"_meta", "searchengine"}
    for node in NODES.values():
        assert node["environment"]["DISABLE_INSTALL_DEMO_CONFIG"] == "true"
        assert node["environment"][f"{SECURITY}ssl.http.enabled"] == "true"
        assert mounts(node)[f"{CONFIG}opensearch-security/internal_users.yml"] == "./users.yml"


def test_page_and_file_name_the_version_that_is_tested() -> None:
    image = f"opensearchproject/opensearch:{DEFAULT_VERSION}"
    assert {node["image"] for node in NODES.values()} == {image}
    assert f" {image} " in PAGE
    assert f"OPENSEARCH ?= {DEFAULT_VERSION}\n" in (ROOT / "Makefile").read_text()


def greet(server: ssl.SSLContext, client: ssl.SSLContext, name: str) -> None:
    """Let a client that knows a server by a name begin a connection with it."""
    ours, theirs = socket.socketpair()

    def answer() -> None:
        # The client alone says what it thinks of the certificate.
        with contextlib.suppress(OSError), theirs, server.wrap_socket(theirs, server_side=True):
            pass

    thread = threading.Thread(target=answer)
    thread.start()
    try:
        with ours, client.wrap_socket(ours, server_hostname=name):
            pass
    finally:
        thread.join()


def test_clients_accept_the_certificate_under_its_names_alone(certificates: Path) -> None:
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    folder = certificates / "certificates"
    server.load_cert_chain(folder / "node.pem", folder / "node.key")
    client = ssl.create_default_context(cafile=str(folder / "ca.pem"))
    client.verify_flags |= ssl.VERIFY_X509_STRICT  # As Python 3.13 does by itself.
    for name in ("127.0.0.1", "localhost", *NODES):
        greet(server, client, name)
    with pytest.raises(ssl.SSLCertVerificationError):
        greet(server, client, "node4")
    with pytest.raises(ssl.SSLCertVerificationError):
        greet(server, ssl.create_default_context(), "node1")
