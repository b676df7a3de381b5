from bot.uploads.announcing import Progress
from bot.uploads.watching import Watch
from tests.clocks import FakeClock


class Scene:
    """One upload, and what was told of it: when, and what there was to tell."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.on_way: dict[int, Progress] = {}
        self.told: list[tuple[float, Progress | None]] = []
        self.watch = Watch(self.on_way, 7, self.clock, self._tell)

    def _tell(self) -> None:
        self.told.append((self.clock.elapsed_s, self.on_way.get(7)))


async def test_what_is_done_soon_is_not_told_on_the_way() -> None:
    scene = Scene()
    async with scene.watch.telling():
        scene.watch(10)
        assert scene.on_way == {7: Progress(10, 0.0)}
        await scene.clock.advance(1.9)
    await scene.clock.advance(60)
    assert scene.told == []
    assert scene.on_way == {}


async def test_what_takes_longer_is_told_also_when_nothing_moved_since() -> None:
    scene = Scene()
    async with scene.watch.telling():
        await scene.clock.advance(1)
        scene.watch(10)
        await scene.clock.advance(2)
    assert scene.told == [(2.0, Progress(10, 1.0))]


async def test_silence_is_told_once_and_ends_with_the_next_move() -> None:
    scene = Scene()
    async with scene.watch.telling():
        await scene.clock.advance(4)
        scene.watch(10)
        await scene.clock.advance(4)
        assert not scene.on_way[7].is_quiet
        await scene.clock.advance(40)
        assert scene.told[2:] == [(9.0, Progress(10, 4.0, is_quiet=True))]
        scene.watch(20)
        assert scene.told[3:] == [(48.0, Progress(20, 48.0))]
        await scene.clock.advance(10)
        assert [at for at, progress in scene.told if progress and progress.is_quiet] == [9.0, 53.0]


async def test_silence_from_the_first_moment_is_told() -> None:
    scene = Scene()
    async with scene.watch.telling():
        await scene.clock.advance(6)
    assert scene.told == [(2.0, None), (5.0, Progress(0, 0.0, is_quiet=True))]
