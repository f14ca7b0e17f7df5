"""The names of the months, by which a full date is known.

`CLDR` is made once from the names, whole and short, that Unicode's CLDR gives; a test holds it
against Babel's. `OTHER` is ours: what people write besides.
"""

from __future__ import annotations

CLDR = {
    "nl": "januari februari maart april mei juni juli augustus september oktober november december"
    " jan feb mrt apr jun jul aug sep okt nov dec",
    "en": "january february march april may june july august september october november december"
    " jan feb mar apr jun jul aug sep oct nov dec",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"
    " janv févr avr juil sept oct nov déc",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre"
    " diciembre ene feb mar abr may jun jul ago sept oct nov dic",
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października"
    " listopada grudnia styczeń luty marzec kwiecień maj czerwiec lipiec sierpień wrzesień"
    " październik listopad grudzień sty lut mar kwi cze lip sie wrz paź lis gru",
    "uk": "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня"
    " січень лютий березень квітень травень червень липень серпень вересень жовтень листопад"
    " грудень січ лют бер квіт трав черв лип серп вер жовт лист груд",
    "tr": "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık oca şub mar"
    " nis may haz tem ağu eyl eki kas ara",
    "bg": "януари февруари март април май юни юли август септември октомври ноември декември яну"
    " фев апр авг сеп окт ное дек",
    "ar": "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
    "fa": "ژانویهٔ فوریهٔ مارس آوریل مهٔ ژوئن ژوئیهٔ اوت سپتامبر اکتبر نوامبر دسامبر ژانویه فوریه"
    " مه ژوئیه",
    "so": "janaayo febraayo maarso abriil maayo juun luulyo agosto sebtembar oktoobar noofeembar"
    " diseembar jannaayo ogosto sebteembar jan feb mar abr may jun lul ogs seb okt nof dis",
    "ti": "ጥሪ ለካቲት መጋቢት ሚያዝያ ጉንበት ሰነ ሓምለ ነሓሰ መስከረም ጥቅምቲ ሕዳር ታሕሳስ ለካ መጋ ሚያ ግን ሓም ነሓ መስ ጥቅ ሕዳ ታሕ",
}

OTHER = {
    "fr": "fév",
    "es": "set setiembre",
    "bg": "септ",
    "ar, in the Levant and Iraq": "شباط آذار نيسان أيار حزيران تموز آب أيلول"
    " كانون_الأول كانون_الثاني تشرين_الأول تشرين_الثاني",
    "ar, in the Maghreb": "جانفي فيفري أفريل ماي جوان جويلية أوت إبريل غشت شتنبر نونبر دجنبر"
    " يوليوز",
    "fa, the solar year": "فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند",
    "fa, in Afghanistan": "حمل ثور جوزا سرطان اسد سنبله میزان عقرب قوس جدی دلو حوت"
    " جنوری فبروری اپریل می جون جولای اگست سپتمبر اکتوبر نومبر دسمبر",
    "so": "agoosto nofembar disembar",
    "ti": "ግንቦት",
    "de": "januar februar märz mai oktober dezember dez",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
}
"""Other spellings and calendars of the same languages; German and Russian are much written too."""
