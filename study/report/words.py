"""What the page of a report says beside its figures, in English and in Arabic.

One table for the template and the script: a test holds that both languages have every entry with the same places to fill.
Counts stand behind a colon, "Sentences: 3", because Arabic nouns change with the number before them.
"""

from .records import Words

#: By the name that the template and the script ask for; ``{n}`` is a place that is filled.
WORDS: dict[str, Words] = {
    # the frame of the page
    "skip": Words("To the content", "إلى المحتوى"),
    "report": Words("zawiya report", "تقرير زاوية"),
    "contents": Words("Contents", "المحتويات"),
    "overview": Words("Overview", "نظرة عامة"),
    "reader": Words("Reader", "القارئ"),
    "about": Words("About this report", "عن هذا التقرير"),
    "language": Words("Language", "اللغة"),
    "theme": Words("Colours", "الألوان"),
    "theme_auto": Words("Auto", "تلقائي"),
    "theme_light": Words("Light", "فاتح"),
    "theme_dark": Words("Dark", "داكن"),
    # overview
    "articles": Words("Articles", "المقالات"),
    "sentences": Words("Sentences", "الجمل"),
    "outlets": Words("Outlets", "الوسائل الإعلامية"),
    "actors": Words("Actors", "الفاعلون"),
    "actor_rows": Words("Actors in sentences", "ذكر الفاعلين في الجمل"),
    "dates": Words("Dates", "التواريخ"),
    "undated": Words("no dates", "بلا تواريخ"),
    "notes": Words("Before you read the figures", "قبل قراءة الأرقام"),
    "trust": Words("How far to trust these figures", "إلى أي حد تُصدَّق هذه الأرقام"),
    "counted": Words(
        "Every figure is a count of what the model gave, taken at its word and not corrected. An interval says how far the "
        "figure would move with other articles of the same kind; it does not hold the model's own mistakes.",
        "كل رقم هنا عدٌّ لما أعطاه النموذج، كما هو ومن غير تصحيح. وفترة الثقة تبيّن مدى تغيّر الرقم لو كانت المقالات غيرها "
        "من النوع نفسه، ولا تشمل أخطاء النموذج نفسه.",
    ),
    "corrected": Words(
        "Figures marked * in the tables are corrected by labels that people gave to a sample, and their intervals hold the "
        "model's mistakes too; the rest are counts of what the model gave. Rows labelled by people: {n}.",
        "الأرقام المعلَّمة بنجمة * في الجداول مصحَّحة بتصنيفات أشخاص لعيّنة، وفترات ثقتها تشمل أخطاء النموذج أيضًا، والباقي عدٌّ "
        "لما أعطاه النموذج. الصفوف التي صنّفها أشخاص: {n}.",
    ),
    "known": Words(
        "What is known of this model's mistakes, on other texts that it did not learn from (articles: {n}, actors in "
        "sentences: {m}). They say what kind of mistake to expect, not how large it is here.",
        "ما يُعرف من أخطاء هذا النموذج، على نصوص أخرى لم يتعلّم منها (المقالات: {n}، ذكر الفاعلين في الجمل: {m}). وهي تدل على "
        "نوع الخطأ المتوقع لا على مقداره هنا.",
    ),
    "known_table": Words("How often the model is right", "كم يصيب النموذج"),
    "unknown": Words(
        "What mistakes this model makes is not known here: its folder with its scores was not found. "
        "Evaluate it, or label a sample (`zawiya sample`) and pass it with `--gold`.",
        "لا يُعرف هنا ما يخطئ فيه هذا النموذج، إذ لم يُعثر على مجلده ودرجاته. قيّموه، أو صنّفوا عيّنة (`zawiya sample`) "
        "ومرّروها مع `--gold`.",
    ),
    "known_right": Words("right, of those it gives", "الصواب مما يعطيه"),
    "known_found": Words("found, of those there are", "ما يجده مما هو موجود"),
    "advice": Words(
        "Compare outlets and periods rather than trusting one figure, and read the sentences behind it: each figure is a link.",
        "قارنوا بين الوسائل والفترات بدل الوثوق برقم واحد، واقرؤوا الجمل التي وراءه: كل رقم رابط.",
    ),
    # labels
    "favor": Words("favor", "مؤيِّد"),
    "against": Words("against", "معارِض"),
    "neutral": Words("neutral", "محايد"),
    "own": Words("the outlet's own words", "كلام الوسيلة نفسها"),
    "quoted": Words("quoted or reported", "منقول عن غيرها"),
    "author": Words("the outlet", "الوسيلة"),
    "other": Words("someone else", "جهة أخرى"),
    "none": Words("none", "بلا"),
    "stance": Words("Stance", "الموقف"),
    "voice": Words("Voice", "الصوت"),
    "holder": Words("Holder", "صاحب الموقف"),
    "actor": Words("Actor", "الفاعل"),
    "outlet": Words("Outlet", "الوسيلة"),
    "frame": Words("Frame", "الإطار"),
    "frame_too": Words("and frame", "ومعه الإطار"),
    "event": Words("Event", "الحدث"),
    "from": Words("From", "من"),
    "to": Words("To", "إلى"),
    "article": Words("Article", "المقالة"),
    "date": Words("Date", "التاريخ"),
    "source": Words("Source", "المصدر"),
    # figures
    "as_table": Words("The same as a table", "الأرقام نفسها في جدول"),
    "choose": Words("Show", "عرض"),
    "interval": Words("95% interval", "فترة ثقة 95%"),
    "clear": Words("clear of zero", "بعيد عن الصفر"),
    "nothing": Words("Nothing to show", "لا شيء يُعرض"),
    # reader
    "reader_lead": Words(
        "Every labelled sentence, in its article. Follow any figure to the sentences behind it, or choose below.",
        "كل جملة مصنّفة في مقالتها. اتبعوا أي رقم إلى الجمل التي وراءه، أو اختاروا أدناه.",
    ),
    "needs_script": Words(
        "The reader needs JavaScript, which is off in this browser. Figures and tables are all here without it.",
        "يحتاج القارئ إلى جافاسكربت، وهي معطَّلة في هذا المتصفح. أما الأرقام والجداول فكلها هنا من دونها.",
    ),
    "loading": Words("Unpacking the articles…", "جارٍ فتح المقالات…"),
    "cannot": Words(
        "This browser cannot unpack the articles; any of 2023 or later can. The figures need nothing of it.",
        "لا يستطيع هذا المتصفح فتح المقالات؛ يستطيع ذلك أي متصفح من 2023 فما بعد. ولا تحتاج الأرقام إلى ذلك.",
    ),
    "filters": Words("Filters", "المرشِّحات"),
    "any": Words("any", "أيّ"),
    "several": Words("several", "عدة"),
    "clear_all": Words("Clear all", "مسح الكل"),
    "remove": Words("Remove the filter {n}", "إزالة المرشِّح {n}"),
    "matching": Words("Matching sentences", "الجمل المطابقة"),
    "found": Words("Sentences: {n} · Articles: {m}", "الجمل: {n} · المقالات: {m}"),
    "mentions_found": Words("Mentions: {n}", "مرات الذكر: {n}"),
    "no_match": Words(
        "No sentence fits. Remove a filter to see more.", "لا جملة تطابق ذلك. أزيلوا مرشِّحًا لرؤية المزيد."
    ),
    "no_match_sample": Words(
        "The reader holds a sample of the articles: the figure may rest on others.",
        "يضم القارئ عيّنة من المقالات، وقد يقوم الرقم على غيرها.",
    ),
    "page": Words("Page {n} of {m}", "الصفحة {n} من {m}"),
    "previous": Words("Previous", "السابق"),
    "next": Words("Next", "التالي"),
    "previous_article": Words("Previous article", "المقالة السابقة"),
    "next_article": Words("Next article", "المقالة التالية"),
    "article_of": Words("Article {n} of {m}", "المقالة {n} من {m}"),
    "back_to_list": Words("Back to the sentences", "عودة إلى الجمل"),
    "choose_article": Words("Choose a sentence to read its article.", "اختاروا جملة لقراءة مقالتها."),
    "untitled": Words("Untitled", "بلا عنوان"),
    "no_outlet": Words("no outlet", "بلا وسيلة"),
    "no_date": Words("no date", "بلا تاريخ"),
    "furniture": Words("of the page, not labelled", "من الصفحة، غير مصنّف"),
    "legend": Words("What the marks mean", "معنى العلامات"),
    "legend_uncertain": Words("uncertain: dashed and faded, with “?”", "غير مؤكد: متقطع وباهت مع «؟»"),
    "legend_holder": Words("after the actor: the stance, and who holds it", "بعد الفاعل: الموقف ومن يتخذه"),
    "legend_frames": Words("after the sentence: its frames", "بعد الجملة: أُطُرها"),
    "keys": Words(
        "Tab reaches the article; arrow keys move between marks, Enter shows the words behind one, Esc lets go.",
        "يصل مفتاح Tab إلى المقالة؛ والأسهم تنتقل بين العلامات، وEnter يُظهر الكلمات التي وراء إحداها، وEsc يتركها.",
    ),
    "legend_question": Words("?", "؟"),
    "uncertain": Words("uncertain", "غير مؤكد"),
    "held_by": Words("held by", "صاحبه:"),
    "score": Words("score", "الدرجة"),
    "not_named": Words("not named in the sentence", "غير مذكور في الجملة"),
    "why": Words("Words behind this decision", "الكلمات وراء هذا القرار"),
    "why_for": Words("spoke for it", "قالت به"),
    "why_against": Words("spoke against it", "قالت بغيره"),
    "why_how": Words(
        "Each word was hidden from the model in turn; shaded is what the decision lost or gained.",
        "أُخفيت كل كلمة عن النموذج في دورها؛ والمظلَّل ما خسره القرار أو كسبه.",
    ),
    "not_explained": Words(
        "Not worked out for this one; zawiya report --explain N explains more decisions.",
        "لم تُحسب لهذا القرار. يشرح zawiya report --explain N قرارات أكثر.",
    ),
    "let_go": Words("Close", "إغلاق"),
    "invisible": Words(
        "Characters that would turn or hide text are shown by their number and have no effect here.",
        "تُعرض الحروف التي قد تقلب النص أو تخفيه بأرقامها، ولا أثر لها هنا.",
    ),
    "about_stance": Words(
        "A stance is what the wording of a sentence takes toward an actor, held by the outlet itself or by somebody it "
        "quotes or reports on. It is not the outlet's opinion.",
        "الموقف هو ما تتخذه صياغة الجملة تجاه فاعل، وصاحبه الوسيلة نفسها أو من تنقل عنه. وليس الموقف رأي الوسيلة.",
    ),
    "about_voice": Words(
        "Own words: the outlet holds the stance itself. Quoted or reported: an actor or somebody else does.",
        "كلام الوسيلة: هي صاحبة الموقف. المنقول: صاحبه فاعل أو جهة أخرى.",
    ),
    "about_interval": Words(
        "Sentences of one article share their event and author, so the 95% interval of a share goes by how much articles "
        "differ, not sentences. A figure from a single article has no interval.",
        "تشترك جمل المقالة الواحدة في الحدث والكاتب، فتُحسب فترة الثقة 95% من اختلاف المقالات لا الجمل. ولا فترة لرقم من "
        "مقالة واحدة.",
    ),
}
