"""What page furniture looks like: the rules of :mod:`zawiya.furniture`, as data.

Every rule is written in plain spelling and carries its reason. A rule that could fill a real sentence has a limit of
words, asks for a line of its own or for a colon; what is still doubtful is not here.
"""

import re
from dataclasses import dataclass, field

from zawiya.arabic import STRONG_LETTERS, fold

_NETWORKS = (
    "فيسبوك فيس بوك تويتر واتساب واتس اب آب تلغرام تيليغرام تليغرام تيليجرام تليجرام لينكد إن لينكدإن ماسنجر "
    "انستغرام إنستغرام انستجرام يوتيوب تيك توك سناب شات ثريدز بينتريست x facebook twitter whatsapp telegram "
    "linkedin messenger instagram youtube tiktok pinterest snapchat threads google news"
)
_AGENCIES = (
    "رويترز فرانس برس وكالات الوكالات وكالة سبوتنيك واس سانا بترا قنا وام وفا كونا ارنا فارس الأناضول شينخوا تاس "
    "نوفوستي إنترفاكس أسوشيتد اسوشييتد أسوشييتد يونايتد الألمانية الأنباء أنباء afp reuters ap dpa sputnik getty "
    "images cnn bbc أ إ ا ف ب د ش"
)
_MONTHS = (
    "يناير فبراير مارس أبريل إبريل مايو يونيو يونيه يوليو يوليه أغسطس سبتمبر أكتوبر نوفمبر ديسمبر كانون الثاني "
    "الأول شباط آذار نيسان أيار حزيران تموز آب أيلول تشرين جانفي فيفري أفريل ماي جوان جويلية أوت شتنبر غشت نونبر "
    "دجنبر january february march april may june july august september october november december محرم صفر ربيع "
    "الآخر جمادى الأولى الآخرة رجب شعبان رمضان شوال ذو القعدة الحجة هـ"
)
_DAYS = "السبت الأحد الاثنين الإثنين الثلاثاء الأربعاء الخميس الجمعة"


def _words(*texts: str) -> frozenset[str]:
    return frozenset(word for text in texts for word in fold(text).split())


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A sentence of at most ``most`` words, all of them in ``words``, one at least in ``core``.

    :param number: a number counts as one of the words; ``core`` may then be empty.
    """

    reason: str
    core: frozenset[str]
    words: frozenset[str]
    most: int = 20
    fewest: int = 1
    number: bool = False


@dataclass(frozen=True, slots=True)
class Pattern:
    """A sentence of at most ``most`` words that the pattern fills.

    :param raw: matched against the sentence as written; else against its folded words, without punctuation.
    :param alone: the sentence has its line to itself.
    """

    reason: str
    pattern: re.Pattern[str] = field(repr=False)
    most: int = 20
    raw: bool = False
    alone: bool = False


def _united(pattern: str) -> re.Pattern[str]:
    """A pattern written in plain spelling, with the letters united that folding unites."""
    return re.compile("".join(STRONG_LETTERS.get(letter, letter) for letter in pattern))


def _folded(reason: str, pattern: str, most: int = 20, *, alone: bool = False) -> Pattern:
    return Pattern(reason, _united(pattern), most, alone=alone)


def _written(reason: str, pattern: str, most: int = 20, *, alone: bool = False) -> Pattern:
    return Pattern(reason, re.compile(pattern, re.IGNORECASE), most, raw=True, alone=alone)


VOCABULARIES = (
    Vocabulary(
        "share buttons",
        _words("شارك شاركها شاركه شاركنا مشاركة المشاركة غرد تغريد تغريدة طباعة اطبع share tweet print", _NETWORKS)
        - _words("إن اب آب بوك news"),
        _words(
            "شارك شاركها شاركه شاركنا مشاركة المشاركة انشر غرد تغريد تغريدة طباعة اطبع إرسال أرسل نسخ انسخ الرابط "
            "رابط حفظ على عبر في مع أصدقائك بريد البريد الإلكتروني إيميل الخبر المقال هذا الموضوع حجم الخط "
            "share tweet print copy link email on via",
            _NETWORKS,
        ),
    ),
    Vocabulary(
        "navigation",
        _words("الرئيسية أخبار الأخبار سياسة اقتصاد رياضة ثقافة منوعات مقالات فيديو"),
        _words(
            "الرئيسية أخبار الأخبار سياسة السياسة اقتصاد الاقتصاد رياضة الرياضة ثقافة الثقافة فن فنون منوعات مقالات "
            "رأي آراء فيديو صور بودكاست تكنولوجيا علوم صحة محليات عربي دولي بحث القائمة تواصل معنا اتصل بنا من نحن "
            "البرامج الحلقات"
        ),
        fewest=3,
    ),
    Vocabulary(
        "date or time",
        frozenset(),
        _words(
            "آخر تحديث تاريخ النشر نشر نشرت في بتاريخ تم التحديث محدثة محدث يوم الساعة ساعة دقيقة دقائق ساعات منذ قبل "
            "بتوقيت غرينتش جرينتش مكة القاهرة م ص مساء صباحا ظهرا gmt utc am pm last update updated published",
            _MONTHS,
            _DAYS,
        ),
        number=True,
    ),
    Vocabulary(
        "agency credit",
        _words("رويترز برس وكالات الوكالات سبوتنيك واس سانا بترا قنا وام وفا كونا الأناضول شينخوا تاس نوفوستي afp")
        | _words("reuters dpa getty الألمانية"),
        _words(_AGENCIES, "المصدر مصدر المصادر خاص مواقع إلكترونية و photo"),
        most=8,
    ),
)

# spaces between repeated parts are not optional: else matching time explodes
_ADDRESS = r"[(\[]?(?:https?://\S+|www\.\S+|@\w+|[^\s@]+@[^\s@]+\.\w+|pic\.twitter\.com/\S+)[)\]]?"
_NAME = r"(?!ال)\S+(?: (?!(?:في|على|إلى|عن|من|أن|إن|مع|إذ)\b)\S+){0,2}"
PATTERNS = (
    _folded("continuation mark", r"تستمر|انتهى|يتبع|يتبع لاحقا|للخبر بقية|تتمة|نهاية الخبر"),
    _folded(
        "comments",
        r"(?:أفكارك و|شاركنا )?تعليقات(?:كم|ك|نا| القراء)?|التعليقات(?: \d+| مغلقة)?|\d+ تعليق(?:ات|ا)?|(?:أضف|اترك|"
        r"اكتب|أكتب) تعليق(?:ك|ا|كم)?(?: هنا)?|لا توجد تعليقات|(?:أضف|إضافة) تعليق(?: جديد)?|كن أول من يعلق|"
        r"شاركنا (?:رأيك|برأيك)(?: في التعليقات)?|سجل (?:الدخول|دخولك) للتعليق",
    ),
    _folded(
        "newsletter",
        r"(?:اشترك|اشتركوا|سجل)(?: الآن| مجانا)? (?:في|ب)(?: خدمة)? ?(?:نشرتنا|النشرة|قناتنا|قناة|القائمة|الرسائل|"
        r"الإشعارات|خدمة الإشعارات)(?: \S+){0,12}|النشرة البريدية(?: \S+){0,4}|(?:احصل|احصلوا) على (?:آخر|أحدث) "
        r"الأخبار(?: \S+){0,8}",
    ),
    _folded(
        "follow us",
        r"(?:تابعنا|تابعونا|تابعوا \S+|انضم إلى قناتنا|انضموا إلى قناتنا)(?: \S+){0,3}? (?:على|عبر|في)(?: \S+){0,4}? "
        rf"(?:{'|'.join(sorted(_words(_NETWORKS), key=len, reverse=True))}|أخبار جوجل|مواقع التواصل)(?: \S+){{0,8}}|"
        r"تابعونا|تابعنا|تابعنا على|تابعونا على",
    ),
    _written(  # without a colon the tail may be the next sentence of the article
        "links to other articles",
        r"(?:[إا]?قرأ|[إا]قرؤوا|[إا]قرأوا|شاهد|[اأ]نظر|طالع)\s(?:أ?ا?يض[اً]{1,2}|المزيد|كذلك)\s?[:：\-–—|«\"].*",
        25,
    ),
    _folded(
        "links to other articles",
        r"(?:اقرأ|إقرأ|شاهد|انظر|طالع) (?:أيضا|المزيد|كذلك)|قد (?:يعجبك|يهمك|يعجبكم|يهمكم)(?: أيضا)?(?: \S+){0,8}",
    ),
    _folded("links to other articles", r"(?:اقرأ|إقرأ|شاهد|انظر|طالع) أيضا(?: \S+){0,12}", alone=True),
    _folded(
        "links to other articles",
        r"(?:مواضيع|موضوعات|أخبار|روابط|مقالات|محتوى|محتويات|تقارير|الأخبار) (?:ذات|متعلقة|مشابهة)(?: (?:صلة|علاقة|"
        r"الصلة|العلاقة))?|المزيد|للمزيد|المزيد من الأخبار|الأكثر (?:قراءة|مشاهدة|تداولا|تعليقا|شيوعا)|"
        r"مقالات أخرى للكاتب|اخترنا لك|اخترنا لكم|أخبار أخرى|مواضيع أخرى|"
        r"شاهد الفيديو|اضغط هنا(?: \S+){0,4}|من الموقع|آخر الأخبار",
    ),
    _written(
        "links to other articles",
        r"(?:مواضيع|موضوعات|أخبار|روابط|مقالات) (?:ذات|متعلقة)(?: (?:صلة|علاقة))?\s?:.*",
        25,
    ),
    _folded(
        "copyright",
        r"(?:\S+ ){0,18}?(?:جميع|كافة|كل) (?:ال)?حقوق (?:النشر )?(?:محفوظة|محفوظه)(?: \S+){0,6}|(?:\S+ ){0,4}?"
        r"all rights reserved(?: \S+){0,6}",
        28,
    ),
    _written("copyright", r"(?:copyright\b.*|.{0,30}©.{0,60})", 12),
    _folded(
        "disclaimer",
        r"(?:\S+ ){0,25}?لا (?:ت|ي)عبر(?:ون|ان)? بالضرورة عن (?:رأي|آراء|سياسة|سياستها|موقف|وجهة نظر|توجه)(?: \S+)? ?"
        r"(?:الموقع|موقع|الصحيفة|صحيفة|الجريدة|المجلة|الشبكة|المنصة|القناة|الخاصة|هيئة التحرير|الناشر)(?: \S+){0,10}",
        50,
    ),
    _folded(
        "cookie notice",
        r"(?:نستخدم|نحن نستخدم|يستخدم (?:هذا )?(?:الموقع|موقعنا)|هذا الموقع يستخدم|باستخدامك|بمتابعتك|باستمرارك)"
        r"(?: \S+)*? (?:ملفات (?:تعريف )?الارتباط|الكوكيز|سياسة الخصوصية)(?: \S+)*",
        50,
    ),
    _written(
        "by-line",
        r"[(\[]?\s?(?:كتبه?ا?|كتبت|بقلم|الكاتب|إعداد|اعداد|إعداد وتحرير|تحرير|ترجمة|متابعة|تصوير|مراسل|مراسلنا|"
        r"مراسلتنا|المحرر|أجرى الحوار|أعده|أعدته)\s?[:/|–—-]+\s?(?!ال)\S+(?:\s\S+){0,3}",
        8,
        alone=True,
    ),
    _folded("by-line", rf"(?:كتب|كتبت|بقلم|ترجمة|تحرير|تصوير) {_NAME}", 4, alone=True),
    _folded("photo credit", r"(?:صورة |الصورة |صور )?(?:من ال|ال)?أرشيف(?:ية|يه)?|صورة (?:أرشيفية|تعبيرية|توضيحية)", 4),
    _written(
        "photo credit",
        r"[^\u0621-\u064a]{0,60}\b(?:photo|getty|reuters|afp|globallookpress|epa|shutterstock)\b[^\u0621-\u064a]{0,60}",
        12,
    ),
    _written("photo credit", r"[(\[]?(?:صورة|الصورة|الصور|تصوير)\s?[:–—-]\s?\S+(?:\s\S+){0,3}[)\]]?", 6, alone=True),
    _written(  # a run of dashes is cut in one way only: else four hundred of them take half a second
        "dateline",
        r"[(\[]?(?:\S+\s){0,2}\S+(?:[–—/-]|\s[–—/-]++)\s?(?:\S+\s){0,2}?"
        r"(?:رويترز|وكالات|أ\s?ف\s?ب|نت|نيوز|برس|أونلاين|الأناضول)[)\]]?|"
        r"\S+\s(?:اليوم|نت|نيوز|برس|أونلاين|العربي)\s?[–—/-]+\s?\S+",
        6,
        alone=True,
    ),
    _written("source credit", r"[(\[]?(?:المصدر|المصادر|مصدر الصورة)\s?:\s?\S+(?:\s[^\s.]+){0,4}[)\]]?", 7),
    _written("address", rf"{_ADDRESS}(?:\s+{_ADDRESS})*"),
    _written("hashtags", r"(?:#[\w\u064b-\u0652]+\s*)+"),
    _written(
        "tags",
        r"(?:الكلمات (?:الدلالية|المفتاحية|الدالة)|كلمات (?:دلالية|مفتاحية|دالة|البحث)|الوسوم|وسوم|سمات|تاغات|هاشتاغ)"
        r"\s?(?::.*)?",
        20,
    ),
    _folded("agency credit", r"(?:المصدر )?(?:[أا] ?ف ?ب|د ?ب ?[أا]|[أا] ?ش ?[أا]|[أا] ?ب)(?: رويترز| وكالات)?", 6),
    _folded("form", r"(?:لقد )?تم إرسال (?:تعليمات|إرشادات)(?: \S+){0,8}|(?:\S+ ){0,3}تم حذف حسابك"),
    _folded("label", r"إعلان|إعلانات|advertisement|عاجل|مباشر|خاص|حجم الخط|تم نسخ الرابط"),
)

#: A sentence with one of the first and another of either is a form; the second kind stands in the news as well
FORM_ONLY = _united(
    r"الاسم المستعار|حذف الملف الشخصي|تعليمات التأكيد|الرمز الذي في الصورة|الحقول المعلمة|ضغطك على زر|طرق أخرى للدخول|"
    r"أهلا بكم|الملف الشخصي على|أدخل عنوان"
)
FORM_OR_NEWS = _united(r"كلمة (?:السر|المرور)|البريد الإلكتروني|استعادة (?:ال)?حساب|سياسة الخصوصية|تسجيل الدخول")
