"""Text in, labelled article out: the whole way of a sentence, in one place.

Articles are labelled in groups, so that the model sees full batches whatever the articles' lengths. While it reads one
group the next is split and searched for actors; a few groups are held in memory, and nothing else is.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from . import config
from .actors import ActorFinder
from .bundle import fingerprint
from .errors import ZawiyaError
from .furniture import furniture_spans
from .prediction import Judge, load_judge
from .records import Article, Role, Sentence
from .resources import resource
from .sentences import split
from .taxonomy import FrameList, Taxonomy

#: Characters of the articles that are labelled together; one article at least.
GROUP = 50_000
#: Groups that the model may be busy with while the next is prepared.
AHEAD = 4


class Labeler:
    """Labels Arabic news with the stance toward each actor, its holder, and the frames.

    :param judge: the model.
    :param taxonomy: the actors to look for. Its frames must be the model's; only the list that comes with zawiya gives
        way to a model that has its own, since whoever names actors alone has that one besides.
    :param fingerprint: of the model's folder.
    :raises ZawiyaError: when the taxonomy has frames of its own that are not the model's.

    Example::

        from zawiya import Labeler

        article = Labeler.load().label("اتهمت موسكو واشنطن بالسعي إلى إشاعة الفوضى.")
        for sentence in article.sentences:
            for mention in sentence.mentions:
                print(mention.text, mention.actor, mention.stance, mention.holder)
    """

    def __init__(self, *, judge: Judge, taxonomy: Taxonomy, fingerprint: str = "") -> None:
        _check_frames(taxonomy, judge)
        self.judge = judge
        self.taxonomy = taxonomy
        self.fingerprint = fingerprint
        self._finder = ActorFinder(taxonomy.actors)

    @classmethod
    def load(cls, model: Path | str | None = None, *, taxonomy: Taxonomy | None = None, threads: int = 0) -> "Labeler":
        """A labeler from a model folder, by default the embedded model with the actor list that comes with it.

        :param threads: batches of an encoder that run at once; 0 takes one for each core.
        :raises ZawiyaError: when the folder holds no model, or the taxonomy is at fault.
        """
        folder = Path(model) if model else resource("models", "default")
        return cls(
            judge=load_judge(folder, threads=threads),
            taxonomy=taxonomy or Taxonomy.load(),
            fingerprint=fingerprint(folder),
        )

    def label(self, text: str, *, date: str | None = None, outlet: str | None = None) -> Article:
        """Label one text; offsets of the result slice the text that was passed in.

        :param date: ISO date, which decides who a name stood for at the time.
        """
        if not isinstance(text, str):
            raise ZawiyaError(f"expected the text as str, found {type(text).__name__}; decode bytes first")
        article = Article(id="text", text=text, date=date, outlet=outlet)
        return next(self.label_articles([article]))

    def label_articles(self, articles: Iterable[Article]) -> Iterator[Article]:
        """Label articles as they come, in order, whatever sentences and labels they brought along."""
        for group in self.label_groups(grouped(articles)):
            yield from group

    def label_groups(self, groups: Iterable[Sequence[Article]]) -> Iterator[list[Article]]:
        """Label groups of articles as they come, in order; a group's labels depend on nothing but the group."""
        with ThreadPoolExecutor(AHEAD, thread_name_prefix="zawiya-group") as pool:
            running: deque[Future[list[Article]]] = deque()
            try:
                for group in groups:
                    running.append(pool.submit(self.label_prepared, [self.prepare(article) for article in group]))
                    if len(running) > AHEAD:
                        yield running.popleft().result()
                while running:
                    yield running.popleft().result()
            finally:
                for future in running:
                    future.cancel()

    def prepare(self, article: Article) -> Article:
        """The article split into sentences, with furniture marked and every mention found; the model is not asked."""
        return self._finder.find(article.with_sentences(sentences_of(article)))

    def label_prepared(self, articles: Sequence[Article]) -> list[Article]:
        """Label articles whose sentences and mentions stand already; mentions are judged, merged and maybe rejected."""
        places = [
            (a, s)
            for a, article in enumerate(articles)
            for s, sentence in enumerate(article.sentences)
            if sentence.role != "furniture"
        ]
        sentences = [articles[a].sentences[s] for a, s in places]
        labelled = [list(article.sentences) for article in articles]
        done = self.judge.label(sentences)
        for (a, s), sentence in zip(places, done, strict=True):
            labelled[a][s] = sentence
        return [article.with_sentences(tuple(new)) for article, new in zip(articles, labelled, strict=True)]


def grouped(articles: Iterable[Article]) -> Iterator[list[Article]]:
    """Articles in groups of at least :data:`GROUP` characters, which hold no more of them than it takes."""
    group: list[Article] = []
    size = 0
    for article in articles:
        group.append(article)
        size += len(article.text)
        if size >= GROUP:
            yield group
            group, size = [], 0
    if group:
        yield group


def _check_frames(taxonomy: Taxonomy, judge: Judge) -> None:
    asked, known = set(taxonomy.frame_ids), set(judge.frames)
    if asked == known:
        return
    if taxonomy.frames == config.load(FrameList, resource("configs", "taxonomy", "frames.yaml")):
        return
    unknown, unasked = sorted(asked - known), sorted(known - asked)
    differences = [
        *([f"the model was not trained on {', '.join(unknown)}"] if unknown else []),
        *([f"the frame list lacks {', '.join(unasked)}"] if unasked else []),
    ]
    raise ZawiyaError(
        f"expected the frames of the model {judge.name!r}, found others: {'; '.join(differences)}. "
        "Use the frame list that the model was trained with, or train one with this list"
    )


def sentences_of(article: Article) -> tuple[Sentence, ...]:
    """The sentences of an article's text, without mentions; the headline and the page's furniture have their roles."""
    spans = split(article.text)
    furniture = furniture_spans(article.text, spans, article.title)
    title_end = _title_end(article)
    found = []
    for (start, end), is_furniture in zip(spans, furniture, strict=True):
        role: Role = "furniture" if is_furniture else "title" if start < title_end else "body"
        found.append(Sentence(start, end, article.text[start:end], role))
    return tuple(found)


def _title_end(article: Article) -> int:
    """Offset behind the headline, 0 where the text does not begin with it; marks such as «#» may stand before it."""
    if not article.title:
        return 0
    before, found, _ = article.text.partition(article.title)
    return len(before) + len(found) if found and not any(map(str.isalnum, before)) else 0
