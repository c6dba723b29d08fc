"""`remote convert` and `remote strip`: the operations of the service on files."""

import os
import re
import resource
import signal
import subprocess
import time
from pathlib import Path

import pytest
from PIL import Image

from tests.commands import REMOTE, environment, failures, remote
from tests.conftest import CORPUS_FILES, Client
from tests.processes import alive, command, descendants, eventually, on_kernel_without
from tests.samples import EVERY_FORMAT, animation, exif, saved, scene
from tests.test_wall import CODECS

PHOTO = saved(scene(), "JPEG", exif=exif(6, gps=True))


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """A folder with one file of each format; its extension says the format's name."""
    folder = tmp_path / "in"
    folder.mkdir()
    for name, data in EVERY_FORMAT.items():
        (folder / f"a.{name}").write_bytes(data)
    return folder


def named(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize(
    ("words", "path"),
    [
        ([], "/images/fit/8192"),
        (["--box", "40x30"], "/images/fit/40x30"),
        (["--box", "50", "--format", "webp", "--quality", "33"], "/images/fit/50?format=webp&quality=33"),
        (["--format", "jpg", "--background", "102030"], "/images/fit/8192?format=jpeg&background=102030"),
    ],
)
def test_convert_makes_what_fit_answers_byte_for_byte(
    client: Client, pictures: Path, tmp_path: Path, words: list[str], path: str
) -> None:
    for source in pictures.iterdir():  # one name each: all may become the same format
        source.rename(source.with_stem(source.suffix[1:]))
    made = remote("convert", *words, *sorted(pictures.iterdir()), f"{tmp_path}/out/")
    assert (made.returncode, made.stdout, made.stderr) == (0, b"", b"")
    expected = {}
    for name, data in EVERY_FORMAT.items():
        answer = client.post(path, data)
        kind = answer.mimetype.removeprefix("image/").replace("jpeg", "jpg")
        expected[f"{name}.{name if (name, kind) == ('jpeg', 'jpg') else kind}"] = answer.data
    assert named(tmp_path / "out") == expected


def test_strip_makes_what_prepare_jpeg_answers_byte_for_byte(client: Client, tmp_path: Path) -> None:
    (tmp_path / "photo.JPG").write_bytes(PHOTO)
    for keep in ("rights", "none"):
        assert remote("strip", "--keep", keep, "photo.JPG", f"{keep}.jpg", cwd=tmp_path).returncode == 0
        assert (tmp_path / f"{keep}.jpg").read_bytes() == client.post(f"/images/prepare_jpeg?keep={keep}", PHOTO).data


@pytest.mark.slow
@pytest.mark.skipif(not CORPUS_FILES, reason="the corpus is not here")
@pytest.mark.parametrize(
    ("words", "path"), [(["convert", "--box", "300", "--animated"], "/images/fit/300?animated=1"),
                        (["strip"], "/images/prepare_jpeg")],
)  # fmt: skip
def test_real_files_come_out_as_the_service_answers_them(
    client: Client, tmp_path: Path, words: list[str], path: str
) -> None:
    """Each under a name of its own: photos of one name and other extensions become one."""
    expected, codes = {}, {}
    for source in CORPUS_FILES:
        (tmp_path / f"{source.name}.x").symlink_to(source)
        answer = client.post(path, source.read_bytes())
        if answer.status_code == 200:
            expected[f"{source.name}.{answer.mimetype.partition('/')[2].replace('jpeg', 'jpg')}"] = answer.data
        else:
            codes[str(tmp_path / f"{source.name}.x")] = answer.json["code"]
    ran = remote(*words, *sorted(tmp_path.iterdir()), f"{tmp_path}/out/")
    assert (ran.returncode, failures(ran)) == (1, codes)
    assert named(tmp_path / "out") == expected


def test_all_frames_are_kept_when_asked(client: Client, tmp_path: Path) -> None:
    (tmp_path / "moving.gif").write_bytes(animation("GIF"))
    assert remote("convert", "--animated", "moving.gif", "moving.webp", cwd=tmp_path).returncode == 0
    answer = client.post("/images/fit/8192?format=webp&animated=1", animation("GIF"))
    assert answer.headers["X-Image-Frames"] == "5"
    assert (tmp_path / "moving.webp").read_bytes() == answer.data


def test_dashes_are_standard_input_and_output(client: Client) -> None:
    converted = remote("convert", "-", "-", "--format", "png", stdin=EVERY_FORMAT["svg"])
    assert (converted.returncode, converted.stderr) == (0, b"")
    assert converted.stdout == client.post("/images/fit/8192?format=png", EVERY_FORMAT["svg"]).data
    assert remote("strip", "-", "-", stdin=PHOTO).stdout == client.post("/images/prepare_jpeg", PHOTO).data


def test_nobody_reads_standard_output(tmp_path: Path) -> None:
    (tmp_path / "noise.bmp").write_bytes(saved(noise(), "BMP"))
    line = f"{REMOTE} convert --format png noise.bmp - 2>err | true; cat err"
    ran = subprocess.run(["sh", "-c", line], cwd=tmp_path, env=environment(), capture_output=True, check=True)
    assert ran.stdout == b"noise.bmp: unwritable: The result cannot be written: Broken pipe\n"


def test_failures_are_a_line_each_in_order_and_the_others_go_on(pictures: Path, tmp_path: Path) -> None:
    (pictures / "b.jpg").write_bytes(b"")
    (pictures / "c.jpg").write_bytes(b"text")
    (pictures / "d.jpg").write_bytes(EVERY_FORMAT["jpeg"][:300])
    (pictures / "e.jpg").mkdir()
    (pictures / "g\n\x1b[2J.jpg").write_bytes(b"text")
    sources = ["a.jpeg", "b.jpg", "c.jpg", "d.jpg", "e.jpg", "f.jpg", "g\n\x1b[2J.jpg", "a.png", "a.ico"]
    ran = remote("strip", *sources, f"{tmp_path}/out/", cwd=pictures)
    assert ran.returncode == 1
    assert failures(ran) == {
        "b.jpg": "missing_file",
        "c.jpg": "unsupported_type",
        "d.jpg": "undecodable",
        "e.jpg": "unreadable",
        "f.jpg": "unreadable",
        r"g\n\x1b[2J.jpg": "unsupported_type",
        "a.png": "unsupported_type",
        "a.ico": "unsupported_type",
    }
    assert list(failures(ran))[:2] == ["b.jpg", "c.jpg"]
    assert b"f.jpg: unreadable: The file cannot be read: No such file or directory\n" in ran.stderr
    assert named(tmp_path / "out").keys() == {"a.jpeg"}


def test_the_limits_are_those_of_the_environment(tmp_path: Path) -> None:
    for name in ("png", "bmp"):
        (tmp_path / f"a.{name}").write_bytes(EVERY_FORMAT[name])
    limits = {"REMOTE_MAX_UPLOAD_BYTES": "40000", "REMOTE_MAX_PIXELS": "100"}
    ran = remote("convert", "a.png", "a.bmp", "out/", cwd=tmp_path, **limits)
    assert (ran.returncode, failures(ran)) == (1, {"a.png": "too_many_pixels", "a.bmp": "too_large"})


def test_a_picture_over_the_largest_box_is_reduced_with_a_word_about_it(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(EVERY_FORMAT["png"])
    told = remote("convert", "a.png", "b.png", cwd=tmp_path, REMOTE_MAX_BOX="100")
    assert (told.returncode, told.stderr) == (0, b"a.png: reduced from 160x96 to 100x60, as REMOTE_MAX_BOX says\n")
    asked = remote("convert", "--box", "100", "a.png", "c.png", cwd=tmp_path)
    assert (asked.returncode, asked.stderr) == (0, b"")


def test_a_misspelt_setting_is_a_warning(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(EVERY_FORMAT["png"])
    ran = remote("convert", "a.png", "b.gif", cwd=tmp_path, REMOTE_MAX_PIXEL="1")
    assert ran.returncode == 0
    assert ran.stderr.startswith(b"remote: REMOTE_MAX_PIXEL is not a setting and has no effect")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["convert", "a.png"], "arguments are required: OUT"),
        (["convert", "a.png", "b"], "Expected --format, or one of .jpeg"),
        (["convert", "a.png", "b.heic"], "Expected --format, or one of .jpeg"),
        (["convert", "a.png", "-", "out/"], "Expected files for a directory for IN"),
        (["convert", "a.png", "a.gif", "c.webp"], "Expected a directory for several files"),
        (["convert", "--format", "gif", "a.png", "b.webp"], "Expected a name that goes with gif for OUT"),
        (["convert", "--format", "bmp", "a.png", "b.bmp"], "Expected one of jpeg, png, gif, webp, avif for format"),
        (["convert", "--box", "0", "a.png", "b.gif"], "Expected a box like 320 or 640x480 with sides from 1 to 8192"),
        (["convert", "--box", "", "a.png", "b.gif"], "Expected a box like 320 or 640x480"),
        (["convert", "--quality", "101", "a.png", "b.gif"], "Expected a whole number from 1 to 100 for quality"),
        (["convert", "--background", "red", "a.png", "b.gif"], "Expected a colour like ffffff for background"),
        (["strip", "--keep", "all", "a.jpg", "b.jpg"], "Expected one of rights, none for keep, received 'all'"),
        (["strip", "a.jpg", "b.png"], "Expected a name that goes with jpeg for OUT"),
        (["strip", "a.jpg", "/dev/null/out/"], "Expected a directory that can be made"),
    ],
)
def test_wrong_usage_is_status_2_and_says_what_is_expected(tmp_path: Path, words: list[str], told: str) -> None:
    ran = remote(*words, cwd=tmp_path)
    assert (ran.returncode, ran.stdout) == (2, b"")
    assert told in ran.stderr.decode()
    assert list(tmp_path.iterdir()) == []


def test_an_output_that_exists_stays_without_force(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(EVERY_FORMAT["png"])
    (tmp_path / "b.gif").write_bytes(b"mine")
    (tmp_path / "c.gif").symlink_to("nowhere")
    for name in ("b", "c"):
        (tmp_path / f"{name}.png").write_bytes(EVERY_FORMAT["png"])
    ran = remote("convert", "--format", "gif", "b.png", "c.png", ".", cwd=tmp_path)
    assert (ran.returncode, failures(ran)) == (1, {"b.png": "exists", "c.png": "exists"})
    assert (tmp_path / "b.gif").read_bytes() == b"mine"
    assert remote("convert", "a.png", "b.gif", "--force", cwd=tmp_path).returncode == 0
    assert (tmp_path / "b.gif").read_bytes().startswith(b"GIF8")


def test_an_input_is_never_overwritten(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.jpg").write_bytes(PHOTO)
    (tmp_path / "b.png").write_bytes(EVERY_FORMAT["png"])
    os.link(tmp_path / "a.jpg", tmp_path / "hard.jpg")
    (tmp_path / "soft.jpg").symlink_to("a.jpg")
    before = named(tmp_path)
    ran = remote("strip", "--force", "a.jpg", "./hard.jpg", "soft.jpg", ".", cwd=tmp_path)
    assert (ran.returncode, failures(ran)) == (1, dict.fromkeys(("a.jpg", "./hard.jpg", "soft.jpg"), "exists"))
    ran = remote("strip", "--force", "a.jpg", "hard.jpg", cwd=tmp_path)
    assert (ran.returncode, failures(ran)) == (1, {"a.jpg": "exists"})
    ran = remote("convert", "--force", "--format", "png", "b.jpg", "b.png", ".", cwd=tmp_path)
    assert (ran.returncode, failures(ran)) == (1, {"b.jpg": "exists", "b.png": "exists"})
    assert named(tmp_path) == before


def test_two_results_of_one_name_are_one_and_an_error(client: Client, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(EVERY_FORMAT["png"])
    (tmp_path / "a.bmp").write_bytes(EVERY_FORMAT["bmp"])
    ran = remote("convert", "--force", "a.png", "a.bmp", "out/", cwd=tmp_path)
    assert (ran.returncode, failures(ran)) == (1, {"a.bmp": "exists"})
    assert named(tmp_path / "out") == {"a.png": client.post("/images/fit/8192", EVERY_FORMAT["png"]).data}


def noise() -> Image.Image:
    return Image.effect_noise((300, 300), 100)


def test_what_cannot_be_written_whole_is_not_written(tmp_path: Path) -> None:
    """Files may have 50,000 bytes here; the result has more."""
    (tmp_path / "a.jpg").write_bytes(saved(noise(), "JPEG", quality=30))
    (tmp_path / "old.png").write_bytes(b"mine")
    before = named(tmp_path)
    for name in ("new.png", "old.png"):
        ran = subprocess.run(
            [REMOTE, "convert", "--force", "a.jpg", name],
            cwd=tmp_path,
            env=environment(),
            capture_output=True,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, resource.RLIM_INFINITY)),
        )
        assert (ran.returncode, failures(ran)) == (1, {"a.jpg": "unwritable"})
    assert b"File too large" in ran.stderr
    assert named(tmp_path) == before


def test_a_new_file_has_the_mode_of_a_new_file(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(EVERY_FORMAT["png"])
    subprocess.run(
        ["sh", "-c", f"umask 027 && {REMOTE} convert a.png b.gif"], cwd=tmp_path, env=environment(), check=True
    )
    assert (tmp_path / "b.gif").stat().st_mode & 0o777 == 0o640


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """Enough files for seconds."""
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(400):
        (folder / f"{number:03}.png").write_bytes(EVERY_FORMAT["png"])
    return folder


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_leaves_whole_files_and_no_process(many: Path, tmp_path: Path, number: int) -> None:
    out = tmp_path / "out"
    words = [REMOTE, "convert", "--format", "avif", *map(str, sorted(many.iterdir())), f"{out}/"]
    with subprocess.Popen(words, env=environment(), stderr=subprocess.PIPE) as running:
        assert eventually(lambda: out.is_dir() and len(list(out.iterdir())) > 3)
        maps = Path(f"/proc/{running.pid}/maps").read_text()
        below = descendants(running.pid)
        running.send_signal(number)
        assert running.wait(5) == 130
        assert running.stderr
        assert running.stderr.read() == b""
    assert not [codec for codec in CODECS if codec in maps], "a codec on the near side"
    assert below
    assert eventually(lambda: not any(map(alive, below)))
    made = named(out)
    assert 3 < len(made) < 400
    assert len(set(made.values())) == 1
    assert all(re.fullmatch(r"\d{3}\.avif", name) for name in made)


def test_it_can_be_interrupted_while_it_waits_for_its_input(tmp_path: Path) -> None:
    words = [REMOTE, "convert", "-", str(tmp_path / "a.png")]
    with subprocess.Popen(words, env=environment(), stdin=subprocess.PIPE) as running:
        assert eventually(lambda: any("zygote" in command(pid) for pid in descendants(running.pid)))
        time.sleep(0.5)
        running.send_signal(signal.SIGINT)
        assert running.wait(5) == 130


def test_require_does_not_start_where_the_wall_is_incomplete(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(EVERY_FORMAT["png"])
    argv = on_kernel_without("seccomp", [REMOTE, "convert", "a.png", "b.gif"])
    ran = subprocess.run(argv, cwd=tmp_path, env=environment(REMOTE_SANDBOX="require"), capture_output=True)
    assert ran.returncode == 1
    assert re.fullmatch(rb"remote: REMOTE_SANDBOX=require, but nothing stops [\w, ]+ here\n", ran.stderr)
