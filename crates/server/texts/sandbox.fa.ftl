# The sandbox in Persian: scripts, faults, magic names and Worlds. Keys are the same in every language.
world-export = دریافت به‌شکل فایل جهان
world-export-about = همهٔ آنچه هست، با رازهای مهروموم‌شده؛ اینجا یا جای دیگر بارگذاری می‌شود.
world-file = یک فایل جهان
world-replace = به‌جای همهٔ آنچه هست
count-steps = { $count ->
    [one] { $count } قدم
   *[other] { $count } قدم
}
script-next = قدم بعدی:
script-waits-message = منتظر یک پیام است
script-waits-opened = منتظر باز شدن یک گفت‌وگو است
script-waits-silence = { $count ->
    [one] منتظر { $count } ثانیه بی‌پاسخی است
   *[other] منتظر { $count } ثانیه بی‌پاسخی است
}
script-waits-time = { $count ->
    [one] هر ثانیه کاری می‌کند
   *[other] هر { $count } ثانیه کاری می‌کند
}
script-with-text = با واژه‌های
script-with-regex = مطابق با
script-with-button = با دکمهٔ
script-of-kind = از نوع
script-kind-text = متن
script-kind-image = عکس
script-kind-file = فایل
script-kind-voice = پیام صوتی
script-kind-video = ویدیو
script-kind-location = مکان
script-kind-contact = مخاطب
script-chance = در این سهم از موارد:
percent = { $count }٪
count-fault-matched = { $count ->
    [0] هنوز جور نشده است
    [one] یک بار جور شد
   *[other] { $count } بار جور شد
}
fault-add = خطا اضافه کنید
fault-added = از این پس این خراب می‌شود.
fault-mistakes = چنین خطایی نمی‌شود:
fault-effect = چه چیزی خراب شود
fault-effect-status = خطایی پاسخ داده شود
fault-effect-delay = همه‌چیز دیرتر برسد
fault-effect-cut = اتصال قطع شود
fault-effect-lose_answer = پاسخ گم شود
fault-effect-truncate = متن در میانه تمام شود
fault-effect-drift = واژه‌ها بی‌خبر عوض شوند
fault-effect-expired_token = توکن منقضی به حساب آید
fault-effect-trickle = پاسخ قطره‌قطره برسد
fault-effect-duplicate = رویدادی دو بار گفته شود
fault-effect-drop = رویدادی هرگز گفته نشود
fault-effect-reorder = رویدادهای بعدی از یکی جلو بزنند
fault-place = کجا
fault-group-all = همه‌جا
fault-group-kenar = درخواست‌های کنار
fault-group-market = درخواست‌های مارکت
fault-group-oauth = درخواست‌های OAuth
fault-group-media = درخواست فایل‌ها
fault-group-letters = رویدادهایی که به گیرنده‌ها می‌روند
fault-all-in = هر درخواست به پیک
fault-all-out = هر رویداد به یک گیرنده
fault-all-of = همهٔ آن‌ها
fault-out-kenar = هر رویداد به اپ‌ها
fault-out-market = هر رویداد به کسب‌وکارها
fault-code = وضعیت
fault-milliseconds = میلی‌ثانیه
fault-at = چه زمانی
fault-at-before = پیش از آنکه کاری انجام شود
fault-at-after = پس از آنکه انجام شد
fault-drift = چگونه
fault-drift-unknown_word = واژه‌ای که کسی نمی‌شناسد
fault-drift-extra_field = فیلدی که کسی نمی‌شناسد
fault-drift-missing_field = یک فیلد نیست
fault-drift-numbers_as_text = عددها متن می‌شوند
fault-field = فیلد، اگر یکی منظور است
fault-bytes = بایت در ثانیه
fault-chance = در چند مورد از صد
fault-count = چند بار؛ خالی یعنی همیشه
fault-more = فقط برای بعضی، یا از زمانی به بعد
fault-name = نام
fault-skip = چند تای اول رد شوند
fault-seed = بذر
fault-app = اپ
fault-business = کسب‌وکار
fault-person = شخص
fault-chat = گفت‌وگو
fault-does-status = وضعیت { $code } پاسخ داده می‌شود و کاری انجام نمی‌شود.
fault-does-delay = همه‌چیز { $count } میلی‌ثانیه دیرتر رخ می‌دهد.
fault-does-cut-before = پیش از آنکه کاری انجام شود اتصال قطع می‌شود.
fault-does-cut-after = انجام می‌شود و اتصال بی‌پاسخ قطع می‌شود.
fault-does-lose_answer = انجام می‌شود، { $count } میلی‌ثانیه سکوت است و بعد اتصال قطع می‌شود.
fault-does-truncate = متن در میانه تمام می‌شود.
fault-does-expired_token = توکن منقضی به حساب می‌آید.
fault-does-trickle = پاسخ با { $count } بایت در ثانیه می‌رسد.
fault-does-duplicate = رویداد دو بار گفته می‌شود.
fault-does-drop = رویداد هرگز گفته نمی‌شود.
fault-does-reorder = رویداد { $count } میلی‌ثانیه کنار گذاشته می‌شود و بعدی‌ها از آن جلو می‌زنند.
fault-way-in = درخواست‌ها
fault-way-out = رویدادها
fault-chance-of = { $count }٪ از آن‌ها
fault-skips = نه { $count } تای اول
fault-times = { $count ->
    [one] یک بار
   *[other] { $count } بار
}
magic-title = نام‌های جادویی
magic-about = آنچه کم رخ می‌دهد، با نام‌هایی که در هر جهانِ جادودار یکی است. برنامه بی هیچ آماده‌سازی تمرینش می‌کند.
magic-none = این جهان جادو ندارد. بالای فایل جهان بنویسید magic = true.
magic-blocker = شمارهٔ تلفن کسی که همه را مسدود کرده است
magic-blocked-chat = گفت‌وگوی این شخص با اپ: هر پیامی با 412 رد می‌شود
magic-over-limit-kenar = کلیدی که همیشه از سقفش گذشته است: 429 با Retry-After
magic-blocked-order = سفارشی که مشتری‌اش کسب‌وکار را مسدود کرده است: نوشتن با 403 رد می‌شود
magic-finished-order = سفارشی که گفت‌وگویش تمام شده است
magic-no-order = سفارشی که هیچ‌کس ندارد: 404
magic-over-limit-market = کلیدی که همیشه از سقفش گذشته است: 420 با سه سرآیندش
magic-loses-answer = نشانی رویدادها که هر یک را می‌شنود و اتصال را وسط پاسخش قطع می‌کند
magic-fails = نشانی رویدادها که به هر یک 500 پاسخ می‌دهد
