from accelgen import steps
from accelgen.flows import programs


def test_what_is_kept_is_counted_and_removed(tmp_path, monkeypatch):
    monkeypatch.setattr(programs, "cache_folder", lambda: tmp_path)
    nothing = {"folder": str(tmp_path / "programs"), "programs": 0, "bytes": 0, "removed": 0}
    assert steps.cache().to_json() == nothing
    for word in ("one", "three"):
        programs.kept("tool", [word], lambda folder, word=word: (folder / "tool").write_text(word))
    (tmp_path / "mnist").mkdir()
    kept = steps.cache()
    assert (kept.programs, kept.bytes) == (2, 8)
    kept = steps.cache(clear=True)
    assert (kept.programs, kept.bytes, kept.removed) == (0, 0, 2)
    assert (tmp_path / "mnist").is_dir()
