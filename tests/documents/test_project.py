"""The files that a forge and its tools read say what the project says."""

import re
import tomllib

import yaml

from tests.documents.examples import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def test_the_citation_is_of_this_version_and_licence():
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert (cited["title"], str(cited["version"])) == (PROJECT["name"], PROJECT["version"])
    assert cited["license"] == PROJECT["license"] and cited["cff-version"] == "1.2.0"
    assert cited["authors"] == [{"name": "The accelgen authors"}]


def test_the_hooks_are_local_and_call_what_is_installed():
    (repo,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    checks = [hook["entry"].removeprefix(".venv/bin/").split(" --")[0] for hook in repo["hooks"]]
    assert repo["repo"] == "local" and checks == ["ruff format", "ruff check", "lint-imports"]
    recipe = (ROOT / "Makefile").read_text().partition("\ncheck:")[2].partition("\n\n")[0]
    assert all(check in recipe for check in checks)


def test_the_workflow_runs_the_one_script_with_the_python_that_the_project_wants():
    (job,) = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text())["jobs"].values()
    runs = [step["run"] for step in job["steps"] if "run" in step]
    assert runs[-1] == "bash .ci/run" and (ROOT / ".ci" / "run").is_file()
    assert re.search(r"python:(3\.\d+)", job["container"])[1] == PROJECT["requires-python"].removeprefix(">=")


def test_ci_builds_the_documents():
    assert re.search(r'^STEPS\+=\(.*"make docs"', (ROOT / ".ci" / "run").read_text(), re.MULTILINE)


def test_every_package_of_the_docs_is_pinned():
    wanted = PROJECT["optional-dependencies"]["docs"]
    pinned = (ROOT / "constraints.txt").read_text().lower()
    assert all(f"\n{re.match(r'[a-z-]+', name)[0]}==" in pinned for name in wanted)
