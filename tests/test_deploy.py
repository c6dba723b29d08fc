"""What stands in the files for deployment agrees with the service and with itself."""

import re
import subprocess
from typing import Any

import pytest
import yaml

from remote.app import create_app
from remote.metrics import exposition
from remote.settings import VARIABLES, Settings
from tests.conftest import ROOT

APTFILE = set((ROOT / "Aptfile").read_text().split())
NGINX = (ROOT / "deploy" / "nginx.conf").read_text()
README = (ROOT / "README.md").read_text()
SETTINGS = Settings()
ROOM = 5
"""Seconds between the service's own deadline and that of what is around it."""


def kubernetes(kind: str) -> dict[str, Any]:
    parts = yaml.safe_load_all((ROOT / "deploy" / "kubernetes.yaml").read_text())
    return next(part for part in parts if part["kind"] == kind)


def pod() -> dict[str, Any]:
    found: dict[str, Any] = kubernetes("Deployment")["spec"]["template"]["spec"]
    return found


def container() -> dict[str, Any]:
    (found,) = pod()["containers"]
    return dict(found)


def test_make_installs_the_packages_of_the_image_and_what_makes_environments() -> None:
    told = subprocess.run(
        ["make", "-s", "--eval", "debs: ; @echo $(DEBS)", "debs"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert set(told.stdout.split()) == APTFILE | {"python3-venv"}


def test_the_image_has_the_packages_of_the_list_and_python() -> None:
    stages = (ROOT / "Dockerfile").read_text().split("\nFROM ")[1:]
    assert "COPY Aptfile /tmp/" in stages[-1]
    assert "xargs -a /tmp/Aptfile apt-get install -y --no-install-recommends python3 " in stages[-1]


def test_the_list_has_nothing_but_names() -> None:
    assert all(re.fullmatch(r"[a-z0-9.+-]+", line) for line in (ROOT / "Aptfile").read_text().splitlines())


def test_heroku_builds_from_the_folder_of_the_image() -> None:
    web = yaml.safe_load((ROOT / "heroku.yml").read_text())["build"]["docker"]["web"]
    assert (ROOT / web).is_file()
    assert "/" not in web


def test_every_variable_in_the_files_is_a_setting() -> None:
    for file in ("deploy/remote.service", "deploy/kubernetes.yaml", "deploy/nginx.conf", "Dockerfile"):
        named = set(re.findall(r"\bREMOTE_[A-Z_]+\b", (ROOT / file).read_text())) - {"REMOTE_"}
        assert named <= set(VARIABLES), file
    assert {variable["name"] for variable in container()["env"]} <= set(VARIABLES)


def test_nginx_takes_what_the_service_takes_and_waits_as_long() -> None:
    taken = re.search(r"client_max_body_size (\d+)m;", NGINX)
    waits = re.search(r"proxy_read_timeout (\d+)s;", NGINX)
    assert taken
    assert waits
    assert (int(taken[1]) - 1) << 20 == SETTINGS.max_upload_bytes
    assert int(waits[1]) >= SETTINGS.timeout + 2 * SETTINGS.queue


def test_kubernetes_probes_endpoints_that_exist() -> None:
    rules = {rule.rule for rule in create_app(SETTINGS).url_map.iter_rules()}
    probes = {name: container()[f"{name}Probe"]["httpGet"] for name in ("startup", "liveness", "readiness")}
    assert {probe["path"] for probe in probes.values()} <= rules
    assert probes["liveness"]["path"] == "/healthz"
    assert probes["readiness"]["path"] == "/readyz"


def test_the_ports_are_one() -> None:
    (port,) = container()["ports"]
    assert port["containerPort"] == SETTINGS.port
    assert kubernetes("Service")["spec"]["ports"][0]["targetPort"] == port["name"]
    assert kubernetes("NetworkPolicy")["spec"]["ingress"][0]["ports"] == [{"port": port["name"]}]
    assert f"EXPOSE {SETTINGS.port}" in (ROOT / "Dockerfile").read_text()
    assert f"server 127.0.0.1:{SETTINGS.port} " in NGINX


def test_kubernetes_gives_it_time_to_stop() -> None:
    sleep, seconds = container()["lifecycle"]["preStop"]["exec"]["command"]
    assert sleep == "sleep"
    assert pod()["terminationGracePeriodSeconds"] >= int(seconds) + SETTINGS.graceful_timeout + ROOM


def test_kubernetes_lets_it_call_nobody() -> None:
    policy = kubernetes("NetworkPolicy")["spec"]
    assert policy["policyTypes"] == ["Ingress", "Egress"]
    assert policy["egress"] == []
    assert policy["podSelector"] == kubernetes("Deployment")["spec"]["selector"]


def test_kubernetes_runs_it_without_privileges_on_a_root_that_is_read_only() -> None:
    assert pod()["securityContext"]["runAsNonRoot"]
    assert pod()["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    locked = {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}
    assert container()["securityContext"] == locked
    volumes = {volume["name"]: volume["emptyDir"]["medium"] for volume in pod()["volumes"]}
    mounted = {mount["mountPath"]: volumes[mount["name"]] for mount in container()["volumeMounts"]}
    assert mounted == {"/dev/shm": "Memory", "/tmp": "Memory"}


@pytest.mark.parametrize("name", sorted(set(re.findall(r"\bremote_[a-z_]+\b", README))))
def test_every_figure_named_in_the_readme_exists(name: str) -> None:
    assert re.search(rf"^# TYPE {name} ", exposition().decode(), re.MULTILINE)


def test_every_file_that_the_readme_deploys_exists() -> None:
    named = set(re.findall(r"\b(?:deploy/[\w.]+|heroku\.yml|Aptfile)", README))
    assert named >= {"deploy/remote.service", "deploy/nginx.conf", "deploy/kubernetes.yaml", "heroku.yml", "Aptfile"}
    assert all((ROOT / name).exists() for name in named)


def test_docker_gives_it_time_to_stop() -> None:
    told = re.search(r"--stop-timeout (\d+)", README)
    assert told
    assert int(told[1]) >= SETTINGS.graceful_timeout + ROOM
