# کنسول به فارسی. کلیدها در همهٔ زبان‌ها یکی است.
peyk = پیک
nav = صفحه‌ها
nav-try = امتحان کنید
nav-chats = گفت‌وگوها
nav-sandbox = سندباکس
skip = رفتن به محتوا
display = نمایش
language = زبان
theme = رنگ‌ها
theme-auto = مطابق سیستم
theme-light = روشن
theme-dark = تیره
copied = کپی شد
copy = کپی
live-lost = سرور پاسخ نمی‌دهد. دوباره تلاش می‌کنیم…

clock = ساعت سرور
clock-standing = ایستاده
clock-moved = جابه‌جا شده
clock-machine = زمان واقعی
clock-title = ساعت
clock-about = همه‌چیز اینجا با همین یک ساعت پیش می‌رود: پیام‌ها، تلاش‌های دوباره، محدودیت‌ها و توکن‌ها. زمانِ کادر پایین UTC است و زمان‌های دیگر به وقت شما.
clock-freeze = ساعت را نگه دارید
clock-unfreeze = بگذارید پیش برود
clock-reset = برگشت به زمان واقعی
clock-run = جلو رفتن تا وقتی چیزی در انتظار نباشد
clock-advance = جلو بردن به‌اندازهٔ
clock-minute = یک دقیقه
clock-hour = یک ساعت
clock-day = یک روز
clock-week = یک هفته
clock-set-label = یا رفتن به زمانی مشخص، به وقت UTC
clock-set = تنظیم
clock-moved-done = ساعت جابه‌جا شد.
clock-bounds = ساعت به آنجا نمی‌رسد. زمانی بین سال‌های ۱۹۷۰ و ۲۲۰۰ میلادی انتخاب کنید.
clock-ran-idle = { $count ->
    [0] چیزی در انتظار نبود.
   *[other] ساعت { $count } بار جلو پرید و دیگر چیزی در انتظار نیست.
}
clock-ran-on = ساعت { $count } بار جلو پرید، ولی هنوز چیزی در انتظار است.

sandbox-lead = اینجا زمان، آدم‌ها و خطاها در دست شماست. هیچ‌کدام از این‌ها در محیط واقعی نیست.
scripts-title = سناریوها
scripts-about = کارهایی که آدم‌ها وقتی کسی به آن‌ها پیام می‌دهد خودشان انجام می‌دهند.
scripts-none = اینجا کسی خودش کاری نمی‌کند. با فایل جهان می‌توانید به آدم‌ها سناریو بدهید.
script-on = روشن
script-off = خاموش
script-switch-on = روشن کنید
script-switch-off = خاموش کنید
script-switched = سناریو تغییر کرد.
script-refusal = قدم آخرش پذیرفته نشد:

count-messages = { $count } پیام
count-firings = { $count ->
    [0] هنوز استفاده نشده
   *[other] { $count } بار استفاده شده
}
count-waiting-steps = { $count ->
    [0] قدمی در راه نیست
   *[other] { $count } قدم در راه است
}

trouble-home = رفتن به صفحهٔ اول
trouble-no-page = چنین صفحه‌ای نیست
trouble-no-page-text = در این نشانی چیزی نیست. شاید اشتباه نوشته شده باشد.
trouble-refused = این را نمی‌شود نشان داد
trouble-refused-text = سرور نپذیرفت.
trouble-stale = این فرم دیگر معتبر نیست
trouble-stale-text = در نشست دیگری از مرورگر باز شده یا وب‌سایت دیگری آن را فرستاده است. برگردید، صفحه را دوباره باز کنید و باز امتحان کنید.
trouble-malformed = این فرم خوانده نمی‌شود
trouble-malformed-text = چیزی در آن کم است یا آن نیست که صفحه می‌خواهد. برگردید، صفحه را دوباره باز کنید و باز امتحان کنید.
trouble-foreign = درخواستی از بیرون
trouble-foreign-text = این درخواست از وب‌سایتی دیگر یا با نامی آمده که مال این سرور نیست. کنسول را با همان نشانی‌ای باز کنید که سرور هنگام شروع چاپ کرده است.
trouble-not-from-here = فقط برای همین دستگاه
trouble-not-from-here-text = در سندباکس هرکس می‌تواند جای هرکس باشد، برای همین کنسول آن فقط به دستگاهی پاسخ می‌دهد که روی آن اجرا شده است.
trouble-sandbox-only = فقط در سندباکس
trouble-sandbox-only-text = دیگران از این سرور استفاده می‌کنند، پس زمان و آدم‌ها و خطاهایش واقعی است.
trouble-broken = چیزی خراب شد
trouble-broken-text = این اشتباه ماست. گزارش سرور جزئیات بیشتری دارد؛ کمی بعد دوباره امتحان کنید.

refusal-key = این کلید کار نمی‌کند: ناشناس، باطل یا منقضی است.
refusal-token = این توکن کار نمی‌کند: ناشناس یا منقضی است.
refusal-access = این کار مجاز نیست ({ $reason }).
refusal-not-found = اینجا { $noun } { $id } نیست. شاید نامش عوض شده یا هرگز نبوده است.
refusal-exists = { $noun } { $id } از قبل هست.
refusal-blocked = یکی از دو طرف دیگری را مسدود کرده و چیزی فرستاده نمی‌شود. اول مسدودی را بردارید.
refusal-same-sides = نمی‌شود با خود گفت‌وگو باز کرد. آگهی کس دیگری را انتخاب کنید.
refusal-no-dispute-possible = فقط دربارهٔ سفارش‌ها و مرجوعی‌ها می‌شود اختلاف ثبت کرد.
refusal-dispute-under-way = در این گفت‌وگو اختلافی در حال رسیدگی است.
refusal-no-dispute = در این گفت‌وگو اختلافی نیست.
refusal-text-empty = اول چیزی بنویسید.
refusal-text-long = متن خیلی بلند است: حداکثر { $count } نویسه.
refusal-text-nul = متن نویسه‌ای دارد که ذخیره نمی‌شود. آن را بردارید و دوباره امتحان کنید.
refusal-location = چنین جایی روی زمین نیست: عرض جغرافیایی از ۹۰- تا ۹۰ و طول از ۱۸۰- تا ۱۸۰ است.
refusal-contact = مخاطب باید شماره تلفنی با حداکثر { $count } نویسه داشته باشد.
refusal-button-rows = ردیف‌های دکمه زیاد است: حداکثر { $count } ردیف.
refusal-button-row = دکمه‌های یک ردیف زیاد است: حداکثر { $count } دکمه.
refusal-caption-empty = دکمه باید نوشته داشته باشد.
refusal-caption-long = نوشتهٔ دکمه بلند است: حداکثر { $count } نویسه.
refusal-button = دکمه باید درست یک کار با اندازهٔ معقول داشته باشد.
refusal-file-empty = فایل خالی است. فایل دیگری انتخاب کنید.
refusal-file-large = فایل خیلی بزرگ است: حداکثر { $count } مگابایت.
refusal-file-type = این نوع فایل باید یکی از این‌ها باشد: { $types }.
refusal-stale = این پیوند یا فرم قدیمی شده است. صفحه را دوباره باز کنید.
refusal-keys = هم‌زمان حداکثر { $count } کلید کار می‌کند. اول یکی را باطل کنید.
refusal-snapshots = حداکثر { $count } عکس نگه داشته می‌شود. اول یکی را پاک کنید.
refusal-key-name = کلید باید نامی با حداکثر { $count } نویسه داشته باشد.
refusal-permission = اجازهٔ { $permission } را اینجا نمی‌شود داد.

noun-conversation = گفت‌وگوی
noun-message = پیام
noun-person = شخص
noun-app = برنامهٔ
noun-post = آگهی
noun-business = کسب‌وکار
noun-order = سفارش
noun-return = مرجوعی
noun-media = فایل
noun-webhook = وب‌هوک
noun-delivery = تحویل
noun-script = سناریوی
noun-key = کلید
noun-grant = اجازهٔ
noun-button = دکمهٔ
noun-exchange = تبادل
noun-snapshot = عکسِ

month-gregorian-1 = ژانویه
month-gregorian-2 = فوریه
month-gregorian-3 = مارس
month-gregorian-4 = آوریل
month-gregorian-5 = مه
month-gregorian-6 = ژوئن
month-gregorian-7 = ژوئیه
month-gregorian-8 = اوت
month-gregorian-9 = سپتامبر
month-gregorian-10 = اکتبر
month-gregorian-11 = نوامبر
month-gregorian-12 = دسامبر
month-jalali-1 = فروردین
month-jalali-2 = اردیبهشت
month-jalali-3 = خرداد
month-jalali-4 = تیر
month-jalali-5 = مرداد
month-jalali-6 = شهریور
month-jalali-7 = مهر
month-jalali-8 = آبان
month-jalali-9 = آذر
month-jalali-10 = دی
month-jalali-11 = بهمن
month-jalali-12 = اسفند
