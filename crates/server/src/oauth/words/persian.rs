//! Persian.

use peyk_model::ScopeName;

use super::Words;

/// The words.
pub const WORDS: Words = Words {
    title: "{app} از شما اجازه می‌خواهد",
    may: "اگر اجازه دهید، {app} می‌تواند این کارها را انجام دهد:",
    nothing: "{app} فقط موافقت شما را می‌خواهد.",
    development: "این برنامه هنوز در حال ساخت است و فقط با آگهی‌های آزمایشی کار می‌کند.",
    conversation: "دربارهٔ {title}، میان {buyer} و {seller}",
    bot: "میان {buyer} و ربات {seller}",
    post: "آگهی: {title}",
    post_and_peer: "دربارهٔ {title}، برای {peer}",
    who: "شما که هستید؟",
    sandbox: "این‌جا محیط آزمایشی است: انتخاب کنید به جای چه کسی هستید.",
    nobody: "هیچ‌کس در همهٔ آنچه خواسته شده سهمی ندارد.",
    signed_in: "شما با نام {person} وارد شده‌اید.",
    back: "سپس به {address} برمی‌گردید.",
    approve: "اجازه می‌دهم",
    refuse: "اجازه نمی‌دهم",
    languages: "زبان",
    failed: "به این درخواست نمی‌توان پاسخ داد",
    for_builder: "این را به سازندهٔ برنامه بگویید:",
    too_old: "این صفحه کهنه شده یا در مرورگر دیگری باز شده است. به برنامه برگردید و از نو شروع کنید.",
    sign_in: "نخست در بازار وارد شوید و از آن‌جا دوباره شروع کنید.",
    broken: "کارساز خراب است. بعداً دوباره امتحان کنید.",
    scope,
};

fn scope(name: ScopeName) -> &'static str {
    match name {
        ScopeName::PostAddonCreate => "افزودن ابزارک به یکی از آگهی‌های شما",
        ScopeName::UserPhone => "دانستن شمارهٔ تلفن شما",
        ScopeName::UserId => "شناختن شما با شناسه‌ای که فقط این برنامه دارد",
        ScopeName::UserAddonCreate => "افزودن ابزارک به همهٔ آگهی‌های شما",
        ScopeName::ChatMessageSend => "فرستادن پیام از طرف شما دربارهٔ یک آگهی",
        ScopeName::ConversationRead => "خواندن یکی از گفتگوهای شما",
        ScopeName::UserPostsGet => "دیدن فهرست آگهی‌های شما",
        ScopeName::UserPostsStatsRead => "دیدن آمار بازدید آگهی‌های شما",
        ScopeName::PostConversationsRead => "خواندن همهٔ گفتگوهای یکی از آگهی‌های شما",
        ScopeName::PostConversationsSend => {
            "فرستادن پیام از طرف شما در همهٔ گفتگوهای یکی از آگهی‌های شما"
        }
        ScopeName::AllConversationsRead => "خواندن همهٔ گفتگوهای آگهی‌های شما",
        ScopeName::AllConversationsSend => "فرستادن پیام از طرف شما در همهٔ گفتگوهای آگهی‌های شما",
        ScopeName::BotSendToUser => "آغاز گفتگو با شما از سوی ربات برنامه",
        ScopeName::UserVerificationCreate => "تأیید اطلاعاتی دربارهٔ شما",
        ScopeName::OfflineAccess => "استفاده از این اجازه در نبود شما، تا وقتی آن را پس بگیرید",
        ScopeName::OpenId => "دانستن این‌که شما وارد شده‌اید",
        ScopeName::PaymentPricingRead => "دیدن قیمت ارتقای آگهی‌های شما",
        ScopeName::PaymentReorder => "نردبان کردن آگهی‌های شما",
        ScopeName::PaymentRenew => "تمدید آگهی‌های شما",
        ScopeName::ManagementAppsRead => "دیدن برنامه‌هایی که مدیریت می‌کنید",
        ScopeName::ManagementAppsWrite => "تغییر برنامه‌هایی که مدیریت می‌کنید",
        ScopeName::PostOngoingImagesGet => "دیدن عکس‌های یکی از آگهی‌های شما پیش از انتشار",
        ScopeName::UserPostsAddonCreate => "افزودن ابزارک به آگهی‌های شما",
        ScopeName::PostEdit => "ویرایش یکی از آگهی‌های شما",
        ScopeName::ConversationSend => "فرستادن پیام از طرف شما در یکی از گفتگوهای شما",
        ScopeName::BusinessAddonCreate => "افزودن ابزارک به کسب‌وکار شما",
        ScopeName::PostSemanticCreate => "افزودن اطلاعات ماشین‌خوان به یکی از آگهی‌های شما",
        ScopeName::AccessRevocation => "باخبر شدن از پس گرفتن این اجازه",
        ScopeName::SendEvent => "فرستادن رویدادهای مربوط به شما به بازار",
        ScopeName::SubmitUserPost => "انتشار آگهی از طرف شما",
        ScopeName::SubmitUserPayment => "پرداخت از طرف شما",
        ScopeName::UserSetCustomizedButton => "گذاشتن دکمه در نمایهٔ شما",
        ScopeName::BusinessCreateCustomizedButton => "گذاشتن دکمه برای کسب‌وکار شما",
        ScopeName::DeleteUserPost => "حذف آگهی‌های شما",
        ScopeName::EditUserPost => "ویرایش آگهی‌های شما",
        ScopeName::UserBusinessesRead => "دیدن فهرست کسب‌وکارهای شما",
        ScopeName::ProUserProfileImageRead => "دیدن عکس نمایهٔ حرفه‌ای شما",
        ScopeName::PayUserPostPromotion => "پرداخت هزینهٔ ارتقای آگهی‌های شما",
    }
}
